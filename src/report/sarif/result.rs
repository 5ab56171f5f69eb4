//! Findings as results of SARIF, one for each place.

use super::super::{Redactor, Report, advice};
use super::log::{
    ArtifactLocation, Hit, HitProperties, Location, LogicalLocation, PhysicalLocation, Region,
    Suppression,
};
use super::{rules, uri};
use crate::model::{Excerpt, Finding, OriginKind, Place, Reach, Status};
use crate::rule::Rule;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The results of `report`, whose rules in use are `used`. A place that the work tree, the index
/// and a commit hold alike is one result.
pub(super) fn all<'a>(report: &Report<'a>, redactor: &Redactor, used: &[usize]) -> Vec<Hit<'a>> {
    let mut hits = Vec::new();
    let mut seen = HashSet::new();
    let mut lines = LineHashes::default();
    for (nth, finding) in report.findings.iter().enumerate() {
        let rule_index = used.binary_search(&finding.rule).unwrap_or_default();
        for place in &finding.places {
            let path = place.origin.path.as_deref().map(|p| redactor.bytes(p));
            let uri = uri::of(&place.origin, path.as_deref());
            if seen.insert((nth, uri.clone(), place.line, place.column, place.status.as_str())) {
                let id = &report.rules.get(finding.rule).id;
                let hash = lines.next(id, &uri, &place.excerpt, redactor);
                let site = Site { rule_index, uri, hash };
                hits.push(hit(report, finding, place, redactor, site));
            }
        }
    }
    hits
}

/// What a result needs beside its finding and place.
struct Site {
    rule_index: usize,
    uri: String,
    hash: String,
}

fn hit<'a>(
    report: &Report<'a>,
    finding: &Finding,
    place: &Place,
    redactor: &Redactor,
    site: Site,
) -> Hit<'a> {
    let rule = report.rules.get(finding.rule);
    let commit = place.origin.commit.or(place.introduced.as_ref().map(|i| i.commit));
    Hit {
        rule_id: &rule.id,
        rule_index: site.rule_index,
        level: rules::level(finding.severity),
        message: message(rule, place, commit.map(|c| c.short())).into(),
        locations: vec![location(place, site.uri)],
        partial_fingerprints: BTreeMap::from([("primaryLocationLineHash", site.hash)]),
        suppressions: suppressions(&place.status, redactor),
        properties: HitProperties {
            status: place.status.as_str(),
            origin: place.origin.kind.as_str(),
            confidence: finding.confidence.as_str(),
            severity: finding.severity.as_str(),
            commit: commit.map(|c| c.to_string()),
            reach: place.reach.map(|r| r.as_str()),
            live: finding.asked.as_ref().map(|asked| asked.verdict.as_str()),
        },
    }
}

fn message(rule: &Rule, place: &Place, commit: Option<String>) -> String {
    let gone = place.origin.kind == OriginKind::History && place.reach != Some(Reach::Head);
    let kind = if gone { "Found in history" } else { "Found" };
    let commit = commit.map_or(String::new(), |c| format!(" in commit {c}"));
    format!("{}. {kind}{commit}. {}", rule.name, advice::first(rule))
}

fn location(place: &Place, uri: String) -> Location {
    let logical = match (place.origin.kind, place.origin.commit) {
        (OriginKind::Message, Some(commit)) => vec![format!("message of {commit}")],
        (OriginKind::Name, _) => vec!["file name".to_owned()],
        _ => Vec::new(),
    };
    let name = |fully_qualified_name| LogicalLocation { fully_qualified_name };
    Location {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri },
            region: region(place),
        },
        logical_locations: logical.into_iter().map(name).collect(),
    }
}

fn region(place: &Place) -> Region {
    Region {
        start_line: place.line.max(1),
        start_column: place.column.max(1),
        end_line: place.end_line.max(place.line).max(1),
        end_column: place.end_column.max(1),
    }
}

fn suppressions(status: &Status, redactor: &Redactor) -> Vec<Suppression> {
    let Status::Hidden { by, why } = status else { return Vec::new() };
    let (by, why) = (redactor.text(by.as_bytes()), redactor.text(why.as_bytes()));
    let kind = if is_comment(&by) { "inSource" } else { "external" };
    let justification = if why.is_empty() { by } else { format!("{by}: {why}") };
    vec![Suppression { kind, justification }]
}

/// Comments are known by their words, which differ from names of files and of settings.
fn is_comment(by: &str) -> bool {
    let words = [":allow", ":ignore", "pragma:", "ggignore", "secretlint-disable", "nosec"];
    words.iter().any(|word| by.contains(word))
}

/// Fingerprints of lines, as code scanning compares them: of the line without its secrets and
/// blanks, and the how-manieth of its kind it is.
#[derive(Debug, Default)]
struct LineHashes {
    count: HashMap<(String, String), usize>,
}

impl LineHashes {
    fn next(&mut self, rule: &str, uri: &str, line: &Excerpt, redactor: &Redactor) -> String {
        let mut masked = redactor.excerpt(line);
        if let Some(own) = masked.secret {
            masked.text.drain(own.start..own.end);
        }
        masked.text.retain(|b| !b.is_ascii_whitespace());
        let mut hasher = blake3::Hasher::new();
        hasher.update(rule.as_bytes()).update(b"\0").update(&masked.text);
        let hash: String = hasher.finalize().to_hex().chars().take(16).collect();
        let nth = self.count.entry((uri.to_owned(), hash.clone())).or_default();
        *nth += 1;
        format!("{hash}:{nth}")
    }
}
