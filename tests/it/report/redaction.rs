//! Nothing that is printed shows eight characters of a secret in a row.

use super::stage::{Stage, finding, place};
use crate::support::samples;
use data_encoding::{BASE64, HEXLOWER};
use proptest::prelude::*;
use stanch::model::{Excerpt, Finding, Origin, OriginKind, Span};
use stanch::report::{ALL, Redactor};
use stanch::rule::RuleSet;

fn redactor(secrets: &[&str]) -> Redactor {
    let findings: Vec<Finding> = secrets.iter().map(|s| finding(s, vec![])).collect();
    Redactor::new(&findings, &RuleSet::builtin(), false)
}

/// The first stretch of eight characters of `secret` that `text` shows.
fn shown<'s>(text: &[u8], secret: &'s [u8]) -> Option<&'s [u8]> {
    secret.windows(8).find(|w| text.windows(8).any(|t| t == *w))
}

/// A text of pieces: fillers, whole secrets, and parts of them.
fn text(secrets: Vec<String>) -> impl Strategy<Value = String> {
    let whole = proptest::sample::select(secrets.clone());
    let part = (proptest::sample::select(secrets), 0..20usize, 8..40usize)
        .prop_map(|(s, from, len)| s.chars().skip(from).take(len).collect::<String>());
    let piece = prop_oneof!["[ -)<>é漢\\\\%]{0,6}", whole, part];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn secrets() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("[a-zA-Z0-9_]{8,48}", 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_part_of_a_secret_survives(
        (secrets, text) in secrets().prop_flat_map(|s| (Just(s.clone()), text(s)))
    ) {
        let names: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let out = redactor(&names).bytes(text.as_bytes()).into_owned();
        for secret in &secrets {
            prop_assert_eq!(shown(&out, secret.as_bytes()), None);
        }
    }

    #[test]
    fn encoded_secrets_are_masked(secret in "[!-~]{12,48}", before in "[a-z]{0,5}") {
        let redactor = redactor(&[&secret]);
        let percent: String = secret.bytes().map(|b| format!("%{b:02X}")).collect();
        let json = serde_json::to_string(&secret).unwrap();
        let base64 = BASE64.encode(format!("{before}{secret}").as_bytes());
        let hex = HEXLOWER.encode(secret.as_bytes());
        // How many characters of each form tell eight bytes.
        for (form, most) in [(percent, 24), (json, 16), (base64, 12), (hex, 16)] {
            let out = redactor.text(format!("x = '{form}'").as_bytes());
            prop_assert!(out.contains("****"), "{} in {}", form, out);
            let form = form.as_bytes();
            let left = form.windows(most).find(|w| out.as_bytes().windows(most).any(|o| o == *w));
            prop_assert_eq!(left, None);
        }
    }

    #[test]
    fn hostile_bytes_are_survived(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        let out = redactor(&["abcdefgh12345678"]).line(&text);
        prop_assert!(!out.chars().any(stanch::model::is_unsafe));
    }
}

#[test]
fn no_format_shows_a_secret() {
    let (first, second) = (samples::circleci(1), samples::circleci(2));
    let stage = Stage { verbose: 1, ..Stage::found() };
    for format in ALL {
        let out = stage.written(*format);
        for secret in [&first, &second] {
            assert_eq!(shown(out.as_bytes(), secret.as_bytes()), None, "{}", format.name());
        }
    }
}

#[test]
fn a_short_secret_is_masked_where_it_stands() {
    let redactor = redactor(&["abc", "hunter"]);
    let own = place(Origin::new(OriginKind::Stdin), "abc").excerpt;
    assert_eq!(redactor.excerpt(&own).text, b"token: **** # used by ci");
    assert_eq!(redactor.text(b"abc, hunter2"), "abc, ****2");
}

#[test]
fn a_span_outside_its_line_harms_nothing() {
    for span in [Span::new(2, 900), Span::new(900, 901), Span::new(3, 1)] {
        let excerpt = Excerpt { text: b"abcd".to_vec(), secret: Some(span) };
        let masked = redactor(&[]).excerpt(&excerpt);
        assert!(masked.secret.is_none_or(|s| s.end <= masked.text.len()));
    }
}

#[test]
fn lines_of_a_key_are_masked_but_its_armour() {
    let header = ["-----BEGIN RSA", "PRIVATE KEY-----"].join(" ");
    let body = samples::circleci(3);
    let redactor = redactor(&[&format!("{header}\n{body}\n")]);
    assert_eq!(redactor.text(header.as_bytes()), header);
    assert_eq!(shown(redactor.text(body.as_bytes()).as_bytes(), body.as_bytes()), None);
}

#[test]
fn secrets_are_shown_when_asked() {
    let secret = samples::circleci(1);
    let stage = Stage { show_secrets: true, ..Stage::found() };
    for format in ALL {
        let shows = stage.written(*format).contains(&secret);
        let local = ["text", "json", "jsonl"].contains(&format.name());
        assert_eq!(
            shows,
            local,
            "{}: what is made to be handed on never shows one",
            format.name()
        );
    }
}

#[test]
fn the_indentation_of_a_key_hides_no_other() {
    let lines = [samples::circleci(1), samples::circleci(2)].join("\n            ");
    let out = redactor(&[&lines]).text(format!("a:            b: {lines}").as_bytes());
    assert!(out.starts_with("a:            b:"), "{out}");
    assert_eq!(shown(out.as_bytes(), samples::circleci(1).as_bytes()), None);
}

#[test]
fn which_of_two_copies_of_a_key_is_told_hangs_on_no_order() {
    let (plain, indented) = (finding("one\ntwo", vec![]), finding("one\n\ttwo", vec![]));
    assert_ne!(plain.outweighs(&indented), indented.outweighs(&plain));
}
