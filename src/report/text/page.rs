//! The page that is written on: colour, wrapping, and the redactor that all untrusted text
//! passes.

use super::super::{Redactor, Report};
use crate::model::{Severity, display_path};
use std::collections::HashSet;
use std::io::{self, Write};

/// Columns that running text is wrapped at.
const WIDTH: usize = 100;

/// How a word is shown on a terminal.
#[derive(Debug, Clone, Copy)]
pub(super) enum Style {
    /// Worst: bold red.
    Critical,
    /// Bad, and gaps: red.
    High,
    /// Yellow.
    Medium,
    /// Cyan.
    Low,
    /// Titles.
    Bold,
    /// Gutters and arrows.
    Blue,
}

impl Style {
    /// The style of a severity's word.
    pub(super) fn of(severity: Severity) -> Self {
        match severity {
            Severity::Critical => Self::Critical,
            Severity::High => Self::High,
            Severity::Medium => Self::Medium,
            Severity::Low => Self::Low,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Critical => "1;31",
            Self::High => "31",
            Self::Medium => "33",
            Self::Low => "36",
            Self::Bold => "1",
            Self::Blue => "1;34",
        }
    }
}

/// A report on its way to a writer.
pub(super) struct Page<'a, 'r> {
    /// What is reported.
    pub(super) report: &'r Report<'a>,
    /// Masks secrets and makes text safe.
    pub(super) redactor: Redactor,
    /// Rules whose advice was given already.
    pub(super) advised: HashSet<usize>,
    out: &'r mut dyn Write,
}

impl<'a, 'r> Page<'a, 'r> {
    /// An empty page.
    pub(super) fn new(report: &'r Report<'a>, out: &'r mut dyn Write) -> Self {
        let redactor = Redactor::new(report.findings, report.rules, report.show_secrets);
        Self { report, redactor, advised: HashSet::new(), out }
    }

    /// `text`, coloured if colour is wanted.
    pub(super) fn paint(&self, style: Style, text: &str) -> String {
        if self.report.color && !text.is_empty() {
            format!("\x1b[{}m{text}\x1b[0m", style.code())
        } else {
            text.to_owned()
        }
    }

    /// Writes a line.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{}", text.trim_end())
    }

    /// Writes `= label: text` behind a gutter of `pad` columns; long text goes on below itself.
    pub(super) fn note(&mut self, pad: usize, label: &str, text: &str) -> io::Result<()> {
        let indent = pad + label.len() + 5;
        let text = display_path(text.as_bytes());
        let mut lines = wrapped(&text, WIDTH.saturating_sub(indent)).into_iter();
        self.fact(pad, label, &lines.next().unwrap_or_default())?;
        lines.try_for_each(|l| self.line(&format!("{:indent$}{l}", "")))
    }

    /// Like [`Page::note`], on one line however long: paths are not to be broken.
    pub(super) fn fact(&mut self, pad: usize, label: &str, text: &str) -> io::Result<()> {
        let sign = self.paint(Style::Blue, "=");
        let label = self.paint(Style::Bold, label);
        self.line(&format!("{:pad$} {sign} {label}: {text}", ""))
    }

    /// Writes wrapped text with `first` before its first line and as many blanks before others.
    pub(super) fn paragraph(&mut self, first: &str, text: &str) -> io::Result<()> {
        let indent = first.len();
        let text = display_path(text.as_bytes());
        for (nth, line) in wrapped(&text, WIDTH.saturating_sub(indent)).iter().enumerate() {
            let head = if nth == 0 { first } else { "" };
            self.line(&format!("{head:indent$}{line}"))?;
        }
        Ok(())
    }
}

/// Breaks `text` between words into lines of at most `width` characters where that is possible. No
/// line begins with what a CI system could take for a command, as a message may hold one.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line)
                if line.chars().count() + 1 + word.chars().count() <= width
                    || word.starts_with("::")
                    || word.starts_with("##") =>
            {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
