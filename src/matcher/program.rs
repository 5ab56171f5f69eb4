//! A rule's expression as a program for [`super::machine`].
//!
//! Expressions of rules are short and mostly straight: fixed text, then so many characters of a
//! class. A program keeps such a stretch as one step, and knows at each choice which bytes each
//! way can begin with, so that hardly any wrong way is taken.

use super::outline::Outlines;
use crate::rule::Str;
use regex_syntax::hir::{Capture, Class, Hir, HirKind, Look, Repetition};
use std::collections::HashMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Most steps of a program.
const MOST_STEPS: usize = 20_000;

/// After so many hits it is worth while to learn what tells them apart.
pub(super) const MANY_HITS: usize = 64;

/// A set of bytes.
pub(super) type Set = [u64; 4];

/// Whether `b` is in `set`.
#[inline]
pub(super) fn has(set: &Set, b: u8) -> bool {
    set[usize::from(b >> 6)] >> (b & 63) & 1 == 1
}

/// What may come next on a way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ahead {
    /// The bytes that it can begin with.
    pub(super) first: Set,
    /// It can also end here, or ask for something else than a byte.
    pub(super) open: bool,
}

/// One step. Unless it says otherwise, the next one follows it.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// One byte of a set.
    One(Set),
    /// `min` to `max` bytes of a set, as many as possible or, if `lazy`, as few.
    Many { set: Set, id: usize, min: usize, max: usize, lazy: bool, ahead: Ahead },
    /// First the one way, then the other.
    Either { ways: [(usize, Ahead); 2] },
    /// Go on there.
    Jump(usize),
    /// The secret starts or, if true, ends here.
    Mark(bool),
    /// Only at the start of the text or, if true, at its end.
    Edge(bool),
    /// The match is complete.
    Done,
}

/// A program.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    /// What a match can begin with.
    pub(super) ahead: Ahead,
    /// What is known by its outlines, and how often that would have helped before it was learned.
    outlines: (OnceLock<Outlines>, AtomicUsize),
    /// How many different sets there are stretches of.
    pub(super) sets: usize,
}

impl Program {
    /// Compiles an expression. `None` if it asks for something that rules do not use: an endless
    /// repetition, a word's edge, or more than a sane number of steps.
    pub(super) fn compile(hir: &Hir) -> Option<Self> {
        let mut compiler = Compiler::default();
        compiler.add(hir)?;
        compiler.steps.push(Step::Done);
        let Compiler { steps, sets } = compiler;
        let mut program = Self {
            ahead: ahead(&steps, 0),
            outlines: Default::default(),
            steps,
            sets: sets.len(),
        };
        program.look_ahead();
        Some(program)
    }

    /// What tells many places that are no match, which is learned when `hits` more have shown that
    /// there are many to tell. Each match holds one of `anchors`, if any are given.
    pub(super) fn outlines(&self, hits: usize, anchors: &[Str]) -> Option<&Outlines> {
        let (outlines, seen) = &self.outlines;
        if let Some(known) = outlines.get() {
            return Some(known);
        }
        let seen = seen.fetch_add(hits, Relaxed) + hits;
        (seen >= MANY_HITS).then(|| outlines.get_or_init(|| Outlines::of(&self.steps, anchors)))
    }

    fn look_ahead(&mut self) {
        for at in 0..self.steps.len() {
            let mut step = self.steps[at].clone();
            match &mut step {
                Step::Many { ahead: next, .. } => *next = ahead(&self.steps, at + 1),
                Step::Either { ways } => {
                    ways.iter_mut().for_each(|(to, next)| *next = ahead(&self.steps, *to));
                }
                _ => continue,
            }
            self.steps[at] = step;
        }
    }
}

/// What can come next from step `at` on.
fn ahead(steps: &[Step], at: usize) -> Ahead {
    let mut ahead = Ahead { first: [0; 4], open: false };
    let mut seen = vec![false; steps.len()];
    let mut open = vec![at];
    while let Some(at) = open.pop() {
        if std::mem::replace(&mut seen[at], true) {
            continue;
        }
        match &steps[at] {
            Step::One(set) => ahead.first = union(&ahead.first, set),
            Step::Many { set, min, .. } => {
                ahead.first = union(&ahead.first, set);
                if *min == 0 {
                    open.push(at + 1);
                }
            }
            Step::Either { ways } => open.extend(ways.iter().map(|(to, _)| *to)),
            Step::Jump(to) => open.push(*to),
            Step::Mark(_) => open.push(at + 1),
            Step::Edge(_) | Step::Done => ahead.open = true,
        }
    }
    ahead
}

/// The bytes of both.
pub(super) fn union(a: &Set, b: &Set) -> Set {
    std::array::from_fn(|i| a[i] | b[i])
}

#[derive(Default)]
struct Compiler {
    steps: Vec<Step>,
    sets: HashMap<Set, usize>,
}

/// Stands in until it is known.
const UNKNOWN: Ahead = Ahead { first: [u64::MAX; 4], open: true };

impl Compiler {
    fn add(&mut self, hir: &Hir) -> Option<()> {
        if self.steps.len() > MOST_STEPS {
            return None;
        }
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(text) => {
                self.steps.extend(text.0.iter().map(|&b| Step::One(set_of([b]))));
            }
            HirKind::Class(class) => self.steps.push(Step::One(set(class)?)),
            HirKind::Look(Look::Start) => self.steps.push(Step::Edge(false)),
            HirKind::Look(Look::End) => self.steps.push(Step::Edge(true)),
            HirKind::Look(_) => return None,
            HirKind::Repetition(repetition) => self.repeat(repetition)?,
            HirKind::Capture(capture) => self.capture(capture)?,
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.add(part))?,
            HirKind::Alternation(ways) => self.choose(ways)?,
        }
        Some(())
    }

    fn capture(&mut self, capture: &Capture) -> Option<()> {
        let secret = capture.name.as_deref() == Some("secret");
        if secret {
            self.steps.push(Step::Mark(false));
        }
        self.add(&capture.sub)?;
        if secret {
            self.steps.push(Step::Mark(true));
        }
        Some(())
    }

    fn repeat(&mut self, repetition: &Repetition) -> Option<()> {
        let (min, max) = (repetition.min as usize, repetition.max? as usize);
        if let Some(set) = single(&repetition.sub) {
            let new = self.sets.len();
            let id = *self.sets.entry(set).or_insert(new);
            let lazy = !repetition.greedy;
            self.steps.push(Step::Many { set, id, min, max, lazy, ahead: UNKNOWN });
            return Some(());
        }
        (0..min).try_for_each(|_| self.add(&repetition.sub))?;
        let mut leave = Vec::new();
        for _ in min..max {
            leave.push(self.steps.len());
            self.steps.push(Step::Jump(0));
            self.add(&repetition.sub)?;
        }
        let end = self.steps.len();
        for at in leave {
            let ways = if repetition.greedy { [at + 1, end] } else { [end, at + 1] };
            self.steps[at] = Step::Either { ways: ways.map(|to| (to, UNKNOWN)) };
        }
        Some(())
    }

    fn choose(&mut self, ways: &[Hir]) -> Option<()> {
        let (last, others) = ways.split_last()?;
        let mut ends = Vec::new();
        for way in others {
            let fork = self.steps.len();
            self.steps.push(Step::Jump(0));
            self.add(way)?;
            ends.push(self.steps.len());
            self.steps.push(Step::Jump(0));
            let ways = [fork + 1, self.steps.len()].map(|to| (to, UNKNOWN));
            self.steps[fork] = Step::Either { ways };
        }
        self.add(last)?;
        let end = self.steps.len();
        ends.into_iter().for_each(|at| self.steps[at] = Step::Jump(end));
        Some(())
    }
}

/// The set, if the expression is one byte of one.
fn single(hir: &Hir) -> Option<Set> {
    match hir.kind() {
        HirKind::Literal(text) if text.0.len() == 1 => Some(set_of(text.0.iter().copied())),
        HirKind::Class(class) => set(class),
        _ => None,
    }
}

/// The bytes of a class; `None` if it holds characters of several bytes.
fn set(class: &Class) -> Option<Set> {
    match class {
        Class::Bytes(bytes) => {
            Some(set_of(bytes.ranges().iter().flat_map(|r| r.start()..=r.end())))
        }
        Class::Unicode(chars) => {
            let ranges = chars.ranges().iter().map(|r| {
                let last = u8::try_from(r.end()).ok().filter(u8::is_ascii)?;
                Some(u8::try_from(r.start()).ok()?..=last)
            });
            Some(set_of(ranges.collect::<Option<Vec<_>>>()?.into_iter().flatten()))
        }
    }
}

pub(super) fn set_of(bytes: impl IntoIterator<Item = u8>) -> Set {
    let mut set = [0; 4];
    bytes.into_iter().for_each(|b| set[usize::from(b >> 6)] |= 1 << (b & 63));
    set
}
