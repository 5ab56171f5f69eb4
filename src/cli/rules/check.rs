//! Checks rules, a user's or the built-in ones: their form, whether each finds what it describes,
//! and how it stands to the others.

use super::super::stdout;
use super::{Context, Exit, measure};
use crate::error::{Error, Result};
use crate::model::Span;
use crate::rule::{Generator, Rule, RuleSet, load_file};
use crate::verify::{self, Token};
use regex::bytes::{Regex, RegexBuilder};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// How many samples are made of each rule.
const SAMPLES: u64 = 16;

/// Checks `files`, or the built-in rules if there are none: tells all that is wrong, and fails if
/// anything is. What is remarkable but may be meant is told as a note.
pub(super) fn run(files: &[PathBuf], context: &Context) -> Result<Exit> {
    let mut set = RuleSet::builtin();
    let built_in = if files.is_empty() { 0 } else { set.len() };
    let mut exit = Exit::Clean;
    for file in files {
        match check_file(file, &mut set) {
            Ok(rules) => {
                let noun = if rules == 1 { "rule" } else { "rules" };
                stdout::print(format!("{}: {rules} {noun}, fine\n", file.display()))?;
            }
            Err(troubles) => {
                troubles.iter().for_each(|t| context.ui.error(t));
                exit = Exit::Error;
            }
        }
    }
    let asked: BTreeSet<String> = set.iter().skip(built_in).map(|r| r.id.to_string()).collect();
    let remarks = measure::remarks(&set, |rule| asked.contains(&*rule.id));
    remarks.iter().for_each(|line| context.ui.say(format!("note: {line}")));
    if files.is_empty() {
        stdout::print(format!("{} built-in rules, {} notes\n", set.len(), remarks.len()))?;
    }
    Ok(exit)
}

/// How many rules the file holds, or all that is wrong with them.
fn check_file(file: &Path, set: &mut RuleSet) -> std::result::Result<usize, Vec<Error>> {
    let loaded = load_file(file, &verify::exists).map_err(|e| vec![e])?;
    let count = loaded.rules.len();
    let wrong = |(nth, rule)| {
        let (key, what, mend) = trial(rule).err()?;
        Some(loaded.wrong(nth, key, &what, mend))
    };
    let mut troubles: Vec<Error> = loaded.rules.iter().enumerate().filter_map(wrong).collect();
    troubles.extend(loaded.add_to(set).err());
    if troubles.is_empty() { Ok(count) } else { Err(troubles) }
}

/// The key that is to blame, what is wrong, and how to mend it.
type Trouble = (&'static str, String, &'static str);

/// Makes samples of the rule and puts them before it.
fn trial(rule: &Rule) -> std::result::Result<(), Trouble> {
    let fail = |e: String| ("shape", e, "");
    let shape = RegexBuilder::new(&rule.shape).unicode(false).build();
    let shape = shape.map_err(|e| fail(e.to_string()))?;
    let mut unlike = 0;
    let mut rejected = 0;
    for seed in 0..SAMPLES {
        let sample = sample(rule, seed).map_err(fail)?;
        match meet(rule, &shape, &sample) {
            Outcome::Found => {}
            Outcome::Unlike => unlike += 1,
            Outcome::Rejected => rejected += 1,
        }
    }
    if unlike > 0 {
        let what = format!("{unlike} of {SAMPLES} samples do not match `shape`");
        return Err(("sample", what, "`sample` must be the narrower one of the two"));
    }
    if rejected * 2 > SAMPLES {
        let key = if rule.entropy > 0.0 { "entropy" } else { "checks" };
        let what = format!("its own checks or `entropy` reject {rejected} of {SAMPLES} samples");
        return Err((key, what, "lower `entropy`, or give a `sample` that the checks accept"));
    }
    Ok(())
}

/// A sample of what `rule` finds; the same seed gives the same one.
pub(super) fn sample(rule: &Rule, seed: u64) -> std::result::Result<Vec<u8>, String> {
    let shape = if rule.sample.is_empty() { &rule.shape } else { &rule.sample };
    let mut random = Generator::new(seed);
    let mut sample = random.matching(shape)?;
    verify::mend(&rule.checks, &mut sample, &mut random);
    Ok(sample)
}

enum Outcome {
    Found,
    Unlike,
    Rejected,
}

fn meet(rule: &Rule, shape: &Regex, sample: &[u8]) -> Outcome {
    let before = rule.near.first().map_or(String::new(), |word| format!("{word} = "));
    let text = [before.as_bytes(), sample, b"\n"].concat();
    let Some(found) = shape.captures_at(&text, before.len()) else { return Outcome::Unlike };
    let Some(all) = found.get(0).filter(|m| m.start() == before.len()) else {
        return Outcome::Unlike;
    };
    let secret = found.name("secret").unwrap_or(all);
    let secret = Span::new(secret.start(), secret.end());
    let token = Token { rule, text: &text, matched: Span::new(all.start(), all.end()), secret };
    let dull = entropy(secret.of(&text)) < f64::from(rule.entropy);
    if dull || verify::judge(&token).is_none() { Outcome::Rejected } else { Outcome::Found }
}

/// Shannon entropy in bits a byte.
fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0u32; 256];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let total = bytes.len().max(1) as f64;
    let part = |n: &u32| f64::from(*n) / total;
    counts.iter().filter(|n| **n > 0).map(part).map(|p| -p * p.log2()).sum()
}
