//! The baseline: findings that were looked at and filed away, in a file that people review.

use super::{Key, atomic, render};
use crate::config::{Date, Print, mistake, read_text, syntax};
use crate::error::{Error, Kind, Result};
use crate::model::{Finding, Fingerprint, Redaction, Status, display_path};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use toml::Spanned;

/// The name of the baseline at a repository's root.
pub const FILE: &str = ".stanch-baseline.toml";

const VERSION: i64 = 1;

/// One finding that was filed away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// The rule that found it; a note for people.
    pub rule: String,
    /// Where it stood when it was added; a note for people, may be empty.
    pub path: String,
    /// Why it may stay.
    pub reason: String,
    /// Who said so; may be empty.
    pub by: String,
    /// The last day on which it hides the finding.
    pub expires: Option<Date>,
}

impl Entry {
    /// Whether it hides nothing any more.
    pub fn is_expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|day| day < today)
    }
}

/// Findings that were filed away, and the key that their fingerprints are made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    key: Key,
    /// Which rules it was made with, in a few digits; empty if it does not tell.
    rule_set: String,
    entries: BTreeMap<Fingerprint, Entry>,
}

/// What a new entry says besides the finding.
#[derive(Debug, Clone, Default)]
pub struct Note {
    /// Why it may stay.
    pub reason: String,
    /// Who said so.
    pub by: String,
    /// Until when.
    pub expires: Option<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(rename = "version")]
    _version: i64,
    salt: Spanned<String>,
    #[serde(default)]
    rules: String,
    #[serde(default)]
    finding: Vec<EntryForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryForm {
    fingerprint: Print,
    rule: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    expires: Option<Date>,
}

impl From<EntryForm> for Entry {
    fn from(form: EntryForm) -> Self {
        let EntryForm { fingerprint: Print(fingerprint), rule, path, reason, by, expires } = form;
        Self { fingerprint, rule, path, reason, by, expires }
    }
}

impl Baseline {
    /// An empty one.
    pub fn new(key: Key) -> Self {
        Self { key, rule_set: String::new(), entries: BTreeMap::new() }
    }

    /// Reads one from its text; `name` stands in messages.
    ///
    /// # Errors
    /// If it is of another version, not TOML, half merged, or a word in it is wrong.
    pub fn parse(text: &str, name: &str) -> Result<Self> {
        refuse_conflict(text, name)?;
        refuse_version(text, name)?;
        let form: Form = toml::from_str(text).map_err(|e| syntax(name, text, &e))?;
        let key = Key::from_hex(form.salt.get_ref()).ok_or_else(|| {
            mistake(name, text, form.salt.span().start, "the salt is 64 hexadecimal digits")
        })?;
        let mut baseline = Self { rule_set: form.rules, ..Self::new(key) };
        // A merge may bring an entry twice; the first one stays.
        for entry in form.finding.into_iter().map(Entry::from) {
            baseline.entries.entry(entry.fingerprint).or_insert(entry);
        }
        Ok(baseline)
    }

    /// Reads the file at `path`; `None` if there is none.
    ///
    /// # Errors
    /// If it cannot be read, or as [`Baseline::parse`].
    pub fn load(path: &Path) -> Result<Option<Self>> {
        let Some(bytes) = read_text(path, "the baseline")? else { return Ok(None) };
        let name = path.display().to_string();
        let text = std::str::from_utf8(&bytes).map_err(|e| {
            let text = String::from_utf8_lossy(&bytes);
            mistake(&name, &text, e.valid_up_to(), "this line is not UTF-8")
        })?;
        Self::parse(text, &name).map(Some)
    }

    /// The text of the file.
    pub fn render(&self) -> String {
        render::render(self)
    }

    /// Writes the file at `path`, unless it says the same already; tells whether it wrote.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn save(&self, path: &Path) -> Result<bool> {
        if Self::load(path).is_ok_and(|old| old.as_ref() == Some(self)) {
            return Ok(false);
        }
        let fail = |e| Error::new(Kind::Io, format!("writing {}", path.display())).because(e);
        atomic::write(path, self.render().as_bytes()).map_err(fail)?;
        Ok(true)
    }

    /// Adds what is open among `findings`; tells how many entries are new. An entry that is there
    /// stays as it is. `id` gives the id of a rule by its index.
    pub fn add<'a>(
        &mut self,
        findings: impl IntoIterator<Item = &'a Finding>,
        id: impl Fn(usize) -> &'a str,
        note: &Note,
    ) -> usize {
        let before = self.entries.len();
        let all: Vec<&Finding> = findings.into_iter().collect();
        let secrets = Redaction::of(all.iter().map(|f| &f.secret));
        for finding in all.iter().filter(|f| f.is_open()) {
            let made = || entry(finding, id(finding.rule), note, &secrets);
            self.entries.entry(finding.fingerprint).or_insert_with(made);
        }
        self.entries.len() - before
    }

    /// Takes out every entry that is not `alive`, and hands them over.
    pub fn prune(&mut self, alive: &BTreeSet<Fingerprint>) -> Vec<Entry> {
        let entries = std::mem::take(&mut self.entries).into_iter();
        let (kept, stale) = entries.partition(|(print, _)| alive.contains(print));
        self.entries = kept;
        stale.into_values().collect()
    }

    /// Which rules it was made with, in a few digits; empty if it does not tell.
    pub fn rule_set(&self) -> &str {
        &self.rule_set
    }

    /// Keeps in mind that it was made with the rules of version `rule_set`.
    pub fn made_with(&mut self, rule_set: String) {
        self.rule_set = rule_set;
    }

    /// The key that the fingerprints are made with.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The entry for a fingerprint, expired or not.
    pub fn get(&self, fingerprint: Fingerprint) -> Option<&Entry> {
        self.entries.get(&fingerprint)
    }

    /// All entries, sorted by fingerprint: two branches that each add one seldom conflict.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.entries.values()
    }
}

fn entry(finding: &Finding, rule: &str, note: &Note, secrets: &Redaction) -> Entry {
    let open = finding.places.iter().find(|p| p.status == Status::Open);
    let path = open.and_then(|place| place.origin.path.as_deref());
    // The file is going to be committed.
    let hidden = |path: &[u8]| display_path(&secrets.hide(path));
    Entry {
        fingerprint: finding.fingerprint,
        rule: rule.to_owned(),
        path: path.map(hidden).unwrap_or_default(),
        reason: note.reason.clone(),
        by: note.by.clone(),
        expires: note.expires,
    }
}

/// A later version may have keys that this one does not know, so the version is read first.
fn refuse_version(text: &str, name: &str) -> Result<()> {
    #[derive(Deserialize)]
    struct Version {
        version: Spanned<i64>,
    }
    let found: Version = toml::from_str(text).map_err(|e| syntax(name, text, &e))?;
    if *found.version.get_ref() == VERSION {
        return Ok(());
    }
    let what = format!("baseline version {} is not known here", found.version.get_ref());
    let at = found.version.span().start;
    Err(mistake(name, text, at, &what).hint("a newer stanch wrote it: update this one"))
}

fn refuse_conflict(text: &str, name: &str) -> Result<()> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let marks = ["<<<<<<< ", ">>>>>>> ", "||||||| "];
        if marks.iter().any(|m| line.starts_with(m)) || line.trim_end() == "=======" {
            return Err(mistake(name, text, at, "a merge left its conflict markers here").hint(
                "keep one `salt` line and the findings of both sides, then run \
                 `stanch baseline update`",
            ));
        }
        at += line.len();
    }
    Ok(())
}
