//! Tries a rule's expression where an anchor was seen, and never elsewhere.

use super::anchors::{Hit, fits};
use super::machine::{Machine, may_begin};
use super::program::{Program, has};
use super::{Candidate, Scratch, boundary};
use crate::model::Span;
use crate::prefilter::Run;
use crate::rule::{Anatomy, Gate, Mask, RUN, Rule, RuleSet, parse_shape};
use std::sync::OnceLock;
use std::time::Instant;

/// The expressions of a rule set, each compiled when it is first needed.
pub(super) struct Shapes {
    compiled: Vec<OnceLock<Option<Program>>>,
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
        let Scratch { survey, hits, machine, costs, .. } = scratch;
        for of_rule in hits.chunk_by(|a, b| a.rule == b.rule) {
            let index = of_rule[0].rule as usize;
            let rule = rules.get(index);
            let started = costs.as_ref().map(|_| Instant::now());
            let mut runs = Runs { rule, text, all: survey.runs() };
            let mut likely = of_rule.iter().filter(|hit| runs.meet(hit)).peekable();
            if likely.peek().is_some()
                && let Some(program) = self.compiled[index].get_or_init(|| compile(rule))
            {
                machine.reset(program);
                let mut search = Search { program, rule, index, text, machine, out, at: 0 };
                likely.for_each(|hit| search.around(hit.span));
            }
            if let (Some(costs), Some(started)) = (costs.as_mut(), started) {
                let cost = costs.entry(index).or_default();
                cost.anchors += of_rule.len();
                cost.time += started.elapsed();
            }
        }
    }
}

fn compile(rule: &Rule) -> Option<Program> {
    Program::compile(&parse_shape(&rule.shape).ok()?)
}

/// Walks along the runs of a text.
struct Runs<'a> {
    rule: &'a Rule,
    text: &'a [u8],
    all: &'a [Run],
}

impl Runs<'_> {
    /// Whether a run that leads to the rule is in reach of the anchor. Asked in rising order.
    fn meet(&mut self, anchor: &Hit) -> bool {
        let anatomy = &self.rule.anatomy;
        if anatomy.run < RUN || anatomy.gate == Gate::Head {
            return true;
        }
        let starts = starts(self.rule, anchor.span);
        let end = starts.end + anatomy.max_len;
        let passed = self.all.partition_point(|r| r.span.end <= starts.start);
        self.all = &self.all[passed..];
        let inside = self.all.iter().take_while(|r| r.span.start < end);
        inside.into_iter().any(|r| {
            let part = Span::new(r.span.start.max(starts.start), r.span.end.min(end));
            leads_to(self.rule, self.text, *r, part)
        })
    }
}

/// Whether `whole` is a run as `rule` demands, and `part` of it holds the characters that every
/// match of the rule has.
pub(super) fn leads_to(rule: &Rule, text: &[u8], whole: Run, part: Span) -> bool {
    let Anatomy { run_set, run, mask, .. } = &rule.anatomy;
    if !fits(*mask, whole) {
        return false;
    }
    let part = part.of(text);
    let mut at = 0;
    while let Some(next) = part.get(at..at + run) {
        if let Some(other) = next.iter().rposition(|&b| !has(run_set, b)) {
            at += other + 1;
            continue;
        }
        let rest = &part[at..];
        let end = rest.iter().position(|&b| !has(run_set, b)).unwrap_or(rest.len());
        if *mask != Mask::Digit || rest[..end].iter().any(u8::is_ascii_digit) {
            return true;
        }
        at += end;
    }
    false
}

/// Where a match around `anchor` can start: anywhere from the span's start to its end, both
/// included.
fn starts(rule: &Rule, anchor: Span) -> Span {
    if rule.anatomy.context {
        Span::new(anchor.end, anchor.start.saturating_add(usize::from(rule.within)))
    } else {
        Span::new(anchor.start.saturating_sub(rule.anatomy.lead), anchor.start)
    }
}

/// Tries one rule in one text.
struct Search<'s> {
    program: &'s Program,
    rule: &'s Rule,
    index: usize,
    text: &'s [u8],
    machine: &'s mut Machine,
    out: &'s mut Vec<Candidate>,
    /// Everything before has been tried, or belongs to a candidate.
    at: usize,
}

impl Search<'_> {
    /// Tries every place where a match around `anchor` can start.
    fn around(&mut self, anchor: Span) {
        let starts = starts(self.rule, anchor);
        self.at = self.at.max(starts.start);
        while self.at <= starts.end.min(self.text.len()) {
            self.at = self.attempt(self.at).unwrap_or(self.at + 1);
        }
    }

    /// Tries one place; answers where the candidate found there ends.
    fn attempt(&mut self, start: usize) -> Option<usize> {
        let Self { program, rule, text, .. } = *self;
        if !may_begin(&program.ahead, text, start) || !boundary::may_start(rule, text, start) {
            return None;
        }
        let (matched, secret) = self.machine.run(program, text, start)?;
        if secret.is_empty()
            || !boundary::may_end(rule, text, matched)
            || !boundary::in_context(rule, text, matched)
        {
            return None;
        }
        self.out.push(Candidate { rule: self.index, matched, secret });
        Some(matched.end.max(start + 1))
    }
}
