//! Reports: one format a file. Each takes the same [`Report`] and writes it.
//!
//! To add a format: one file in this folder that holds a unit struct implementing [`Format`], and
//! its name in the list below. The command line, its help and the tests follow the list.

mod advice;
mod date;
mod figures;
mod place;
mod read;
mod record;
mod redactor;
mod row;
mod safe_json;
mod tally;
mod trail;

pub use read::{Past, read};
pub use redactor::{Masked, Redactor};
pub use safe_json::document as write_json;
pub use text::one;
pub use trail::{Told, trail_json, trail_text};

use crate::model::{Confidence, Finding, Ledger, Part};
use crate::rule::RuleSet;
use std::io::{self, Write};

/// Declares the modules of the formats and the list of all formats.
macro_rules! formats {
    ($($module:ident :: $format:ident),* $(,)?) => {
        $(mod $module;)*
        /// Every format, in the order of help.
        pub const ALL: &[&dyn Format] = &[$(&$module::$format),*];
    };
}

formats! {
    text::Text,
    json::Json,
    jsonl::Jsonl,
    sarif::Sarif,
    junit::Junit,
    github::Github,
    gitlab::Gitlab,
    codequality::CodeQuality,
    csv::Csv,
    markdown::Markdown,
    html::Html,
}

/// The format of that name.
pub fn find(name: &str) -> Option<&'static dyn Format> {
    ALL.iter().copied().find(|f| f.name() == name)
}

/// What a run found, ready to be written.
pub struct Report<'a> {
    /// Findings at or above the asked confidence, in order of path and line.
    pub findings: &'a [Finding],
    /// The rules that they point into.
    pub rules: &'a RuleSet,
    /// Which rules were looked for, in a few digits; empty if that is not known.
    pub rule_set: String,
    /// The account of the run.
    pub ledger: &'a Ledger,
    /// Of which shard it is, if it is of one.
    pub part: Option<&'a Part>,
    /// Of a shard: findings below the asked confidence. Another shard may be surer of them.
    pub unsure: &'a [Finding],
    /// Of a shard: the asked confidence.
    pub least: Confidence,
    /// What was scanned ("index of /repo").
    pub scope: &'a str,
    /// The exit code that this run ends with.
    pub exit_code: u8,
    /// Findings below the asked confidence, not in `findings`.
    pub below: usize,
    /// Whether secrets may be shown.
    pub show_secrets: bool,
    /// Whether colour may be used.
    pub color: bool,
    /// How much more to tell: from 1 on, what was filed away is listed.
    pub verbose: u8,
    /// How long the run took, in seconds.
    pub seconds: f64,
    /// When it began, in seconds since 1970-01-01 UTC.
    pub when: i64,
}

impl Report<'_> {
    /// What masks every secret in it.
    fn redactor(&self) -> Redactor {
        Redactor::new(self.findings, self.rules, self.show_secrets)
    }

    /// What masks as well what is not taken for a secret yet.
    fn strict_redactor(&self) -> Redactor {
        let all = [self.findings, self.unsure].concat();
        Redactor::new(&all, self.rules, self.show_secrets)
    }
}

/// One way of writing a [`Report`].
pub trait Format: Sync {
    /// The word for `--format`.
    fn name(&self) -> &'static str;

    /// What it is for, in one phrase.
    fn about(&self) -> &'static str;

    /// Writes `report`.
    ///
    /// # Errors
    /// If `out` cannot be written to.
    fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()>;
}
