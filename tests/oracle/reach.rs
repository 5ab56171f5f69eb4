//! A verdict hangs on what is within reach and on nothing else: so a text may be read in parts
//! that overlap by as much, and what is further away may change.

use crate::compare::{Both, Found};
use crate::texts;
use rayon::prelude::*;
use stanch::model::Span;
use stanch::rule::{Engine, Generator, REACH, RuleSet, is_token};

const TEXTS: u64 = 12;

/// A text with samples of some random rules far enough apart to have borders between them.
fn text(rules: &RuleSet, random: &mut Generator) -> Vec<u8> {
    let mut text = Vec::new();
    while text.len() < 12_000 {
        let index = random.below(rules.len());
        if rules.get(index).engine == Engine::Shape {
            text.extend(texts::text(rules, &[index], random));
        }
        for _ in 0..random.below(4) {
            texts::filler(&mut text, random);
        }
    }
    text
}

/// `far` bytes around `span`, and on to the ends of the runs met there.
fn around(text: &[u8], span: Span, far: usize) -> Span {
    let (mut start, mut end) = (span.start.saturating_sub(far), text.len().min(span.end + far));
    while start > 0 && is_token(text[start - 1]) {
        start -= 1;
    }
    while end < text.len() && is_token(text[end]) {
        end += 1;
    }
    Span::new(start, end)
}

/// The farthest that any rule looks.
fn farthest(rules: &RuleSet) -> usize {
    let far = |r: &stanch::rule::Rule| usize::from(r.within) + r.anatomy.max_len;
    rules.iter().map(far).max().unwrap().max(REACH)
}

/// What is found when each `step` bytes are read with `over` more on either side.
fn in_parts(both: &Both<'_>, text: &[u8], step: usize, over: usize) -> Found {
    let mut found = Found::new();
    for start in (0..text.len()).step_by(step) {
        let core = Span::new(start, text.len().min(start + step));
        let part = around(text, core, over);
        for (rule, at) in both.judged(part.of(text)) {
            let at = Span::new(at.start + part.start, at.end + part.start);
            if core.start <= at.start && at.start < core.end {
                found.insert((rule, at));
            }
        }
    }
    found
}

/// The first things that one of the two lacks.
fn apart(both: &Both<'_>, text: &[u8], one: &Found, other: &Found) -> Option<String> {
    let (rule, at) = one.symmetric_difference(other).next()?;
    let near = around(text, *at, 100);
    let shown = String::from_utf8_lossy(near.of(text)).into_owned();
    Some(format!("{} at {}..{}: {shown:?}", both.rules.get(*rule).id, at.start, at.end))
}

fn each_text(check: impl Fn(&Both<'_>, &[u8], &mut Generator) -> Option<String> + Sync) {
    let rules = RuleSet::builtin();
    let both = Both::new(&rules);
    let told: Vec<String> = (0..TEXTS)
        .into_par_iter()
        .filter_map(|seed| {
            let mut random = Generator::new(seed + 1000);
            let text = text(&rules, &mut random);
            check(&both, &text, &mut random)
        })
        .collect();
    assert!(told.is_empty(), "{} texts:\n{}", told.len(), told.join("\n"));
}

#[test]
fn a_text_may_be_read_in_parts_that_overlap_by_the_reach() {
    let over = farthest(&RuleSet::builtin());
    each_text(|both, text, random| {
        let whole = both.judged(text);
        let step = 1500 + random.below(5000);
        apart(both, text, &whole, &in_parts(both, text, step, over))
    });
}

#[test]
fn what_is_out_of_reach_changes_nothing() {
    each_text(|both, text, random| {
        both.judged(text).into_iter().find_map(|(rule, at)| {
            let anatomy = &both.rules.get(rule).anatomy;
            let far = if anatomy.wide { farthest(both.rules) } else { REACH };
            let kept = around(text, at, far);
            let mut other = Vec::new();
            texts::filler(&mut other, random);
            other.push(b' ');
            let shift = other.len();
            other.extend(kept.of(text));
            other.push(b' ');
            texts::filler(&mut other, random);
            let moved = Span::new(at.start + shift - kept.start, at.end + shift - kept.start);
            let lost = !both.judged(&other).contains(&(rule, moved));
            let shown = String::from_utf8_lossy(&other).into_owned();
            lost.then(|| format!("{}: {shown:?}", both.rules.get(rule).id))
        })
    });
}
