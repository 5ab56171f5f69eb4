//! SARIF 2.1.0, as GitHub code scanning and its kin take it. Secrets never go into it, whatever
//! was asked: it is made to be uploaded.

mod invocation;
mod log;
mod result;
mod rules;
mod uri;

use super::{Format, Redactor, Report, safe_json};
use log::{Driver, DriverProperties, Log, Run, Tool};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// The format `sarif`.
pub(super) struct Sarif;

impl Format for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn about(&self) -> &'static str {
        "SARIF 2.1.0 for code scanning services; holds no secret, even with --show-secrets"
    }

    fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        safe_json::document(&log(report), out)
    }
}

fn log<'a>(report: &Report<'a>) -> Log<'a> {
    let redactor = Redactor::new(report.findings, report.rules, false);
    let used: Vec<usize> =
        report.findings.iter().map(|f| f.rule).collect::<BTreeSet<_>>().into_iter().collect();
    let driver = Driver {
        name: "stanch",
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: env!("CARGO_PKG_REPOSITORY"),
        rules: used.iter().map(|r| rules::descriptor(report.rules.get(*r))).collect(),
        properties: DriverProperties { rule_set: report.rule_set.clone() },
    };
    let run = Run {
        tool: Tool { driver },
        invocations: vec![invocation::of(report, &redactor)],
        column_kind: "unicodeCodePoints",
        results: result::all(report, &redactor, &used),
    };
    Log { schema: log::SCHEMA, version: "2.1.0", runs: vec![run] }
}
