//! For the unit tests of the checks: runs a check on a text, and mends samples.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may")]

use super::{Token, Verdict, find, judge};
use crate::model::{Confidence, Span};
use crate::rule::{Generator, RuleSet};

/// What the check `name` says of `secret`, the whole of a match.
pub(super) fn verdict(name: &str, secret: &[u8]) -> Verdict {
    let rules = RuleSet::builtin();
    let all = Span::new(0, secret.len());
    let token = Token { rule: rules.get(0), text: secret, matched: all, secret: all };
    find(name).unwrap_or_else(|| panic!("no check {name}")).check(&token)
}

/// A sample of `shape` that `name` has mended.
pub(super) fn mended(name: &str, shape: &str, seed: u64) -> Vec<u8> {
    let mut random = Generator::new(seed);
    let mut sample = random.matching(shape).unwrap();
    find(name).unwrap_or_else(|| panic!("no check {name}")).mend(&mut sample, &mut random);
    sample
}

/// Mended samples of `shape` still have it, and pass; with one character changed at `spoil`
/// (counted from the end), they do not.
pub(super) fn holds(name: &str, shape: &str, spoil: usize) {
    passes(name, shape);
    for seed in 0..20 {
        let mut sample = mended(name, shape, seed);
        let at = sample.len() - 1 - spoil;
        sample[at] = if sample[at] == b'7' { b'4' } else { b'7' };
        let verdict = verdict(name, &sample);
        let bad =
            matches!(verdict, Verdict::Rejected(_) | Verdict::Doubtful(_) | Verdict::Odd(..));
        assert!(bad, "{name}: {verdict:?} for a spoiled sample");
    }
}

/// Mended samples of `shape` still have it, and pass.
pub(super) fn passes(name: &str, shape: &str) {
    let whole = regex::bytes::Regex::new(&format!("^(?-u:{shape})$")).unwrap();
    for seed in 0..20 {
        let sample = mended(name, shape, seed);
        let shown = String::from_utf8_lossy(&sample);
        assert!(whole.is_match(&sample), "{name}: {shown} lost its shape");
        let verdict = verdict(name, &sample);
        let good = matches!(verdict, Verdict::Proven(_) | Verdict::Agrees(_) | Verdict::Silent);
        assert!(good, "{name}: {verdict:?} for {shown}");
    }
}

/// Whether the verdict is a rejection.
pub(super) fn rejected(name: &str, secret: &[u8]) -> bool {
    matches!(verdict(name, secret), Verdict::Rejected(_))
}

/// How sure `rule` is of `secret`, which stands behind `name` where `text` has a `~`. Of a URL all
/// up to the next slash is a part of the match.
pub(super) fn sure(rule: &str, text: &str, name: &str, secret: &str) -> Option<Confidence> {
    let rules = RuleSet::builtin();
    let rule = rules.iter().find(|r| r.id == rule)?;
    let (start, at) = (text.find(name)?, text.find('~')?);
    let text = text.replace('~', secret);
    let secret = Span::new(at, at + secret.len());
    let host = text.get(secret.end..)?.find('/').filter(|_| rule.id.contains("url"));
    let matched = Span::new(start, secret.end + host.unwrap_or(0));
    judge(&Token { rule, text: text.as_bytes(), matched, secret }).map(|j| j.confidence)
}
