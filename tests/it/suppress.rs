//! Comments, baseline and configuration file findings away, and nothing else does.

use crate::support::repo::Repo;
use crate::support::tool::stanch;
use proptest::prelude::*;
use stanch::config::{Config, Date, Whose};
use stanch::model::{
    Confidence, Excerpt, Finding, Fingerprint, Origin, OriginKind, Place, Secret, Severity, Span,
    Status,
};
use stanch::rule::{Rule, RuleSet};
use stanch::suppress::{BASELINE_FILE, Baseline, Case, Chain, Key, Note, Options, fingerprint};
use std::path::Path;

const RULE: &str = "circleci-personal-token";
const SECRET: &str = "no real one";

fn rule(set: &RuleSet) -> &Rule {
    set.find(RULE).unwrap()
}

fn finding(key: &Key, secret: &str, path: &str) -> Finding {
    let place = Place {
        origin: Origin::new(OriginKind::WorkTree).path(path),
        line: 1,
        end_line: 1,
        column: 1,
        end_column: 2,
        excerpt: Excerpt::default(),
        introduced: None,
        reach: None,
        status: Status::Open,
        decoded: Vec::new(),
    };
    let secret = Secret::new(secret);
    Finding {
        rule: 0,
        fingerprint: fingerprint(key, RULE, &secret),
        secret,
        confidence: Confidence::High,
        severity: Severity::High,
        evidence: Vec::new(),
        traits: None,
        asked: None,
        places: vec![place],
        more: 0,
        beside: Vec::new(),
    }
}

fn note(reason: &str, by: &str, expires: Option<&str>) -> Note {
    Note { reason: reason.into(), by: by.into(), expires: expires.and_then(Date::parse) }
}

/// A baseline that files [`SECRET`] away.
fn baseline(note: &Note) -> Baseline {
    let mut baseline = Baseline::new(Key::generate());
    let key = *baseline.key();
    let found = finding(&key, SECRET, "a.txt");
    assert_eq!(baseline.add([&found], |_| RULE, note), 1);
    baseline
}

fn options() -> Options {
    let today = Date::parse("2027-06-15").unwrap();
    Options { untrusted: false, no_inline: false, today }
}

/// What becomes of [`SECRET`] in `line` of `a.txt`.
fn status(chain: &Chain, line: &str) -> Status {
    let set = RuleSet::builtin();
    let rule = rule(&set);
    let secret = Secret::new(SECRET);
    let start = line.find(SECRET).unwrap();
    let span = Span::new(start, start + SECRET.len());
    let filed = chain.file(&Case {
        rule,
        fingerprint: fingerprint(chain.key(), rule.family(), &secret),
        secret: &secret,
        path: Some(b"dir/a.txt"),
    });
    chain.inline(line.as_bytes(), span, rule).unwrap_or(filed)
}

fn hidden(by: &str, why: &str) -> Status {
    Status::Hidden { by: by.into(), why: why.into() }
}

fn config(text: &str, whose: Whose) -> Config {
    Config::parse(text.as_bytes(), Path::new(".stanch.toml"), whose).unwrap()
}

const ALLOW: &str = "[[allow]]\npath = 'dir/'\nreason = 'samples'\n";

#[test]
fn comment_then_baseline_then_config() {
    let config = config(ALLOW, Whose::Repository);
    let base = || Some(baseline(&note("revoked", "Ann", None)));
    let all = Chain::new(&config, base(), options());
    let line = format!("k = {SECRET} # stanch:allow {RULE} -- a test");
    assert_eq!(status(&all, &line), hidden("stanch:allow", "a test"));
    assert_eq!(all.matched().len(), 1, "the entry has its finding although a comment hides it");
    assert_eq!(status(&all, SECRET), hidden("baseline", "revoked (Ann)"));
    assert_eq!(status(&Chain::new(&config, None, options()), SECRET), hidden("config", "samples"));
    let none = Chain::new(&Config::default(), None, options());
    assert_eq!(status(&none, SECRET), Status::Open);
}

#[test]
fn an_untrusted_repository_hides_nothing() {
    let line = format!("k = {SECRET} # stanch:allow {RULE} -- a test");
    let base = Some(baseline(&Note::default()));
    let untrusted = Options { untrusted: true, ..options() };
    let theirs = config(ALLOW, Whose::Repository);
    let chain = Chain::new(&theirs, base.clone(), untrusted);
    assert_eq!(status(&chain, &line), Status::Open);
    assert_eq!(chain.key(), &Key::default());
    let ours = Chain::new(&config(ALLOW, Whose::User), base.clone(), untrusted);
    assert_eq!(status(&ours, &line), hidden("config", "samples"));
    let no_inline = Options { no_inline: true, ..options() };
    let chain = Chain::new(&theirs, base, no_inline);
    assert_eq!(status(&chain, &line), hidden("baseline", "no reason given"));
}

#[test]
fn what_has_expired_hides_nothing_and_is_told() {
    let on = |day| {
        let base = baseline(&note("for now", "", Some(day)));
        let chain = Chain::new(&Config::default(), Some(base), options());
        (status(&chain, SECRET), chain.notes())
    };
    assert_eq!(on("2027-06-15"), (hidden("baseline", "for now"), vec![]));
    let (status_then, notes) = on("2027-06-14");
    assert_eq!(status_then, Status::Open);
    assert!(notes[0].ends_with("(circleci-personal-token) expired on 2027-06-14"), "{notes:?}");
    let old = config(&format!("{ALLOW}expires = '2027-06-14'"), Whose::Repository);
    let chain = Chain::new(&old, None, options());
    assert_eq!(status(&chain, SECRET), Status::Open);
    assert_eq!(chain.notes().len(), 1);
}

#[test]
fn an_allow_holds_only_where_all_of_it_does() {
    let plain = fingerprint(&Key::default(), RULE, &Secret::new(SECRET));
    let fits = [
        format!("rule = '{RULE}'"),
        "path = '*.txt'".into(),
        "pattern = '^no .* one$'".into(),
        format!("fingerprint = '{plain}'"),
        format!("rule = '{RULE}'\npath = 'dir'\npattern = 'real'\nfingerprint = '{plain}'"),
    ];
    let fails = [
        "rule = 'private-key'".into(),
        "path = '/a.txt'".into(),
        "pattern = '^real'".into(),
        format!("fingerprint = '{}'", "00".repeat(16)),
        format!("rule = '{RULE}'\npath = 'elsewhere/'"),
    ];
    let hides = |what: &String, base: Option<Baseline>| {
        let text = format!("[[allow]]\nreason = 'x'\n{what}");
        let chain = Chain::new(&config(&text, Whose::Repository), base, options());
        status(&chain, SECRET) != Status::Open
    };
    let empty = || Some(Baseline::new(Key::generate()));
    fits.iter().for_each(|what| assert!(hides(what, None) && hides(what, empty()), "{what}"));
    fails.iter().for_each(|what| assert!(!hides(what, None) && !hides(what, empty()), "{what}"));
}

#[test]
fn update_keeps_and_prune_takes_out() {
    let mut base = baseline(&note("revoked", "Ann", Some("2028-01-01")));
    let key = *base.key();
    let both = [finding(&key, SECRET, "b.txt"), finding(&key, "another", "c.txt")];
    assert_eq!(base.add(&both, |_| RULE, &note("new", "", None)), 1);
    let old = base.get(both[0].fingerprint).unwrap();
    assert_eq!((&*old.reason, &*old.path), ("revoked", "a.txt"));
    let mut known = finding(&key, "hidden elsewhere", "d.txt");
    known.places[0].status = hidden("config", "x");
    assert_eq!(base.add([&known], |_| RULE, &Note::default()), 0);
    let stale = base.prune(&[both[0].fingerprint].into());
    assert_eq!(stale.iter().map(|e| &*e.path).collect::<Vec<_>>(), ["c.txt"]);
    assert_eq!(base.entries().len(), 1);
}

#[test]
fn an_unchanged_file_is_not_touched() {
    let dir = Repo::plain();
    let path = dir.path().join(BASELINE_FILE);
    assert_eq!(Baseline::load(&path).unwrap(), None);
    let base = baseline(&note("why", "", None));
    assert!(base.save(&path).unwrap());
    assert!(!base.save(&path).unwrap());
    let by_hand = format!("# mine\n{}", std::fs::read_to_string(&path).unwrap());
    std::fs::write(&path, &by_hand).unwrap();
    assert!(!base.save(&path).unwrap(), "a comment alone is no reason to rewrite it");
    assert_eq!(Baseline::load(&path).unwrap(), Some(base));
}

#[test]
fn mistakes_in_a_baseline_have_a_line() {
    let good = baseline(&note("why", "", None)).render();
    let wrong = |text: &str| {
        let error = Baseline::parse(text, "b").unwrap_err();
        (error.to_string(), error.advice().unwrap_or_default().to_owned())
    };
    let (message, hint) = wrong(&good.replace("version = 1", "version = 2\nnew_thing = 1"));
    assert_eq!(message, "b:3: baseline version 2 is not known here");
    assert!(hint.contains("newer stanch"));
    let (message, hint) = wrong(&good.replace("reason = ", "reasons = "));
    assert_eq!((&*message, &*hint), ("b:10: unknown key `reasons`", "did you mean `reason`?"));
    let conflict = good.replace("reason = ", "<<<<<<< HEAD\nreason = ");
    let (message, hint) = wrong(&conflict);
    assert_eq!(message, "b:10: a merge left its conflict markers here");
    assert!(hint.contains("baseline update"));
    let (message, _) = wrong("version = 1\nsalt = 'short'\n");
    assert_eq!(message, "b:2: the salt is 64 hexadecimal digits");
    assert!(wrong("salt = 'x'").0.contains("missing field `version`"));
    assert!(wrong(&good.replace("fingerprint = \"", "fingerprint = \"x")).0.contains("b:7:"));
}

#[test]
fn an_entry_that_a_merge_brought_twice_is_one() {
    let base = baseline(&note("why", "", None));
    let text = base.render();
    let entry = &text[text.find("[[finding]]").unwrap()..];
    assert_eq!(Baseline::parse(&format!("{text}\n{entry}"), "b").unwrap(), base);
}

#[test]
fn show_aligns_and_is_safe_to_print() {
    let repo = Repo::new();
    stanch(repo.path(), ["baseline", "show"]).code(2);
    let mut base = baseline(&note("re\u{1b}[2Jvoked", "Ann", Some("2001-01-01")));
    let key = *base.key();
    base.add([&finding(&key, "another", "src/longer.rs")], |_| "x", &Note::default());
    base.save(&repo.path().join(BASELINE_FILE)).unwrap();
    repo.write("sub/file", "");
    let run = stanch(&repo.path().join("sub"), ["baseline", "show"]).code(0);
    let lines: Vec<&str> = run.out.lines().map(|l| &l[34..]).collect();
    assert_eq!(
        lines,
        [
            "circleci-personal-token  a.txt          re\\u{1b}[2Jvoked, by Ann, EXPIRED on 2001-01-01",
            "x                        src/longer.rs  (no reason)",
        ]
    );
    repo.write(".stanch.toml", "[baseline]\nfile = 'none.toml'");
    let err = stanch(repo.path(), ["baseline", "show"]).code(2).err;
    assert!(err.contains("none.toml") && err.contains("baseline create"), "{err}");
    stanch(repo.path(), ["baseline", "show", "--baseline", BASELINE_FILE]).code(0);
}

#[test]
fn create_does_not_overwrite() {
    let repo = Repo::new();
    repo.write(BASELINE_FILE, "precious");
    let err = stanch(repo.path(), ["baseline", "create"]).code(2).err;
    assert!(err.contains("there is a baseline already") && err.contains("--force"), "{err}");
    let help = stanch(repo.path(), ["baseline", "--help"]).code(0).out;
    assert!(help.contains("Examples:") && help.contains("Exit codes:"), "{help}");
}

fn some_entry() -> impl Strategy<Value = (String, String, Note)> {
    let day = proptest::option::of((0_u64..60_000).prop_map(Date::after_epoch));
    let note = (any::<String>(), any::<String>(), day);
    let note = note.prop_map(|(reason, by, expires)| Note { reason, by, expires });
    (any::<String>(), any::<String>(), note)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn writing_what_was_read_changes_no_byte(entries in prop::collection::vec(some_entry(), 0..8)) {
        let mut base = Baseline::new(Key::generate());
        for (i, (rule, path, note)) in entries.iter().enumerate() {
            let mut found = finding(&Key::default(), "x", path);
            found.fingerprint = Fingerprint([i as u8 * 31; 16]);
            base.add([&found], |_| rule, note);
        }
        let text = base.render();
        let read = Baseline::parse(&text, "b").unwrap();
        prop_assert_eq!(&read, &base);
        prop_assert_eq!(read.render(), text);
    }

    #[test]
    fn a_baseline_is_read_or_refused(text in any::<String>()) {
        let _ = Baseline::parse(&text, "b");
        let _ = Config::parse(text.as_bytes(), Path::new("c"), Whose::User);
    }

    #[test]
    fn any_text_can_be_looked_at(
        text in prop::collection::vec(prop::sample::select(
            &b"ab \n#-,/*\"\xff:stanch:allow -- gitleaks:allow pragma: allowlist secret"[..]), 0..300),
        start in 0_usize..320, len in 0_usize..50,
    ) {
        let set = RuleSet::builtin();
        stanch::suppress::look(&text, Span::new(start, start + len), rule(&set));
    }

    #[test]
    fn where_it_stands_is_no_part_of_a_fingerprint(
        secret in any::<String>(), here in any::<String>(), there in any::<String>(),
    ) {
        let key = Key::default();
        let (mut one, two) = (finding(&key, &secret, &here), finding(&key, &secret, &there));
        prop_assert_eq!(one.fingerprint, two.fingerprint);
        one.places[0].line = 99;
        let mut base = Baseline::new(key);
        prop_assert_eq!(base.add([&one, &two], |_| RULE, &Note::default()), 1);
    }
}
