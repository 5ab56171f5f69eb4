//! Random texts with samples of random rules in them, whole and spoilt.

use stanch::rule::{Generator, Rule, RuleSet};
use stanch::verify;

const WORD: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const MARKS: &[u8] = b"!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ \t";
const CODE: [&str; 12] = [
    "fn main() {\n",
    "    let token = ",
    "// see https://example.org/a/b?c=1\n",
    "if (a != b) return;\n",
    "export default class Thing {}\n",
    "api_key: ",
    "\"secret\": \"",
    "import os, sys\n",
    "\\n",
    "</key><string>",
    "Authorization: Bearer ",
    "%3D%22",
];
const WIDE: [&str; 6] = ["für ", "ключ ", "密碼:", "🔑", "naïve\u{200b}", "\u{feff}"];

/// A sample of the rule that its checks pass.
pub fn sample(rule: &Rule, random: &mut Generator) -> Vec<u8> {
    let shape = if rule.sample.is_empty() { &rule.shape } else { &rule.sample };
    let mut sample = random.matching(shape).unwrap();
    verify::mend(&rule.checks, &mut sample, random);
    sample
}

/// One text with samples of the rules `indices`.
pub fn text(rules: &RuleSet, indices: &[usize], random: &mut Generator) -> Vec<u8> {
    let mut text = Vec::new();
    for &index in indices {
        filler(&mut text, random);
        plant(rules.get(index), &mut text, random);
    }
    filler(&mut text, random);
    text
}

/// Adds something that no rule is about, or hardly ever.
pub fn filler(text: &mut Vec<u8>, random: &mut Generator) {
    for _ in 0..random.below(4) {
        match random.below(7) {
            0 => text.extend(CODE[random.below(CODE.len())].bytes()),
            1 => (0..random.below(12)).for_each(|_| {
                let len = 1 + random.below(9);
                text.extend(random.text(WORD, len));
                text.push(b' ');
            }),
            2 => {
                let len = random.below(200);
                text.extend(random.text(BASE64, len));
            }
            3 => {
                let len = random.below(30);
                text.extend(random.text(MARKS, len));
            }
            4 => text.extend(WIDE[random.below(WIDE.len())].bytes()),
            5 => text.push(b'\n'),
            _ => {
                let byte = (random.next_u64() & 0xff) as u8;
                let len = random.below(40);
                text.extend(vec![byte; len]);
            }
        }
    }
}

/// Adds a sample of `rule`, as it should be or a little off.
fn plant(rule: &Rule, text: &mut Vec<u8>, random: &mut Generator) {
    let mut sample = sample(rule, random);
    context(rule, text, random);
    match random.below(8) {
        0 => drop(sample.pop()),
        1 => sample.push(BASE64[random.below(BASE64.len())]),
        2 => text.push(BASE64[random.below(BASE64.len())]),
        3 => {
            let at = random.below(sample.len());
            let other = (random.next_u64() & 0x7f) as u8;
            sample.iter_mut().skip(at).take(1).for_each(|b| *b = other);
        }
        _ => {}
    }
    text.append(&mut sample);
    match random.below(6) {
        0 => {}
        1 => text.extend(b"_-+/=."[random.below(6)..].iter().take(1)),
        2 => text.extend(b"\\n"),
        _ => text.extend(b"\"\n"),
    }
}

/// Adds a word that the rule asks for, and some bytes, around as many as it may be away.
fn context(rule: &Rule, text: &mut Vec<u8>, random: &mut Generator) {
    if rule.near.is_empty() {
        return;
    }
    let word = &rule.near[random.below(rule.near.len())];
    let word = match random.below(4) {
        0 => word.to_ascii_uppercase(),
        1 => word.to_ascii_lowercase(),
        _ => word.to_string(),
    };
    text.extend([&b" "[..], b"_", b"x", b"\n", b"my"][random.below(5)]);
    text.extend(word.bytes());
    let most = usize::from(rule.within).saturating_sub(word.len());
    let gap = match random.below(4) {
        0 => (most + 2).saturating_sub(random.below(4)),
        1 => random.below(most + 1),
        _ => 3,
    };
    match gap {
        3 => text.extend([&b" = "[..], b"=\"\"", b": \""][random.below(3)]),
        _ if random.below(2) == 0 => text.extend(vec![b' '; gap]),
        _ => {
            let gap_text = random.text(b"abc d=\"1 .,", gap.saturating_sub(1));
            text.extend(gap_text);
            text.push(b' ');
        }
    }
}
