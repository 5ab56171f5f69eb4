//! A secret that was found, and every place where it stands.

use super::{Asked, ObjectId, Origin, Reach, Secret, Span};
use std::cmp::Reverse;
use std::fmt;

/// How sure stanch is that it is a secret of the kind named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// May be one; not reported unless asked for.
    Low,
    /// Probably one; reported, does not block a hook by default.
    Medium,
    /// Proven structure, or a shape that only a secret has; blocks.
    High,
}

impl Confidence {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What a model weighed to say how sure it is; `verify::why` tells it in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traits {
    /// Whether the model of passwords was asked, and not that of keys and tokens.
    pub password: bool,
    /// The value of each trait.
    pub values: Box<[i16]>,
}

/// How bad it is if the secret is in the wrong hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Little: public by design, expired, or test mode.
    Low,
    /// Limited access.
    Medium,
    /// Access to data or a service.
    High,
    /// Access to everything behind it.
    Critical,
}

impl Severity {
    /// The word used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// Identity of a finding: keyed hash of rule family and secret. Path, line and commit are no part
/// of it, so it survives edits and rewritten history.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 16]);

impl Fingerprint {
    /// From 32 hexadecimal digits.
    pub fn from_hex(hex: &str) -> Option<Self> {
        let raw = data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok()?;
        Some(Self(raw.try_into().ok()?))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether a finding at a place needs a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It does.
    Open,
    /// It stood there before the change that is being judged (a commit or push).
    Existing,
    /// Filed away by a suppression.
    Hidden {
        /// What hid it: `stanch:allow`, `baseline`, `config`, `gitleaks:allow` …
        by: String,
        /// The reason given, or who gave it.
        why: String,
    },
}

impl Status {
    /// The word used in reports.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Existing => "existing",
            Self::Hidden { .. } => "hidden",
        }
    }
}

/// The source line around a finding, raw: reports must send it through their redactor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Excerpt {
    /// The line (its part near the finding, if it is long), without line break.
    pub text: Vec<u8>,
    /// The secret's part of `text`.
    pub secret: Option<Span>,
}

/// Who brought a blob into the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introduction {
    /// The first commit that holds the blob.
    pub commit: ObjectId,
    /// Its author as `Name <mail>`, raw.
    pub author: Vec<u8>,
    /// Author time in seconds since 1970-01-01 UTC.
    pub time: i64,
    /// First line of the commit's message, raw.
    pub summary: Vec<u8>,
    /// How many commits come before it when parents do before children and else the older one,
    /// where the whole history was asked.
    pub order: Option<u32>,
}

/// One place where a secret stands.
#[derive(Debug, Clone)]
pub struct Place {
    /// Where the text was read.
    pub origin: Origin,
    /// First line, from 1.
    pub line: u32,
    /// Last line, from 1.
    pub end_line: u32,
    /// First column, from 1, in Unicode code points.
    pub column: u32,
    /// Column after the last character.
    pub end_column: u32,
    /// The source line.
    pub excerpt: Excerpt,
    /// Who brought it in, where history was asked.
    pub introduced: Option<Introduction>,
    /// From where the blob can be reached, where known.
    pub reach: Option<Reach>,
    /// Whether it needs a person.
    pub status: Status,
    /// How it was encoded in the text, outermost first (`utf-16le`, `base64`); empty if plainly.
    pub decoded: Vec<&'static str>,
}

/// One secret, found by one rule, at one or more places.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Index of the rule in the rule set of the run.
    pub rule: usize,
    /// The secret.
    pub secret: Secret,
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// How sure.
    pub confidence: Confidence,
    /// How bad.
    pub severity: Severity,
    /// What was established, in short sentences ("id part decodes to a version-4 UUID").
    pub evidence: Vec<String>,
    /// What a model weighed, if one did.
    pub traits: Option<Traits>,
    /// What its service says, if it was asked.
    pub asked: Option<Box<Asked>>,
    /// Every place, in the order of reports; of one text as many as are kept.
    pub places: Vec<Place>,
    /// How many more places were counted and not kept.
    pub more: u64,
    /// Other secrets that stand in what is told of the places: in paths, authors, messages.
    pub beside: Vec<Secret>,
}

impl Finding {
    /// Whether any place of it needs a person.
    pub fn is_open(&self) -> bool {
        self.places.iter().any(|p| p.status == Status::Open)
    }

    /// Whether of two opinions about one secret this one counts: the surer or, if they tie, that
    /// of the lower rule or the one that tells more. So the order in which they come makes no
    /// difference.
    pub fn outweighs(&self, other: &Self) -> bool {
        let rank = |f: &Self| (f.confidence, f.severity, Reverse(f.rule));
        // One key may be indented otherwise here than there.
        (rank(self), &self.evidence, Reverse(&self.secret))
            > (rank(other), &other.evidence, Reverse(&other.secret))
    }
}
