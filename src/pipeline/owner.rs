//! Whose is a secret of no form that is known, if a name says whose it is: `ACME_TOKEN` is a token
//! of Acme's, whatever it looks like.

use crate::rule::{Engine, Rule, RuleSet};
use std::cmp::Reverse;

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
    /// All words, in lower case, one behind the other.
    letters: String,
    /// Where each word ends.
    ends: Vec<usize>,
}

/// Several words in a row: which is the first, and how many.
#[derive(Clone, Copy)]
struct Row {
    first: usize,
    count: usize,
}

impl Name {
    /// Takes `name` apart.
    pub(super) fn of(name: &[u8]) -> Self {
        let mut name = Self::all_of(name);
        name.ends.truncate(MOST_WORDS);
        name
    }

    /// Takes the end of `name` apart, if it is long.
    pub(super) fn of_the_end(name: &[u8]) -> Self {
        let mut name = Self::all_of(name);
        if let Some(first) = name.ends.len().checked_sub(MOST_WORDS + 1) {
            let cut = name.ends[first];
            name.letters.drain(..cut);
            name.ends.drain(..=first);
            name.ends.iter_mut().for_each(|end| *end -= cut);
        }
        name
    }

    /// Words begin at signs and where a capital begins one. Those that speak of a secret part from
    /// a first one that they were written together with.
    fn all_of(name: &[u8]) -> Self {
        let (mut letters, mut ends) = (String::with_capacity(name.len()), Vec::new());
        let mut last = b' ';
        for (at, &byte) in name.iter().enumerate() {
            let next_is_lower = name.get(at + 1).is_some_and(u8::is_ascii_lowercase);
            let humps = byte.is_ascii_uppercase() && (!last.is_ascii_uppercase() || next_is_lower);
            if byte.is_ascii_alphanumeric() {
                if !letters.is_empty() && (humps || !last.is_ascii_alphanumeric()) {
                    ends.push(letters.len());
                }
                letters.push(char::from(byte.to_ascii_lowercase()));
            }
            last = byte;
        }
        let is_one = ends.is_empty();
        if !letters.is_empty() {
            ends.push(letters.len());
        }
        if is_one {
            take_apart(&letters, &mut ends);
        }
        Self { letters, ends }
    }

    fn words(&self) -> impl DoubleEndedIterator<Item = &str> {
        (0..self.ends.len()).map(|first| self.text(Row { first, count: 1 }))
    }

    fn has(&self, word: &str) -> bool {
        self.words().any(|w| w == word)
    }

    /// All rows of words of which one could be a vendor's name.
    fn rows(&self) -> impl Iterator<Item = Row> {
        let len = self.ends.len();
        let counts = move |first| 1..=VENDOR_WORDS.min(len - first);
        (0..len).flat_map(move |first| counts(first).map(move |count| Row { first, count }))
    }

    /// A row of words as one.
    fn text(&self, row: Row) -> &str {
        let start = row.first.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.letters[start..self.ends[row.first + row.count - 1]]
    }

    /// Whether it is called a personal access token: `ado_pat`.
    pub(super) fn is_pat(&self) -> bool {
        self.words().next_back() == Some("pat")
    }

    /// Whether it says that it is a secret and nothing else: `api_key`, not `session_key`. What a
    /// program signs with is called `secret_key`.
    pub(super) fn is_plain(&self) -> bool {
        self.words().all(|word| SPEAKING.contains(&word))
            && ["api", "token", "bearer"].into_iter().any(|word| self.has(word))
    }

    /// Whether rules ask for a text such as a part of it.
    pub(super) fn is_sought(&self, rules: &RuleSet) -> bool {
        let mut texts = self.rows().map(|row| self.text(row));
        texts.any(|text| rules.owners().is_sought(text) && !SPEAKING.contains(&text))
    }

    /// The rule of the vendor that the name of a secret of `len` bytes speaks of: of its rules the
    /// one that fits name and length best.
    pub(super) fn owner(&self, len: usize, rules: &RuleSet) -> Option<usize> {
        let owners = rules.owners();
        let is_last = |row: &Row| row.first + row.count == self.ends.len();
        if let Some(rule) =
            self.rows().filter(is_last).find_map(|row| owners.variable(self.text(row)))
        {
            return Some(rule);
        }
        let vendors = self.rows().filter_map(|row| Some((row, owners.vendor(self.text(row))?)));
        let meant = vendors.filter(|(row, rule)| {
            !WORDS.contains(&&*rules.get(*rule).provider) || self.speaks(*row)
        });
        // The longest, of equals the first.
        let (_, first) = meant.max_by_key(|(r, _)| (self.text(*r).len(), Reverse(r.first)))?;
        self.fitting(&rules.get(first).provider, len, rules)
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
        self.fitting(&rules.get(first).provider, len, rules)
    }

    /// Whether a row of words begins a name and the next word speaks of a secret.
    fn speaks(&self, row: Row) -> bool {
        self.words().take(row.first).all(|word| BEFORE.contains(&word))
            && self.words().nth(row.first + row.count).is_some_and(|w| SPEAKING.contains(&w))
    }

    /// The rule of `provider` that fits best.
    fn fitting(&self, provider: &str, len: usize, rules: &RuleSet) -> Option<usize> {
        let of_theirs = rules.owners().rules_of(provider).map(|at| (at, rules.get(at)));
        let usable = of_theirs.filter(|(_, r)| {
            let is_told = || r.id.split('-').all(|part| self.has(part));
            *r.provider == *provider
                && r.engine == Engine::Shape
                && self.may_be(r)
                && (is_about_as_long(r, len) || is_told())
        });
        let fit = |rule: &Rule| {
            let spoken = rule.id.split('-').filter(|part| self.has(part)).count();
            let long = (rule.anatomy.min_len..=rule.anatomy.max_len).contains(&len);
            (spoken, long)
        };
        // Of equals, the first.
        usable.max_by_key(|(index, rule)| (fit(rule), Reverse(*index))).map(|(at, _)| at)
    }

    /// Whether a secret of that name could be what `rule` describes: of what nobody needs to hide,
    /// and of URLs and keys in files, a name must speak.
    fn may_be(&self, rule: &Rule) -> bool {
        let special =
            ["url", "webhook", "hook", "private", "publishable", "public", "id", "dsn", "sid"];
        let mut parts = rule.id.split('-').filter(|part| special.contains(part));
        parts.all(|part| self.has(part))
    }
}

/// Parts `acmeapikey`, of which so far only the end is known, into `acme`, `api`, `key`.
fn take_apart(word: &str, ends: &mut Vec<usize>) {
    let mut rest = word;
    while let Some(end) =
        SPEAKING.iter().find(|end| rest.len() > end.len() && rest.ends_with(**end))
    {
        rest = &rest[..rest.len() - end.len()];
        ends.insert(0, rest.len());
    }
}

/// Whether a secret of `len` could be one of `rule` at all; what stands before those counts here.
fn is_about_as_long(rule: &Rule, len: usize) -> bool {
    len * 3 >= rule.anatomy.min_len && len <= rule.anatomy.max_len * 2
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
