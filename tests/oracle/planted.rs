//! Samples of every rule, whole and spoilt, in random filler.

use crate::compare::Both;
use crate::{shrink, texts};
use rayon::prelude::*;
use stanch::rule::{Engine, Generator, Mask, RuleSet};

/// How often each rule is planted.
const ROUNDS: u64 = 4;
/// Samples a text.
const EACH: usize = 10;

#[test]
fn planted_samples_are_found_as_the_reference_finds_them() {
    let rules = RuleSet::builtin();
    let both = Both::new(&rules);
    let rounds = std::env::var("STANCH_ORACLE_ROUNDS").ok().and_then(|n| n.parse().ok());
    let mut cases = Vec::new();
    for round in 0..rounds.unwrap_or(ROUNDS) {
        let mut random = Generator::new(round + 1);
        let mut shapes: Vec<usize> =
            (0..rules.len()).filter(|&i| rules.get(i).engine == Engine::Shape).collect();
        (1..shapes.len()).rev().for_each(|i| shapes.swap(i, random.below(i + 1)));
        cases.extend(shapes.chunks(EACH).map(|some| {
            let seed = random.next_u64();
            (some.to_vec(), seed)
        }));
    }
    let told: Vec<String> = cases
        .par_iter()
        .filter_map(|(some, seed)| {
            let text = texts::text(&rules, some, &mut Generator::new(*seed));
            shrink::check(&both, &format!("seed {seed}"), &text).err()
        })
        .collect();
    shrink::report(&told);
}

#[test]
fn every_declared_loss_is_below_half_a_percent() {
    for rule in &RuleSet::builtin() {
        let loses = rule.anatomy.mask != Mask::Any;
        assert!(!loses || rule.anatomy.loss < 0.005, "{}", rule.id);
        assert!(loses || rule.anatomy.loss == 0.0, "{}", rule.id);
    }
}
