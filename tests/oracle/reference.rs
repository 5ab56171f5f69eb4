//! The reference: every rule's expression over the whole text, from every byte.

use crate::neighbours::{are_free, are_near, is_mail, last_bytes};
use rayon::prelude::*;
use regex::bytes::{Regex, RegexBuilder};
use stanch::matcher::Candidate;
use stanch::model::Span;
use stanch::rule::{Engine, Rule, RuleSet};
use std::sync::OnceLock;

/// The rules, each with its expression once that was needed.
pub struct Reference<'r> {
    rules: &'r RuleSet,
    shapes: Vec<OnceLock<Shape>>,
}

struct Shape {
    regex: Regex,
    tail: [bool; 256],
}

impl<'r> Reference<'r> {
    pub fn new(rules: &'r RuleSet) -> Self {
        Self { rules, shapes: (0..rules.len()).map(|_| OnceLock::new()).collect() }
    }

    /// All matches of rules with a shape that stand where they may: also those that overlap, one
    /// at most for each rule and start.
    pub fn all(&self, text: &[u8]) -> Vec<Candidate> {
        let lower = text.to_ascii_lowercase();
        let of_rule = |index: usize| self.of_rule(index, text, &lower);
        let mut found: Vec<Candidate> =
            (0..self.rules.len()).into_par_iter().flat_map_iter(of_rule).collect();
        found.sort_unstable();
        found
    }

    fn of_rule(&self, index: usize, text: &[u8], lower: &[u8]) -> Vec<Candidate> {
        let rule = self.rules.get(index);
        if rule.engine != Engine::Shape || lacks_context(rule, lower) {
            return Vec::new();
        }
        let shape = self.shapes[index].get_or_init(|| Shape::new(rule));
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(matched) = shape.regex.find_at(text, at) {
            let (start, end) = (matched.start(), matched.end());
            let secret = || {
                let groups = shape.regex.captures_at(text, start).unwrap();
                groups.name("secret").unwrap_or(matched)
            };
            let named = || !text[start..secret().start()].iter().all(u8::is_ascii_alphanumeric);
            let free = are_free(rule, &shape.tail, text, (start, end), named);
            if free && are_near(rule, text, start) {
                let secret = secret();
                let is_host = secret.start() > start && is_mail(text, start);
                if !secret.is_empty() && !is_host {
                    let secret = Span::new(secret.start(), secret.end());
                    let matched = Span::new(start, end);
                    found.push(Candidate { rule: index, matched, secret });
                }
            }
            at = start + 1;
            if at > text.len() {
                break;
            }
        }
        found
    }
}

impl Shape {
    fn new(rule: &Rule) -> Self {
        let regex = RegexBuilder::new(&rule.shape).unicode(false).size_limit(1 << 26).build();
        let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build();
        Self { regex: regex.unwrap(), tail: last_bytes(&parser.parse(&rule.shape).unwrap()) }
    }
}

/// Whether no word that the rule asks for stands anywhere: then its expression need not run.
fn lacks_context(rule: &Rule, lower: &[u8]) -> bool {
    let has = |word: &str| memchr::memmem::find(lower, word.to_ascii_lowercase().as_bytes());
    !rule.near.is_empty() && rule.near.iter().all(|word| has(word).is_none())
}

/// Of `all`, sorted, those that are left when a match that stands ends what it covers: for each
/// rule from left to right.
pub fn in_turn(all: &[Candidate]) -> Vec<Candidate> {
    let mut kept: Vec<Candidate> = Vec::new();
    for one in all {
        let free = kept
            .last()
            .is_none_or(|last| last.rule != one.rule || one.matched.start >= last.matched.end);
        if free {
            kept.push(*one);
        }
    }
    kept
}
