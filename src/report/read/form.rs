//! The words of a report as they are read. Fields that are not known are passed over: later
//! versions may add some.

use crate::model::{
    Asked, Confidence, Count, Excerpt, Finding, Fingerprint, Introduction, Ledger, ObjectId,
    Origin, OriginKind, Part, Place, Reach, Reason, Secret, Severity, Shard, Skipped, Status,
    Unit, Verdict,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// `--format json`.
#[derive(Deserialize)]
pub(super) struct Document {
    #[serde(flatten)]
    pub(super) summary: Summary,
    pub(super) findings: Vec<Entry>,
}

/// A secret with its places.
#[derive(Deserialize)]
pub(super) struct Entry {
    #[serde(flatten)]
    pub(super) head: Head,
    pub(super) places: Vec<Spot>,
}

/// A line of `--format jsonl`.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum Record {
    Finding {
        #[serde(flatten)]
        head: Box<Head>,
        #[serde(flatten)]
        spot: Box<Spot>,
    },
    Summary(Box<Summary>),
}

/// A secret.
#[derive(Deserialize)]
pub(super) struct Head {
    pub(super) rule_id: String,
    pub(super) name: String,
    pub(super) provider: String,
    severity: Severity,
    confidence: Confidence,
    fingerprint: String,
    masked: String,
    secret: Option<String>,
    secret_base64: Option<String>,
    evidence: Vec<String>,
    live: Option<Live>,
    more_places: Option<u64>,
}

impl Head {
    /// Its identity; all zeros if it is not one of ours.
    pub(super) fn print(&self) -> Fingerprint {
        Fingerprint::from_hex(&self.fingerprint).unwrap_or(Fingerprint([0; 16]))
    }

    /// The finding, with its first place.
    pub(super) fn finding(&self, rule: usize, place: Place) -> Finding {
        let raw = |text: &String| data_encoding::BASE64.decode(text.as_bytes()).ok();
        let bytes = self.secret_base64.as_ref().and_then(raw);
        let bytes = bytes.or_else(|| self.secret.as_ref().map(|s| s.clone().into_bytes()));
        Finding {
            rule,
            secret: bytes.map_or_else(|| Secret::from_mask(&self.masked), Secret::new),
            fingerprint: self.print(),
            confidence: self.confidence,
            severity: self.severity,
            evidence: self.evidence.clone(),
            traits: None,
            asked: self.live.as_ref().map(|live| Box::new(live.asked())),
            places: vec![place],
            more: self.more_places.unwrap_or_default(),
            beside: Vec::new(),
        }
    }
}

/// What the service said.
#[derive(Deserialize)]
struct Live {
    verdict: Verdict,
    why: String,
    host: String,
    identity: BTreeMap<String, String>,
}

impl Live {
    fn asked(&self) -> Asked {
        Asked {
            verdict: self.verdict,
            why: self.why.clone(),
            host: self.host.clone(),
            identity: self.identity.clone().into_iter().collect(),
        }
    }
}

/// A place.
#[derive(Deserialize)]
pub(super) struct Spot {
    status: String,
    suppressed_by: Option<String>,
    why: Option<String>,
    #[serde(default)]
    repository: Option<String>,
    kind: String,
    path: Option<String>,
    path_base64: Option<String>,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    commit: Option<String>,
    object: Option<String>,
    author: Option<String>,
    date: Option<String>,
    subject: Option<String>,
    #[serde(default)]
    order: Option<u32>,
    reach: Option<String>,
    #[serde(default)]
    decoded: Vec<String>,
    line_text: String,
}

const KINDS: [OriginKind; 8] = [
    OriginKind::WorkTree,
    OriginKind::Index,
    OriginKind::Commit,
    OriginKind::History,
    OriginKind::Message,
    OriginKind::Name,
    OriginKind::File,
    OriginKind::Stdin,
];

const REACHES: [Reach; 4] = [Reach::Head, Reach::Ref, Reach::Reflog, Reach::Unreachable];

/// The ways of writing that `docs/report-schema.md` names.
const WAYS: [&str; 14] = [
    "utf-16le", "utf-16be", "utf-32le", "utf-32be", "wide", "base64", "gzip", "hex", "base32",
    "percent", "escape", "html", "joined", "bytes",
];

fn way(word: &str) -> &'static str {
    WAYS.into_iter().find(|w| *w == word).unwrap_or("another encoding")
}

impl Spot {
    /// The place.
    pub(super) fn place(self) -> Place {
        let id = |hex: &Option<String>| ObjectId::from_hex(hex.as_deref()?.as_bytes());
        let kind = KINDS.into_iter().find(|k| k.as_str() == self.kind);
        let raw = self.path_base64.as_ref();
        let raw = raw.and_then(|p| data_encoding::BASE64.decode(p.as_bytes()).ok());
        let (commit, object) = (id(&self.commit), id(&self.object));
        Place {
            origin: Origin {
                repository: self.repository.clone(),
                kind: kind.unwrap_or(OriginKind::File),
                path: raw.or_else(|| self.path.clone().map(String::into_bytes)),
                commit,
                object,
                inside: Vec::new(),
            },
            line: self.line,
            end_line: self.end_line,
            column: self.column,
            end_column: self.end_column,
            excerpt: Excerpt { text: self.line_text.clone().into_bytes(), secret: None },
            introduced: self.introduced(commit),
            reach: REACHES.into_iter().find(|r| Some(r.as_str()) == self.reach.as_deref()),
            status: self.status(),
            decoded: self.decoded.iter().map(|word| way(word)).collect(),
        }
    }

    fn introduced(&self, commit: Option<ObjectId>) -> Option<Introduction> {
        Some(Introduction {
            commit: commit?,
            author: self.author.clone()?.into_bytes(),
            time: self.date.as_deref().and_then(super::moment).unwrap_or(i64::MIN),
            summary: self.subject.clone().unwrap_or_default().into_bytes(),
            order: self.order,
        })
    }

    fn status(&self) -> Status {
        match self.status.as_str() {
            "existing" => Status::Existing,
            "hidden" => Status::Hidden {
                by: self.suppressed_by.clone().unwrap_or_default(),
                why: self.why.clone().unwrap_or_default(),
            },
            // A word that is not known must not hide anything.
            _ => Status::Open,
        }
    }
}

/// The run.
#[derive(Deserialize)]
pub(super) struct Summary {
    pub(super) schema: String,
    pub(super) tool: Tool,
    pub(super) scope: String,
    pub(super) exit_code: u8,
    pub(super) below: usize,
    pub(super) shard: Option<Share>,
    pub(super) seconds: f64,
    pub(super) ledger: Account,
}

/// What the report of a shard says beside.
#[derive(Deserialize)]
pub(super) struct Share {
    number: u32,
    of: u32,
    whole: String,
    listed: Vec<String>,
    pub(super) least: Confidence,
    pub(super) unsure: Vec<Entry>,
}

impl Share {
    /// Which part it is; `None` if there is no such part.
    pub(super) fn part(&self) -> Option<Part> {
        let shard = Shard::new(self.number, self.of)?;
        Some(Part { shard, whole: self.whole.clone(), listed: self.listed.clone() })
    }
}

#[derive(Deserialize)]
pub(super) struct Tool {
    #[serde(default)]
    pub(super) rule_set: String,
}

#[derive(Deserialize)]
pub(super) struct Account {
    counts: BTreeMap<String, Counts>,
    bytes: u64,
    skipped: Vec<Gap>,
    accepted: Vec<String>,
    notes: Vec<String>,
}

#[derive(Deserialize)]
struct Counts {
    scope: u64,
    scanned: u64,
    known: u64,
    skipped: u64,
}

#[derive(Deserialize)]
struct Gap {
    reason: String,
    unit: Option<String>,
    what: String,
    detail: String,
}

fn unit(word: &str) -> Option<Unit> {
    Unit::ALL.into_iter().find(|u| u.plural() == word)
}

impl Account {
    /// The ledger that it tells of.
    pub(super) fn ledger(self) -> Ledger {
        let mut ledger = Ledger { bytes: self.bytes, notes: self.notes, ..Ledger::default() };
        for (word, c) in self.counts {
            if let Some(unit) = unit(&word) {
                *ledger.count_mut(unit) = Count {
                    scope: c.scope,
                    scanned: c.scanned,
                    known: c.known,
                    skipped: c.skipped,
                };
            }
        }
        ledger.accepted.extend(self.accepted.iter().filter_map(|word| Reason::parse(word)));
        ledger.skipped = self.skipped.into_iter().map(Gap::skipped).collect();
        ledger
    }
}

impl Gap {
    fn skipped(self) -> Skipped {
        Skipped {
            // A reason that is not known still is a gap.
            reason: Reason::parse(&self.reason).unwrap_or(Reason::Unsupported),
            unit: self.unit.as_deref().and_then(unit),
            what: self.what,
            detail: self.detail,
        }
    }
}
