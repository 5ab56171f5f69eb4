//! The form of a rule file, `rules/<provider>.toml`. The build script reads the built-in files
//! with this very code, so it may use nothing of the crate but its neighbours in this folder.

use super::anatomy::Anatomy;
use super::joint;
use super::text::{List, Str};
use serde::Deserialize;

/// How bad a leak is; the words of `severity`.
pub(super) const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];
/// How sure a bare match is; the words of `confidence`.
pub(super) const CONFIDENCES: [&str; 3] = ["low", "medium", "high"];

/// A rule file as it stands on disk, for the build script; a user's is read by `form.rs`.
#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only the build script reads files with it")]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    /// Whose credentials the file describes.
    pub provider: Provider,
    /// The rules.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
}

/// The vendor or format behind the rules of a file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Provider {
    /// Stable lower-case id; the file is named after it.
    pub id: Str,
    /// The name as people write it.
    pub name: Str,
}

/// How a rule finds its candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// The regular expression of `shape`.
    #[default]
    Shape,
    /// Armoured private key blocks, `-----BEGIN … PRIVATE KEY-----` and kin.
    Pem,
    /// A name that speaks of a secret meets a value: the generic tier.
    Assignment,
    /// A short text, all of which matches `shape`, of a file with a path like one of `paths`.
    File,
    /// Nothing is searched: a lint makes the findings. No rule file can say so.
    #[serde(skip)]
    Lint,
}

/// Which neighbours make a match no match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Boundary {
    /// No letter or digit before, unless it ends an escape such as `\\n` or `%22`, or a name that the
    /// match begins with starts at a capital (`myAcmeKey`); none after, and
    /// none of `_-+/` that could end the token. Ends of a match that are themselves no letter or
    /// digit may have any neighbour.
    #[default]
    Both,
    /// Only the byte before is looked at.
    Left,
    /// Only the byte after is looked at.
    Right,
    /// The shape says all.
    None,
}

/// How to ask the vendor whether the credential works. Data only: nothing is sent unless asked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Live {
    /// HTTP method.
    pub method: Str,
    /// URL; `{secret}` stands for the credential.
    pub url: Str,
    /// Header lines.
    #[serde(default)]
    pub headers: List,
    /// What proves that it works ("200 and a JSON field `id`").
    pub success: Str,
}

/// One rule: one kind of credential.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stable id, `provider-kind`.
    pub id: Str,
    /// What it is, as a noun phrase ("CircleCI personal API token").
    pub name: Str,
    /// What it opens for whoever holds it: one or two sentences.
    pub risk: Str,
    /// One of [`SEVERITIES`].
    pub severity: Str,
    /// One of [`CONFIDENCES`]: how sure a match is before any check has spoken.
    #[serde(default = "high")]
    pub confidence: Str,
    /// Rules of one family give one secret one fingerprint; the id unless set.
    #[serde(default)]
    pub family: Option<Str>,
    /// Ids under which this rule was or is known, here or in other tools.
    #[serde(default)]
    pub aliases: List,
    /// How candidates are found.
    #[serde(default)]
    pub engine: Engine,
    /// Regular expression (ASCII, bytes). A group `secret` marks the secret; else all of it is.
    /// Joints in it, such as `{keyed}`, are spelled out.
    #[serde(default, deserialize_with = "joint::shape")]
    pub shape: Str,
    /// Which neighbours forbid a match.
    #[serde(default)]
    pub boundary: Boundary,
    /// Words, one of which must stand before the match; case does not matter. A letter before it
    /// makes it part of another word, unless a capital shows where it begins (`myBox`).
    #[serde(default)]
    pub near: List,
    /// Within how many bytes before the match one must stand whole. What lies before those bytes
    /// is not looked at.
    #[serde(default = "default_within")]
    pub within: u16,
    /// Of the engine `file`: ends of paths, part by part; `*` stands for any bytes of a part, and
    /// case does not matter.
    #[serde(default)]
    pub paths: List,
    /// Names of checks, run in this order.
    #[serde(default)]
    pub checks: List,
    /// Least Shannon entropy of the secret in bits a character; 0 for no floor.
    #[serde(default)]
    pub entropy: f32,
    /// Usual names of environment variables that hold it.
    #[serde(default)]
    pub env: List,
    /// How to see whether it was misused.
    #[serde(default)]
    pub misuse: Str,
    /// Steps that revoke and replace it.
    #[serde(default)]
    pub revoke: List,
    /// Page where it is revoked or rotated.
    #[serde(default)]
    pub rotate_url: Str,
    /// The vendor's documentation.
    #[serde(default)]
    pub docs: Str,
    /// Moment (UTC, `YYYY-MM-DD`) since which older ones are dead, by the vendor's own word.
    #[serde(default)]
    pub dead_before: Str,
    /// How to ask the vendor.
    #[serde(default)]
    pub live: Option<Live>,
    /// A narrower expression to make samples from, where `shape` has wide context.
    #[serde(default)]
    pub sample: Str,

    /// Provider id, from the head of the file.
    #[serde(skip)]
    pub provider: Str,
    /// Provider name, from the head of the file.
    #[serde(skip)]
    pub provider_name: Str,
    /// What the expression guarantees, derived when the rule is compiled.
    #[serde(skip)]
    pub anatomy: Anatomy,
}

fn high() -> Str {
    Str::from("high")
}

fn default_within() -> u16 {
    64
}

impl Rule {
    /// A rule of which nothing but its name is known; it finds nothing.
    #[allow(dead_code, reason = "the build script has no use for it")]
    pub(super) fn named(id: String, name: String, provider: String) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            risk: Str::default(),
            severity: high(),
            confidence: high(),
            family: None,
            aliases: List::default(),
            engine: Engine::default(),
            shape: Str::default(),
            boundary: Boundary::default(),
            near: List::default(),
            within: default_within(),
            paths: List::default(),
            checks: List::default(),
            entropy: 0.0,
            env: List::default(),
            misuse: Str::default(),
            revoke: List::default(),
            rotate_url: Str::default(),
            docs: Str::default(),
            dead_before: Str::default(),
            live: None,
            sample: Str::default(),
            provider: provider.into(),
            provider_name: Str::default(),
            anatomy: Anatomy::default(),
        }
    }

    /// The family that its fingerprints are made with.
    pub fn family(&self) -> &str {
        self.family.as_deref().unwrap_or(&self.id)
    }

    /// What is wrong with the rule, if anything; `known_check` tells which check names exist.
    pub fn complaint(&self, known_check: &dyn Fn(&str) -> bool) -> Option<String> {
        let id_ok = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || !self.id.chars().all(id_ok) {
            return Some("an id is lower-case letters, digits and dashes".into());
        }
        if !SEVERITIES.contains(&&*self.severity) {
            return Some(format!("severity is one of {}", SEVERITIES.join(", ")));
        }
        if !CONFIDENCES.contains(&&*self.confidence) {
            return Some(format!("confidence is one of {}", CONFIDENCES.join(", ")));
        }
        if let Some(check) = self.checks.iter().find(|c| !known_check(c)) {
            return Some(format!("there is no check `{check}`"));
        }
        if matches!(self.engine, Engine::Shape | Engine::File) && self.shape.is_empty() {
            return Some("a rule needs a `shape`".into());
        }
        if self.paths.is_empty() == (self.engine == Engine::File) {
            return Some("`paths` belongs to the engine `file`".into());
        }
        None
    }
}
