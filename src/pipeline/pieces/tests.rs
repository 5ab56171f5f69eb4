//! Piece by piece is as good as whole, wherever the borders fall.

use super::*;
use crate::config::Config;
use crate::matcher::Matcher;
use crate::model::{Budget, Confidence, Excerpt, Finding, Fingerprint, OriginKind, Status};
use crate::pipeline::gather::find;
use crate::pipeline::layers::{self, Sighting, Sightings};
use crate::rule::{Engine, Generator, RuleSet};
use crate::suppress::{Chain, Options};
use crate::verify;
use proptest::prelude::*;
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);
static MATCHER: LazyLock<Matcher<'static>> = LazyLock::new(|| Matcher::new(&RULES));
static CHAIN: LazyLock<Chain> =
    LazyLock::new(|| Chain::new(&Config::default(), None, Options::default()));
static BUDGET: LazyLock<Budget> = LazyLock::new(Budget::default);
static STOP: AtomicBool = AtomicBool::new(false);

fn setup() -> Setup<'static> {
    Setup {
        cache: None,
        matcher: &MATCHER,
        chain: &CHAIN,
        min_confidence: Confidence::Low,
        keep_unsure: false,
        accepted: &[],
        budget: &BUDGET,
        stop: &STOP,
        progress: &|_, _, _| {},
    }
}

type Spot = ((u32, u32), (u32, u32), Excerpt, Status, Vec<&'static str>);

/// Everything that is told of findings.
fn told(found: Found) -> Vec<(Fingerprint, usize, Confidence, u64, Vec<Spot>)> {
    assert_eq!(found.unlisted, 0);
    let spots = |f: &Finding| {
        let spot = |p: &crate::model::Place| {
            let (from, to) = ((p.line, p.column), (p.end_line, p.end_column));
            (from, to, p.excerpt.clone(), p.status.clone(), p.decoded.clone())
        };
        let mut spots: Vec<Spot> = f.places.iter().map(spot).collect();
        spots.sort_by_key(|s| (s.4.clone(), s.0, s.1));
        spots
    };
    // What looks packed and is longer than a piece is not opened, which is told. In random letters
    // nothing stands then that could be more than a short file, of which its path decides.
    let of_files = |f: &Finding| RULES.get(f.rule).engine == Engine::File;
    let mut all: Vec<_> = found
        .findings
        .iter()
        .filter(|f| !of_files(f))
        .map(|f| (f.fingerprint, f.rule, f.confidence, f.more, spots(f)))
        .collect();
    all.sort_by_key(|f| f.0);
    all
}

/// How many places there are, whole and piece by piece.
#[track_caller]
fn compare(text: &[u8], size: usize) -> usize {
    let setup = setup();
    let item = Item::new(text, Origin::new(OriginKind::File));
    let whole = told(find(&item, &setup, None));
    let pieces = told(Pieces::all(&item, &setup, size));
    for (a, b) in whole.iter().zip(&pieces) {
        assert_eq!(a, b, "pieces of {size} bytes");
    }
    assert_eq!(whole.len(), pieces.len(), "pieces of {size} bytes");
    whole.iter().map(|f| f.4.len()).sum()
}

/// A sample of a rule.
fn token(random: &mut Generator) -> Vec<u8> {
    loop {
        let rule = RULES.get(random.below(RULES.len()));
        let shape = if rule.sample.is_empty() { &rule.shape } else { &rule.sample };
        if rule.engine != Engine::Shape {
            continue;
        }
        let Ok(mut sample) = random.matching(shape) else { continue };
        verify::mend(&rule.checks, &mut sample, random);
        return match rule.near.first() {
            Some(word) => [word.as_bytes(), b" = ", &sample].concat(),
            None => sample,
        };
    }
}

fn key_block(random: &mut Generator) -> Vec<u8> {
    let kind = ["RSA ", "EC ", "OPENSSH ", ""][random.below(4)];
    let lines = [8, 25, 25, 230][random.below(4)];
    let mut block = format!("-----BEGIN {kind}PRIVATE KEY-----\n").into_bytes();
    for _ in 0..lines {
        block.extend(letters(random, 64));
        block.push(b'\n');
    }
    if random.below(8) > 0 {
        block.extend(format!("-----END {kind}PRIVATE KEY-----").bytes());
    }
    block
}

fn letters(random: &mut Generator, n: usize) -> Vec<u8> {
    random.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", n)
}

/// One thing that may stand in a text.
fn part(random: &mut Generator) -> Vec<u8> {
    match random.below(24) {
        0..=5 => token(random),
        6 => key_block(random),
        7..=9 => {
            let len = 20 + random.below(20);
            let value = letters(random, len);
            [b"db_password = \"".as_slice(), &value, b"\"\n"].concat()
        }
        10 => [b"api_key: ".as_slice(), &letters(random, 32)].concat(),
        11 => [&token(random), b" # stanch:allow -- a test\n".as_slice()].concat(),
        12 => [b"\n# stanch:allow -- above\n".as_slice(), &token(random)].concat(),
        13 => {
            let len = random.below(3000);
            letters(random, len)
        }
        14 => "é€\u{1F600}".repeat(random.below(200)).into_bytes(),
        15 => vec![b"\x80\x9F\xBF\xC3\xE2\xF0"[random.below(6)]; random.below(9)],
        16 => b"x y ".repeat(random.below(900)),
        17 => [b"https://user:".as_slice(), &letters(random, 12), b"@host.example/ "].concat(),
        18..=20 => b"\n".to_vec(),
        _ => b" some words, then more of them; ".to_vec(),
    }
}

fn text(seed: u64, len: usize, line_breaks: bool) -> Vec<u8> {
    let mut random = Generator::new(seed);
    let mut text = Vec::new();
    while text.len() < len {
        text.extend(part(&mut random));
        text.extend([&b" "[..], b"\n", b"", b" = "][random.below(4)]);
    }
    if !line_breaks {
        text.iter_mut().filter(|b| **b == b'\n').for_each(|b| *b = b' ');
    }
    text
}

/// The text in a wide encoding.
fn encoded(text: &[u8], how: usize) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let marked = format!("\u{FEFF}{text}");
    let utf16 = |text: &str, swap: bool| {
        let bytes = |u: u16| if swap { u.to_be_bytes() } else { u.to_le_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    };
    match how {
        0 => utf16(&marked, false),
        1 => utf16(&marked, true),
        2 => utf16(&text, false),
        _ => marked.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn pieces_find_what_the_whole_holds(seed: u64, size in 9_000..40_000_usize, breaks: bool) {
        let text = text(seed, 200_000, breaks);
        prop_assert!(compare(&text, size) > 0);
    }

    #[test]
    fn wide_pieces_find_what_the_whole_holds(seed: u64, size in 9_001..30_000_usize, how in 0..4_usize) {
        let text = encoded(&text(seed, 90_000, true), how);
        // Without a mark the encoding is guessed from the start, which may not look like it.
        prop_assert!(compare(&text, size) > 0 || how == 2);
    }
}

/// A rule, where its secret stands, how that is encoded, and how sure it is.
type Seen = (usize, Span, Vec<&'static str>, Confidence);

/// Everything that is seen in a text, and whether something is left encoded in it.
fn seen(all: Sightings) -> (Vec<Seen>, usize, bool, bool) {
    let one = |s: &Sighting| {
        (s.judged.rule, s.judged.secret, s.chain.clone(), s.judged.judgement.confidence)
    };
    (all.all.iter().map(one).collect(), all.packed.len(), all.wide, all.cut)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_repeats_itself_hides_nothing_and_adds_nothing(seed: u64, one in 1..60_usize, times in 1..9_000_usize) {
        let mut random = Generator::new(seed);
        let row = match random.below(3) {
            0 => part(&mut random),
            1 => letters(&mut random, one),
            _ => random.text(b"token=\"key 1: ", one),
        };
        let parts = [text(seed, 3_000, true), row.repeat(times), text(seed + 1, 3_000, true)];
        let text = parts.concat();
        let all = layers::look_at_all(&text, Within::Text, &setup());
        prop_assert_eq!(seen(layers::look_at(&text, Within::Text, &setup())), seen(all));
    }
}

#[test]
fn a_border_may_fall_anywhere_in_a_secret() {
    let mut random = Generator::new(5);
    let secret = loop {
        let token = token(&mut random);
        if token.len() > 30 {
            break token;
        }
    };
    // No place between words is near: the border falls where it is due.
    let margin = 2 * MATCHER.reach() + AROUND;
    for at in [0, 1, 17, secret.len() - 1, secret.len()] {
        let size = 70_000;
        let text =
            [&vec![b'\xC1'; size - at], &secret[..], &vec![b'\xC1'; margin + 2000]].concat();
        assert_eq!(compare(&text, size), 1, "{at}");
    }
}

#[test]
fn one_secret_a_thousand_times_and_more() {
    let (mut random, setup) = (Generator::new(3), setup());
    // Some rules are of pairs.
    let token = loop {
        let token = token(&mut random);
        let alone = Item::new(&token, Origin::new(OriginKind::File));
        if find(&alone, &setup, None).findings.len() == 1 {
            break token;
        }
    };
    let mut text = [&token[..], b"\n"].concat().repeat(1500);
    text.extend([&b"# stanch:allow\n"[..], &token, b"\n"].concat().repeat(1100));
    let item = Item::new(&text, Origin::new(OriginKind::File));
    for found in [find(&item, &setup, None), Pieces::all(&item, &setup, 30_000)] {
        let [finding] = found.findings.as_slice() else { unreachable!("one finding") };
        let open = finding.places.iter().filter(|p| p.status == Status::Open).count();
        assert_eq!((open, finding.places.len(), finding.more), (1000, 2000, 600));
    }
}
