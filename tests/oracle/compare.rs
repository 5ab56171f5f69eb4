//! Holds what the matcher finds against what the reference finds.
//!
//! Three things must hold. Each candidate of the matcher is one of the reference. Each of the
//! reference, taken in turn, is found, or another one of its rule that overlaps it. And after
//! judging and settling, both name the same rules at the same places. Only a token that its rule
//! declares lost, one whose own runs do not look as its mask demands, may be missing.

use crate::reference::{Reference, in_turn};
use stanch::matcher::{Candidate, Matcher, Scratch};
use stanch::model::Span;
use stanch::rule::{Engine, Mask, RUN, Rule, RuleSet, is_token};
use stanch::verify::{self, Judged, Token};
use std::collections::BTreeSet;

/// Both ways, ready to use.
pub struct Both<'r> {
    pub rules: &'r RuleSet,
    pub matcher: Matcher<'r>,
    pub reference: Reference<'r>,
}

/// Where the two differ.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    pub rule: String,
    pub what: &'static str,
    pub at: Span,
}

/// A rule and the place of a secret.
pub type Found = BTreeSet<(usize, Span)>;

impl<'r> Both<'r> {
    pub fn new(rules: &'r RuleSet) -> Self {
        Self { rules, matcher: Matcher::new(rules), reference: Reference::new(rules) }
    }

    /// The matcher's candidates.
    pub fn found(&self, text: &[u8]) -> Vec<Candidate> {
        let mut out = Vec::new();
        self.matcher.find(text, &mut Scratch::default(), &mut out);
        out
    }

    /// What is left of the matcher's candidates after judging.
    pub fn judged(&self, text: &[u8]) -> Found {
        self.settled(text, &self.found(text))
    }

    /// All differences on `text`.
    pub fn differences(&self, text: &[u8]) -> Vec<Difference> {
        let mut differences = Vec::new();
        let found = self.found(text);
        let all = self.reference.all(text);
        let is_shape = |c: &&Candidate| self.rules.get(c.rule).engine == Engine::Shape;
        for c in found.iter().filter(is_shape).filter(|c| all.binary_search(c).is_err()) {
            differences.push(self.difference(c, "is no match"));
        }
        let (missed, mut expected) = self.missed(text, &found, &all);
        differences.extend(missed.iter().map(|c| self.difference(c, "is not found")));
        expected.extend(found.iter().filter(|c| !is_shape(c)));
        expected.sort_unstable();
        let (here, there) = (self.settled(text, &found), self.settled(text, &expected));
        let named = |&(rule, at): &(usize, Span), what| Difference {
            rule: self.rules.get(rule).id.to_string(),
            what,
            at,
        };
        differences.extend(here.difference(&there).map(|f| named(f, "is judged too much")));
        differences.extend(there.difference(&here).map(|f| named(f, "is lost in judging")));
        differences
    }

    /// Those of the reference that the matcher lacks, and those that it must have.
    fn missed(
        &self,
        text: &[u8],
        found: &[Candidate],
        all: &[Candidate],
    ) -> (Vec<Candidate>, Vec<Candidate>) {
        let (mut missed, mut expected) = (Vec::new(), Vec::new());
        for c in in_turn(all) {
            let met = |f: &&Candidate| f.rule == c.rule && f.matched.overlaps(c.matched);
            if found.binary_search(&c).is_ok() {
                expected.push(c);
            } else if !is_declared_loss(self.rules.get(c.rule), text, &c) {
                let other = found.iter().find(met);
                missed.extend(other.is_none().then_some(c));
                expected.push(c);
            }
        }
        (missed, expected)
    }

    fn difference(&self, c: &Candidate, what: &'static str) -> Difference {
        Difference { rule: self.rules.get(c.rule).id.to_string(), what, at: c.matched }
    }

    /// Judges and settles candidates.
    pub fn settled(&self, text: &[u8], candidates: &[Candidate]) -> Found {
        let one = |c: &Candidate| {
            let rule = self.rules.get(c.rule);
            let token = Token { rule, text, matched: c.matched, secret: c.secret };
            Some(Judged { rule: c.rule, secret: c.secret, judgement: verify::judge(&token)? })
        };
        let judged = candidates.iter().filter_map(one).collect();
        let settled = verify::settle(judged, self.rules);
        settled.into_iter().map(|j| (j.rule, j.secret)).collect()
    }
}

/// Whether the rule says that such a token is lost: none of the runs in it, or in its secret,
/// looks as its mask demands. A digit in the vendor's name does not make up for the secret's.
fn is_declared_loss(rule: &Rule, text: &[u8], found: &Candidate) -> bool {
    let digit = |run: &[u8]| run.iter().any(u8::is_ascii_digit);
    let seen = |run: &[u8]| match rule.anatomy.mask {
        Mask::Digit => digit(run),
        Mask::Mixed => digit(run) || is_mixed(run),
        Mask::Any => true,
    };
    let lost = |span| !runs_in(text, span).any(seen);
    rule.anatomy.loss > 0.0 && (lost(found.matched) || lost(found.secret))
}

/// Whether two capitals touch in it, and one follows a small letter.
fn is_mixed(run: &[u8]) -> bool {
    let shape: Vec<u8> = run
        .iter()
        .map(|b| match b {
            b'A'..=b'Z' => b'A',
            b'a'..=b'z' => b'a',
            _ => b'.',
        })
        .collect();
    memchr::memmem::find(&shape, b"AA").is_some() && memchr::memmem::find(&shape, b"aA").is_some()
}

/// The runs of token characters in `span` itself.
fn runs_in(text: &[u8], span: Span) -> impl Iterator<Item = &[u8]> {
    span.of(text).split(|b| !is_token(*b)).filter(|run| run.len() >= RUN)
}
