//! The run as SARIF tells of it: whether it was whole, and what was not read.

use super::super::{Redactor, Report};
use super::log::{DescriptorReference, Invocation, Notification};
use crate::model::Skipped;

/// How many gaps are named one by one.
const NAMED: usize = 200;

/// The run of `report`.
pub(super) fn of(report: &Report<'_>, redactor: &Redactor) -> Invocation {
    Invocation {
        execution_successful: report.ledger.is_complete(),
        exit_code: report.exit_code,
        tool_execution_notifications: notifications(report, redactor),
    }
}

fn notifications(report: &Report<'_>, redactor: &Redactor) -> Vec<Notification> {
    let ledger = report.ledger;
    let mut gaps: Vec<&Skipped> = ledger.gaps().collect();
    gaps.sort();
    let mut all: Vec<Notification> =
        gaps.iter().take(NAMED).map(|gap| of_gap(gap, redactor)).collect();
    if gaps.len() > NAMED {
        all.push(notice("error", format!("{} more were not read.", gaps.len() - NAMED)));
    }
    for unit in ledger.unbalanced() {
        let text = format!("The account of {} does not add up.", unit.plural());
        all.push(notice("error", text));
    }
    let notes = ledger.notes.iter().filter(|n| !n.is_empty());
    all.extend(notes.map(|n| notice("note", redactor.text(n.as_bytes()))));
    all
}

fn notice(level: &'static str, text: String) -> Notification {
    Notification { level, message: text.into(), descriptor: None }
}

fn of_gap(gap: &Skipped, redactor: &Redactor) -> Notification {
    let what = redactor.text(gap.what.as_bytes());
    let detail = redactor.text(gap.detail.as_bytes());
    let reason = gap.reason.as_str();
    let detail = if detail.is_empty() { detail } else { format!(": {detail}") };
    Notification {
        level: "error",
        message: format!("Not scanned ({reason}): {what}{detail}").into(),
        descriptor: Some(DescriptorReference { id: reason.into() }),
    }
}
