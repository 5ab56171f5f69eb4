//! Tries a rule's expression where an anchor was seen, and never elsewhere.

use super::anchors::Hit;
use super::context::Context;
use super::lead::Lead;
use super::machine::{Machine, Match};
use super::program::{Ahead, Program, has};
use super::{Candidate, Cost, boundary};
use crate::model::Span;
use crate::prefilter::{Run, Survey};
use crate::rule::{Gate, Mask, Rule, RuleSet, Str, parse_shape};
use std::collections::HashMap;
use std::sync::OnceLock;
use std::time::Instant;

/// What is kept from one try to the next.
#[derive(Default)]
pub(super) struct Tries {
    machine: Machine,
    /// What each rule costs, if that is asked.
    pub(super) costs: Option<HashMap<usize, Cost>>,
    /// Up to where a text has been tried by the rules of which it holds very many hits.
    done: HashMap<usize, usize>,
}

impl Tries {
    /// Such that keep account of what each rule costs.
    pub(super) fn profiling() -> Self {
        Self { costs: Some(HashMap::new()), ..Self::default() }
    }

    /// Another text comes.
    pub(super) fn begin(&mut self) {
        self.done.clear();
    }
}

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

    /// Tries the rules of the hits, which are sorted, around them. If they `are_all`, no more come
    /// of this text.
    pub(super) fn find(
        &self,
        rules: &RuleSet,
        (text, survey): (&[u8], &Survey),
        (hits, are_all): (&[Hit], bool),
        tries: &mut Tries,
        out: &mut Vec<Candidate>,
    ) {
        let Tries { machine, costs, done } = tries;
        for of_rule in hits.chunk_by(|a, b| a.rule == b.rule) {
            let index = of_rule[0].rule as usize;
            let rule = rules.get(index);
            let started = costs.as_ref().map(|_| Instant::now());
            let runs =
                Runs { place: Place { rule, text }, all: survey.runs(), dead: Span::new(0, 0) };
            let before = done.get(&index).copied().unwrap_or(0);
            let tried = self.search(of_rule, (index, before), runs, machine, out);
            if !are_all {
                done.insert(index, tried);
            }
            if let (Some(costs), Some(started)) = (costs.as_mut(), started) {
                let cost = costs.entry(index).or_default();
                cost.anchors += of_rule.len();
                cost.time += started.elapsed();
            }
        }
    }

    /// Tries one rule behind what has been tried, and answers up to where it has then.
    fn search(
        &self,
        hits: &[Hit],
        (index, before): (usize, usize),
        mut runs: Runs<'_>,
        machine: &mut Machine,
        out: &mut Vec<Candidate>,
    ) -> usize {
        let place = runs.place;
        let compiled = &self.compiled[index];
        machine.reset();
        let outlines = compiled.get().and_then(Option::as_ref);
        let outlines = outlines.and_then(|p| p.outlines(hits.len(), own_anchors(place.rule)));
        let mut context = Context::of(place.rule);
        // Everything before has been tried, or belongs to a candidate.
        let mut at = before;
        for hit in hits {
            let starts = starts(place.rule, hit.span);
            if outlines.is_some_and(|o| !o.behind.fits(place.text, hit.span.end))
                || !runs.meet(starts)
            {
                continue;
            }
            let program = compiled.get_or_init(|| compile(place.rule));
            let Some(program) = program else { return at };
            at = at.max(starts.start);
            let last = starts.end.min(place.text.len());
            while let Some(start) = next_start(&program.ahead, place.text, at, last) {
                if outlines.is_some_and(|o| !o.whole.fits(place.text, start)) {
                    at = start + 1;
                    continue;
                }
                let found = place.attempt(program, machine, &mut context, start);
                out.extend(found.map(|(matched, secret)| Candidate {
                    rule: index,
                    matched,
                    secret,
                }));
                at = found.map_or(start + 1, |(matched, _)| matched.end.max(start + 1));
            }
            at = at.max(last + 1);
        }
        at
    }
}

/// The first place from `at` to `last` at which a match could begin.
#[inline]
fn next_start(ahead: &Ahead, text: &[u8], at: usize, last: usize) -> Option<usize> {
    if ahead.open {
        return (at <= last).then_some(at);
    }
    let rest = text.get(at..text.len().min(last + 1))?;
    rest.iter().position(|&b| has(&ahead.first, b)).map(|skipped| at + skipped)
}

/// The anchors that each match of `rule` holds; none if they stand before it.
pub(super) fn own_anchors(rule: &Rule) -> &[Str] {
    if rule.anatomy.context { &[] } else { &rule.anatomy.anchors }
}

/// The program of a rule's expression.
pub(super) fn compile(rule: &Rule) -> Option<Program> {
    Program::compile(&parse_shape(&rule.shape).ok()?)
}

/// Walks along the runs of a text.
struct Runs<'a> {
    place: Place<'a>,
    all: &'a [Run],
    /// Where no run leads to the rule, but for one that begins here and goes on behind.
    dead: Span,
}

impl Runs<'_> {
    /// Whether a run that leads to the rule is in reach of a match that starts there. Asked in
    /// rising order.
    fn meet(&mut self, starts: Span) -> bool {
        let Place { rule, text } = self.place;
        let anatomy = &rule.anatomy;
        if anatomy.mask == Mask::Any || anatomy.gate == Gate::Head {
            return true;
        }
        let end = starts.end + anatomy.max_len;
        self.all = &self.all[ended(self.all, starts.start)..];
        let known = starts.start >= self.dead.start && end >= self.dead.end;
        let from = if known { starts.start.max(self.dead.end) } else { starts.start };
        let lead = Lead::of(anatomy);
        let mut dead = from;
        for run in self.all[ended(self.all, from)..].iter().take_while(|r| r.span.start < end) {
            let part = Span::new(run.span.start.max(from), run.span.end.min(end));
            match lead.look(text, *run, part) {
                Ok(()) => return true,
                Err(rest) if run.span.end > end => dead = rest,
                Err(_) => dead = part.end,
            }
        }
        self.dead = Span::new(starts.start, dead);
        false
    }
}

/// How many of `runs` have ended at `at`; mostly few.
fn ended(runs: &[Run], at: usize) -> usize {
    let has_ended = |run: &Run| run.span.end <= at;
    let (mut passed, mut step) = (0, 1);
    while runs.get(passed + step - 1).is_some_and(has_ended) {
        passed += step;
        step *= 2;
    }
    let rest = &runs[passed..runs.len().min(passed + step)];
    passed + rest.partition_point(has_ended)
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

/// One rule in one text.
#[derive(Clone, Copy)]
struct Place<'a> {
    rule: &'a Rule,
    text: &'a [u8],
}

impl Place<'_> {
    /// The match that starts at `start`, if it may stand there.
    fn attempt(
        self,
        program: &Program,
        machine: &mut Machine,
        context: &mut Context,
        start: usize,
    ) -> Option<Match> {
        let Self { rule, text } = self;
        let free = boundary::may_start(rule, text, start);
        if !free && !boundary::is_hump(rule, text, start) {
            return None;
        }
        // Where most of it is known to hold no word, that is told sooner than what matches.
        if context.is_known(rule, start) && !context.holds(rule, text, start) {
            return None;
        }
        let (matched, secret) = machine.run(program, text, start)?;
        // More may stand before a name than before a token.
        let head = &text[start..secret.start];
        let named = head.iter().any(|b| !b.is_ascii_alphanumeric());
        let stands = !secret.is_empty()
            && (free || named)
            && (head.is_empty() || !boundary::is_mail(text, start))
            && boundary::may_end(rule, text, matched)
            && context.holds(rule, text, start);
        stands.then_some((matched, secret))
    }
}
