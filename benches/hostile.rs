//! Texts made to cost much: near-misses of every rule, key words without end, and what other parts
//! could stumble over; each once with a short period and once without any.

use crate::scanned;
use stanch::matcher::Matcher;
use stanch::model::Budget;
use stanch::rule::{Engine, Generator, RuleSet};
use stanch::source::Texts;

/// Bytes of each text.
const SIZE: usize = 4 << 20;
const ALNUM: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// How many secrets are found in `text`, however sure.
pub fn scan(matcher: &Matcher<'_>, text: &str) -> usize {
    let text = text.to_owned();
    let hand_out = move |take: &mut stanch::source::Take<'_>| {
        take("text".to_owned(), text.clone());
        Ok(())
    };
    let source = Texts::new("a text", Box::new(hand_out));
    scanned::scan(matcher, Box::new(source), &Budget::default()).findings.len()
}

/// The texts and what they are called.
pub fn texts(rules: &RuleSet) -> Vec<(&'static str, Vec<u8>)> {
    let header = ["-----BEGIN RSA ", "PRIVATE KEY-----\n"].concat();
    let again = |part: &[u8]| part.iter().copied().cycle().take(SIZE).collect::<Vec<u8>>();
    let mut all = vec![
        ("a million key words", again(b"key ")),
        ("a million names", again(b"token=")),
        ("tokens that begin everywhere", again(b"eyJ1.")),
        ("a run of beginnings", again(b"eyJ1")),
        ("keys that never end", again(header.as_bytes())),
        ("addresses", again(b"a://b:c@")),
        ("quotes", again(b"\"auth\": \"")),
    ];
    let mut random = Generator::new(1);
    let words = ["key ", "token=", "secret:", "password ", "auth\": \"", "a://b:c@"];
    let mut any = |parts: &dyn Fn(&mut Generator) -> Vec<u8>| {
        let mut text = Vec::with_capacity(SIZE);
        while text.len() < SIZE {
            text.extend(parts(&mut random));
        }
        text
    };
    let number = |random: &mut Generator| random.below(99_999).to_string();
    all.push(("one endless run", any(&|r| r.text(BASE64, 64))));
    all.push(("one endless number", any(&|r| r.text(b"0123456789abcdef", 64))));
    all.push(("numbered key words", any(&|r| format!("key {} ", number(r)).into_bytes())));
    all.push(("numbered names", any(&|r| format!("token{}=", number(r)).into_bytes())));
    all.push(("names of all kinds", any(&|r| words[r.below(words.len())].into())));
    all.push((
        "tokens that begin everywhere, each another",
        any(&|r| [b"eyJ", &r.text(ALNUM, 4)[..], b"."].concat()),
    ));
    all.push(("near-misses of all rules", any(&|r| near_miss(rules, r))));
    all
}

/// A token of some rule that lacks its last character, behind a word that speaks of it.
fn near_miss(rules: &RuleSet, random: &mut Generator) -> Vec<u8> {
    let rule = rules.get(random.below(rules.len()));
    if rule.engine != Engine::Shape {
        return Vec::new();
    }
    let shape = if rule.sample.is_empty() { &rule.shape } else { &rule.sample };
    let mut sample = random.matching(shape).unwrap();
    sample.pop();
    let word = rule.near.first().map_or("key", |w| w);
    [word.as_bytes(), b", ", &sample, b"!\n"].concat()
}
