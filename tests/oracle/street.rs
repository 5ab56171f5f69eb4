//! Two uses of bounded reach in the pipeline: of a text made from one that was scanned only what
//! is fresh and the secrets known from there need be scanned; and a finding is new if it was not
//! there before.

use crate::texts;
use rayon::prelude::*;
use stanch::config::Config;
use stanch::error::Result;
use stanch::matcher::Matcher;
use stanch::model::{
    Confidence, Earlier, Finding, Fingerprint, Item, Origin, OriginKind, Span, Status, Unit,
};
use stanch::pipeline::{self, Setup};
use stanch::rule::{Engine, Generator, RuleSet};
use stanch::source::{Sink, Source, Text};
use stanch::suppress::{Chain, Options};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

const CASES: u64 = 80;

/// One text, and what stood there before.
struct One {
    text: Vec<u8>,
    earlier: Option<Known>,
    before: Vec<u8>,
    secrets: Arc<Mutex<Option<Vec<Span>>>>,
}

/// What is fresh in a text, and where its base's secrets stand in it.
struct Known {
    fresh: Span,
    secrets: Vec<Span>,
}

impl Source for One {
    fn scope(&self) -> String {
        "one text".into()
    }

    fn read(&self, sink: &dyn Sink) -> Result<()> {
        sink.declare(Unit::File, 1);
        let mut item = Item::new(&self.text, Origin::new(OriginKind::Index).path("api.token"));
        item.earlier = self.earlier.as_ref().map(|known| Earlier {
            fresh: std::slice::from_ref(&known.fresh),
            secrets: &known.secrets,
            nul_free: !self.text.contains(&0),
        });
        *self.secrets.lock().unwrap() = sink.scan(Unit::File, item);
        Ok(())
    }

    fn before(&self, _: &[Vec<u8>], text: &mut Text<'_>) -> Result<()> {
        let _ = text(&self.before);
        Ok(())
    }
}

struct Street<'r> {
    matcher: Matcher<'r>,
    chain: Chain,
}

impl<'r> Street<'r> {
    fn new(rules: &'r RuleSet) -> Self {
        let chain = Chain::new(&Config::default(), None, Options::default());
        Self { matcher: Matcher::new(rules), chain }
    }

    /// The findings, and where secrets stand if no verdict hangs on what is far away.
    fn run(
        &self,
        text: &[u8],
        earlier: Option<Known>,
        before: &[u8],
    ) -> (Vec<Finding>, Option<Vec<Span>>) {
        let setup = Setup {
            cache: None,
            matcher: &self.matcher,
            chain: &self.chain,
            min_confidence: Confidence::Low,
            keep_unsure: false,
            accepted: &[],
            progress: &|_, _, _| {},
            budget: &stanch::model::Budget::default(),
            stop: &AtomicBool::new(false),
        };
        let secrets = Arc::new(Mutex::default());
        let (text, before) = (text.into(), before.into());
        let one = One { text, earlier, before, secrets: secrets.clone() };
        let sources: Vec<Box<dyn Source>> = vec![Box::new(one)];
        let found = pipeline::run(&sources, &setup).unwrap().findings;
        let secrets = secrets.lock().unwrap().take();
        (found, secrets)
    }
}

fn prints(findings: &[Finding]) -> BTreeSet<Fingerprint> {
    findings.iter().map(|f| f.fingerprint).collect()
}

/// `base` with something put in or taken out, and what is known of it if `secrets` stand in `base`.
fn changed(
    rules: &RuleSet,
    base: &[u8],
    secrets: &[Span],
    random: &mut Generator,
) -> (Vec<u8>, Known) {
    let start = random.below(base.len());
    let end = base.len().min(start + random.below(40));
    let index = random.below(rules.len());
    let mut put = Vec::new();
    if random.below(3) > 0 && rules.get(index).engine == Engine::Shape {
        put = texts::text(rules, &[index], random);
        // Often only a part is fresh, and the rest of a token stands there already.
        let keep = random.below(put.len() + 1);
        put.truncate(keep);
    }
    let text = [&base[..start], &put, &base[end..]].concat();
    // As packs tell it: what is inserted, and a byte on either side of a seam.
    let fresh = Span::new(start.saturating_sub(1), text.len().min(start + put.len() + 1));
    let before = secrets.iter().filter(|s| s.end <= start).copied();
    let moved =
        |s: &Span| Span::new(s.start - end + start + put.len(), s.end - end + start + put.len());
    let behind = secrets.iter().filter(|s| s.start >= end).map(moved);
    let secrets = before.chain(behind).collect();
    (text, Known { fresh, secrets })
}

/// Text in which tokens are cut in two, as they are before a change completes them.
fn base(rules: &RuleSet, random: &mut Generator) -> Vec<u8> {
    let mut text = b"# a file\n".to_vec();
    for _ in 0..random.below(6) + 1 {
        texts::filler(&mut text, random);
        let index = random.below(rules.len());
        if rules.get(index).engine == Engine::Shape {
            let planted = texts::text(rules, &[index], random);
            text.extend(&planted[random.below(planted.len())..]);
        }
        text.extend(vec![b'\n'; random.below(400)]);
    }
    text
}

#[test]
fn of_a_text_made_from_a_known_one_only_what_is_fresh_need_be_scanned() {
    let rules = RuleSet::builtin();
    let street = Street::new(&rules);
    let (barren, others) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let told: Vec<String> = (0..CASES)
        .into_par_iter()
        .filter_map(|seed| {
            let random = &mut Generator::new(seed + 5000);
            // Half of them hold secrets.
            let base = match seed % 2 {
                0 => base(&rules, random),
                _ => [base(&rules, random), secrets(&rules, random)].concat(),
            };
            let secrets = street.run(&base, None, b"").1?;
            let count = if secrets.is_empty() { &barren } else { &others };
            count.fetch_add(1, Ordering::Relaxed);
            let (text, known) = changed(&rules, &base, &secrets, random);
            let fresh = known.fresh;
            let whole = street.run(&text, None, b"").0;
            let part = street.run(&text, Some(known), b"").0;
            let lost: Vec<&str> = whole
                .iter()
                .filter(|f| !prints(&part).contains(&f.fingerprint))
                .map(|f| &*rules.get(f.rule).id)
                .collect();
            let same = prints(&whole) == prints(&part);
            let shown = String::from_utf8_lossy(&text);
            (!same).then(|| format!("{lost:?}, fresh {fresh:?}: {shown:?}"))
        })
        .collect();
    assert!(told.is_empty(), "{} texts:\n{}", told.len(), told.join("\n"));
    assert!(barren.into_inner() > 5 && others.into_inner() > 10);
}

#[test]
fn a_file_that_a_change_makes_a_secret_as_a_whole_is_one() {
    let rules = RuleSet::builtin();
    let street = Street::new(&rules);
    let random = &mut Generator::new(77);
    let secret = random.text(b"abcdefghijkmnpqrstuvwxyz23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 80);
    let base = [b"see ", &secret[..]].concat();
    let secrets = street.run(&base, None, b"").1;
    let known = Known { fresh: Span::new(0, 1), secrets: secrets.unwrap_or_default() };
    let whole = street.run(&secret, None, b"").0;
    assert!(!whole.is_empty());
    assert_eq!(prints(&street.run(&secret, Some(known), b"").0), prints(&whole));
}

/// `text` in EBCDIC.
fn ebcdic(text: &[u8]) -> Vec<u8> {
    let row = |first: u8, letter: u8, base: u8| first + (letter - base);
    let of = |b: &u8| match *b {
        b @ b'a'..=b'i' => row(0x81, b, b'a'),
        b @ b'j'..=b'r' => row(0x91, b, b'j'),
        b @ b's'..=b'z' => row(0xa2, b, b's'),
        b @ b'A'..=b'I' => row(0xc1, b, b'A'),
        b @ b'J'..=b'R' => row(0xd1, b, b'J'),
        b @ b'S'..=b'Z' => row(0xe2, b, b'S'),
        b @ b'0'..=b'9' => row(0xf0, b, b'0'),
        b'_' => 0x6d,
        b'\n' => 0x15,
        _ => 0x40,
    };
    text.iter().map(of).collect()
}

#[test]
fn a_text_that_is_written_in_another_way_than_the_one_before_is_read_so() {
    let rules = RuleSet::builtin();
    let street = Street::new(&rules);
    let index = rules.iter().position(|r| r.id == "github-oauth-token").unwrap();
    let token = Generator::new(5).matching(&rules.get(index).shape).unwrap();
    let tail = b"The end of the file is as it was before\n".repeat(9);
    let head = [&b"some words, and then a key\n"[..], &token, b"\nand more of them\n"].concat();
    let text = [ebcdic(&head), ebcdic(&tail)].concat();
    let known = Known { fresh: Span::new(0, head.len() + 1), secrets: Vec::new() };
    assert_eq!(street.run(&text, Some(known), b"").0.len(), 1);
}

/// Text in which whole tokens stand.
fn secrets(rules: &RuleSet, random: &mut Generator) -> Vec<u8> {
    let some = (0..4).map(|_| random.below(rules.len()));
    let shapes: Vec<usize> = some.filter(|&i| rules.get(i).engine == Engine::Shape).collect();
    texts::text(rules, &shapes, random)
}

#[test]
fn a_finding_is_new_unless_it_was_there_before() {
    let rules = RuleSet::builtin();
    let street = Street::new(&rules);
    let seen = AtomicUsize::new(0);
    (0..CASES).into_par_iter().for_each(|seed| {
        let random = &mut Generator::new(seed + 9000);
        let base = secrets(&rules, random);
        let base = if base.is_empty() { b"x".to_vec() } else { base };
        let (text, _) = changed(&rules, &base, &[], random);
        let before = prints(&street.run(&base, None, b"").0);
        for finding in street.run(&text, None, &base).0 {
            let old = before.contains(&finding.fingerprint);
            for place in
                finding.places.iter().filter(|p| !matches!(p.status, Status::Hidden { .. }))
            {
                seen.fetch_add(usize::from(old), Ordering::Relaxed);
                assert_eq!(place.status == Status::Existing, old, "seed {seed}");
            }
        }
    });
    assert!(seen.into_inner() > 50);
}
