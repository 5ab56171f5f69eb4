//! The formats for CI systems and spreadsheets, against what their readers publish.

use super::stage::{Stage, finding, place};
use super::{copy, schema, stages, validate, written};
use crate::support::samples;
use crate::support::xml;
use serde_json::{Value, json};
use stanch::model::{Fingerprint, Origin, OriginKind, Severity, Status};

/// Texts that mean something to a reader of some format.
const HOSTILE: [&str; 14] = [
    "]]><failure/>",
    "::error file=x::owned",
    "%0A::set-output name=x::y",
    "##vso[task.complete result=Succeeded;]",
    "##[error]owned",
    "##teamcity[buildStop]",
    "=cmd|' /C calc'!A0",
    "+1+1\t@SUM(1,2)",
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "\" onmouseover=\"alert(1)",
    "[x](javascript:alert(1)) | `a` | **b**",
    "\u{1b}[31m\u{202e}\u{9b}\u{2028}\u{feff}",
    "a\r\n\n::warning::b\0\u{ffff}",
];

/// Findings whose every text is hostile.
pub fn hostile() -> Stage {
    let mut findings = Vec::new();
    for (nth, text) in HOSTILE.iter().enumerate() {
        let secret = samples::circleci(nth as u64);
        let origin = Origin::new(OriginKind::WorkTree).path(text.as_bytes());
        let mut found = finding(&secret, vec![place(origin, &secret)]);
        found.fingerprint = Fingerprint([nth as u8; 16]);
        found.evidence = vec![(*text).to_owned()];
        let mut filed = found.places[0].clone();
        filed.line = 99;
        filed.status = Status::Hidden { by: (*text).into(), why: (*text).into() };
        found.places[0].excerpt.text.extend_from_slice(text.as_bytes());
        found.places.push(filed);
        findings.push(found);
    }
    let mut stage = Stage { findings, exit_code: 1, ..Stage::incomplete() };
    stage.ledger.skipped[0].what = HOSTILE.concat();
    stage.ledger.skipped[0].detail = HOSTILE.concat();
    stage.ledger.notes = HOSTILE.iter().map(|t| (*t).to_owned()).collect();
    stage
}

fn all() -> Vec<Stage> {
    stages().into_iter().chain([hostile()]).collect()
}

fn parsed(stage: &Stage, format: &str) -> Value {
    serde_json::from_str(&written(stage, format)).unwrap()
}

/// What GitLab's parsers ask of a secret detection report (schema 15.2), in our own words.
fn gitlab_schema() -> Value {
    let tool = json!({"type": "object", "required": ["id", "name", "version", "vendor"],
        "properties": {"id": {"minLength": 1}, "name": {"minLength": 1}, "version": {"minLength": 1},
            "url": {"pattern": "^https?://.+"},
            "vendor": {"required": ["name"], "properties": {"name": {"minLength": 1}}}}});
    let time = json!({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"});
    let text = json!({"type": "string", "minLength": 1});
    let identifier = json!({"required": ["type", "name", "value"],
        "properties": {"type": text, "name": text, "value": text}});
    let location = json!({"type": "object", "required": ["commit", "file"], "properties": {
        "file": {"type": "string"}, "start_line": {"type": "number"}, "end_line": {"type": "number"},
        "commit": {"required": ["sha"], "properties": {"sha": text, "author": {"type": "string"},
            "date": {"type": "string"}}}}});
    let flag = json!({"required": ["type", "origin", "description"], "properties": {
        "type": {"enum": ["flagged-as-likely-false-positive"]}, "origin": text, "description": text}});
    let vulnerability = json!({"type": "object", "required": ["id", "identifiers", "location"],
        "properties": {"id": text, "name": {"type": "string", "maxLength": 255},
            "description": {"type": "string", "maxLength": 1_048_576},
            "severity": {"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]},
            "solution": {"type": "string", "maxLength": 7000}, "location": location,
            "identifiers": {"type": "array", "minItems": 1, "items": identifier},
            "flags": {"type": "array", "items": flag}}});
    let message = json!({"required": ["level", "value"],
        "properties": {"level": {"enum": ["info", "warn", "fatal"]}, "value": text}});
    json!({"type": "object", "required": ["scan", "version", "vulnerabilities"], "properties": {
        "version": {"type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$"},
        "vulnerabilities": {"type": "array", "items": vulnerability},
        "scan": {"required": ["analyzer", "end_time", "scanner", "start_time", "status", "type"],
            "properties": {"analyzer": tool, "scanner": tool, "start_time": time, "end_time": time,
                "status": {"enum": ["success", "failure"]}, "type": {"enum": ["secret_detection"]},
                "messages": {"type": "array", "items": message}}}}})
}

#[test]
fn gitlab_takes_the_report() {
    for stage in all() {
        validate(&gitlab_schema(), &parsed(&stage, "gitlab"));
    }
    let report = parsed(&Stage::found(), "gitlab");
    assert_eq!(report["scan"]["start_time"], "2001-09-09T01:46:40");
    let found = report["vulnerabilities"].as_array().unwrap();
    assert_eq!(found.len(), 4, "open and filed away, not what stood there before");
    assert_eq!(found[0]["identifiers"][0]["value"], "circleci-personal-token");
    assert_eq!(found.iter().filter(|v| v.get("flags").is_some()).count(), 1);
    let ids: std::collections::BTreeSet<_> = found.iter().map(|v| v["id"].to_string()).collect();
    assert_eq!(ids.len(), found.len());
    assert_eq!(parsed(&Stage::incomplete(), "gitlab")["scan"]["status"], "failure");
}

#[test]
fn gitlab_takes_the_code_quality_report() {
    let severities = ["info", "minor", "major", "critical", "blocker"];
    let form = schema(&json!({"type": "array", "items": {"type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {"severity": {"enum": severities}, "fingerprint": {"pattern": "^[0-9a-f]{32}$"},
            "description": {"minLength": 1}, "check_name": {"minLength": 1},
            "location": {"required": ["path", "lines"], "properties": {"path": {"minLength": 1},
                "lines": {"required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}}}}}}})
    .to_string());
    for stage in all() {
        let text = written(&stage, "codequality");
        assert!(!text.starts_with('\u{feff}'));
        validate(&form, &serde_json::from_str(&text).unwrap());
    }
    let mut stage = Stage::found();
    let twice = stage.findings[0].places[0].clone();
    stage.findings[0].places.push(stanch::model::Place { line: 40, ..twice });
    let issues = parsed(&stage, "codequality");
    let prints: std::collections::BTreeSet<_> =
        issues.as_array().unwrap().iter().map(|i| i["fingerprint"].to_string()).collect();
    assert_eq!(prints.len(), issues.as_array().unwrap().len(), "equal ones would be folded");
}

/// A name, and lists of names.
type Element = (&'static str, Names, Names, Names);
type Names = &'static [&'static str];

/// Elements of the JUnit form that Ant, Jenkins and CircleCI read: the attributes that each must
/// and may have, and the elements that may stand in it. `file` and `line` of a test are what
/// CircleCI and GitLab add to it.
const JUNIT: [Element; 8] = [
    ("testsuites", &[], &["name", "tests", "failures", "errors", "time"], &["testsuite"]),
    (
        "testsuite",
        &["name", "tests", "failures", "errors", "time", "timestamp", "hostname"],
        &["skipped"],
        &["properties", "testcase"],
    ),
    ("properties", &[], &[], &["property"]),
    ("property", &["name", "value"], &[], &[]),
    (
        "testcase",
        &["name", "classname", "time"],
        &["file", "line"],
        &["failure", "error", "skipped"],
    ),
    ("failure", &["type"], &["message"], &[]),
    ("error", &["type"], &["message"], &[]),
    ("skipped", &[], &["message"], &[]),
];

fn check_junit(node: &xml::Node) {
    let (_, must, may, inside) = JUNIT.iter().find(|e| e.0 == node.name).unwrap();
    for name in *must {
        assert!(node.attributes.contains_key(*name), "{} without {name}", node.name);
    }
    for name in node.attributes.keys() {
        assert!(must.contains(&name.as_str()) || may.contains(&name.as_str()), "{name}");
    }
    for child in &node.children {
        assert!(inside.contains(&child.name.as_str()), "{} in {}", child.name, node.name);
        check_junit(child);
    }
}

#[test]
fn junit_is_as_its_readers_want_it() {
    for stage in all() {
        let root = xml::parse(&written(&stage, "junit"));
        assert_eq!(root.name, "testsuites");
        check_junit(&root);
        let suite = &root.children[0];
        let cases: Vec<_> = suite.children.iter().filter(|c| c.name == "testcase").collect();
        let with =
            |name| cases.iter().filter(|c| c.children.iter().any(|k| k.name == name)).count();
        for (attribute, n) in [
            ("tests", cases.len()),
            ("failures", with("failure")),
            ("errors", with("error")),
            ("skipped", with("skipped")),
        ] {
            assert_eq!(suite.attributes[attribute], n.to_string(), "{attribute}");
        }
    }
    let clean = xml::parse(&written(&Stage::clean(), "junit"));
    assert_eq!(clean.children[0].attributes["tests"], "1", "a clean run is one green test");
    let junit = written(&Stage::found(), "junit");
    assert!(junit.contains("file=\"ci/config.yml\" line=\"12\""), "{junit}");
    let gaps = xml::parse(&written(&Stage::incomplete(), "junit"));
    assert_eq!(gaps.children[0].attributes["errors"], "2");
}

/// Records of CSV, as RFC 4180 has them.
fn records(text: &str) -> Vec<Vec<String>> {
    let mut out = vec![vec![String::new()]];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let cell = out.last_mut().unwrap().last_mut().unwrap();
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.push(chars.next().unwrap()),
            '"' => quoted = !quoted,
            ',' if !quoted => out.last_mut().unwrap().push(String::new()),
            '\n' if !quoted => out.push(vec![String::new()]),
            c => cell.push(c),
        }
    }
    assert!(!quoted && out.pop() == Some(vec![String::new()]));
    out
}

#[test]
fn csv_has_no_formula_and_as_many_cells_in_each_row() {
    for stage in all() {
        let records = records(&written(&stage, "csv"));
        for record in &records {
            assert_eq!(record.len(), records[0].len());
            for cell in record {
                assert!(!cell.trim_start().starts_with(['=', '+', '-', '@', '|', '%']), "{cell}");
            }
        }
    }
    let rows = records(&written(&Stage::found(), "csv"));
    assert_eq!(rows[1][..4], ["open", "critical", "high", "circleci-personal-token"]);
}

#[test]
fn github_gets_one_command_a_line() {
    for stage in all() {
        for line in written(&stage, "github").lines() {
            let rest = line.strip_prefix("::").unwrap();
            let (head, text) = rest.split_once("::").unwrap();
            let (name, properties) = head.split_once(' ').unwrap();
            assert!(["error", "warning", "notice"].contains(&name), "{line}");
            for property in properties.split(',') {
                let (key, value) = property.split_once('=').unwrap();
                let keys = ["file", "line", "endLine", "col", "endColumn", "title"];
                assert!(keys.contains(&key) && !value.contains(':'), "{line}");
            }
            assert!(!text.is_empty());
        }
    }
    let mut stage = Stage::clean();
    for seed in 0..40 {
        let secret = samples::circleci(seed);
        let origin = Origin::new(OriginKind::WorkTree).path(format!("f{seed}"));
        let mut found = finding(&secret, vec![place(origin, &secret)]);
        found.severity = if seed == 39 { Severity::Critical } else { Severity::High };
        stage.findings.push(found);
    }
    let text = written(&stage, "github");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].contains("file=f39"), "the worst comes first: {}", lines[0]);
    assert_eq!(lines.iter().filter(|l| l.starts_with("::error")).count(), 10);
    assert!(text.contains("31 more places"), "{text}");
}

#[test]
fn markdown_is_only_what_we_wrote() {
    for stage in all() {
        let text = written(&stage, "markdown");
        assert!(text.starts_with("## stanch: "));
        let tags = ["<code>", "</code>"].iter().fold(text.clone(), |t, tag| t.replace(tag, ""));
        assert!(!tags.contains(['<', '>']), "{tags}");
        for bad in ["](", "javascript:", "alert(1)", "::error"] {
            assert!(!tags.contains(bad), "{bad} in {tags}");
        }
        let bars = |l: &&str| l.starts_with('|');
        let columns = |l: &str| l.matches('|').count();
        assert!(text.lines().filter(bars).all(|l| columns(l) == 5), "{text}");
    }
}

/// Every format is written, and stays in the limits of its readers. With `STANCH_MANY=100000` it
/// takes minutes in a debug build, so fewer are usual.
#[test]
fn very_many_findings_break_no_report() {
    let many: u32 = std::env::var("STANCH_MANY").map_or(3000, |n| n.parse().unwrap());
    let first = Stage::found();
    let model = &first.findings[0];
    let mut stage = copy(&Stage::clean());
    stage.findings = (0..many)
        .map(|n: u32| {
            let secret = format!("{:08x}{:08x}", n.wrapping_mul(2_654_435_761), n);
            let mut found = finding(&secret, vec![model.places[0].clone()]);
            found.places[0].origin.path = Some(format!("dir{}/file{n}", n % 50).into_bytes());
            found.places[0].excerpt.text = format!("token: {secret}").into_bytes();
            found.places[0].excerpt.secret = Some(stanch::model::Span::new(7, 23));
            let mut print = [0; 16];
            print[..4].copy_from_slice(&n.to_be_bytes());
            found.fingerprint = Fingerprint(print);
            found
        })
        .collect();
    for format in stanch::report::ALL {
        let out = stage.written(*format);
        match format.name() {
            "markdown" => assert!(out.len() < 900_000, "{}", out.len()),
            "github" => assert!(out.lines().count() < 20),
            "json" | "gitlab" | "codequality" => {
                drop(serde_json::from_str::<Value>(&out).unwrap())
            }
            "junit" => assert_eq!(out.matches("<testcase ").count(), many as usize),
            "csv" => assert_eq!(out.lines().count(), many as usize + 1),
            _ => assert!(!out.is_empty()),
        }
    }
}
