//! Whose is a secret of no form that is known, if a name says whose it is: `ACME_TOKEN` is a token
//! of Acme's, whatever it looks like.

use crate::rule::{Engine, Rule, RuleSet};

/// Words that begin a name and tell nothing: whose program it is, or where it runs.
#[rustfmt::skip]
const BEFORE: &[&str] = &[
    "react", "app", "next", "public", "vite", "nuxt", "gatsby", "expo", "my", "the", "env", "test",
    "dev", "prod", "production", "staging", "default",
];
/// Words that speak of a secret.
#[rustfmt::skip]
const SPEAKING: &[&str] = &[
    "token", "key", "secret", "api", "auth", "access", "apikey", "client", "app", "password",
    "pass", "pat", "bot", "webhook", "sdk", "license", "credential", "bearer",
];
/// Vendors whose names are words, or parts of many: such a name must begin that of the secret, and
/// a word that speaks of a secret must follow.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "arcade", "artsy", "astral", "autopilot", "axiom", "box", "brave", "bunny", "calendly", "canny",
    "chatbot", "checkout", "chroma", "chutes", "civo", "clay", "close", "coda", "column", "comet",
    "commodities", "composio", "consul", "convex", "copper", "courier", "covalent", "cursor",
    "daily", "dandelion", "databox", "daytona", "debounce", "depot", "deputy", "ditto", "docker",
    "drone", "dub", "dust", "elastic", "enigma", "envoy", "eraser", "exa", "factory", "fal",
    "fauna", "fixer", "float", "forest", "fred", "front", "fulcrum", "gamma", "gemini-exchange",
    "geocode", "ghost", "guardian", "guru", "harness", "harvest", "heartland", "here", "hex",
    "hive", "holiday", "holistic", "honeycomb", "hop", "humanity", "hume", "hunter", "hyperbolic",
    "ideogram", "impala", "inception", "instantly", "iterable", "kanban", "keen", "kickbox", "kit",
    "kraken", "lark", "line", "linear", "lob", "looker", "loops", "luma-ai", "magnetic", "make",
    "manifest", "maven", "mercury", "mite", "modal", "monday", "morph", "mux", "nimble",
    "noticeable", "notion", "paddle", "pastebin", "persona", "phase", "phrase", "plex", "polar",
    "prefect", "prisma", "privacy", "proof", "ramp", "raven", "readme", "render", "replyio",
    "resend", "retell", "rev", "roaring", "runloop", "runway", "sanity", "scale", "seam", "segment",
    "semaphore", "shortcut", "smithery", "socket-dev", "square", "stability", "steam", "steel",
    "stellar", "swell", "teams", "teleport", "temporal", "together", "tru", "twist", "unleash",
    "unplugg", "vault", "voyage", "wise", "wit",
];
/// Most words of a name that are looked at, and most that the name of a vendor has.
const MOST_WORDS: usize = 12;
const VENDOR_WORDS: usize = 4;

/// What a secret is called, taken apart.
pub(super) struct Name {
    words: Vec<String>,
    rows: Vec<Row>,
}

/// Several words in a row: which is the first, how many, and all as one.
struct Row {
    first: usize,
    count: usize,
    text: String,
}

impl Name {
    /// Takes `name` apart.
    pub(super) fn of(name: &[u8]) -> Self {
        let mut words = words(name);
        words.truncate(MOST_WORDS);
        Self { rows: rows(&words), words }
    }

    /// Takes the end of `name` apart, if it is long.
    pub(super) fn of_the_end(name: &[u8]) -> Self {
        let all = words(name);
        let words = all[all.len().saturating_sub(MOST_WORDS)..].to_vec();
        Self { rows: rows(&words), words }
    }

    /// Whether it is called a personal access token: `ado_pat`.
    pub(super) fn is_pat(&self) -> bool {
        self.words.last().is_some_and(|word| word == "pat")
    }

    /// Whether it says that it is a secret and nothing else: `api_key`, not `session_key`. What a
    /// program signs with is called `secret_key`.
    pub(super) fn is_plain(&self) -> bool {
        let plain = self.words.iter().all(|word| SPEAKING.contains(&word.as_str()));
        plain && self.words.iter().any(|word| word == "api" || word == "token" || word == "bearer")
    }

    /// Whether rules ask for a text such as a part of it.
    pub(super) fn is_sought(&self, rules: &RuleSet) -> bool {
        let mut rows = self.rows.iter().filter(|row| !SPEAKING.contains(&row.text.as_str()));
        rows.any(|row| rules.owners().is_sought(&row.text))
    }

    /// The rule of the vendor that the name of a secret of `len` bytes speaks of: of its rules the
    /// one that fits name and length best.
    pub(super) fn owner(&self, len: usize, rules: &RuleSet) -> Option<usize> {
        let owners = rules.owners();
        let last = |row: &&Row| row.first + row.count == self.words.len();
        let variable = |row: &Row| owners.variable(&row.text);
        if let Some(rule) = self.rows.iter().filter(last).find_map(variable) {
            return Some(rule);
        }
        let vendors = self.rows.iter().filter_map(|row| Some((row, owners.vendor(&row.text)?)));
        let meant = vendors.filter(|(row, rule)| {
            !WORDS.contains(&&*rules.get(*rule).provider) || speaks(row, &self.words)
        });
        // The longest, of equals the first.
        let (_, first) = meant.max_by_key(|(r, _)| (r.text.len(), std::cmp::Reverse(r.first)))?;
        fitting(&rules.get(first).provider, &self.words, len, rules)
    }

    /// The same for a secret that goes to a host of which somebody bought the part `bought`: there
    /// a name that is a word as well is a name.
    pub(super) fn owner_of_host(
        &self,
        bought: &[u8],
        len: usize,
        rules: &RuleSet,
    ) -> Option<usize> {
        let first = rules.owners().vendor(std::str::from_utf8(bought).ok()?)?;
        fitting(&rules.get(first).provider, &self.words, len, rules)
    }
}

/// All rows of words of which one could be a vendor's name.
fn rows(words: &[String]) -> Vec<Row> {
    let starts = 0..words.len();
    let rows = starts.flat_map(|first| {
        let counts = 1..=VENDOR_WORDS.min(words.len() - first);
        counts.map(move |count| (first, count))
    });
    rows.map(|(first, count)| Row { first, count, text: words[first..first + count].concat() })
        .collect()
}

/// Whether a row of words begins a name and the next word speaks of a secret.
fn speaks(row: &Row, words: &[String]) -> bool {
    let begins = words[..row.first].iter().all(|w| BEFORE.contains(&w.as_str()));
    let next = words.get(row.first + row.count);
    begins && next.is_some_and(|w| SPEAKING.contains(&w.as_str()))
}

/// The words of `name` in lower case: at signs and where a capital begins one; and those that speak
/// of a secret part from a first one that they were written together with.
fn words(name: &[u8]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = b' ';
    for (at, &byte) in name.iter().enumerate() {
        let next_is_lower = name.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        let humps = byte.is_ascii_uppercase() && (!last.is_ascii_uppercase() || next_is_lower);
        if byte.is_ascii_alphanumeric() {
            match words.last_mut().filter(|_| last.is_ascii_alphanumeric() && !humps) {
                Some(word) => word.push(char::from(byte.to_ascii_lowercase())),
                None => words.push(char::from(byte.to_ascii_lowercase()).to_string()),
            }
        }
        last = byte;
    }
    if let [only] = words.as_slice() {
        words = taken_apart(only);
    }
    words
}

/// `acmeapikey` as `acme`, `api`, `key`.
fn taken_apart(word: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = word;
    while let Some(end) =
        SPEAKING.iter().find(|end| rest.len() > end.len() && rest.ends_with(**end))
    {
        words.insert(0, (*end).to_owned());
        rest = &rest[..rest.len() - end.len()];
    }
    words.insert(0, rest.to_owned());
    words
}

/// The rule of `provider` that fits best.
fn fitting(provider: &str, words: &[String], len: usize, rules: &RuleSet) -> Option<usize> {
    let of_theirs = rules.iter().enumerate().filter(|(_, r)| *r.provider == *provider);
    let usable = of_theirs.filter(|(_, r)| {
        let is_told = || r.id.split('-').all(|part| words.iter().any(|w| w == part));
        r.engine == Engine::Shape && may_be(r, words) && (is_about_as_long(r, len) || is_told())
    });
    let fit = |rule: &Rule| {
        let spoken = rule.id.split('-').filter(|part| words.iter().any(|w| w == part)).count();
        let long = (rule.anatomy.min_len..=rule.anatomy.max_len).contains(&len);
        (spoken, long)
    };
    // Of equals, the first.
    usable.max_by_key(|(index, rule)| (fit(rule), std::cmp::Reverse(*index))).map(|(at, _)| at)
}

/// Whether a secret of `len` could be one of `rule` at all; what stands before those counts here.
fn is_about_as_long(rule: &Rule, len: usize) -> bool {
    len * 3 >= rule.anatomy.min_len && len <= rule.anatomy.max_len * 2
}

/// Whether a secret of that name could be what `rule` describes: of what nobody needs to hide, and
/// of URLs and keys in files, a name must speak.
fn may_be(rule: &Rule, words: &[String]) -> bool {
    let special =
        ["url", "webhook", "hook", "private", "publishable", "public", "id", "dsn", "sid"];
    let mut parts = rule.id.split('-').filter(|part| special.contains(part));
    parts.all(|part| words.iter().any(|w| w == part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(name: &str) -> String {
        let rules = RuleSet::builtin();
        let rule = Name::of(name.as_bytes()).owner(32, &rules);
        rule.map_or_else(String::new, |r| rules.get(r).provider.to_string())
    }

    #[test]
    fn a_secret_of_quite_another_length_is_not_called_what_it_is_not() {
        let rules = RuleSet::builtin();
        let rule = |len| Name::of(b"azure_storage_my_secret").owner(len, &rules);
        let id = |len| rule(len).map_or_else(String::new, |r| rules.get(r).id.to_string());
        assert!(id(88).starts_with("azure-storage-key"), "{}", id(88));
        assert!(!id(17).starts_with("azure-storage-key"), "{}", id(17));
    }

    #[test]
    fn a_name_tells_the_vendor() {
        for (name, whose) in [
            ("COINBASE_TOKEN", "coinbase"),
            ("coinbaseApiKey", "coinbase"),
            ("coinbaseapikey", "coinbase"),
            ("X-Coinbase-Key", "coinbase"),
            ("HOMEBREW_GITHUB_API_TOKEN", "github"),
            ("fbApiKey", "facebook"),
            ("customer.io_key", "customerio"),
            ("HELP_SCOUT_SECRET", "helpscout"),
            ("AWSSecretKey", "aws"),
            ("process.env.HF_TOKEN", "huggingface"),
            ("config[\"acme\"][\"coinbase\"][\"key", "coinbase"),
            ("REACT_APP_SQUARE_TOKEN", "square"),
            ("LINE_CHANNEL_SECRET", "line"),
            ("line_width_secret", ""),
            ("line_secret", "line"),
            ("first_line_key", ""),
            ("private_key", ""),
            ("the_token", ""),
            ("redis_password", ""),
        ] {
            assert_eq!(provider(name), whose, "{name}");
        }
    }

    #[test]
    fn of_the_rules_of_a_vendor_the_one_that_the_name_speaks_of() {
        let rules = RuleSet::builtin();
        let owner = |name: &str| Name::of(name.as_bytes()).owner(40, &rules);
        let id = |name: &str| owner(name).map(|r| rules.get(r).id.to_string());
        assert_eq!(id("SLACK_SIGNING_SECRET").as_deref(), Some("slack-signing-secret"));
        assert_eq!(id("STRIPE_SECRET_KEY").as_deref(), Some("stripe-secret-key"));
    }
}
