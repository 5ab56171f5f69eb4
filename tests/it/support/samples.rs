//! Tokens made at run time from the rules' own shapes, so that none stands in the repository.

use stanch::rule::{Generator, RuleSet};
use stanch::verify;

/// A token that rule `id` matches and its checks pass; another one for each `seed`.
pub fn token(id: &str, seed: u64) -> String {
    let rules = RuleSet::builtin();
    let rule = rules.find(id).unwrap_or_else(|| panic!("no rule {id}"));
    let shape = if rule.sample.is_empty() { &rule.shape } else { &rule.sample };
    let mut random = Generator::new(seed);
    let mut sample = random.matching(shape).unwrap();
    verify::mend(&rule.checks, &mut sample, &mut random);
    String::from_utf8(sample).unwrap()
}

/// A CircleCI personal token, the usual planted secret.
pub fn circleci(seed: u64) -> String {
    token("circleci-personal-token", seed)
}
