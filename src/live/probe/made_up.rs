//! Makes up a credential of a rule's form, which the service must refuse.

use crate::rule::{Generator, Rule};
use crate::verify;
use regex::bytes::RegexBuilder;

/// A credential that passes the rule's own checks and belongs to nobody, or one that `real` is
/// turned into if the rule makes none.
pub(super) fn made_up(rule: &Rule, real: &str, seed: u64) -> String {
    let mut random = Generator::new(seed);
    let made = by_rule(rule, &mut random).filter(|made| made != real && !made.is_empty());
    made.unwrap_or_else(|| turned(real, &mut random))
}

fn by_rule(rule: &Rule, random: &mut Generator) -> Option<String> {
    let shape = if rule.sample.is_empty() { &rule.shape } else { &rule.sample };
    let mut sample = random.matching(shape).ok()?;
    verify::mend(&rule.checks, &mut sample, random);
    let inner = RegexBuilder::new(shape).unicode(false).build().ok()?;
    let found = inner.captures(&sample);
    let secret = found.as_ref().and_then(|c| c.name("secret")).map(|m| m.as_bytes());
    String::from_utf8(secret.unwrap_or(&sample).to_vec()).ok()
}

/// The second half of `real` with other letters and digits, each of its kind.
fn turned(real: &str, random: &mut Generator) -> String {
    let half = real.chars().count() / 2;
    let mut turn = |(nth, c): (usize, char)| match c {
        _ if nth < half => c,
        '0'..='9' => char::from(b'0' + random.below(10) as u8),
        'a'..='f' => char::from(b'a' + random.below(6) as u8),
        'g'..='z' => char::from(b'g' + random.below(20) as u8),
        'A'..='Z' => char::from(b'A' + random.below(26) as u8),
        other => other,
    };
    real.chars().enumerate().map(&mut turn).collect()
}
