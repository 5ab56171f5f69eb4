//! What can be configured.

use super::{Date, Globs};
use crate::model::{Confidence, Fingerprint};
use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;
use std::path::PathBuf;
use toml::Spanned;

/// Everything that a configuration file can say. Without a file nothing of it is set.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `[paths]`: what is not scanned.
    #[serde(default)]
    pub paths: Paths,
    /// `[rules]`: which rules run.
    #[serde(default)]
    pub rules: Rules,
    /// `[report]`: what is shown.
    #[serde(default)]
    pub report: Report,
    /// `[hook]`: what stops a commit or push.
    #[serde(default)]
    pub hook: Hook,
    /// `[baseline]`: where the baseline is.
    #[serde(default)]
    pub baseline: BaselineFile,
    /// `[[allow]]`: findings that are filed away.
    #[serde(default)]
    pub allow: Vec<Spanned<Allow>>,

    /// The file's name, for messages.
    #[serde(skip)]
    pub(super) name: String,
    /// The file's text, for lines in messages.
    #[serde(skip)]
    pub(super) text: String,
    /// The file's folder, which the paths in it are relative to.
    #[serde(skip)]
    pub(super) folder: PathBuf,
    /// Who wrote it.
    #[serde(skip)]
    pub(super) whose: Whose,
}

/// Who wrote a configuration: it decides how far it can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Whose {
    /// Nobody: there is no file.
    #[default]
    Nobody,
    /// It stands in the repository, so whoever can change that can change it.
    Repository,
    /// The user's own, or a file that was named on the command line.
    User,
}

/// `[paths]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paths {
    /// Files and folders that are not scanned.
    #[serde(default)]
    pub exclude: Globs,
}

/// `[rules]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Ids of rules that do not run; `*` at the end stands for anything.
    #[serde(default)]
    pub disable: Vec<Spanned<String>>,
    /// Ids of rules that run although `disable` names them.
    #[serde(default)]
    pub enable: Vec<Spanned<String>>,
    /// Files with more rules, as they are written; see [`Config::rule_files`].
    #[serde(default)]
    pub files: Vec<PathBuf>,
}

/// `[report]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Findings below it are not reported.
    #[serde(default)]
    pub min_confidence: Option<Confidence>,
}

/// `[hook]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hook {
    /// Findings from here on stop a commit or push; those below it are only told.
    #[serde(default)]
    pub block: Option<Confidence>,
    /// Whom to ask, in the words that a person who was stopped is to read.
    #[serde(default)]
    pub contact: Option<String>,
}

/// `[baseline]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineFile {
    /// The baseline file, as it is written; see [`Config::baseline_file`].
    #[serde(default)]
    pub file: Option<PathBuf>,
}

/// `[[allow]]`: all that it names must hold of a finding.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allow {
    /// Found by this rule.
    #[serde(default)]
    pub rule: Option<Spanned<String>>,
    /// In a file that this pattern names.
    #[serde(default)]
    pub path: Option<OneGlob>,
    /// With this fingerprint.
    #[serde(default)]
    pub fingerprint: Option<Print>,
    /// The secret matches this regular expression.
    #[serde(default)]
    pub pattern: Option<Pattern>,
    /// Why it may stay.
    pub reason: String,
    /// The last day on which this holds.
    #[serde(default)]
    pub expires: Option<Date>,
}

/// A path pattern that stands alone.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct OneGlob(pub Globs);

impl TryFrom<String> for OneGlob {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Globs::try_from(text).map(Self)
    }
}

/// A fingerprint as a file writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Print(pub Fingerprint);

impl TryFrom<String> for Print {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let print = Fingerprint::from_hex(&text).map(Self);
        print.ok_or_else(|| "a fingerprint is 32 hexadecimal digits".into())
    }
}

/// A regular expression over the bytes of a secret; classes such as `\w` are ASCII.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Pattern(Regex);

impl Pattern {
    /// Whether it matches somewhere in `secret`.
    pub fn is_match(&self, secret: &[u8]) -> bool {
        self.0.is_match(secret)
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.is_empty() {
            return Err("an empty pattern matches every secret".into());
        }
        let regex = RegexBuilder::new(&text).unicode(false).size_limit(1 << 20).build();
        regex.map(Self).map_err(|e| e.to_string())
    }
}
