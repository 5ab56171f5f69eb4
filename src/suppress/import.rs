//! What other scanners were told to pass over, read from their own files: secrets, hashes of
//! secrets, places, paths and patterns. Each is held against findings by its own scope, so that
//! nothing more is taken over than was meant.

mod gitleaks;
mod hash;
mod readers;

use crate::config::{Globs, read_text};
use crate::error::{Error, Kind, Result};
use crate::model::{Finding, Place, Status};
use crate::rule::Rule;
use gitleaks::Allowlist;
use regex::bytes::Regex;
use std::path::Path;

/// One thing that another tool was told to pass over.
#[derive(Debug, Clone)]
enum Known {
    /// This very secret, wherever it stands.
    Secret(Vec<u8>),
    /// The secret with this SHA-1, in this file.
    Sha1([u8; 20], Vec<u8>),
    /// The secret with this SHA-256.
    Sha256([u8; 32]),
    /// Whatever stands at this line of this file.
    Line(Vec<u8>, u32),
    /// A line that this expression matches.
    Pattern(Box<Regex>),
    /// What an allowlist of gitleaks is about.
    Allowlist(Box<Allowlist>),
    /// Whatever stands below this path, now and later.
    Path(String),
}

/// A file of another tool, and what it says.
#[derive(Debug)]
pub struct Import {
    /// Its name, from the repository's root.
    pub file: String,
    /// Whose it is.
    pub tool: &'static str,
    known: Vec<Known>,
    /// What could not be taken over, in words.
    pub left: Vec<String>,
}

/// A reader of a file of another tool.
type Reader = fn(&str) -> (Vec<Known>, Vec<String>);

/// The files that are looked for, each with its reader.
const FILES: &[(&str, &str, Reader)] = &[
    (".gitleaksignore", "gitleaks", readers::gitleaksignore),
    (".gitleaks.toml", "gitleaks", gitleaks::config),
    (".betterleaksignore", "betterleaks", readers::gitleaksignore),
    (".infisicalignore", "infisical", readers::gitleaksignore),
    ("gitleaks-baseline.json", "gitleaks", readers::gitleaks_report),
    ("gitleaks-report.json", "gitleaks", readers::gitleaks_report),
    (".gitleaks-baseline.json", "gitleaks", readers::gitleaks_report),
    (".secrets.baseline", "detect-secrets", readers::detect_secrets),
    (".gitguardian.yaml", "ggshield", readers::gitguardian),
    (".gitguardian.yml", "ggshield", readers::gitguardian),
    (".secretsignore", "ripsecrets", readers::ripsecrets),
    (".talismanrc", "talisman", readers::talisman),
    (".gitallowed", "git-secrets", readers::gitallowed),
    (".trufflehogignore", "trufflehog", readers::patterns_of_paths),
    ("trufflehog-exclude.txt", "trufflehog", readers::patterns_of_paths),
    (".kingfisherignore", "kingfisher", readers::paths),
    ("kingfisher-baseline.yml", "kingfisher", readers::kingfisher_baseline),
    ("kingfisher-baseline.yaml", "kingfisher", readers::kingfisher_baseline),
    ("baseline-file.yml", "kingfisher", readers::kingfisher_baseline),
    (".github/secret_scanning.yml", "GitHub", readers::github),
];

/// Reads every file of another tool at the repository's root.
///
/// # Errors
/// If one is there and cannot be read.
pub fn imports(root: &Path) -> Result<Vec<Import>> {
    let mut found = Vec::new();
    for &(file, tool, reader) in FILES {
        let Some(bytes) = read_text(&root.join(file), "the file of another tool")? else {
            continue;
        };
        found.push(Import::read(file, tool, reader, &bytes));
    }
    Ok(found)
}

/// Reads `path` as if it were the file `name` of another tool.
///
/// # Errors
/// If no tool has a file of that name, or it cannot be read.
pub fn import(name: &str, path: &Path) -> Result<Import> {
    let Some(&(_, tool, reader)) = FILES.iter().find(|(file, ..)| *file == name) else {
        let names: Vec<&str> = FILES.iter().map(|(file, ..)| *file).collect();
        return Err(Error::new(Kind::Usage, format!("no other scanner has a file {name}"))
            .hint(format!("known are {}", names.join(", "))));
    };
    let shown = path.display();
    let bytes = read_text(path, "the file of another tool")?
        .ok_or_else(|| Error::new(Kind::Usage, format!("there is no file {shown}")))?;
    Ok(Import::read(&shown.to_string(), tool, reader, &bytes))
}

impl Import {
    fn read(file: &str, tool: &'static str, reader: Reader, bytes: &[u8]) -> Self {
        let (known, left) = reader(&String::from_utf8_lossy(bytes));
        Self { file: file.to_owned(), tool, known, left }
    }

    /// How many things of each kind it names.
    pub fn kinds(&self) -> Vec<(&'static str, usize)> {
        let mut kinds: Vec<(&str, usize)> = Vec::new();
        for known in &self.known {
            match kinds.iter_mut().find(|(kind, _)| *kind == known.kind()) {
                Some((_, count)) => *count += 1,
                None => kinds.push((known.kind(), 1)),
            }
        }
        kinds
    }

    /// How many things it names.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether it names nothing.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The paths that it passes over as a whole.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.known.iter().filter_map(|k| match k {
            Known::Path(path) => Some(path.as_str()),
            _ => None,
        })
    }

    /// Whether it names this finding, at a place where it is open. Paths do not count: they are
    /// taken over as what they are.
    pub fn names(&self, finding: &Finding, rule: &Rule) -> bool {
        self.known.iter().any(|known| known.is(finding, rule))
    }
}

impl Known {
    fn kind(&self) -> &'static str {
        match self {
            Self::Secret(_) => "secrets",
            Self::Sha1(..) | Self::Sha256(_) => "hashes",
            Self::Line(..) => "lines",
            Self::Pattern(_) => "expressions",
            Self::Allowlist(_) => "allowlists",
            Self::Path(_) => "paths",
        }
    }

    fn is(&self, finding: &Finding, rule: &Rule) -> bool {
        let secret = finding.secret.expose();
        let open = |test: &dyn Fn(&Place) -> bool| {
            finding.places.iter().filter(|p| p.status == Status::Open).any(test)
        };
        let at = |place: &Place, path: &[u8]| place.origin.path.as_deref() == Some(path);
        match self {
            Self::Secret(known) => known == secret,
            Self::Sha1(sum, path) => *sum == hash::sha1(secret) && open(&|p| at(p, path)),
            Self::Sha256(sum) => *sum == hash::sha256(secret),
            Self::Line(path, line) => open(&|p| at(p, path) && p.line == *line),
            Self::Pattern(pattern) => open(&|p| pattern.is_match(&p.excerpt.text)),
            Self::Allowlist(list) => list.is(finding, rule),
            Self::Path(_) => false,
        }
    }
}

/// A path of another tool as a pattern of ours, if it is one.
fn as_path(text: &str) -> Option<Known> {
    Globs::try_from(text.to_owned()).ok().map(|_| Known::Path(text.to_owned()))
}
