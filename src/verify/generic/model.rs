//! The model: small trees, each of which asks a few questions about the traits of a candidate and
//! adds to its score. `benches/train` makes them from labelled cases; `rules/judging` holds them.

use super::traits::TRAITS;
use crate::model::Confidence;

/// How many questions lead to an answer.
const DEPTH: usize = 3;
/// Places in a tree: questions first, answers last, each with what is known there.
const NODES: usize = (1 << (DEPTH + 1)) - 1;

/// How many traits there are.
pub(super) const COUNT: usize = TRAITS.len();

/// What is known about a candidate, by trait.
pub(super) type Values = [i16; COUNT];

/// A tree of full depth, in the order of a heap.
pub(super) struct Tree {
    /// The trait that a place asks about.
    ask: [u8; NODES / 2],
    /// Values up to this go to the left.
    most: [i16; NODES / 2],
    /// The expected answer at each place, in thousandths.
    answer: [i16; NODES],
}

/// The trees of one class and what their sum means.
pub(super) struct Model {
    trees: &'static [Tree],
    base: i32,
    low: i32,
    medium: i32,
    high: i32,
}

include!(concat!(env!("OUT_DIR"), "/judging.rs"));

impl Model {
    /// The score of a candidate: logarithm of its odds, in thousandths.
    pub(super) fn score(&self, values: &[i16]) -> i32 {
        self.trees.iter().fold(self.base, |sum, tree| {
            let leaf = tree.path(values).last().unwrap_or(0);
            sum + i32::from(tree.answer[leaf])
        })
    }

    /// From which score on confidence is low, medium and high.
    pub(super) fn limits(&self) -> [i32; 3] {
        [self.low, self.medium, self.high]
    }

    /// How sure a score makes.
    pub(super) fn confidence(&self, score: i32) -> Option<Confidence> {
        match score {
            s if s >= self.high => Some(Confidence::High),
            s if s >= self.medium => Some(Confidence::Medium),
            s if s >= self.low => Some(Confidence::Low),
            _ => None,
        }
    }

    /// What each trait adds to the score.
    pub(super) fn shares(&self, values: &[i16]) -> [i32; COUNT] {
        let mut shares = [0; COUNT];
        for tree in self.trees {
            let mut at = 0;
            for next in tree.path(values) {
                let gain = i32::from(tree.answer[next]) - i32::from(tree.answer[at]);
                shares[usize::from(tree.ask[at])] += gain;
                at = next;
            }
        }
        shares
    }
}

impl Tree {
    /// The places passed on the way down, the root left out.
    fn path(&self, values: &[i16]) -> impl Iterator<Item = usize> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let (ask, most) = (self.ask.get(at)?, self.most.get(at)?);
            let value = values.get(usize::from(*ask)).copied().unwrap_or(0);
            at = 2 * at + if value <= *most { 1 } else { 2 };
            Some(at)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Generator;

    /// The files that the tables were made from.
    const FILES: [&str; 2] = [
        include_str!("../../../rules/judging/secret.trees"),
        include_str!("../../../rules/judging/password.trees"),
    ];

    /// What a file says of `values`, read as it stands.
    fn read(file: &str, values: &[i16]) -> i32 {
        let line = |line: &str| match line.split_once(' ') {
            Some(("base", n)) => n.parse().unwrap(),
            Some(("tree", tree)) => walk(tree, values),
            _ => 0,
        };
        file.lines().map(line).sum()
    }

    fn walk(tree: &str, values: &[i16]) -> i32 {
        let (asks, answers) = tree.split_once(" | ").unwrap();
        let asks: Vec<&str> = asks.split(' ').collect();
        let mut at = 0;
        while let Some(ask) = asks.get(at) {
            let left = ask.split_once("<=").is_none_or(|(id, most)| {
                let what = TRAITS.iter().position(|(own, ..)| *own == id).unwrap();
                values[what] <= most.parse().unwrap()
            });
            at = 2 * at + if left { 1 } else { 2 };
        }
        answers.split(' ').nth(at).unwrap().parse().unwrap()
    }

    #[test]
    fn the_tables_say_what_the_files_say() {
        let mut random = Generator::new(8);
        for _ in 0..50 {
            let bytes = random.text(b"\0\x01\x02\x05\x0a\x14\x28\x50\x64", COUNT);
            let values: Vec<i16> = bytes.into_iter().map(i16::from).collect();
            for (model, file) in MODELS.iter().zip(FILES) {
                let score = model.score(&values);
                assert_eq!(score, read(file, &values));
                let base =
                    model.base + model.trees.iter().map(|t| i32::from(t.answer[0])).sum::<i32>();
                assert_eq!(score, base + model.shares(&values).iter().sum::<i32>());
            }
        }
    }

    #[test]
    fn limits_rise_and_every_tree_says_something() {
        for model in &MODELS {
            assert!(model.low < model.medium && model.medium < model.high);
            assert!(model.trees.len() >= 50);
            assert!(model.trees.iter().all(|t| t.answer.iter().any(|a| *a != 0)));
        }
    }
}
