//! How the contexts in which secrets stand change what is told of them: a sample of each rule, made
//! of its own shape, in each of the contexts of `places.rs`, and whose it is taken for.
//!
//! `cargo bench --bench contexts -- [--rules N] [--missed CONTEXT] [--of PROVIDER]`

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench may")]
#![allow(clippy::print_stdout, missing_docs, reason = "it is a program")]

mod places;
mod sample;
#[path = "../scanned.rs"]
mod scanned;

use places::PLACES;
use sample::Sample;
use stanch::matcher::Matcher;
use stanch::model::{Budget, Confidence, Finding};
use stanch::rule::RuleSet;
use stanch::source::Texts;
use std::collections::HashMap;

/// What became of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Fate {
    /// Told as the vendor's.
    Right,
    /// Told as another vendor's.
    Other,
    /// Told as a secret of nobody's.
    Generic,
    /// Told, but hardly believed.
    Doubted,
    Missed,
}

const FATES: [Fate; 5] = [Fate::Right, Fate::Other, Fate::Generic, Fate::Doubted, Fate::Missed];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let option =
        |name: &str| args.iter().position(|a| a == name).and_then(|at| args.get(at + 1)).cloned();
    let rules = RuleSet::builtin();
    let mut samples = sample::all(&rules, PLACES.len());
    if let Some(provider) = option("--of") {
        samples.retain(|s| s.provider == provider);
    }
    let texts = texts(&samples);
    let hand_out = {
        let texts = texts.clone();
        move |take: &mut stanch::source::Take<'_>| {
            texts.iter().enumerate().for_each(|(i, t)| take(i.to_string(), t.clone()));
            Ok(())
        }
    };
    let source = Texts::new("contexts", Box::new(hand_out));
    let outcome = scanned::scan(&Matcher::new(&rules), Box::new(source), &Budget::default());
    let mut found: HashMap<usize, Vec<&Finding>> = HashMap::new();
    for finding in &outcome.findings {
        for place in &finding.places {
            let name = place.origin.path.as_deref().unwrap_or_default();
            let at = std::str::from_utf8(name).unwrap().parse().unwrap();
            found.entry(at).or_default().push(finding);
        }
    }
    let fates: Vec<Fate> = (0..texts.len())
        .map(|at| {
            let of = found.get(&at).map_or(&[][..], Vec::as_slice);
            let sample = &samples[at / PLACES.len()];
            fate(&sample.provider, &sample.secrets[at % PLACES.len()], of, &rules)
        })
        .collect();
    by_place(&fates);
    worst(&samples, &fates, option("--rules").map_or(40, |n| n.parse().unwrap()));
    if let Some(place) = option("--missed") {
        let at = PLACES.iter().position(|(name, _)| *name == place).expect("a context");
        for (i, sample) in samples.iter().enumerate() {
            let n = i * PLACES.len() + at;
            if fates[n] != Fate::Right {
                let told: Vec<&str> =
                    found.get(&n).into_iter().flatten().map(|f| &*rules.get(f.rule).id).collect();
                println!("{:?} {} {told:?}\n{}", fates[n], sample.rule, texts[n]);
            }
        }
    }
}

/// All samples in all places, sample by sample.
fn texts(samples: &[Sample]) -> Vec<String> {
    let of = |s: &Sample| {
        PLACES.iter().zip(&s.secrets).map(|((_, p), secret)| s.put(secret, p)).collect::<Vec<_>>()
    };
    samples.iter().flat_map(of).collect()
}

fn fate(provider: &str, secret: &str, found: &[&Finding], rules: &RuleSet) -> Fate {
    let told = found.iter().map(|f| (&*rules.get(f.rule).provider, f));
    let told: Vec<_> = told
        .filter(|(_, f)| {
            let text = String::from_utf8_lossy(f.secret.expose());
            let plain = data_encoding::BASE64.decode(text.as_bytes()).ok();
            let plain = plain.and_then(|bytes| String::from_utf8(bytes).ok());
            secret.contains(&*text) || text.contains(secret) || plain.as_deref() == Some(secret)
        })
        .collect();
    let sure: Vec<&str> =
        told.iter().filter(|(_, f)| f.confidence >= Confidence::Medium).map(|(p, _)| *p).collect();
    if sure.contains(&provider) {
        Fate::Right
    } else if sure.iter().any(|p| !["generic", "web-token", "command-line"].contains(p)) {
        Fate::Other
    } else if !sure.is_empty() {
        Fate::Generic
    } else if !told.is_empty() {
        Fate::Doubted
    } else {
        Fate::Missed
    }
}

fn by_place(fates: &[Fate]) {
    println!(
        "{:24} {:>7} {:>7} {:>7} {:>7} {:>7}",
        "%", "right", "other", "generic", "low", "missed"
    );
    let row = |name: &str, of: &[Fate]| {
        let share = |fate| {
            let n = of.iter().filter(|f| **f == fate).count();
            format!("{:7.1}", 100.0 * n as f64 / of.len() as f64)
        };
        println!("{name:24} {}", FATES.map(share).join(" "));
    };
    for (at, (name, _)) in PLACES.iter().enumerate() {
        row(name, &fates.iter().skip(at).step_by(PLACES.len()).copied().collect::<Vec<_>>());
    }
    row("all", fates);
}

fn worst(samples: &[Sample], fates: &[Fate], most: usize) {
    let mut rows: Vec<_> = samples
        .iter()
        .zip(fates.chunks(PLACES.len()))
        .map(|(s, f)| (FATES.map(|fate| f.iter().filter(|x| **x == fate).count()), s))
        .collect();
    rows.sort_by_key(|(n, s)| (n[0], s.rule.clone()));
    println!("\n{} samples; the worst: right, other, generic, low, missed", samples.len());
    for (n, sample) in rows.iter().take(most) {
        println!("{:48} {}", sample.rule, n.map(|n| format!("{n:3}")).join(" "));
    }
}
