//! Large scans in parts: of one store, of a list of repositories, of an organisation.

mod dask;
mod files;
#[cfg(feature = "live")]
mod forge_texts;
#[cfg(feature = "live")]
mod forges;
mod lists;
#[cfg(feature = "live")]
mod service;
#[cfg(feature = "live")]
mod services;
mod stores;

use crate::support::tool::stanch;
use serde_json::Value;
use std::path::Path;

/// A JSON report without what differs from run to run.
fn report(text: &str) -> Value {
    let mut report: Value = serde_json::from_str(text).unwrap();
    report["seconds"] = Value::Null;
    report
}

/// The report that `stanch report merge` makes of these files, and its exit code.
fn merged(dir: &Path, files: &[String]) -> (Value, i32) {
    let args = ["report", "merge", "--format", "json"].map(str::to_owned);
    let run = stanch(dir, args.iter().chain(files));
    assert!(run.code != 2, "{}", run.err);
    (report(&run.out), run.code)
}

/// What stands in `ledger.skipped`.
fn skipped(report: &Value) -> Vec<String> {
    let all = report["ledger"]["skipped"].as_array().unwrap();
    all.iter().map(|s| s["what"].as_str().unwrap().to_owned()).collect()
}
