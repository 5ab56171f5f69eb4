//! Verdicts as labelled traits, to train the models of the generic tier with. A trait is a number
//! such as a length or a share of digits: nothing of the secret can be read from it.

use super::answers::Answers;
use crate::cli::run::Finished;
use crate::cli::{Context, Exit};
use crate::error::{Error, Kind, Result};
use crate::model::{Finding, Traits};
use crate::suppress::Baseline;
use crate::verify;
use serde_json::{Map, json};
use std::fmt::Write as _;
use std::path::Path;

/// Writes a line for each finding with a verdict to `to`.
pub(super) fn write(
    to: &Path,
    scanned: &Finished,
    baseline: &Baseline,
    answers: &Answers,
    context: &Context,
) -> Result<Exit> {
    let filed = |f: &Finding| baseline.entries().any(|e| e.fingerprint == f.fingerprint);
    let mut text = String::new();
    for finding in &scanned.outcome.findings {
        let real = answers.knows(finding.fingerprint);
        if let Some(traits) = finding.traits.as_ref().filter(|_| real || filed(finding)) {
            let _ = writeln!(text, "{}", line(traits, real));
        }
    }
    let what = || format!("writing {}", to.display());
    std::fs::write(to, &text).map_err(|e| Error::new(Kind::Io, what()).because(e))?;
    context.ui.say(format!("{} verdicts in {}", text.lines().count(), to.display()));
    Ok(Exit::Clean)
}

fn line(traits: &Traits, real: bool) -> serde_json::Value {
    let known = verify::trait_ids().zip(&*traits.values).filter(|(_, value)| **value != 0);
    let named: Map<_, _> = known.map(|(id, value)| (id.to_owned(), json!(value))).collect();
    let class = if traits.password { "password" } else { "secret" };
    json!({ "secret": real, "class": class, "traits": named })
}
