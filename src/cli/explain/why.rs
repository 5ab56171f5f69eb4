//! What speaks for a finding and against it.

use crate::model::Finding;
use crate::rule::RuleSet;
use crate::verify;
use std::fmt::Write as _;

/// How many reasons of each side are told.
const MOST: usize = 12;

/// The reasons in words, each with its share of the score.
pub(super) fn told(finding: &Finding, rules: &RuleSet) -> String {
    let (rule, sure) = (&rules.get(finding.rule).id, finding.confidence.as_str());
    let mut text = format!("{} [{rule}]: confidence {sure}\n", finding.fingerprint);
    let Some(traits) = &finding.traits else {
        text.push_str("The shape that its vendor gives it matches exactly; no score is made.\n");
        finding.evidence.iter().for_each(|e| line(&mut text, e));
        return text;
    };
    let reasons = verify::why(traits);
    let _ =
        writeln!(text, "score {:+.2} (the logarithm of its odds)", share(verify::score(traits)));
    for (head, sign) in [("speaks for it", 1), ("speaks against it", -1)] {
        let _ = writeln!(text, "\n{head}");
        for (what, points) in reasons.iter().filter(|(_, p)| p.signum() == sign).take(MOST) {
            line(&mut text, &format!("{:+.2}  {what}", share(*points)));
        }
    }
    if verify::is_plain(traits) {
        text.push_str("\nIt is too plain, or too near, to be held for sure: medium at most.\n");
    }
    text
}

fn share(points: i32) -> f64 {
    f64::from(points) / 1000.0
}

fn line(text: &mut String, what: &str) {
    let _ = writeln!(text, "  {what}");
}
