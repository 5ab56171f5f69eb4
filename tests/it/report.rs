//! Every format, on the same runs.

mod commands;
mod formats;
mod html;
mod past;
mod redaction;
mod stage;

use crate::support::samples;
use serde_json::Value;
use stage::Stage;
use stanch::model::{Origin, OriginKind, Severity, is_unsafe};
use stanch::report::{ALL, find};

fn stages() -> [Stage; 3] {
    [Stage::clean(), Stage::found(), Stage::incomplete()]
}

fn written(stage: &Stage, format: &str) -> String {
    stage.written(find(format).unwrap())
}

fn json(stage: &Stage, format: &str) -> Value {
    serde_json::from_str(&written(stage, format)).unwrap()
}

fn lines(stage: &Stage) -> Vec<Value> {
    written(stage, "jsonl").lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// Asserts that `value` is as `schema` wants it.
#[track_caller]
fn validate(schema: &Value, value: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
}

fn schema(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn own_schema() -> Value {
    schema(include_str!("../../docs/report-v1.schema.json"))
}

#[test]
fn every_format_writes_every_run() {
    for (stage, format) in stages().iter().flat_map(|s| ALL.iter().map(move |f| (s, *f))) {
        for (verbose, color) in [(0, false), (1, true)] {
            let stage = Stage { verbose, color, ..copy(stage) };
            let out = stage.written(format);
            assert!(out.ends_with('\n'), "{}", format.name());
            assert_eq!(out, stage.written(format), "{} is not steady", format.name());
        }
    }
}

fn copy(stage: &Stage) -> Stage {
    Stage {
        findings: stage.findings.clone(),
        ledger: stage.ledger.clone(),
        exit_code: stage.exit_code,
        ..Stage::clean()
    }
}

#[test]
fn formats_are_found_by_name() {
    for format in ALL {
        assert_eq!(find(format.name()).unwrap().about(), format.about());
    }
    assert!(find("xml").is_none());
}

#[test]
fn nothing_written_drives_a_terminal() {
    for (stage, format) in stages().iter().flat_map(|s| ALL.iter().map(move |f| (s, *f))) {
        let stage = Stage { verbose: 1, ..copy(stage) };
        let out = stage.written(format);
        let bad = out.chars().find(|c| *c != '\n' && is_unsafe(*c));
        assert_eq!(bad, None, "{}: {out}", format.name());
    }
}

#[test]
fn sarif_is_as_the_published_schema_wants_it() {
    let mut schema = schema(include_str!("../data/sarif-schema-2.1.0.json"));
    mend_languages(&mut schema);
    for stage in stages() {
        validate(&schema, &json(&stage, "sarif"));
    }
}

/// The published pattern for languages has a bracket too many, and is no valid expression. We
/// write no language.
fn mend_languages(value: &mut Value) {
    let Some(object) = value.as_object_mut() else { return };
    if let Some(language) = object.get_mut("language").and_then(Value::as_object_mut) {
        language.remove("pattern");
    }
    object.values_mut().for_each(mend_languages);
}

#[test]
fn sarif_is_as_services_want_it() {
    let log = json(&Stage::found(), "sarif");
    let run = &log["runs"][0];
    let rule = &run["tool"]["driver"]["rules"][0];
    assert_eq!(rule["properties"]["security-severity"], "9.5");
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 5);
    for result in results {
        let print = result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
        let (hash, nth) = print.split_once(':').unwrap();
        assert!(hash.len() == 16 && nth.parse::<u32>().is_ok(), "{print}");
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert!(uri.as_str().unwrap().is_ascii() && !uri.as_str().unwrap().contains(' '));
    }
    let suppressed = results.iter().filter(|r| r.get("suppressions").is_some());
    assert_eq!(suppressed.count(), 1);
    assert!(!written(&Stage::found(), "sarif").contains("\"\""), "no empty texts");
}

#[test]
fn sarif_line_hashes_do_not_hang_on_the_secret() {
    let hash = |seed| {
        let secret = samples::circleci(seed);
        let origin = Origin::new(OriginKind::File).path("a");
        let place = stage::place(origin, &secret);
        let findings = vec![stage::finding(&secret, vec![place])];
        let log = json(&Stage { findings, ..Stage::clean() }, "sarif");
        log["runs"][0]["results"][0]["partialFingerprints"].clone()
    };
    assert_eq!(hash(1), hash(2));
}

#[test]
fn sarif_names_gaps() {
    let log = json(&Stage::incomplete(), "sarif");
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notices = invocation["toolExecutionNotifications"].as_array().unwrap();
    assert_eq!(notices.len(), 3, "two gaps and a note: {notices:?}");
}

#[test]
fn json_is_as_its_schema_says() {
    for show_secrets in [false, true] {
        for stage in stages() {
            let stage = Stage { show_secrets, ..stage };
            validate(&own_schema(), &json(&stage, "json"));
            lines(&stage).iter().for_each(|line| validate(&own_schema(), line));
        }
    }
}

#[test]
fn the_schema_names_every_field() {
    let documented = own_schema().to_string();
    let page = include_str!("../../docs/report-schema.md");
    let stage = Stage { show_secrets: true, ..Stage::found() };
    for record in lines(&stage) {
        for field in record.as_object().unwrap().keys() {
            assert!(documented.contains(&format!("\"{field}\":")), "{field} in the schema");
            assert!(
                page.contains(&format!("`{field}`")) || field == "type",
                "{field} in the page"
            );
        }
    }
}

#[test]
fn json_lines_end_with_the_account() {
    let records = lines(&Stage::found());
    let places: usize = Stage::found().findings.iter().map(|f| f.places.len()).sum();
    assert_eq!(records.len(), places + 1);
    let first = &records[0];
    assert_eq!(first["rule_id"], "circleci-personal-token");
    assert_eq!((&first["path"], &first["line"]), (&"ci/config.yml".into(), &12.into()));
    assert_eq!(first["line_text"], "token: CCIP**** # used by ci");
    let history = &records[1];
    assert_eq!(history["date"], "2000-02-29T12:34:56Z");
    let raw =
        data_encoding::BASE64.decode(history["path_base64"].as_str().unwrap().as_bytes()).unwrap();
    assert_eq!(raw, stage::HOSTILE);
    let last = records.last().unwrap();
    assert_eq!(last["type"], "summary");
    assert_eq!(last["open"]["findings"], 2);
    assert_eq!(last["open"]["places"], 3);
    assert_eq!(last["hidden"][0]["by"], "baseline");
    assert_eq!(last["ledger"]["counts"]["blobs"]["scanned"], 1234);
}

#[test]
fn text_reads_like_a_compiler() {
    let text = written(&Stage::found(), "text");
    let expected = "\
critical[circleci-personal-token]: CircleCI personal API token
  --> ci/config.yml:12:8
   |
12 | token: CCIP**** # used by ci
   |        ^^^^^^^^
   |
   = also at: a \\u{1b}[31m\\u{202e}\\u{9b}/b\\n\\xff.env:12:8 (commit ababababab)
   = where: still in the work tree, and in history
   = confidence: high: the id part decodes to a version-4 UUID
   = risk: ";
    assert!(text.starts_with(expected), "{text}");
    for words in [
        "= revoke first: ",
        "stanch:allow circleci-personal-token -- reason",
        "<message>:12:8 (commit efefefefef)",
        "written as base64",
        "2 secrets at 3 places: 2 critical",
        "hidden: 1 by baseline (-v lists them)",
        "scanned 1,234 blobs of index of /repo (12.3 MB) in 0.8 s; 66 blobs more",
    ] {
        assert!(text.contains(words), "{words} in\n{text}");
    }
    assert_eq!(text.matches("= revoke first").count(), 1, "advice is given once a rule");
}

#[test]
fn text_lists_what_was_filed_away() {
    let text = written(&Stage { verbose: 1, ..Stage::found() }, "text");
    assert!(text.contains("x/CCIP****:12:8 (staged), hidden by baseline: a dead one"), "{text}");
    assert!(text.contains("old.txt:12:8 (staged), existing"), "{text}");
}

#[test]
fn text_is_loud_about_gaps() {
    let text = written(&Stage::incomplete(), "text");
    for words in [
        "no open secrets in what could be read",
        "INCOMPLETE: 1 gap (shallow): fetch the rest with `git fetch --unshallow`",
        "`--accept unreadable`",
        "outside this scan: 1 submodule: vendor/x",
        "note: no tags",
    ] {
        assert!(text.contains(words), "{words} in\n{text}");
    }
}

#[test]
fn colour_only_adds() {
    let plain = written(&Stage::found(), "text");
    let colored = written(&Stage { color: true, ..Stage::found() }, "text");
    let mut stripped = colored.clone();
    for code in ["1;31", "31", "33", "36", "1", "1;34", "0"] {
        stripped = stripped.replace(&format!("\x1b[{code}m"), "");
    }
    assert_ne!(plain, colored);
    assert_eq!(plain, stripped);
}

#[test]
fn advice_fits_where_it_stands() {
    let secret = samples::circleci(9);
    let origin = Origin::new(OriginKind::History).path("gone.txt");
    let mut finding = stage::finding(&secret, vec![stage::place(origin, &secret)]);
    finding.severity = Severity::Medium;
    let text = written(&Stage { findings: vec![finding], ..Stage::clean() }, "text");
    assert!(!text.contains("on the line"), "no comment can stand in the past: {text}");
    assert!(text.contains("stanch baseline update"), "{text}");
}
