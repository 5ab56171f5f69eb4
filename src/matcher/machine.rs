//! Runs a [`Program`] at one place of a text, as Perl would: of several matches that start there,
//! the one whose choices come first.
//!
//! It remembers the ends of long stretches, so that a text which begins a match at every byte is
//! not read again for each; and if ways multiply, which ones have failed, so that its work stays
//! proportional to the length of the text times that of the program.

use super::program::{Ahead, Program, Set, Step, has};
use crate::model::Span;
use std::collections::HashSet;

/// Steps after which failed ways are remembered.
const PATIENCE: usize = 4096;
/// Stretches shorter than this are not worth remembering.
const LONG: usize = 32;

/// A match, and the secret in it.
pub(super) type Match = (Span, Span);

/// Memory to run programs in; kept from one place of a text to the next.
#[derive(Debug, Default)]
pub(super) struct Machine {
    /// What to do where the present way fails, last one first.
    back: Vec<Back>,
    /// The last long stretch of each set of the program.
    stretches: Vec<Span>,
    /// Steps taken for the present match.
    taken: usize,
    /// Steps and places that have been gone to since patience was lost: once is enough.
    tried: HashSet<(usize, usize)>,
}

#[derive(Debug)]
enum Back {
    /// Take the other way.
    Way { step: usize, at: usize },
    /// End a stretch before `at`, but not before `least`.
    Shorter { many: usize, least: usize, at: usize },
    /// End it at `at` or later, but not behind `most`.
    Longer { many: usize, at: usize, most: usize },
    /// Put back a mark of the secret.
    Mark { end: bool, at: Option<usize> },
}

impl Machine {
    /// Forgets what belongs to another program or text. To be called before one comes.
    pub(super) fn reset(&mut self) {
        self.stretches.clear();
    }

    /// The match of `program` that starts at `start`.
    pub(super) fn run(&mut self, program: &Program, text: &[u8], start: usize) -> Option<Match> {
        self.stretches.resize(program.sets, Span::new(0, 0));
        self.back.clear();
        self.tried.clear();
        self.taken = 0;
        let mut marks = [None; 2];
        let (mut step, mut at) = (0, start);
        loop {
            self.taken += 1;
            let next = match &program.steps[step] {
                Step::One(set) => {
                    text.get(at).is_some_and(|&b| has(set, b)).then(|| (step + 1, at + 1))
                }
                Step::Many { .. } => {
                    self.stretch(program, text, step, at).map(|end| (step + 1, end))
                }
                Step::Either { ways } => self.choose(ways, text, at).map(|to| (to, at)),
                Step::Jump(to) => Some((*to, at)),
                Step::Mark(end) => {
                    let mark = &mut marks[usize::from(*end)];
                    self.back.push(Back::Mark { end: *end, at: *mark });
                    *mark = Some(at);
                    Some((step + 1, at))
                }
                Step::Edge(end) => {
                    let there = if *end { at == text.len() } else { at == 0 };
                    there.then_some((step + 1, at))
                }
                Step::Done => {
                    let whole = Span::new(start, at);
                    let secret = marks[0].zip(marks[1]).map(|(s, e)| Span::new(s, e));
                    return Some((whole, secret.unwrap_or(whole)));
                }
            };
            (step, at) = match next {
                Some(next) => next,
                None => self.back_up(program, text, &mut marks)?,
            };
        }
    }

    /// The way to go: the first that can begin here. The second is kept for later if it can, too.
    fn choose(&mut self, ways: &[(usize, Ahead); 2], text: &[u8], at: usize) -> Option<usize> {
        let [(first, ahead), (second, other)] = ways;
        let second = Some(*second).filter(|_| may_begin(other, text, at));
        if self.may_go(*first, ahead, text, at) {
            self.back.extend(second.map(|step| Back::Way { step, at }));
            return Some(*first);
        }
        second.filter(|to| self.is_new(*to, at))
    }

    /// Whether it makes sense to go on with `step` at `at`.
    fn may_go(&mut self, step: usize, ahead: &Ahead, text: &[u8], at: usize) -> bool {
        may_begin(ahead, text, at) && self.is_new(step, at)
    }

    fn is_new(&mut self, step: usize, at: usize) -> bool {
        self.taken < PATIENCE || self.tried.insert((step, at))
    }

    /// Goes over a stretch of one set; answers where.
    fn stretch(
        &mut self,
        program: &Program,
        text: &[u8],
        step: usize,
        at: usize,
    ) -> Option<usize> {
        let Step::Many { set, id, min, max, lazy, ahead } = &program.steps[step] else {
            return None;
        };
        let most = self.end_of(*id, set, text, at, *max);
        let least = at + min;
        if most < least {
            return None;
        }
        if *lazy {
            return self.longer(step, ahead, text, least, most);
        }
        self.shorter(step, ahead, text, least, most + 1)
    }

    /// The next end before `at` from which the way can go on.
    fn shorter(
        &mut self,
        many: usize,
        ahead: &Ahead,
        text: &[u8],
        least: usize,
        at: usize,
    ) -> Option<usize> {
        let end = (least..at).rev().find(|&end| self.may_go(many + 1, ahead, text, end))?;
        if end > least {
            self.back.push(Back::Shorter { many, least, at: end });
        }
        Some(end)
    }

    /// The next end from `at` on from which the way can go on.
    fn longer(
        &mut self,
        many: usize,
        ahead: &Ahead,
        text: &[u8],
        at: usize,
        most: usize,
    ) -> Option<usize> {
        let end = (at..=most).find(|&end| self.may_go(many + 1, ahead, text, end))?;
        if end < most {
            self.back.push(Back::Longer { many, at: end + 1, most });
        }
        Some(end)
    }

    /// The end of the stretch of `set` from `at` on, of at most `max` bytes.
    fn end_of(&mut self, id: usize, set: &Set, text: &[u8], at: usize, max: usize) -> usize {
        let limit = text.len().min(at.saturating_add(max));
        let known = self.stretches[id];
        let from = if known.start <= at && at < known.end { known.end.min(limit) } else { at };
        let rest = &text[from..limit];
        let end = from + rest.iter().position(|&b| !has(set, b)).unwrap_or(rest.len());
        if end > known.end && end - at >= LONG {
            let start = if from == at { at } else { known.start };
            self.stretches[id] = Span::new(start, end);
        }
        end
    }

    /// Goes back to the last choice that is left.
    fn back_up(
        &mut self,
        program: &Program,
        text: &[u8],
        marks: &mut [Option<usize>; 2],
    ) -> Option<(usize, usize)> {
        loop {
            let (many, end) = match self.back.pop()? {
                Back::Way { step, at } if self.is_new(step, at) => return Some((step, at)),
                Back::Way { .. } => continue,
                Back::Mark { end, at } => {
                    marks[usize::from(end)] = at;
                    continue;
                }
                Back::Shorter { many, least, at } => {
                    let ahead = ahead_of(program, many);
                    (many, ahead.and_then(|a| self.shorter(many, a, text, least, at)))
                }
                Back::Longer { many, at, most } => {
                    let ahead = ahead_of(program, many);
                    (many, ahead.and_then(|a| self.longer(many, a, text, at, most)))
                }
            };
            if let Some(end) = end {
                return Some((many + 1, end));
            }
        }
    }
}

fn ahead_of(program: &Program, many: usize) -> Option<&Ahead> {
    match &program.steps[many] {
        Step::Many { ahead, .. } => Some(ahead),
        _ => None,
    }
}

/// Whether a way can go on at `at`.
#[inline]
pub(super) fn may_begin(ahead: &Ahead, text: &[u8], at: usize) -> bool {
    ahead.open || text.get(at).is_some_and(|&b| has(&ahead.first, b))
}
