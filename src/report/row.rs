//! One secret at one place in plain words: what the formats that are lists share.

use super::{Redactor, Report, date};
use crate::model::{Confidence, Finding, Origin, OriginKind, Place, Severity, Status};
use crate::rule::Rule;
use std::collections::HashSet;

/// A secret at a place. All text is redacted, on one line, and holds no character that could
/// drive a terminal.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// The rule that found it.
    pub(super) rule: &'a Rule,
    /// The finding.
    pub(super) finding: &'a Finding,
    /// The place.
    pub(super) place: &'a Place,
    /// A path, or a name for what has none (`commit-message/1a2b…`).
    pub(super) path: String,
    /// The commit that it was read through or that brought it in.
    pub(super) commit: Option<String>,
    /// The secret, masked.
    pub(super) masked: String,
    /// The line, masked.
    pub(super) line_text: String,
    /// What hid it and why, if something did.
    pub(super) hidden: Option<(String, String)>,
}

impl<'a> Row<'a> {
    fn of(
        finding: &'a Finding,
        place: &'a Place,
        report: &Report<'a>,
        redactor: &Redactor,
    ) -> Self {
        let commit = place.origin.commit.or(place.introduced.as_ref().map(|i| i.commit));
        let hidden = match &place.status {
            Status::Hidden { by, why } => {
                Some((redactor.line(by.as_bytes()), redactor.line(why.as_bytes())))
            }
            Status::Open | Status::Existing => None,
        };
        Self {
            rule: report.rules.get(finding.rule),
            finding,
            place,
            path: path(&place.origin, redactor),
            commit: commit.map(|c| c.to_string()),
            masked: redactor.safe_mask(&finding.secret),
            line_text: crate::model::display_path(&redactor.excerpt(&place.excerpt).text),
            hidden,
        }
    }

    /// Whether it needs a person.
    pub(super) fn is_open(&self) -> bool {
        self.place.status == Status::Open
    }

    /// First line, from 1.
    pub(super) fn line(&self) -> u32 {
        self.place.line.max(1)
    }

    /// Last line, not before the first.
    pub(super) fn end_line(&self) -> u32 {
        self.place.end_line.max(self.line())
    }

    /// First column, from 1.
    pub(super) fn column(&self) -> u32 {
        self.place.column.max(1)
    }

    /// Column after the last character.
    pub(super) fn end_column(&self) -> u32 {
        self.place.end_column.max(1)
    }

    /// Whether the file can still be seen as it was read: no history that is gone.
    pub(super) fn is_in_a_file(&self) -> bool {
        use crate::model::Reach;
        match self.place.origin.kind {
            OriginKind::WorkTree | OriginKind::Index | OriginKind::File | OriginKind::Commit => {
                self.place.origin.path.is_some()
            }
            OriginKind::History => self.place.reach == Some(Reach::Head),
            OriginKind::Message | OriginKind::Name | OriginKind::Stdin => false,
        }
    }

    /// `path:line`.
    pub(super) fn at(&self) -> String {
        format!("{}:{}", self.path, self.line())
    }

    /// Author, and day, of the commit that brought it in.
    pub(super) fn introduced(&self, redactor: &Redactor) -> Option<(String, String)> {
        let by = self.place.introduced.as_ref()?;
        Some((redactor.line(&by.author), date::day(by.time).unwrap_or_default()))
    }

    /// How bad it is and how sure, worst first.
    pub(super) fn weight(&self) -> (Severity, Confidence) {
        (self.finding.severity, self.finding.confidence)
    }

    /// What was established, in one line.
    pub(super) fn evidence(&self, redactor: &Redactor) -> String {
        let asked = self.finding.asked.as_ref().map(|asked| asked.sentence());
        let said = self.finding.evidence.iter().chain(&asked);
        said.map(|e| redactor.line(e.as_bytes())).collect::<Vec<_>>().join("; ")
    }

    /// The rule's name, and whether the service says that the secret works.
    pub(super) fn title(&self) -> String {
        match verdict(self.finding) {
            "" => self.rule.name.to_string(),
            verdict => format!("{} ({verdict})", self.rule.name),
        }
    }
}

/// `live`, `dead` or `unknown` if the service was asked.
pub(super) fn verdict(finding: &Finding) -> &'static str {
    finding.asked.as_ref().map_or("", |asked| asked.verdict.as_str())
}

/// Below the name of the repository, if there are several.
fn path(origin: &Origin, redactor: &Redactor) -> String {
    let path = path_in(origin, redactor);
    match &origin.repository {
        Some(repository) => format!("{}/{path}", redactor.line(repository.as_bytes())),
        None => path,
    }
}

fn path_in(origin: &Origin, redactor: &Redactor) -> String {
    let named = |kind: &str| match origin.commit {
        Some(commit) => format!("{kind}/{commit}"),
        None => kind.to_owned(),
    };
    match (origin.kind, origin.path.as_deref()) {
        (OriginKind::Message, _) => named("commit-message"),
        (_, Some(path)) if !path.is_empty() => {
            let path = path.strip_prefix(b"./").filter(|p| !p.is_empty()).unwrap_or(path);
            redactor.line(path)
        }
        (OriginKind::Name, _) => named("file-name"),
        (OriginKind::Stdin, _) => "stdin".into(),
        _ => origin.object.map_or("unnamed".into(), |o| format!("blob/{o}")),
    }
}

/// Every place of every finding, in the order of the report. A place that the work tree, the
/// index and a commit hold alike comes once.
pub(super) fn all<'a>(report: &Report<'a>, redactor: &Redactor) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    let mut seen = HashSet::new();
    for (nth, finding) in report.findings.iter().enumerate() {
        for place in &finding.places {
            let row = Row::of(finding, place, report, redactor);
            if seen.insert((
                nth,
                row.path.clone(),
                place.line,
                place.column,
                place.status.as_str(),
            )) {
                rows.push(row);
            }
        }
    }
    rows
}
