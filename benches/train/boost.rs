//! Boosted trees of depth three for the logistic loss, made the same way byte for byte wherever it
//! runs: whole-number scores, sums in a fixed order, and an exponential function of its own.

use crate::look::{Example, Truth};
use std::collections::BTreeMap;

/// How many trees a model has at most.
const TREES: usize = 240;
/// How much of the best step each tree goes.
const RATE: f64 = 0.10;
/// Holds back leaves that few examples speak for.
const DAMPING: f64 = 6.0;
/// The least weight of examples behind an answer.
const LEAST: f64 = 6.0;
/// Answers are in thousandths, and none is larger.
const LARGEST: f64 = 900.0;
/// Questions and places of a tree.
pub const ASKS: usize = 7;
pub const NODES: usize = 15;
/// Most thresholds tried for a trait.
const BINS: usize = 40;

/// A tree in the order of a heap; a question is a trait and the most that goes left.
#[derive(Clone)]
pub struct Tree {
    pub ask: [Option<(usize, i16)>; ASKS],
    pub answer: [i32; NODES],
}

/// The model of one class.
pub struct Model {
    pub base: i32,
    pub trees: Vec<Tree>,
}

impl Tree {
    fn leaf(&self, values: &[i16]) -> usize {
        let mut at = 0;
        while let Some(ask) = self.ask.get(at) {
            let left = ask.is_none_or(|(what, most)| values[what] <= most);
            at = 2 * at + if left { 1 } else { 2 };
        }
        at
    }
}

impl Model {
    pub fn score(&self, values: &[i16]) -> i32 {
        self.trees.iter().fold(self.base, |sum, t| sum + t.answer[t.leaf(values)])
    }
}

/// `e` to the power of `x`, from a series, so that it is the same on all machines.
fn exp(x: f64) -> f64 {
    let (x, small) = (x.clamp(-40.0, 40.0), 1024.0);
    let y = x / small;
    let mut sum = 1.0 + y * (1.0 + y / 2.0 * (1.0 + y / 3.0 * (1.0 + y / 4.0)));
    for _ in 0..10 {
        sum *= sum;
    }
    sum
}

fn odds(score: i32) -> f64 {
    1.0 / (1.0 + exp(-f64::from(score) / 1000.0))
}

/// Examples by column, in few steps each.
struct Table {
    /// For each trait, the upper ends of its bins.
    ends: Vec<Vec<i16>>,
    /// For each trait, the bin of each example.
    bins: Vec<Vec<u8>>,
    truth: Vec<f64>,
    weight: Vec<f64>,
}

impl Table {
    fn new(examples: &[&Example]) -> Self {
        let traits = examples.first().map_or(0, |e| e.traits.values.len());
        let (mut ends, mut bins) = (Vec::new(), Vec::new());
        for what in 0..traits {
            let mut column: Vec<i16> = examples.iter().map(|e| e.traits.values[what]).collect();
            let values = column.clone();
            column.sort_unstable();
            let mut cuts: Vec<i16> =
                (1..=BINS).map(|i| column[(column.len() * i / BINS).saturating_sub(1)]).collect();
            cuts.extend(column.first());
            cuts.sort_unstable();
            cuts.dedup();
            bins.push(values.iter().map(|v| cuts.partition_point(|c| c < v) as u8).collect());
            ends.push(cuts);
        }
        Self { ends, bins, truth: truths(examples), weight: weights(examples) }
    }
}

fn truths(examples: &[&Example]) -> Vec<f64> {
    examples.iter().map(|e| f64::from(u8::from(e.truth == Truth::Secret))).collect()
}

/// Each repository has a say that grows with the root of its size, so that none drowns the rest.
fn weights(examples: &[&Example]) -> Vec<f64> {
    let mut sizes: BTreeMap<(&str, bool), f64> = BTreeMap::new();
    let own = |e: &Example| f64::from(u8::from(e.worlds[0])) + f64::from(u8::from(e.worlds[1]));
    for e in examples {
        *sizes.entry((&e.repository, e.truth == Truth::Secret)).or_default() += own(e);
    }
    let share = |e: &&Example| {
        own(e) / 2.0 * (40.0 / sizes[&(&*e.repository, e.truth == Truth::Secret)].max(40.0)).sqrt()
    };
    examples.iter().map(share).collect()
}

/// Makes the model of one class from the examples of that class.
pub fn train(all: &[&Example], password: bool) -> Model {
    let of_class = |e: &&&Example| e.traits.password == password && e.truth != Truth::Neither;
    let examples: Vec<&Example> = all.iter().filter(of_class).copied().collect();
    let table = Table::new(&examples);
    let (mut yes, mut total) = (1.0, 2.0);
    for (truth, weight) in table.truth.iter().zip(&table.weight) {
        yes += truth * weight;
        total += weight;
    }
    let base = ((yes / (total - yes)).ln() * 1000.0).round() as i32;
    let mut scores = vec![base; examples.len()];
    let mut trees = Vec::new();
    for _ in 0..TREES {
        let (tree, leaves) = grow(&table, &scores);
        for (score, leaf) in scores.iter_mut().zip(leaves) {
            *score += tree.answer[leaf];
        }
        trees.push(tree);
    }
    Model { base, trees }
}

/// Sum of slopes and of curvatures.
type Sums = (f64, f64);

fn worth((slope, curve): Sums) -> f64 {
    slope * slope / (curve + DAMPING)
}

/// One more tree, and the place where each example ends in it.
fn grow(table: &Table, scores: &[i32]) -> (Tree, Vec<usize>) {
    let steps: Vec<Sums> = (0..scores.len())
        .map(|i| {
            let p = odds(scores[i]);
            (table.weight[i] * (table.truth[i] - p), table.weight[i] * (p * (1.0 - p)).max(1e-6))
        })
        .collect();
    let mut tree = Tree { ask: [None; ASKS], answer: [0; NODES] };
    let mut place = vec![0; scores.len()];
    let mut first = 0;
    while first < ASKS {
        let level = first..2 * first + 1;
        let asks = best_asks(table, &steps, &place, level.clone());
        for (at, ask) in level.clone().zip(asks) {
            tree.ask[at] = ask.map(|(what, bin)| (what, table.ends[what][bin]));
            for (i, p) in place.iter_mut().enumerate().filter(|(_, p)| **p == at) {
                let left = ask.is_none_or(|(what, bin)| usize::from(table.bins[what][i]) <= bin);
                *p = 2 * at + if left { 1 } else { 2 };
                let _ = i;
            }
        }
        first = level.end;
    }
    answer(&mut tree, &steps, &place, &table.weight);
    (tree, place)
}

/// The best question at each place of a level: a trait and the last bin that goes left.
fn best_asks(
    table: &Table,
    steps: &[Sums],
    place: &[usize],
    level: std::ops::Range<usize>,
) -> Vec<Option<(usize, usize)>> {
    let mut best: Vec<(f64, Option<(usize, usize)>)> = vec![(1.0, None); level.len()];
    for (what, bins) in table.bins.iter().enumerate() {
        let width = table.ends[what].len();
        let mut sums = vec![(0.0, 0.0); width * level.len()];
        for ((&bin, &(slope, curve)), &at) in bins.iter().zip(steps).zip(place) {
            let slot = &mut sums[(at - level.start) * width + usize::from(bin)];
            slot.0 += slope;
            slot.1 += curve;
        }
        for (node, sums) in sums.chunks(width).enumerate() {
            let add = |a: Sums, b: &Sums| (a.0 + b.0, a.1 + b.1);
            let all = sums.iter().fold((0.0, 0.0), add);
            let mut left = (0.0, 0.0);
            for (bin, here) in sums.iter().enumerate().take(width - 1) {
                left = add(left, here);
                let right = (all.0 - left.0, all.1 - left.1);
                let gain = worth(left) + worth(right) - worth(all);
                if gain > best[node].0 && left.1.min(right.1) * 4.0 >= LEAST / 4.0 {
                    best[node] = (gain, Some((what, bin)));
                }
            }
        }
    }
    best.into_iter().map(|(_, ask)| ask).collect()
}

/// Fills in the answers: at leaves the damped step, above them the mean of what follows.
fn answer(tree: &mut Tree, steps: &[Sums], place: &[usize], weight: &[f64]) {
    let (mut sums, mut mass) = ([(0.0, 0.0); NODES], [0.0; NODES]);
    for ((step, at), weight) in steps.iter().zip(place).zip(weight) {
        sums[*at] = (sums[*at].0 + step.0, sums[*at].1 + step.1);
        mass[*at] += weight;
    }
    for at in (0..NODES).rev() {
        let (left, right) = (2 * at + 1, 2 * at + 2);
        tree.answer[at] = if at < ASKS {
            mass[at] = mass[left] + mass[right];
            let sum = f64::from(tree.answer[left]) * mass[left]
                + f64::from(tree.answer[right]) * mass[right];
            if mass[at] > 0.0 { (sum / mass[at]).round() as i32 } else { 0 }
        } else {
            let step = sums[at].0 / (sums[at].1 + DAMPING) * RATE * 1000.0;
            step.clamp(-LARGEST, LARGEST).round() as i32
        };
    }
}
