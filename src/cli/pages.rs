//! Printing pages: in the form that was asked for, with every secret of the run masked.

use super::stdout;
use crate::error::Result;
use crate::page::{self, Page};
use crate::report::{Redactor, write_json};
use crate::rule::RuleSet;
use serde::Serialize;

/// The forms of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Form {
    /// For a terminal.
    Text,
    /// For an issue or a wiki.
    Markdown,
    /// For a browser.
    Html,
    /// For a program.
    Json,
}

/// Masks nothing, where nothing was found.
pub(super) fn nothing() -> Redactor {
    Redactor::new(&[], &RuleSet::builtin(), false)
}

/// Writes the page, or its data, to standard output.
pub(super) fn print(
    page: &Page,
    data: &impl Serialize,
    form: Form,
    redactor: &Redactor,
) -> Result<()> {
    stdout::print(redactor.bytes(&written(page, data, form)?))
}

/// The page, or its data, not yet masked.
pub(super) fn written(page: &Page, data: &impl Serialize, form: Form) -> Result<Vec<u8>> {
    let text = match form {
        Form::Text => page.write(page::Form::Text),
        Form::Markdown => page.write(page::Form::Markdown),
        Form::Html => page.write(page::Form::Html),
        Form::Json => {
            let mut out = Vec::new();
            write_json(data, &mut out).map_err(|e| {
                crate::error::Error::new(crate::error::Kind::Io, "writing JSON").because(e)
            })?;
            return Ok(out);
        }
    };
    Ok(text.into_bytes())
}
