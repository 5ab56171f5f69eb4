//! Runs made by hand, which every format has to write.

use crate::support::samples;
use stanch::model::{
    Confidence, Excerpt, Finding, Fingerprint, Introduction, Ledger, ObjectId, Origin, OriginKind,
    Place, Reach, Reason, Secret, Severity, Skipped, Span, Status, Unit,
};
use stanch::report::{Format, Report};
use stanch::rule::RuleSet;

/// What a run found and read.
pub struct Stage {
    pub rules: RuleSet,
    pub findings: Vec<Finding>,
    pub ledger: Ledger,
    pub exit_code: u8,
    pub show_secrets: bool,
    pub color: bool,
    pub verbose: u8,
}

/// A name that would move the cursor, turn the text around, and is no UTF-8.
pub const HOSTILE: &[u8] = b"a \x1b[31m\xe2\x80\xae\xc2\x9b/b\n\xff.env";

impl Stage {
    fn empty() -> Self {
        let mut ledger = Ledger { bytes: 12_345_678, ..Ledger::default() };
        let count = ledger.count_mut(Unit::Blob);
        (count.scope, count.scanned, count.known) = (1300, 1234, 66);
        Self {
            rules: RuleSet::builtin(),
            findings: Vec::new(),
            ledger,
            exit_code: 0,
            show_secrets: false,
            color: false,
            verbose: 0,
        }
    }

    /// Nothing found, all read.
    pub fn clean() -> Self {
        Self::empty()
    }

    /// Secrets of all sorts of places and statuses.
    pub fn found() -> Self {
        let mut stage = Self::empty();
        let (first, second) = (samples::circleci(1), samples::circleci(2));
        stage.findings = vec![
            finding(&first, vec![in_work_tree(&first), in_history(&first, &second)]),
            finding(&second, vec![hidden(&second), existing(&second)]),
            finding(b"\xffnot\xfeutf8\xfd", vec![in_message(b"\xffnot\xfeutf8\xfd")]),
        ];
        stage.exit_code = 1;
        stage
    }

    /// Nothing found, but not all read.
    pub fn incomplete() -> Self {
        let mut stage = Self::empty();
        stage.exit_code = 3;
        let skip = |reason, what: &str| Skipped {
            reason,
            unit: None,
            what: what.into(),
            detail: String::new(),
        };
        stage.ledger.skipped = vec![
            skip(Reason::Shallow, "1234"),
            skip(Reason::Submodule, "vendor/x"),
            skip(Reason::Unreadable, "e\x1b]0;owned\x07"),
        ];
        stage.ledger.notes.push("no tags".into());
        stage
    }

    /// The report of it.
    pub fn report(&self) -> Report<'_> {
        Report {
            findings: &self.findings,
            rules: &self.rules,
            rule_set: String::new(),
            ledger: &self.ledger,
            part: None,
            unsure: &[],
            least: Confidence::Medium,
            scope: "index of /repo",
            exit_code: self.exit_code,
            below: 2,
            show_secrets: self.show_secrets,
            color: self.color,
            verbose: self.verbose,
            seconds: 0.8123,
            when: 1_000_000_000,
        }
    }

    /// The report as `format` writes it.
    pub fn written(&self, format: &dyn Format) -> String {
        let mut out = Vec::new();
        format.write(&self.report(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }
}

/// A finding of the rule for CircleCI's personal tokens.
pub fn finding(secret: impl AsRef<[u8]>, places: Vec<Place>) -> Finding {
    let rules = RuleSet::builtin();
    let rule = rules.iter().position(|r| r.id == "circleci-personal-token").unwrap();
    Finding {
        rule,
        secret: Secret::new(secret.as_ref()),
        fingerprint: Fingerprint([7; 16]),
        confidence: Confidence::High,
        severity: Severity::Critical,
        evidence: vec!["the id part decodes to a version-4 UUID".into()],
        traits: None,
        asked: None,
        places,
        more: 0,
        beside: Vec::new(),
    }
}

/// An open place at line 12 of a file that reads `token: SECRET # used by ci`.
pub fn place(origin: Origin, secret: impl AsRef<[u8]>) -> Place {
    let secret = secret.as_ref();
    let start = b"token: ".len();
    Place {
        origin,
        line: 12,
        end_line: 12,
        column: 8,
        end_column: 8 + secret.len() as u32,
        excerpt: Excerpt {
            text: [b"token: ", secret, b" # used by ci"].concat(),
            secret: Some(Span::new(start, start + secret.len())),
        },
        introduced: None,
        reach: None,
        status: Status::Open,
        decoded: Vec::new(),
    }
}

fn id(byte: u8) -> ObjectId {
    ObjectId::from_bytes(&[byte; 20]).unwrap()
}

fn in_work_tree(secret: &str) -> Place {
    place(Origin::new(OriginKind::WorkTree).path("ci/config.yml"), secret)
}

/// In history, under a hostile name, by an author whose name holds the other secret.
fn in_history(secret: &str, other: &str) -> Place {
    let origin = Origin::new(OriginKind::History).path(HOSTILE).commit(id(0xab)).object(id(0xcd));
    let introduced = Introduction {
        commit: id(0xab),
        author: format!("Ann {other} <a@example.org>\x1b[2J").into_bytes(),
        time: 951_827_696,
        summary: format!("add {secret}").into_bytes(),
        order: None,
    };
    let mut place = place(origin, secret);
    place.introduced = Some(introduced);
    place.reach = Some(Reach::Ref);
    place
}

fn hidden(secret: &str) -> Place {
    let mut place = place(Origin::new(OriginKind::Index).path(format!("x/{secret}")), secret);
    place.status = Status::Hidden { by: "baseline".into(), why: "a dead one".into() };
    place
}

fn existing(secret: &str) -> Place {
    let mut place = place(Origin::new(OriginKind::Index).path("old.txt"), secret);
    place.status = Status::Existing;
    place
}

fn in_message(secret: &[u8]) -> Place {
    let mut place = place(Origin::new(OriginKind::Message).commit(id(0xef)), secret);
    place.decoded = vec!["base64"];
    place
}
