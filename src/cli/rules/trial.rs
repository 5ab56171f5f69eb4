//! `stanch rules test`: why a rule finds something in a text, or why it does not.

use crate::matcher::{Candidate, Matcher, Scratch, boundary};
use crate::model::Span;
use crate::rule::{Engine, Rule, RuleSet};
use crate::verify::{self, Token};
use regex::bytes::RegexBuilder;
use std::fmt::Write as _;

/// What `rule` makes of `text`, and whether it finds something.
pub(super) fn text(rule: &Rule, text: &[u8]) -> (String, bool) {
    let set = RuleSet::of(rule.clone());
    let matcher = Matcher::new(&set);
    let mut candidates = Vec::new();
    matcher.find_in_file(text, &mut Scratch::default(), &mut candidates);
    let mut out = format!("{} ({})\n", rule.id, rule.name);
    let mut found = false;
    for candidate in &candidates {
        found |= verdicts(rule, text, candidate, &mut out);
    }
    if candidates.is_empty() {
        out.push_str(&why_not(rule, text));
    }
    (out, found)
}

/// Writes what the checks say of `candidate`; answers whether it is a finding.
fn verdicts(rule: &Rule, text: &[u8], candidate: &Candidate, out: &mut String) -> bool {
    let token = Token { rule, text, matched: candidate.matched, secret: candidate.secret };
    let Span { start, end } = candidate.secret;
    let _ = writeln!(out, "  bytes {start} to {end}: {}", shown(candidate.secret.of(text)));
    for name in rule.checks.iter() {
        let verdict = verify::find(name).map(|c| c.check(&token));
        let _ =
            writeln!(out, "    {name:20} {}", verdict.map_or_else(String::new, |v| v.to_string()));
    }
    let judgement = verify::judge(&token);
    let sum = judgement.as_ref().map_or("no finding".into(), |j| {
        format!(
            "a finding of {} severity and {} confidence",
            j.severity.as_str(),
            j.confidence.as_str()
        )
    });
    let _ = writeln!(out, "    {sum}");
    judgement.is_some()
}

/// Why there is no candidate.
fn why_not(rule: &Rule, text: &[u8]) -> String {
    if rule.engine != Engine::Shape {
        return "  nothing of its form is there\n".into();
    }
    let Ok(shape) = RegexBuilder::new(&rule.shape).unicode(false).build() else {
        return "  its shape does not compile\n".into();
    };
    let mut out = String::new();
    for found in shape.find_iter(text).take(8) {
        let matched = Span::new(found.start(), found.end());
        let why = if !boundary::may_start(rule, text, matched.start) {
            "is glued to what stands before it"
        } else if !boundary::may_end(rule, text, matched) {
            "goes on behind the match"
        } else if !boundary::in_context(rule, text, matched) {
            "has none of the words of `near` before it"
        } else if boundary::is_mail(text, matched.start) {
            "begins with the host of a mail address"
        } else {
            "stands in no token run that leads to the rule"
        };
        let _ = writeln!(out, "  bytes {} to {}: it {why}", matched.start, matched.end);
    }
    if out.is_empty() { "  its shape matches nowhere\n".into() } else { out }
}

/// The text in one line, cut.
fn shown(bytes: &[u8]) -> String {
    let text: String = String::from_utf8_lossy(bytes).chars().take(60).collect();
    text.escape_debug().to_string()
}
