//! Reads the labelled snippets.

use crate::look::{Example, Truth};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// A part of a file, with labels.
#[derive(Deserialize)]
pub struct Snippet {
    pub id: String,
    pub repository: String,
    pub text: String,
    #[serde(default)]
    text_worded: Option<String>,
    pub labels: Vec<Label>,
}

/// What a line holds.
#[derive(Deserialize)]
pub struct Label {
    pub line: u32,
    pub end_line: u32,
    pub label: String,
    pub category: String,
    #[serde(default)]
    pub start: Option<usize>,
    #[serde(default)]
    pub end: Option<usize>,
}

/// Identifiers and public parameters: neither right nor wrong.
const NEUTRAL: [&str; 6] =
    ["UUID", "Salt", "Nonce", "AWS S3 Bucket", "Firebase Domain", "Tencent WeChat API App ID"];

impl Label {
    pub fn is_neutral(&self) -> bool {
        self.category.split(':').any(|part| NEUTRAL.contains(&part))
    }
}

impl Snippet {
    /// The text with random values, or with words where the real value had some.
    pub fn world(&self, worded: bool) -> &str {
        self.text_worded.as_deref().filter(|_| worded).unwrap_or(&self.text)
    }

    /// Whether both texts are the same.
    pub fn is_plain(&self) -> bool {
        self.text_worded.is_none()
    }

    /// What each labelled line holds: `secret`, `not`, `placeholder` or `neutral`.
    pub fn kinds(&self) -> BTreeMap<u32, &str> {
        let mut kinds = BTreeMap::new();
        for label in &self.labels {
            for line in label.line..=label.end_line {
                let kind = if label.is_neutral() { "neutral" } else { &label.label };
                let old = kinds.entry(line).or_insert(kind);
                if *old != "secret" {
                    *old = kind;
                }
            }
        }
        kinds
    }
}

/// All snippets of a file.
pub fn load(path: &Path) -> Vec<Snippet> {
    let packed = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let size = packed.last_chunk::<4>().map_or(0, |n| u32::from_le_bytes(*n) as usize);
    let mut text = vec![0; size];
    libdeflater::Decompressor::new().gzip_decompress(&packed, &mut text).unwrap();
    let lines = text.split(|b| *b == b'\n').filter(|l| !l.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

/// The fold of each repository: the largest go to the fold that has least.
pub fn folds(snippets: &[Snippet], folds: usize) -> BTreeMap<String, usize> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for snippet in snippets {
        let secrets = snippet.labels.iter().filter(|l| l.label == "secret").count();
        *sizes.entry(&snippet.repository).or_default() += 1 + secrets;
    }
    let mut order: Vec<(&str, usize)> = sizes.into_iter().collect();
    order.sort_by_key(|(name, n)| (std::cmp::Reverse(*n), *name));
    let mut loads = vec![0; folds];
    let mut fold_of = BTreeMap::new();
    for (name, n) in order {
        let least = (0..folds).min_by_key(|f| loads[*f]).unwrap_or(0);
        loads[least] += n;
        fold_of.insert(name.to_owned(), least);
    }
    fold_of
}

/// A line of what `stanch audit --export` writes.
#[derive(Deserialize)]
struct Exported {
    secret: bool,
    class: String,
    traits: BTreeMap<String, i16>,
}

/// Labelled traits from an audit.
pub fn exported(path: &Path) -> Vec<Example> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let read = |line: &str| {
        let one: Exported = serde_json::from_str(line).unwrap();
        let values =
            stanch::verify::trait_ids().map(|id| one.traits.get(id).copied().unwrap_or(0));
        let traits =
            stanch::model::Traits { password: one.class == "password", values: values.collect() };
        let truth = if one.secret { Truth::Secret } else { Truth::Not };
        Example {
            snippet: 0,
            worlds: [true, true],
            line: 0,
            truth,
            traits,
            score: 0,
            shown: String::new(),
            repository: "audit".into(),
        }
    };
    text.lines().filter(|l| !l.is_empty()).map(read).collect()
}
