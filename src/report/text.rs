//! Text for people, in the manner of a good compiler: what, where, the line, what to do now.

mod excerpt;
mod finding;
mod page;
mod summary;

use super::{Format, Report};
use page::Page;
use std::io::{self, Write};

/// The format `text`.
pub(super) struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn about(&self) -> &'static str {
        "for people: each secret with its line, what to do now, and a summary"
    }

    fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut page = Page::new(report, out);
        for found in report.findings.iter().filter(|f| f.is_open()) {
            finding::write(&mut page, found)?;
        }
        if report.verbose > 0 {
            finding::write_filed(&mut page)?;
        }
        summary::write(&mut page)
    }
}

/// Writes one finding as the text report does, without a summary.
///
/// # Errors
/// If `out` cannot be written to.
pub fn one(report: &Report<'_>, nth: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(report, out);
    report.findings.get(nth).map_or(Ok(()), |found| finding::write(&mut page, found))
}
