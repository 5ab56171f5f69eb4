//! What is at CircleCI now, beside what the repositories named on the days of an incident.

use crate::error::Result;
use crate::incident::{Evidence, Ledger, Verdict};
use crate::live::circle::Stock;
use serde_json::{Value, json};
use std::path::Path;

/// Both lists in one.
pub(super) struct Merged {
    /// The last day of the incident.
    pub(super) last: String,
    /// A line for each item of the plan, and for each thing that is in no plan.
    pub(super) lines: Vec<String>,
    /// How many items were not replaced.
    pub(super) open: usize,
    /// The same for programs.
    pub(super) document: Value,
}

/// Merges `stock` with the plan in `folder`.
///
/// # Errors
/// If there is no plan.
pub(super) fn merge(stock: &Stock, folder: &Path) -> Result<Merged> {
    let ledger = Ledger::open(folder)?;
    let last = ledger.window.1.clone();
    let mut evidence = Evidence::default();
    evidence.take_inspector(&stock.document);
    let (mut lines, mut items, mut open) = (Vec::new(), Vec::new(), 0);
    for kept in ledger.ordered() {
        let (word, why) = match evidence.of(kept, &last) {
            Verdict::Proved(why) => ("replaced", why),
            Verdict::Refuted(why) => ("not yet", why),
            Verdict::Silent => ("unknown", "CircleCI does not tell".to_owned()),
        };
        open += usize::from(word == "not yet");
        lines.push(format!("{word:<9} {}: {why}", kept.item));
        items.push(json!({ "item": kept.item, "is": word, "why": why }));
    }
    let is_planned = |name: &str| ledger.items.values().any(|kept| kept.name == name);
    let mut unplanned = Vec::new();
    for held in stock.held().iter().filter(|h| h.kind == "variable" && !is_planned(&h.name)) {
        lines.push(format!("unplanned {}: no repository names it", held.what));
        unplanned.push(held.what.clone());
    }
    let document = json!({
        "title": ledger.title, "from": ledger.window.0, "to": last,
        "items": items, "unplanned": unplanned,
    });
    Ok(Merged { last, lines, open, document })
}
