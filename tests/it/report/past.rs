//! Reports that are read back: converted, joined, compared.

use super::stage::Stage;
use super::{schema, stages, validate, written};
use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::tool::stanch;
use serde_json::Value;
use stanch::report::{self, Past};
use stanch::rule::RuleSet;

fn read(text: &[u8]) -> stanch::error::Result<Past> {
    report::read(text, "x", RuleSet::builtin())
}

#[test]
fn what_is_written_is_read_back_whole() {
    for stage in stages() {
        for format in ["json", "jsonl"] {
            let text = written(&stage, format);
            let past = read(text.as_bytes()).unwrap();
            let mut again = Vec::new();
            let report = past.report(past.exit_code, 0);
            report::find("json").unwrap().write(&report, &mut again).unwrap();
            let mut first: Value = serde_json::from_str(&written(&stage, "json")).unwrap();
            let mut again: Value = serde_json::from_slice(&again).unwrap();
            for value in [&mut first, &mut again] {
                // Two findings of one fingerprint that stand side by side are one.
                value["open"] = Value::Null;
                value["open_by_severity"] = Value::Null;
                value["existing"] = Value::Null;
                value["hidden"] = Value::Null;
                value["findings"] = value["findings"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .flat_map(|f| f["places"].as_array().unwrap().clone())
                    .collect();
            }
            assert_eq!(first, again);
        }
    }
    let schema = schema(include_str!("../../../docs/report-v1.schema.json"));
    validate(&schema, &serde_json::from_str(&written(&Stage::found(), "json")).unwrap());
}

#[test]
fn what_is_no_report_is_refused() {
    let whole = written(&Stage::found(), "jsonl");
    let cut = whole.lines().next().unwrap();
    let newer = whole.replace("stanch-report/1", "stanch-report/2");
    for bad in ["", "{}", "[]", "hello", cut, &newer] {
        assert!(read(bad.as_bytes()).is_err(), "{bad}");
    }
    assert!(read(b"\xff").is_err());
}

#[test]
fn reports_are_converted_joined_and_compared() {
    let repo = Repo::plain();
    let (first, second) = (samples::circleci(1), samples::circleci(2));
    repo.write("a/one", &first).write("b/one", &first).write("b/two", &second);
    let scan = |place: &str, to: &str| {
        stanch(repo.path(), ["scan", place, "--format", "json", "-o", to]).code(1);
    };
    scan("a", "a.json");
    scan("b", "b.json");
    for format in report::ALL {
        let out = stanch(repo.path(), ["report", "convert", "b.json", "--format", format.name()]);
        let out = out.code(0).out;
        assert!(!out.contains(&first) && !out.contains(&second), "{}", format.name());
        assert!(!out.is_empty());
    }
    let args = ["report", "merge", "a.json", "b.json", "--format", "json"];
    let all: Value = serde_json::from_str(&stanch(repo.path(), args).code(0).out).unwrap();
    assert_eq!((&all["open"]["findings"], &all["open"]["places"]), (&2.into(), &3.into()));
    assert_eq!(all["ledger"]["counts"]["files"]["scanned"], 3);
    let same = stanch(repo.path(), ["report", "diff", "b.json", "b.json"]).code(0);
    assert!(same.err.contains("0 new, 0 gone"), "{}", same.err);
    let diff = stanch(repo.path(), ["report", "diff", "a.json", "b.json"]).code(1);
    assert!(diff.err.contains("2 new, 1 gone"), "{}", diff.err);
    stanch(repo.path(), ["report", "convert", "a/one"]).code(2);
    stanch(repo.path(), ["report", "convert", "missing"]).code(2);
}

#[test]
fn of_two_equal_opinions_the_one_that_tells_more_counts_in_any_order() {
    let repo = Repo::plain();
    repo.write("one", samples::circleci(1));
    let plain = stanch(repo.path(), ["scan", "one", "--format", "json"]).code(1).out;
    let mut more: Value = serde_json::from_str(&plain).unwrap();
    let told = more["findings"][0]["evidence"].as_array_mut().unwrap();
    told.push("in layer 1 of 2 of the image".into());
    repo.write("plain.json", &plain).write("more.json", more.to_string());
    for order in [["plain.json", "more.json"], ["more.json", "plain.json"]] {
        let args = ["report", "merge", order[0], order[1], "--format", "json"];
        let all: Value = serde_json::from_str(&stanch(repo.path(), args).code(0).out).unwrap();
        assert_eq!(all["findings"][0]["evidence"], more["findings"][0]["evidence"]);
    }
}
