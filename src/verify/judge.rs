//! The sum of all evidence about one candidate.

use super::published::is_published;
use super::random::entropy;
use super::{Token, Verdict, find, weightiest};
use crate::model::{Confidence, Severity, Traits};
use crate::rule::{Engine, Rule};

/// What the checks make of a candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// How sure.
    pub confidence: Confidence,
    /// How bad.
    pub severity: Severity,
    /// What was established.
    pub evidence: Vec<String>,
    /// What a model weighed, if one did.
    pub traits: Option<Traits>,
}

/// Judges `token` by its rule: `None` if it is not what the rule describes.
pub fn judge(token: &Token<'_>) -> Option<Judgement> {
    let rule = token.rule;
    let mut judgement = Judgement {
        // Of a whole file, only its path tells what it is.
        confidence: if rule.engine == Engine::File { Confidence::Low } else { stated(rule) },
        severity: severity(&rule.severity),
        evidence: Vec::new(),
        traits: None,
    };
    let mut proven = false;
    for check in rule.checks.iter().filter_map(|name| find(name)) {
        let verdict = check.check(token);
        proven |= matches!(verdict, Verdict::Proven(_));
        apply(&mut judgement, verdict)?;
    }
    // What is proven needs no guess from its letters.
    if !proven && entropy(token.secret()) < f64::from(rule.entropy) {
        return None;
    }
    if is_published(token.secret()) {
        apply(&mut judgement, Verdict::Lesser(Severity::Low, "published example".into()))?;
    }
    Some(judgement)
}

fn apply(judgement: &mut Judgement, verdict: Verdict) -> Option<()> {
    match verdict {
        Verdict::Proven(what) => {
            judgement.confidence = Confidence::High;
            judgement.evidence.push(what);
        }
        Verdict::Agrees(what) => judgement.evidence.push(what),
        Verdict::Silent => {}
        Verdict::Doubtful(what) => {
            judgement.confidence = Confidence::Low;
            judgement.evidence.push(what);
        }
        Verdict::Odd(most, what) => {
            judgement.confidence = judgement.confidence.min(Confidence::Medium);
            judgement.severity = judgement.severity.min(most);
            judgement.evidence.push(what);
        }
        Verdict::Lesser(most, what) => {
            judgement.severity = judgement.severity.min(most);
            judgement.evidence.push(what);
        }
        Verdict::Scored { confidence, most, traits } => {
            judgement.confidence = confidence;
            judgement.severity = judgement.severity.min(most.unwrap_or(judgement.severity));
            judgement.evidence.extend(weightiest(&traits, 2));
            judgement.traits = Some(traits);
        }
        Verdict::Rejected(_) => return None,
    }
    Some(())
}

/// How sure a match of `rule` is before any check has spoken.
pub fn stated(rule: &Rule) -> Confidence {
    match &*rule.confidence {
        "low" => Confidence::Low,
        "medium" => Confidence::Medium,
        _ => Confidence::High,
    }
}

fn severity(word: &str) -> Severity {
    match word {
        "low" => Severity::Low,
        "medium" => Severity::Medium,
        "critical" => Severity::Critical,
        _ => Severity::High,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;
    use crate::rule::RuleSet;

    fn rule(checks: &[&'static str], entropy: f32) -> Rule {
        let checks = checks.iter().copied().collect();
        Rule { checks, entropy, ..RuleSet::builtin().get(0).clone() }
    }

    fn judged(rule: &Rule, secret: &str) -> Option<Judgement> {
        let all = Span::new(0, secret.len());
        judge(&Token { rule, text: secret.as_bytes(), matched: all, secret: all })
    }

    #[test]
    fn the_entropy_of_a_rule_is_a_floor() {
        assert!(judged(&rule(&[], 3.0), "aabbaabbaabb").is_none());
        assert!(judged(&rule(&[], 3.0), "q8Zk1Vd0xPw2LmA9").is_some());
        assert!(judged(&rule(&[], 0.0), "").is_some());
    }

    #[test]
    fn a_checksum_beats_the_floor() {
        let body = "a".repeat(30);
        let mut sample = ["x_", &body, "000000"].concat().into_bytes();
        let mut random = crate::rule::Generator::new(1);
        super::super::mend(&["crc32-base62".into()], &mut sample, &mut random);
        let sample = String::from_utf8_lossy(&sample).into_owned();
        let judgement = judged(&rule(&["crc32-base62"], 4.0), &sample);
        assert_eq!(judgement.map(|j| j.confidence), Some(Confidence::High));
    }

    #[test]
    fn published_examples_are_of_low_severity() {
        let sample = ["AKIAIOSFODNN7", "EXAMPLE"].concat();
        let judgement = judged(&rule(&[], 0.0), &sample);
        assert_eq!(judgement.map(|j| j.severity), Some(Severity::Low));
    }
}
