//! Measures rules against all others: whether their samples are taken for something else, whether
//! any comes through at all, and how much of harmless text they take for a secret.

use crate::matcher::{Candidate, Matcher, Scratch};
use crate::pipeline;
use crate::rule::{Engine, Generator, Rule, RuleSet};
use crate::verify::{self, Judged, Token};
use std::collections::BTreeMap;

/// How many samples are made of each rule.
const SAMPLES: u64 = 8;
/// Bytes of each kind of harmless text.
const MUCH: usize = 64 * 1024;
/// Findings in so much of it from which on a rule is called broad.
const BROAD: usize = 4;

/// What is remarkable about the rules of `set` for which `asked` holds, a line each.
pub(super) fn remarks(set: &RuleSet, asked: impl Fn(&Rule) -> bool) -> Vec<String> {
    let matcher = Matcher::new(set);
    let shapes = set.iter().filter(|r| r.engine == Engine::Shape && asked(r));
    let mut lines: Vec<String> = shapes.filter_map(|rule| overlap(&matcher, rule)).collect();
    lines.extend(breadth(&matcher, asked));
    lines
}

/// Whether samples of `rule` are findings of another provider's rule, or of none at all.
fn overlap(matcher: &Matcher<'_>, rule: &Rule) -> Option<String> {
    let mut others: BTreeMap<&str, usize> = BTreeMap::new();
    let mut own = 0;
    for seed in 0..SAMPLES {
        let Ok(sample) = super::check::sample(rule, seed) else { continue };
        for judged in found(matcher, &in_file(rule, &sample)) {
            let winner = matcher.rules().get(judged.rule);
            if winner.family() == rule.family() {
                own += 1;
            } else if winner.engine == Engine::Shape && winner.provider != rule.provider {
                *others.entry(&winner.id).or_default() += 1;
            }
        }
    }
    let names: Vec<String> = others.iter().map(|(id, n)| format!("`{id}` ({n})")).collect();
    match (own, names.as_slice()) {
        (_, []) => None,
        (0, _) => Some(format!(
            "{}: unreachable: each of {SAMPLES} samples is taken for {}",
            rule.id,
            names.join(", ")
        )),
        _ => Some(format!(
            "{}: of {SAMPLES} samples some are taken for {}",
            rule.id,
            names.join(", ")
        )),
    }
}

/// The sample as it stands in a file, behind a word that the rule asks for.
fn in_file(rule: &Rule, sample: &[u8]) -> Vec<u8> {
    let word = rule.near.first().map_or("", |w| w);
    [b"# a file\n", word.as_bytes(), b" = \"", sample, b"\"\nend\n"].concat()
}

/// The findings of `text`, each secret by its best rule.
fn found(matcher: &Matcher<'_>, text: &[u8]) -> Vec<Judged> {
    let mut candidates = Vec::new();
    matcher.find_in_file(text, &mut Scratch::default(), &mut candidates);
    let judge = |c: &Candidate| {
        let rule = matcher.rules().get(c.rule);
        let token = Token { rule, text, matched: c.matched, secret: c.secret };
        Some(Judged { rule: c.rule, secret: c.secret, judgement: verify::judge(&token)? })
    };
    let mut all = verify::settle(candidates.iter().filter_map(judge).collect(), matcher.rules());
    pipeline::resolve(text, &mut all, matcher);
    all
}

/// Which rules find things in text that holds none.
fn breadth(matcher: &Matcher<'_>, asked: impl Fn(&Rule) -> bool) -> Vec<String> {
    let mut lines = Vec::new();
    for (kind, text) in harmless() {
        let mut hits: BTreeMap<&str, usize> = BTreeMap::new();
        for judged in found(matcher, &text) {
            let rule = matcher.rules().get(judged.rule);
            if rule.engine == Engine::Shape && asked(rule) {
                *hits.entry(&rule.id).or_default() += 1;
            }
        }
        let broad = hits.into_iter().filter(|(_, n)| *n >= BROAD);
        lines.extend(
            broad.map(|(id, n)| format!("{id}: too broad: {n} findings in 64 kB of {kind}")),
        );
    }
    lines
}

/// Text of known kinds, always the same.
fn harmless() -> [(&'static str, Vec<u8>); 5] {
    const HEX: &[u8] = b"0123456789abcdef";
    const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut random = Generator::new(2026);
    let mut lines = |line: &mut dyn FnMut(&mut Generator) -> Vec<u8>| {
        let mut text = Vec::new();
        while text.len() < MUCH {
            text.extend(line(&mut random));
            text.push(b'\n');
        }
        text
    };
    [
        ("git object ids", lines(&mut |r| [b"commit ".as_slice(), &r.text(HEX, 40)].concat())),
        ("SHA-256 sums", lines(&mut |r| [&r.text(HEX, 64), b"  file.tar.gz".as_slice()].concat())),
        ("UUIDs", lines(&mut |r| [8, 4, 4, 4, 12].map(|n| r.text(HEX, n)).join(&b'-'))),
        ("base64 data", lines(&mut |r| r.text(BASE64, 76))),
        ("names in code", lines(&mut |r| [b"let x = ".as_slice(), &name(r)].concat())),
    ]
}

/// A name as code has them: `readFileIndex27`.
fn name(random: &mut Generator) -> Vec<u8> {
    const WORDS: [&str; 12] = [
        "read", "File", "Index", "Open", "State", "Client", "Token", "Value", "Request",
        "Handler", "Key", "Name",
    ];
    let mut name = Vec::new();
    for _ in 0..3 + random.below(4) {
        name.extend_from_slice(WORDS.get(random.below(WORDS.len())).unwrap_or(&"x").as_bytes());
    }
    name.extend(random.below(100).to_string().into_bytes());
    name
}
