//! Every built-in rule finds samples made of its own shape, and does not find near-misses. The
//! samples are made at run time: no token stands in this repository.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may")]

use stanch::matcher::{Matcher, Scratch};
use stanch::model::Confidence;
use stanch::rule::{Boundary, Engine, Generator, REACH, Rule, RuleSet};
use stanch::verify::{self, Judged, Token};
use std::collections::BTreeMap;

/// Samples tried for each rule.
const SEEDS: u64 = 8;

fn sample(rule: &Rule, seed: u64) -> Vec<u8> {
    let mut random = Generator::new(seed.wrapping_mul(977) + 11);
    let shape = if rule.sample.is_empty() { &rule.shape } else { &rule.sample };
    let mut sample = random.matching(shape).unwrap_or_else(|e| panic!("{}: {e}", rule.id));
    verify::mend(&rule.checks, &mut sample, &mut random);
    sample
}

/// The sample as it stands in a file, behind a word that the rule asks for.
fn in_file(rule: &Rule, sample: &[u8]) -> Vec<u8> {
    let word = rule.near.first().map_or("", |w| w);
    [b"# a file\n", word.as_bytes(), b" = \"", sample, b"\"\nend\n"].concat()
}

fn judged(matcher: &Matcher<'_>, text: &[u8]) -> Vec<Judged> {
    let mut candidates = Vec::new();
    matcher.find(text, &mut Scratch::default(), &mut candidates);
    let one = |c: &stanch::matcher::Candidate| {
        let rule = matcher.rules().get(c.rule);
        let token = Token { rule, text, matched: c.matched, secret: c.secret };
        Some(Judged { rule: c.rule, secret: c.secret, judgement: verify::judge(&token)? })
    };
    candidates.iter().filter_map(one).collect()
}

fn finds(matcher: &Matcher<'_>, rule: &Rule, text: &[u8]) -> bool {
    judged(matcher, text).iter().any(|j| matcher.rules().get(j.rule).id == rule.id)
}

fn shapes(rules: &RuleSet) -> impl Iterator<Item = &Rule> {
    rules.iter().filter(|r| r.engine == Engine::Shape)
}

#[test]
fn every_rule_finds_its_samples() {
    let rules = RuleSet::builtin();
    let matcher = Matcher::new(&rules);
    let missed: Vec<String> = shapes(&rules)
        .filter_map(|rule| {
            let found = |seed: &u64| finds(&matcher, rule, &in_file(rule, &sample(rule, *seed)));
            let hits = (0..SEEDS).filter(found).count();
            // A random sample may by chance look like a placeholder, but seldom.
            (hits + 1 < SEEDS as usize).then(|| format!("{} ({hits} of {SEEDS})", rule.id))
        })
        .collect();
    assert!(
        missed.is_empty(),
        "{} rules miss their samples:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

#[test]
fn no_rule_finds_a_sample_inside_a_longer_word() {
    let rules = RuleSet::builtin();
    let matcher = Matcher::new(&rules);
    let fooled: Vec<&str> = shapes(&rules)
        .filter(|r| r.boundary == Boundary::Both)
        .filter(|rule| {
            let sample = sample(rule, 1);
            let word = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
            let glued = [b"Zq9", sample.as_slice(), b"Zq9"].concat();
            word(sample.first())
                && word(sample.last())
                && judged(&matcher, &in_file(rule, &glued)).iter().any(|j| {
                    matcher.rules().get(j.rule).id == rule.id
                        && j.secret.of(&in_file(rule, &glued)) == sample
                })
        })
        .map(|r| &*r.id)
        .collect();
    assert!(fooled.is_empty(), "{fooled:?}");
}

/// Checks that compute a checksum over the whole token: a changed last character must not pass.
const CHECKSUMS: [&str; 7] = [
    "crc32-base62",
    "crc32-base62-tail",
    "crc32-hex-tail",
    "crc32-hex-le",
    "crc32-atlassian",
    "crc32-gitlab-routable",
    "crates-io",
];

#[test]
fn a_wrong_checksum_is_no_token() {
    let rules = RuleSet::builtin();
    let matcher = Matcher::new(&rules);
    let checked = |r: &&Rule| r.checks.iter().any(|c| CHECKSUMS.contains(&&**c));
    assert!(shapes(&rules).filter(checked).count() >= CHECKSUMS.len());
    for rule in shapes(&rules).filter(checked) {
        let mut sample = sample(rule, 3);
        let last = sample.last_mut().expect("a sample is not empty");
        *last = if *last == b'1' { b'2' } else { b'1' };
        let sure = judged(&matcher, &in_file(rule, &sample)).into_iter().any(|j| {
            matcher.rules().get(j.rule).id == rule.id && j.judgement.confidence > Confidence::Low
        });
        assert!(!sure, "{}: {}", rule.id, String::from_utf8_lossy(&sample));
    }
}

#[test]
fn a_name_tells_whose_a_token_with_a_wrong_checksum_is() {
    let rules = RuleSet::builtin();
    let matcher = Matcher::new(&rules);
    let checked =
        |r: &&Rule| r.checks.iter().any(|c| CHECKSUMS.contains(&&**c)) && sample(r, 3).len() < 200;
    for rule in shapes(&rules).filter(checked) {
        let mut sample = sample(rule, 3);
        let last = sample.last_mut().expect("a sample is not empty");
        *last = if *last == b'1' { b'2' } else { b'1' };
        let text = [b"api_token = \"", sample.as_slice(), b"\"\n"].concat();
        let kept = verify::settle(judged(&matcher, &text), &rules);
        let told = kept.iter().find(|j| j.judgement.confidence >= Confidence::Medium);
        let provider = told.map(|j| &*rules.get(j.rule).provider);
        assert_eq!(provider, Some(&*rule.provider), "{}", rule.id);
    }
}

#[test]
fn a_vendors_name_may_begin_at_a_capital() {
    let rules = RuleSet::builtin();
    let matcher = Matcher::new(&rules);
    let (mut all, mut missed) = (0, Vec::new());
    for rule in shapes(&rules).filter(|r| r.shape.starts_with("(?i:") && r.near.is_empty()) {
        let sample = sample(rule, 4);
        if !sample.first().is_some_and(u8::is_ascii_lowercase) {
            continue;
        }
        let name = [&sample[..1].to_ascii_uppercase(), &sample[1..]].concat();
        all += 1;
        let text = [b"const my", name.as_slice(), b"\"\n"].concat();
        if !finds(&matcher, rule, &text) {
            missed.push(&*rule.id);
        }
    }
    assert!(all > 300 && missed.len() * 50 < all, "{} of {all}: {missed:?}", missed.len());
}

#[test]
fn a_token_that_is_a_character_short_or_masked_is_no_token() {
    let rules = RuleSet::builtin();
    let matcher = Matcher::new(&rules);
    let fixed = |r: &&Rule| r.anatomy.min_len == r.anatomy.max_len && r.near.is_empty();
    for rule in shapes(&rules).filter(fixed) {
        let sample = sample(rule, 5);
        if !sample.last().is_some_and(u8::is_ascii_alphanumeric) {
            continue;
        }
        let short = &sample[..sample.len() - 1];
        assert!(!finds(&matcher, rule, &in_file(rule, short)), "{}", rule.id);
        let keep = sample.len() / 3;
        let masked = [&sample[..keep], &vec![b'*'; sample.len() - keep]].concat();
        assert!(!finds(&matcher, rule, &in_file(rule, &masked)), "{}", rule.id);
    }
}

#[test]
fn ids_are_unique_and_every_named_check_exists() {
    let rules = RuleSet::builtin();
    let mut ids: Vec<&str> = rules.iter().map(|r| &*r.id).collect();
    ids.sort_unstable();
    let twice: Vec<_> = ids.windows(2).filter(|w| w[0] == w[1]).map(|w| w[0]).collect();
    assert!(twice.is_empty(), "{twice:?}");
    // An id of another tool may stand for several rules of one provider, but for none of ours.
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for (alias, rule) in rules.iter().flat_map(|r| r.aliases.iter().map(move |a| (&**a, r))) {
        assert!(ids.binary_search(&alias).is_err(), "{alias} is an id and an alias");
        assert_eq!(*owners.entry(alias).or_insert(&rule.provider), &*rule.provider, "{alias}");
    }
    let unknown: Vec<_> = rules
        .iter()
        .flat_map(|r| r.checks.iter().map(move |c| (&r.id, c)))
        .filter(|(_, c)| !verify::exists(c))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn every_shape_compiles_and_marks_its_secret() {
    for rule in shapes(&RuleSet::builtin()) {
        let regex = regex::bytes::RegexBuilder::new(&rule.shape).unicode(false).build();
        assert!(regex.is_ok(), "{}: {:?}", rule.id, regex.err());
        assert!(rule.anatomy.min_len <= rule.anatomy.max_len, "{}", rule.id);
    }
}

#[test]
fn no_common_word_makes_texts_be_scanned_whole() {
    let rules = RuleSet::builtin();
    let costly = shapes(&rules).filter(|r| r.anatomy.wide && r.anatomy.context);
    let costly: Vec<&str> = costly.map(|r| &*r.id).collect();
    // An anchor that stands beside the token is a word like any other. Where it leads to a rule
    // that reaches far, every version of a file that holds it is scanned whole.
    assert!(costly.is_empty(), "narrow `within`, or the shape, to the usual reach: {costly:?}");
}

#[test]
fn a_shape_that_asks_for_no_word_reaches_no_farther_than_it_is_long() {
    let rules = RuleSet::builtin();
    let alone = shapes(&rules).filter(|r| r.near.is_empty() && r.anatomy.max_len <= REACH);
    let wide: Vec<&str> = alone.filter(|r| r.anatomy.wide).map(|r| &*r.id).collect();
    assert!(wide.is_empty(), "{wide:?}");
}

#[test]
fn a_declared_loss_is_small() {
    for rule in shapes(&RuleSet::builtin()) {
        assert!(rule.anatomy.loss <= stanch::rule::MAX_LOSS, "{}", rule.id);
    }
}

/// Rules whose tokens look alike: what tells them apart stands outside the token, or nowhere.
const ALIKE: [(&str, &str); 3] = [
    ("polymarket-private-key", "ethereum-private-key"),
    ("paymongo-secret-key", "stripe-secret-key"),
    ("payjp-secret-key", "stripe-test-key"),
];

#[test]
fn a_sample_is_claimed_by_its_own_provider() {
    let rules = RuleSet::builtin();
    let matcher = Matcher::new(&rules);
    let mut clashes = Vec::new();
    for rule in shapes(&rules) {
        let text = in_file(rule, &sample(rule, 2));
        let kept = verify::settle(judged(&matcher, &text), &rules);
        for other in kept.iter().map(|j| matcher.rules().get(j.rule)) {
            let alike = ALIKE.contains(&(&*rule.id, &*other.id));
            if other.engine == Engine::Shape && other.provider != rule.provider && !alike {
                clashes.push(format!("{} is taken for {}", rule.id, other.id));
            }
        }
    }
    assert!(clashes.is_empty(), "{} clashes:\n{}", clashes.len(), clashes.join("\n"));
}
