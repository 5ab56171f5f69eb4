//! Which bytes every match of a [`super::program`] has at its beginning, and behind its anchor,
//! place by place: what is no match is mostly told by those, without a step of the program.

use super::program::{Set, Step, has, set_of, union};
use crate::rule::Str;

/// Most places that are told of.
const PLACES: usize = 64;
/// Most steps that are looked at to learn them.
const PATIENCE: usize = 1 << 14;
/// Anchors are spelled out of sets of at most so many bytes: four, and the capitals of each.
const SPELLED: u32 = 8;

/// The outlines of a program.
#[derive(Debug)]
pub(super) struct Outlines {
    /// That of what a match begins with.
    pub(super) whole: Outline,
    /// That of what follows its anchor, if each match holds one.
    pub(super) behind: Outline,
}

impl Outlines {
    /// Those of a program of whose matches each holds one of `anchors`, if any are given.
    pub(super) fn of(steps: &[Step], anchors: &[Str]) -> Self {
        let anchors = anchors.iter().map(|a| &**a);
        Self { whole: Outline::of(steps), behind: Outline::behind(anchors, steps) }
    }
}

/// So many bytes of a set, then so many of the next, and so on.
#[derive(Debug, Default)]
pub(super) struct Outline(Vec<(Set, usize)>);

impl Outline {
    /// What a match begins with.
    fn of(steps: &[Step]) -> Self {
        Self::from(Walk::new(steps, [0]))
    }

    /// What each of `outlines` tells, as far as all of them go.
    pub(super) fn of_any(outlines: impl Iterator<Item = Self>) -> Self {
        let places = |outline: Self| -> Vec<(Set, usize)> {
            let stretches = outline.0.into_iter();
            stretches.flat_map(|(set, count)| std::iter::repeat_n((set, 1), count)).collect()
        };
        let both = |a: Vec<(Set, usize)>, b: Vec<(Set, usize)>| {
            a.iter().zip(b).map(|((a, _), (b, _))| (union(a, &b), 1)).collect()
        };
        Self(outlines.map(places).reduce(both).unwrap_or_default())
    }

    /// What follows one of `anchors`, texts of small letters of which every match holds one in
    /// any case, whichever part of the program that one belongs to.
    fn behind<'a>(anchors: impl Iterator<Item = &'a str>, steps: &[Step]) -> Self {
        let mut all = Walk::new(steps, []);
        for anchor in anchors {
            let mut walk = Walk::new(steps, 0..steps.len());
            for letter in anchor.bytes() {
                let either = set_of([letter, letter.to_ascii_uppercase()]);
                walk.go_on(|own| size(own) <= SPELLED && meet(own, &either));
            }
            walk.here.iter().for_each(|(step, count)| join(&mut all.here, *step, *count));
            all.taken = all.taken.max(walk.taken);
        }
        Self::from(all)
    }

    fn from(mut walk: Walk<'_>) -> Self {
        let mut stretches: Vec<(Set, usize)> = Vec::new();
        for _ in 0..PLACES {
            let Some(set) = walk.go_on(|_| true) else { break };
            match stretches.last_mut() {
                Some((last, count)) if *last == set => *count += 1,
                _ => stretches.push((set, 1)),
            }
        }
        Self(stretches)
    }

    /// Whether what stands at `at` is so.
    #[inline]
    pub(super) fn fits(&self, text: &[u8], at: usize) -> bool {
        let mut rest = text.get(at..).unwrap_or_default();
        self.0.iter().all(|(set, count)| {
            let Some((next, others)) = rest.split_at_checked(*count) else { return false };
            rest = others;
            next.iter().all(|&b| has(set, b))
        })
    }
}

/// How many bytes of a stretch may have been passed: from so many to so many.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    least: usize,
    most: usize,
}

/// Many ways through a program at once, a byte at a time.
struct Walk<'p> {
    steps: &'p [Step],
    /// Where the ways are.
    here: Vec<(usize, Count)>,
    /// Which steps they come to anew.
    new: Vec<bool>,
    taken: usize,
}

impl<'p> Walk<'p> {
    /// From the beginning of each of those steps, or from any place in it.
    fn new(steps: &'p [Step], from: impl IntoIterator<Item = usize>) -> Self {
        let any = |step: usize| match &steps[step] {
            Step::Many { max, .. } => (step, Count { least: 0, most: *max }),
            _ => (step, Count::default()),
        };
        let here = from.into_iter().map(any).collect();
        Self { steps, here, new: vec![false; steps.len()], taken: 0 }
    }

    /// Goes over a byte, on those ways where it is of a set that is `right`. Answers which ones may
    /// come; `None` if a way ends, or if they are too many to tell.
    fn go_on(&mut self, right: impl Fn(&Set) -> bool) -> Option<Set> {
        let (mut set, mut there, mut ends) = ([0; 4], Vec::new(), self.here.is_empty());
        let mut pass = |own: &Set, step, count| {
            if right(own) {
                set = union(&set, own);
                join(&mut there, step, count);
            }
        };
        self.new.fill(false);
        let mut at = 0;
        while let Some(&(step, count)) = self.here.get(at).filter(|_| self.taken < PATIENCE) {
            self.taken += 1;
            at += 1;
            match &self.steps[step] {
                Step::One(own) => pass(own, step + 1, Count::default()),
                Step::Many { set: own, min, max, .. } => {
                    if count.least < *max {
                        let [least, most] = [count.least, count.most].map(|c| (c + 1).min(*max));
                        pass(own, step, Count { least, most });
                    }
                    if count.most >= *min {
                        self.come_to(step + 1);
                    }
                }
                Step::Either { ways } => ways.iter().for_each(|(to, _)| self.come_to(*to)),
                Step::Jump(to) => self.come_to(*to),
                Step::Mark(_) | Step::Edge(false) => self.come_to(step + 1),
                Step::Edge(true) | Step::Done => ends = true,
            }
        }
        self.here = there;
        (!ends && self.taken < PATIENCE).then_some(set)
    }

    fn come_to(&mut self, step: usize) {
        if !std::mem::replace(&mut self.new[step], true) {
            self.here.push((step, Count::default()));
        }
    }
}

fn size(set: &Set) -> u32 {
    set.iter().map(|word| word.count_ones()).sum()
}

/// Whether the two have a byte in common.
fn meet(a: &Set, b: &Set) -> bool {
    a.iter().zip(b).any(|(a, b)| a & b != 0)
}

/// Adds a way to `ways`, or to the one that is there already.
fn join(ways: &mut Vec<(usize, Count)>, step: usize, count: Count) {
    match ways.iter_mut().find(|(other, _)| *other == step) {
        Some((_, old)) => {
            old.least = old.least.min(count.least);
            old.most = old.most.max(count.most);
        }
        None => ways.push((step, count)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matcher::program::Program;
    use crate::rule::{Engine, Generator, RuleSet, parse_shape};

    fn outlines(shape: &str, anchors: &[Str]) -> Outlines {
        let program = Program::compile(&parse_shape(shape).unwrap()).unwrap();
        Outlines::of(&program.steps, anchors)
    }

    #[test]
    fn what_no_match_begins_with_is_told() {
        let Outlines { whole, .. } = outlines("(?:ab|c)[0-9]{3,5}x?", &[]);
        for fits in ["ab123", "c1234", "c123", "a1234"] {
            assert!(whole.fits(fits.as_bytes(), 0), "{fits}");
        }
        for other in ["b123", "abx12", "c12", "", "acb1"] {
            assert!(!whole.fits(other.as_bytes(), 0), "{other}");
        }
    }

    #[test]
    fn what_follows_no_anchor_is_told() {
        let Outlines { behind, .. } =
            outlines("[0-9]{1,9}\"(?i:auth)\":[0-9]{2}", &["auth".into()]);
        assert!(behind.fits(b"AUTH\":12", 4));
        for other in ["authority", "auth\": 1", "auth\":1"] {
            assert!(!behind.fits(other.as_bytes(), 4), "{other}");
        }
    }

    #[test]
    fn an_anchor_is_not_sought_in_what_may_be_anything() {
        let Outlines { behind, .. } = outlines("sig=[a-z]{9,30}=", &["sig=".into()]);
        assert!(behind.fits(b"abcdefghi=", 0));
        assert!(
            !behind.fits(b"&sig=", 0),
            "`sig=` may end the value as well, but is not what each match holds"
        );
    }

    #[test]
    fn every_match_of_every_rule_fits() {
        let rules = RuleSet::builtin();
        let mut random = Generator::new(9);
        for rule in rules.iter().filter(|r| r.engine == Engine::Shape) {
            let anchors: &[Str] = if rule.anatomy.context { &[] } else { &rule.anatomy.anchors };
            let outlines = outlines(&rule.shape, anchors);
            for _ in 0..3 {
                let sample = random.matching(&rule.shape).unwrap();
                let lower = sample.to_ascii_lowercase();
                assert!(outlines.whole.fits(&sample, 0), "{}", rule.id);
                let fits = |anchor: &Str| {
                    let mut places = memchr::memmem::find_iter(&lower, anchor.as_bytes());
                    places.any(|at| outlines.behind.fits(&sample, at + anchor.len()))
                };
                assert!(anchors.is_empty() || anchors.iter().any(fits), "{}", rule.id);
            }
        }
    }
}
