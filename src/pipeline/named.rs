//! Secrets in what reports tell besides findings: names of files and refs, authors, messages, gaps.
//! Nobody has to have scanned these as texts.

use super::Setup;
use super::layers;
use crate::model::{Finding, Ledger, Place, Secret};
use std::collections::BTreeSet;

/// Masks them in the account, and lets the findings know of them.
pub(super) fn hide(findings: &mut [Finding], ledger: &mut Ledger, setup: &Setup<'_>) {
    let words: BTreeSet<&[u8]> = findings.iter().flat_map(|f| &f.places).flat_map(shown).collect();
    let words: Vec<&[u8]> = words.into_iter().collect();
    let beside: Vec<Secret> = secrets(&words.join(&b'\n'), setup).into_iter().flatten().collect();
    if !beside.is_empty() {
        findings.iter_mut().for_each(|f| f.beside.clone_from(&beside));
    }
    hide_in(ledger, setup);
}

/// What is shown of a place, but for its line.
fn shown(place: &Place) -> impl Iterator<Item = &[u8]> {
    let path = place.origin.path.as_deref();
    let who = place.introduced.iter().flat_map(|i| [i.author.as_slice(), i.summary.as_slice()]);
    path.into_iter().chain(who)
}

fn hide_in(ledger: &mut Ledger, setup: &Setup<'_>) {
    let gaps = ledger.skipped.iter().flat_map(|s| [s.what.as_str(), s.detail.as_str()]);
    let all: Vec<&str> = gaps.chain(ledger.notes.iter().map(String::as_str)).collect();
    let found = secrets(all.join("\n").as_bytes(), setup);
    if found.is_empty() {
        return;
    }
    let gaps = ledger.skipped.iter_mut().flat_map(|s| [&mut s.what, &mut s.detail]);
    for text in gaps.chain(&mut ledger.notes) {
        let hidden = Secret::hide(text.as_bytes(), found.iter().flatten());
        *text = String::from_utf8_lossy(&hidden).into_owned();
    }
}

/// The secrets in `text`: each as it stands there, and decoded.
fn secrets(text: &[u8], setup: &Setup<'_>) -> Vec<[Secret; 2]> {
    if text.is_empty() {
        return Vec::new();
    }
    let all = layers::look(text, setup).all.into_iter();
    let sure = all.filter(|s| s.judged.judgement.confidence >= setup.min_confidence);
    sure.map(|s| [Secret::new(s.judged.secret.of(text)), s.secret]).collect()
}
