//! What is said about mistakes in a rule file: the very text, place and carets included.

use stanch::error::Kind;
use stanch::rule::parse_file;
use stanch::verify;

const HEAD: &str = "[provider]\nid = 'acme'\nname = 'Acme'\n\n[[rule]]\n";

/// A rule with these lines; those that it must have are there unless `lines` say otherwise.
fn rule(lines: &str) -> String {
    let usual = ["id = 'acme-key'", "name = 'Key'", "risk = 'All.'", "severity = 'high'"];
    let key = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    let given = |l: &&&str| !lines.lines().any(|own| key(own) == key(l));
    let own: Vec<&str> = usual.iter().filter(given).copied().collect();
    format!("{HEAD}{}\n{lines}\n", own.join("\n"))
}

fn told(text: &str) -> String {
    let error = parse_file(text, "a.toml", &verify::exists).expect_err(text);
    assert_eq!(error.kind(), Kind::Rule);
    error.to_string()
}

#[track_caller]
fn says(lines: &str, message: &str) {
    assert_eq!(told(&rule(lines)), message, "{lines}");
}

/// The part of a message that shows the place: its last line before the advice, carets included.
#[track_caller]
fn points(lines: &str, what: &str, line: &str, carets: &str) {
    let told = told(&rule(lines));
    let mut rows = told.lines();
    let first = rows.next().unwrap();
    assert!(first.contains(what), "{told}");
    let shown = rows.next().unwrap().split_once(" | ").unwrap().1;
    let marked = rows.next().unwrap().split_once(" | ").unwrap().1;
    assert_eq!((shown, marked), (line, carets), "{told}");
}

#[test]
fn a_right_file_is_read() {
    let text = rule("shape = 'acme_[0-9a-f]{32}'\nchecks = ['uuid']\nwithin = 1_0\nentropy = 3");
    let loaded = parse_file(&format!("\u{feff}{text}"), "a.toml", &verify::exists).unwrap();
    assert_eq!(loaded.rules.len(), 1);
    assert_eq!((loaded.rules[0].within, &*loaded.rules[0].provider), (10, "acme"));
}

#[test]
fn a_shape_without_limit_is_shown_where_it_has_none() {
    says(
        "shape = 'acme_[0-9a-f]+'",
        "a.toml:10:23: rule `acme-key`: `+` repeats without limit, so the shape has no bounded reach\n\
         \u{20}\u{20}10 | shape = 'acme_[0-9a-f]+'\n\
         \u{20}\u{20}   |                       ^\n\
         \u{20}\u{20}to mend it: say how often at most, such as `{1,64}`",
    );
    points(
        "shape = 'acme_\\d{20,}x'",
        "`{20,}`",
        "shape = 'acme_\\d{20,}x'",
        "                ^^^^^",
    );
    points(
        "shape = \"acme_\\\\d{20,}x\"",
        "`{20,}`",
        "shape = \"acme_\\\\d{20,}x\"",
        "                 ^^^^^",
    );
    points("shape = '''\nacme_x*y'''", "`*`", "acme_x*y'''", "      ^");
    points("shape = \"\"\"acme_\\\n   x*?y\"\"\"", "`*?`", "   x*?y\"\"\"", "    ^^");
    let two = told(&rule("shape = 'acme_(a+|b*)'"));
    assert!(two.starts_with("2 mistakes in the rule file a.toml\n\na.toml:10:17: "), "{two}");
    assert!(two.contains("\n\na.toml:10:20: rule `acme-key`: `*`"), "{two}");
}

#[test]
fn other_faults_of_a_shape_are_shown() {
    points(
        "shape = '[0-9a-f]{32}'",
        "the shape has no anchor",
        "shape = '[0-9a-f]{32}'",
        "         ^^^^^^^^^^^^",
    );
    points("shape = 'acme_(x'", "unclosed group", "shape = 'acme_(x'", "              ^");
    points(
        "shape = 'acme_[z-a]'",
        "invalid character class",
        "shape = 'acme_[z-a]'",
        "               ^^^",
    );
    points("shape = 'acme_(?=x)'", "look-ahead", "shape = 'acme_(?=x)'", "              ^^^");
    points(
        "shape = 'acme_(x{1000}){9}'",
        "can match 9005 bytes",
        "shape = 'acme_(x{1000}){9}'",
        "         ^^^^^^^^^^^^^^^^^",
    );
    points("shape = ''", "no `shape`", "shape = ''", "        ^^");
    points("name = 'x'", "this rule has no `shape`", "[[rule]]", "^^^^^^^^");
    points("shape = 'a?'\nnear = ['acme']", "nothing at all", "shape = 'a?'", "        ^^^^");
}

#[test]
fn words_and_keys_that_are_unknown_are_shown() {
    let shape = "shape = 'acme_[0-9]{20}'\n";
    let with = |line: &str| format!("{shape}{line}");
    points(&with("chekcs = ['uuid']"), "unknown key `chekcs`", "chekcs = ['uuid']", "^^^^^^");
    let told_ = told(&rule(&with("chekcs = ['uuid']")));
    assert!(told_.ends_with("to mend it: did you mean `checks`?"), "{told_}");
    points(
        &with("checks = ['uuid', 'nope']"),
        "there is no check `nope`",
        "checks = ['uuid', 'nope']",
        "                  ^^^^^^",
    );
    points(
        &with("engine = 'shap'"),
        "there is no engine `shap`",
        "engine = 'shap'",
        "         ^^^^^^",
    );
    points(&with("engine = 'pem'"), "built-in rules only", "engine = 'pem'", "         ^^^^^");
    points(
        &with("severity = 'hihg'"),
        "no severity `hihg`",
        "severity = 'hihg'",
        "           ^^^^^^",
    );
    points(&with("boundary = 'l'"), "no boundary `l`", "boundary = 'l'", "           ^^^");
    points(
        &with("near = 'acme'"),
        "`near` is a list of strings",
        "near = 'acme'",
        "       ^^^^^^",
    );
    points(
        &with("near = ['a', 3]"),
        "holds strings, not a number",
        "near = ['a', 3]",
        "             ^",
    );
    points(&with("within = 70000"), "from 0 to 65535", "within = 70000", "         ^^^^^");
    points(&with("within = '6'"), "not a string", "within = '6'", "         ^^^");
    points(&with("entropy = 9"), "between 0 and 8", "entropy = 9", "          ^");
    points(&with("id = 'Acme'"), "an id is lower-case", "id = 'Acme'", "     ^^^^^^");
    points(
        &with("live = { method = 'GET', success = '2' }"),
        "`live` has no `url`",
        "live = { method = 'GET', success = '2' }",
        "       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^",
    );
}

#[test]
fn the_form_of_the_file_is_checked() {
    let none = told("[provider]\nid = 'acme'\nname = 'A'\n");
    assert!(none.starts_with("a.toml:1:1: this file holds no rule\n"), "{none}");
    let empty = told("");
    assert!(empty.contains("names no provider") && empty.contains("no rule"), "{empty}");
    let single = told("[provider]\nid = 'acme'\nname = 'A'\n[rule]\nid = 'a'\n");
    assert!(single.contains("write [[rule]]"), "{single}");
    let broken = told("[provider]\nid = \nname = 'A\n");
    assert!(broken.contains("a.toml:2:") && broken.contains("a.toml:3:"), "{broken}");
    let twice = told(&format!(
        "{}{}",
        rule("shape = 'acme_[0-9]{20}'"),
        &rule("shape = 'acme_[0-9]{20}'")[HEAD.len() - 9..]
    ));
    assert!(twice.contains("a.toml:12:6: rule `acme-key`: the id `acme-key` stands"), "{twice}");
}

#[test]
fn all_mistakes_are_told_at_once_in_their_order() {
    let text = rule("shape = 'acme_x+'\nchecks = ['nope']\nwithn = 3\nseverity = 'bad'")
        + "[[rule]]\nid = 'b c'\nshape = '[0-9]{20}'\n";
    let told = told(&text);
    let heads: Vec<&str> = told.lines().filter(|l| l.starts_with("a.toml:")).collect();
    let starts = [
        "a.toml:9:16: rule `acme-key`: `+` repeats",
        "a.toml:10:11: rule `acme-key`: there is no check `nope`",
        "a.toml:11:1: rule `acme-key`: unknown key `withn`",
        "a.toml:12:12: rule `acme-key`: there is no severity `bad`",
        "a.toml:13:1: rule `b c`: this rule has no `name`",
        "a.toml:13:1: rule `b c`: this rule has no `risk`",
        "a.toml:13:1: rule `b c`: this rule has no `severity`",
        "a.toml:14:6: rule `b c`: an id is lower-case",
        "a.toml:15:10: rule `b c`: the shape has no anchor",
    ];
    assert!(told.starts_with("9 mistakes"), "{told}");
    assert_eq!(heads.len(), starts.len(), "{told}");
    for (head, start) in heads.iter().zip(starts) {
        assert!(head.starts_with(start), "{start}\n{told}");
    }
}

#[test]
fn what_the_reader_knows_is_what_rules_have() {
    // Each key of the built-in files, of which there are many, is known to the reader of a
    // user's file too.
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    for name in ["circleci.toml", "aws.toml", "github.toml", "slack.toml"] {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        let loaded = parse_file(&text, name, &verify::exists).unwrap_or_else(|e| panic!("{e}"));
        assert!(!loaded.rules.is_empty());
    }
}
