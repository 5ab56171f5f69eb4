//! The suppressions of a run in their order: comment, baseline, configuration.

use super::comments::Comments;
use super::{Baseline, Entry, Key, fingerprint, inline};
use crate::config::{Allow, Config, Date, Globs, Whose};
use crate::model::{Fingerprint, Secret, Span, Status};
use crate::rule::Rule;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is honoured.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Nothing of the repository's own is: no comment, no baseline, no [[allow]] of its
    /// configuration. A change that is being judged cannot allow itself.
    pub untrusted: bool,
    /// Comments are not.
    pub no_inline: bool,
    /// The day against which `expires` is held.
    pub today: Date,
}

impl Default for Options {
    fn default() -> Self {
        Self { untrusted: false, no_inline: false, today: Date::today() }
    }
}

/// A finding at one place, as suppressions see it.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The rule that found it.
    pub rule: &'a Rule,
    /// Its identity, made with [`Chain::key`].
    pub fingerprint: Fingerprint,
    /// The secret.
    pub secret: &'a Secret,
    /// The path it stands at, if it has one.
    pub path: Option<&'a [u8]>,
}

/// All suppressions of a run. It can be asked from several threads.
#[derive(Debug)]
pub struct Chain {
    baseline: Option<Baseline>,
    allows: Vec<Allow>,
    exclude: Globs,
    inline: bool,
    key: Key,
    today: Date,
    matched: Mutex<BTreeSet<Fingerprint>>,
    /// Fingerprints by family and secret, for they are dear, and a history repeats its secrets.
    prints: Mutex<HashMap<(String, Secret), Fingerprint>>,
}

/// How many fingerprints are remembered, and of secrets how long.
const PRINTS: usize = 1 << 12;
const PRINTED: usize = 1 << 12;

impl Chain {
    /// The suppressions of `config` and `baseline`.
    pub fn new(config: &Config, baseline: Option<Baseline>, options: Options) -> Self {
        let baseline = baseline.filter(|_| !options.untrusted);
        let own = config.whose() == Whose::Repository;
        let mute = own && options.untrusted;
        let allows = config.allow.iter().filter(|_| !mute);
        Self {
            key: baseline.as_ref().map(|b| *b.key()).unwrap_or_default(),
            baseline,
            exclude: if mute { Globs::default() } else { config.paths.exclude.clone() },
            allows: allows.map(|a| a.get_ref().clone()).collect(),
            inline: !options.untrusted && !options.no_inline,
            today: options.today,
            matched: Mutex::default(),
            prints: Mutex::default(),
        }
    }

    /// The key that fingerprints of this run are made with: the baseline's, if there is one.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The identity of `secret` in this run.
    pub fn fingerprint(&self, family: &str, secret: &Secret) -> Fingerprint {
        let key = (family.to_owned(), secret.clone());
        if let Some(print) = lock(&self.prints).get(&key) {
            return *print;
        }
        let print = fingerprint(&self.key, family, secret);
        let mut prints = lock(&self.prints);
        if prints.len() < PRINTS && secret.expose().len() <= PRINTED {
            prints.insert(key, print);
        }
        print
    }

    /// What stands for `secret` while it is not known whether it is one: it costs little, and is
    /// for no eyes.
    pub fn provisional(&self, family: &str, secret: &Secret) -> Fingerprint {
        fingerprint::provisional(&self.key, family, secret)
    }

    /// What a comment beside the secret at `span` of `text` says, if comments are honoured.
    pub fn inline(&self, text: &[u8], span: Span, rule: &Rule) -> Option<Status> {
        self.inline.then(|| inline::look(text, span, rule)).flatten()
    }

    /// The comments of `text`, if comments are honoured, for many findings in it.
    pub fn comments<'t>(&self, text: &'t [u8]) -> Comments<'t> {
        Comments::new(text, self.inline)
    }

    /// Whether baseline or configuration file the finding away: [`Status::Hidden`], or
    /// [`Status::Open`].
    pub fn file(&self, case: &Case<'_>) -> Status {
        let entry = self.entry(case.fingerprint).filter(|e| !e.is_expired(self.today));
        if let Some(entry) = entry {
            return hidden("baseline", why(entry));
        }
        if let Some(allow) = self.allows.iter().find(|allow| self.allows_it(allow, case)) {
            return hidden("config", allow.reason.clone());
        }
        if case.path.is_some_and(|path| self.exclude.matches(path)) {
            return hidden("config", "its path is excluded".to_owned());
        }
        Status::Open
    }

    /// Entries of the baseline that a finding had, expired ones too.
    pub fn matched(&self) -> BTreeSet<Fingerprint> {
        lock(&self.matched).clone()
    }

    /// Things worth knowing after a run: suppressions that have expired.
    pub fn notes(&self) -> Vec<String> {
        let matched = self.matched();
        let entries = self.baseline.iter().flat_map(Baseline::entries);
        let met = entries.filter(|e| matched.contains(&e.fingerprint));
        let expired = met.filter_map(|entry| {
            let day = entry.expires.filter(|_| entry.is_expired(self.today))?;
            Some(format!("baseline entry {} ({}) expired on {day}", entry.fingerprint, entry.rule))
        });
        let allows = self.allows.iter().filter_map(|allow| {
            let day = allow.expires.filter(|&day| day < self.today)?;
            Some(format!("an [[allow]] of the configuration ({}) expired on {day}", allow.reason))
        });
        expired.chain(allows).collect()
    }

    fn entry(&self, fingerprint: Fingerprint) -> Option<&Entry> {
        let entry = self.baseline.as_ref()?.get(fingerprint)?;
        lock(&self.matched).insert(fingerprint);
        Some(entry)
    }

    /// Whether all that `allow` names holds.
    fn allows_it(&self, allow: &Allow, case: &Case<'_>) -> bool {
        let rule =
            |name: &str| case.rule.id == name || case.rule.aliases.iter().any(|a| a == name);
        allow.expires.is_none_or(|day| day >= self.today)
            && allow.rule.as_ref().is_none_or(|name| rule(name.get_ref()))
            && allow.path.as_ref().is_none_or(|g| case.path.is_some_and(|p| g.0.matches(p)))
            && allow.pattern.as_ref().is_none_or(|p| p.is_match(case.secret.expose()))
            && allow.fingerprint.is_none_or(|p| self.is_print(p.0, case))
    }

    /// Whether `print` is the finding's, made with this run's key or with the one that runs
    /// without a baseline have: an entry outlives the day on which a baseline is made.
    fn is_print(&self, print: Fingerprint, case: &Case<'_>) -> bool {
        let plain = Key::default();
        print == case.fingerprint
            || (self.key != plain && print == fingerprint(&plain, case.rule.family(), case.secret))
    }
}

fn hidden(by: &str, why: String) -> Status {
    Status::Hidden { by: by.to_owned(), why }
}

/// What an entry gives as its reason: what was said, and by whom.
fn why(entry: &Entry) -> String {
    match (entry.reason.trim(), entry.by.trim()) {
        ("", "") => inline::NO_REASON.to_owned(),
        ("", by) => by.to_owned(),
        (reason, "") => reason.to_owned(),
        (reason, by) => format!("{reason} ({by})"),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
