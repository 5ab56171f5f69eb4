//! What other scanners were told to pass over, read from their own files: secrets, hashes of
//! secrets, places, paths and patterns. Each is held against findings by its own scope, so that
//! nothing more is taken over than was meant.

mod hash;
mod readers;

use crate::config::{Globs, read_text};
use crate::error::Result;
use crate::model::{Finding, Place, Status};
use regex::bytes::Regex;
use std::path::Path;

/// One thing that another tool was told to pass over.
#[derive(Debug, Clone)]
pub(super) enum Known {
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
    /// Whatever stands below this path, now and later.
    Path(String),
}

/// A file of another tool, and what it says.
#[derive(Debug)]
pub struct Import {
    /// Its name, from the repository's root.
    pub file: &'static str,
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
        let (known, left) = reader(&String::from_utf8_lossy(&bytes));
        found.push(Import { file, tool, known, left });
    }
    Ok(found)
}

impl Import {
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
    pub fn names(&self, finding: &Finding) -> bool {
        self.known.iter().any(|known| known.is(finding))
    }
}

impl Known {
    fn is(&self, finding: &Finding) -> bool {
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
            Self::Path(_) => false,
        }
    }
}

/// A path of another tool as a pattern of ours, if it is one.
pub(super) fn as_path(text: &str) -> Option<Known> {
    Globs::try_from(text.to_owned()).ok().map(|_| Known::Path(text.to_owned()))
}
