//! From findings to questions, and what the answers change about them.

use super::ask::{Asker, Question};
use super::fill::Parts;
use super::slug;
use super::table::Revoke;
use crate::error::Result;
use crate::model::{Asked, Confidence, Finding, Severity, Status, Verdict};
use crate::rule::RuleSet;
use std::collections::BTreeMap;

/// Asks about every finding that is not filed away, and puts the answers into them. `given` are
/// parts that the user named; `slugs` are projects that the repository is known to be.
///
/// # Errors
/// If the log cannot be written.
pub fn ask_about(
    findings: &mut [Finding],
    rules: &RuleSet,
    asker: &mut Asker<'_>,
    given: &Parts,
    slugs: &[String],
) -> Result<()> {
    let mut answers = Vec::new();
    for (nth, finding) in findings.iter().enumerate().filter(|(_, f)| is_asked(f)) {
        let rule = rules.get(finding.rule);
        let Ok(secret) = std::str::from_utf8(finding.secret.expose()) else {
            answers.push((nth, Asked::unknown("it is not text")));
            continue;
        };
        if secret.is_empty() {
            answers.push((nth, Asked::unknown("the report holds no secret, only its mask")));
            continue;
        }
        let mut parts = given.clone().with("secret", secret);
        for probe in asker.probes(rule) {
            parts = paired(parts, &probe.pairs, finding, findings, rules);
        }
        let fingerprint = finding.fingerprint.to_string();
        let asked = of_projects(asker, finding, &parts, slugs, |parts| Question {
            rule,
            fingerprint: fingerprint.clone(),
            parts,
        })?;
        answers.push((nth, asked));
    }
    for (nth, asked) in answers {
        if let Some(finding) = findings.get_mut(nth) {
            apply(finding, asked);
        }
    }
    Ok(())
}

fn is_asked(finding: &Finding) -> bool {
    finding.places.iter().any(|p| !matches!(p.status, Status::Hidden { .. }))
}

/// Asks with each project that the secret may belong to, until one accepts it.
fn of_projects<'q>(
    asker: &mut Asker<'_>,
    finding: &Finding,
    parts: &Parts,
    slugs: &[String],
    question: impl Fn(Parts) -> Question<'q>,
) -> Result<Asked> {
    let mut all: Vec<String> = Vec::new();
    if !parts.has("slug") {
        all.extend(finding.places.iter().filter_map(|p| slug::in_text(&p.excerpt.text)));
        all.extend(slugs.iter().cloned());
        all.dedup();
    }
    let mut last = None;
    for slug in all {
        let asked = asker.ask(&question(parts.clone().with("slug", slug)))?;
        if asked.verdict == Verdict::Live {
            return Ok(asked);
        }
        last = Some(asked);
    }
    match last {
        Some(asked) => Ok(asked),
        None => asker.ask(&question(parts.clone())),
    }
}

/// What `way` needs to revoke a finding: its secret, and parts that stand near it. `None` if the
/// secret is not at hand.
pub fn parts_of(
    finding: &Finding,
    way: &Revoke,
    all: &[Finding],
    rules: &RuleSet,
    given: &Parts,
) -> Option<Parts> {
    let secret = std::str::from_utf8(finding.secret.expose()).ok().filter(|s| !s.is_empty())?;
    let parts = given.clone().with("secret", secret);
    Some(paired(parts, way.pairs(), finding, all, rules))
}

/// Adds the parts that stand nearest to `finding` in one text with it.
fn paired(
    mut parts: Parts,
    pairs: &BTreeMap<String, Vec<String>>,
    finding: &Finding,
    all: &[Finding],
    rules: &RuleSet,
) -> Parts {
    for (name, ids) in pairs {
        let is_one = |f: &&Finding| ids.iter().any(|id| *id == *rules.get(f.rule).id);
        let near = all.iter().filter(is_one).filter_map(|f| Some((distance(finding, f)?, f)));
        let nearest = near.min_by_key(|(distance, _)| *distance);
        let text = nearest.and_then(|(_, f)| std::str::from_utf8(f.secret.expose()).ok());
        if let (Some(text), false) = (text, parts.has(name)) {
            parts = parts.with(name, text);
        }
    }
    parts
}

/// Lines between two findings, if they share a text.
fn distance(a: &Finding, b: &Finding) -> Option<u32> {
    let pairs = a.places.iter().flat_map(|p| b.places.iter().map(move |q| (p, q)));
    let same = pairs
        .filter(|(p, q)| p.origin.path == q.origin.path && p.origin.object == q.origin.object);
    same.map(|(p, q)| p.line.abs_diff(q.line)).min()
}

/// What works is worse than it looked, what is dead less; nothing is dropped.
fn apply(finding: &mut Finding, asked: Asked) {
    match asked.verdict {
        Verdict::Live => {
            finding.confidence = Confidence::High;
            finding.severity = finding.severity.max(Severity::High);
        }
        Verdict::Dead => finding.severity = Severity::Low,
        Verdict::Unknown => {}
    }
    finding.asked = Some(Box::new(asked));
}
