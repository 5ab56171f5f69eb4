//! Tries a rule's expression where an anchor was seen, and never elsewhere.

use super::anchors::{Hit, fits};
use super::stretches::joined;
use super::{Candidate, Scratch, boundary};
use crate::model::Span;
use crate::prefilter::Run;
use crate::rule::{Mask, RUN, Rule, RuleSet};
use regex_automata::{Input, meta};
use std::sync::OnceLock;
use std::time::Instant;

/// The expressions of a rule set, each compiled when it is first needed.
pub(super) struct Shapes {
    compiled: Vec<OnceLock<Option<Shape>>>,
}

struct Shape {
    regex: meta::Regex,
    /// Index of the group `secret`, or 0 for the whole match.
    secret: usize,
}

impl Shapes {
    /// Room for the expressions of `rules`.
    pub(super) fn new(rules: &RuleSet) -> Self {
        Self { compiled: (0..rules.len()).map(|_| OnceLock::new()).collect() }
    }

    /// How many expressions have been compiled so far.
    pub(super) fn compiled(&self) -> usize {
        self.compiled.iter().filter(|c| c.get().is_some()).count()
    }

    /// Tries the rules of the hits in `scratch`, which are sorted, around them.
    pub(super) fn find(
        &self,
        rules: &RuleSet,
        text: &[u8],
        scratch: &mut Scratch,
        out: &mut Vec<Candidate>,
    ) {
        for of_rule in scratch.hits.chunk_by(|a, b| a.rule == b.rule) {
            let index = of_rule[0].rule as usize;
            let rule = rules.get(index);
            let started = scratch.costs.as_ref().map(|_| Instant::now());
            for region in regions(rule, text, of_rule, scratch.survey.runs()) {
                let compiled = self.compiled[index].get_or_init(|| compile(rule));
                if let Some(shape) = compiled {
                    search(shape, rule, index, text, region, out);
                }
            }
            if let (Some(costs), Some(started)) = (&mut scratch.costs, started) {
                let cost = costs.entry(index).or_default();
                cost.anchors += of_rule.len();
                cost.time += started.elapsed();
            }
        }
    }
}

fn compile(rule: &Rule) -> Option<Shape> {
    let syntax = regex_automata::util::syntax::Config::new().unicode(false).utf8(false);
    // Only short stretches are searched, so the engines that are quick to build win.
    let config = meta::Config::new().hybrid(false).utf8_empty(false).auto_prefilter(false);
    let regex = meta::Builder::new().syntax(syntax).configure(config).build(&rule.shape).ok()?;
    let secret = regex.group_info().to_index(Default::default(), "secret").unwrap_or(0);
    Some(Shape { regex, secret })
}

/// The stretches in which matches around `hits` (sorted, of one rule) lie, disjoint. Those in
/// which no run is as the rule needs it are left out.
fn regions<'a>(
    rule: &'a Rule,
    text: &'a [u8],
    hits: &'a [Hit],
    runs: &'a [Run],
) -> impl Iterator<Item = Span> + 'a {
    let mut runs = Runs { rule, text, all: runs };
    joined(hits.iter().map(|hit| region(rule, text, hit.span)).filter(move |r| runs.meet(*r)))
}

/// Walks along the runs of a text.
struct Runs<'a> {
    rule: &'a Rule,
    text: &'a [u8],
    all: &'a [Run],
}

impl Runs<'_> {
    /// Whether a run that leads to the rule reaches into `region`. Asked in rising order of
    /// starts.
    fn meet(&mut self, region: Span) -> bool {
        if self.rule.anatomy.run < RUN {
            return true;
        }
        let passed = self.all.partition_point(|r| r.span.end <= region.start);
        self.all = &self.all[passed..];
        let inside = self.all.iter().take_while(|r| r.span.start < region.end);
        inside.into_iter().any(|r| {
            let part = Span::new(r.span.start.max(region.start), r.span.end.min(region.end));
            fits(self.rule.anatomy.mask, *r) && holds_run(self.rule, self.text, part)
        })
    }
}

/// Whether `part` of a run holds the run of characters that every match of `rule` has.
pub(super) fn holds_run(rule: &Rule, text: &[u8], part: Span) -> bool {
    let anatomy = &rule.anatomy;
    let digit = anatomy.mask == Mask::Digit;
    let stays = |b: &u8| anatomy.run_set[usize::from(b >> 6)] >> (b & 63) & 1 == 1;
    part.len() >= anatomy.run
        && part
            .of(text)
            .split(|b| !stays(b))
            .any(|s| s.len() >= anatomy.run && (!digit || s.iter().any(u8::is_ascii_digit)))
}

fn region(rule: &Rule, text: &[u8], anchor: Span) -> Span {
    let anatomy = &rule.anatomy;
    let (start, end) = if anatomy.context {
        (anchor.end, anchor.end + usize::from(rule.within) + anatomy.max_len)
    } else {
        (anchor.start.saturating_sub(anatomy.lead), anchor.start + anatomy.max_len)
    };
    Span::new(start, text.len().min(end))
}

fn search(
    shape: &Shape,
    rule: &Rule,
    index: usize,
    text: &[u8],
    region: Span,
    out: &mut Vec<Candidate>,
) {
    let mut captures = shape.regex.create_captures();
    let longest = rule.anatomy.max_len.max(1);
    let mut at = region.start;
    while at < region.end {
        // No match is longer than that, so a long region is searched in short stretches, for
        // which the engines have their quickest ways.
        let end = region.end.min(at + 2 * longest);
        shape.regex.search_captures(&Input::new(text).span(at..end), &mut captures);
        let Some(found) = captures.get_match() else {
            at = if end == region.end { end } else { at + longest };
            continue;
        };
        let matched = Span::new(found.start(), found.end());
        let secret =
            captures.get_group(shape.secret).map_or(matched, |g| Span::new(g.start, g.end));
        let stands =
            boundary::holds(rule, text, matched) && boundary::in_context(rule, text, matched);
        if stands && !secret.is_empty() {
            out.push(Candidate { rule: index, matched, secret });
            at = matched.end.max(at + 1);
        } else {
            // A longer token may start inside of what did not stand.
            at = matched.start + 1;
        }
    }
}
