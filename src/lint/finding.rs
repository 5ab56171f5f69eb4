//! What a lint has seen, as findings like those of a scan.

use super::{Hit, hits};
use crate::circle::Broken;
use crate::model::{
    Confidence, Excerpt, Finding, Fingerprint, Origin, OriginKind, Place, Secret, Severity, Span,
    Status,
};
use crate::rule::{Rule, RuleSet};

/// How many lines are looked at for the text that is meant.
const NEAR: usize = 3;
/// Longest line that is shown.
const LONGEST: usize = 400;

/// Makes the identity of a finding.
type Print<'a> = &'a dyn Fn(&Rule, &Secret) -> Fingerprint;
/// What a comment beside it says.
type Beside<'a> = &'a dyn Fn(&[u8], Span, &Rule) -> Option<Status>;

/// The findings in the configuration `text` at `path`.
///
/// # Errors
/// If the configuration cannot be read.
pub fn findings(
    path: &[u8],
    text: &str,
    rules: &RuleSet,
    print: Print<'_>,
    beside: Beside<'_>,
) -> Result<Vec<Finding>, Broken> {
    let mut found = Vec::new();
    for hit in hits(text)? {
        let Some(nth) = rules.iter().position(|r| r.id == hit.rule) else { continue };
        let rule = rules.get(nth);
        let spot = Spot::of(text, &hit);
        // What is no secret is known by what it says and where; a line above does not matter.
        let identity = match hit.secret {
            true => Secret::new(hit.needle.as_bytes()),
            false => Secret::new([path, b"\0", hit.what.as_bytes()].concat()),
        };
        let secret = if hit.secret { Secret::new(hit.needle.as_bytes()) } else { Secret::new("") };
        let status = beside(text.as_bytes(), spot.span, rule).unwrap_or(Status::Open);
        found.push(Finding {
            rule: nth,
            fingerprint: print(rule, &identity),
            secret,
            confidence: confidence(rule),
            severity: severity(rule),
            evidence: vec![hit.what.clone()],
            traits: None,
            asked: None,
            places: vec![spot.place(path, &hit, status)],
            more: 0,
            beside: Vec::new(),
        });
    }
    Ok(found)
}

/// Where a hit stands in the text.
struct Spot<'t> {
    line: &'t str,
    span: Span,
    start: usize,
    end: usize,
}

impl<'t> Spot<'t> {
    /// On its line or, as folding moves text, on one of the next; else the line's own text.
    fn of(text: &'t str, hit: &Hit) -> Self {
        let first = usize::try_from(hit.line.saturating_sub(1)).unwrap_or(0);
        let needle = hit.needle.lines().next().unwrap_or_default();
        let mut offset = 0;
        let mut own = Self { line: "", span: Span::new(0, 0), start: 0, end: 0 };
        for (nth, line) in text.split_inclusive('\n').enumerate().take(first + NEAR) {
            let bare = line.trim_end();
            let at = bare.find(needle).filter(|_| !needle.is_empty() && nth >= first);
            let lead = bare.len() - bare.trim_start().len();
            let (start, end) = at.map_or((lead, bare.len()), |at| (at, at + needle.len()));
            let span = Span::new(offset + start, offset + end);
            let spot = Self { line: bare, span, start, end };
            if at.is_some() {
                return spot;
            }
            if nth == first {
                own = spot;
            }
            offset += line.len();
        }
        own
    }

    fn place(&self, path: &[u8], hit: &Hit, status: Status) -> Place {
        let column = |at: usize| {
            let before = self.line.get(..at).unwrap_or_default();
            u32::try_from(before.chars().count() + 1).unwrap_or(u32::MAX)
        };
        let fits = self.line.len() <= LONGEST;
        let shown = if fits { self.line } else { "" };
        Place {
            origin: Origin::new(OriginKind::File).path(path),
            line: hit.line,
            end_line: hit.line,
            column: column(self.start),
            end_column: column(self.end),
            excerpt: Excerpt {
                text: shown.as_bytes().to_vec(),
                secret: (hit.secret && fits).then(|| Span::new(self.start, self.end)),
            },
            introduced: None,
            reach: None,
            status,
            decoded: Vec::new(),
        }
    }
}

fn confidence(rule: &Rule) -> Confidence {
    match &*rule.confidence {
        "low" => Confidence::Low,
        "medium" => Confidence::Medium,
        _ => Confidence::High,
    }
}

fn severity(rule: &Rule) -> Severity {
    match &*rule.severity {
        "low" => Severity::Low,
        "medium" => Severity::Medium,
        "critical" => Severity::Critical,
        _ => Severity::High,
    }
}
