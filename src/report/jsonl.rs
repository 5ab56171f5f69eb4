//! JSON Lines: a record for each place of each secret, and a last one for the whole run.

use super::record::{Head, Spot, Summary};
use super::{Format, Report, safe_json};
use serde::Serialize;
use std::io::{self, Write};

/// The format `jsonl`.
pub(super) struct Jsonl;

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Record<'r, 'a> {
    Finding {
        #[serde(flatten)]
        head: &'r Head<'a>,
        #[serde(flatten)]
        spot: Spot<'a>,
    },
    Summary(Summary<'a>),
}

impl Format for Jsonl {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn about(&self) -> &'static str {
        "JSON Lines: a record for each place of each secret, and last the account of the run"
    }

    fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let redactor = report.redactor();
        for finding in report.findings {
            let head = Head::of(finding, report, &redactor);
            for place in &finding.places {
                let spot = Spot::of(place, &redactor);
                safe_json::line(&Record::Finding { head: &head, spot }, out)?;
            }
        }
        safe_json::line(&Record::Summary(Summary::of(report, &redactor)), out)
    }
}
