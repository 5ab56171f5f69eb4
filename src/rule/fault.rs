//! Where in a shape its fault stands.

use super::anatomy::Fault;
use regex_syntax::ast::{self, Ast, RepetitionKind, RepetitionRange};
use std::ops::Range;

/// A fault with its place in the shape, in bytes.
pub(super) struct Located {
    /// Where.
    pub(super) at: Range<usize>,
    /// What is wrong there.
    pub(super) what: String,
    /// How to mend it.
    pub(super) mend: String,
}

/// Everything in `shape` that `fault` is about.
pub(super) fn locate(shape: &str, fault: &Fault) -> Vec<Located> {
    let whole =
        |what: String, mend: &str| vec![Located { at: 0..shape.len(), what, mend: mend.into() }];
    match fault {
        Fault::Syntax(e) => vec![syntax(shape, e)],
        Fault::Unbounded => match unbounded(shape) {
            none if none.is_empty() => whole(fault.to_string(), ""),
            some => some,
        },
        Fault::TooLong(_) => whole(
            fault.to_string(),
            "lower the limits of what repeats; a rule needs only as much as tells its secret apart",
        ),
        Fault::NoAnchor => whole(
            "the shape has no anchor: no text of three or more characters that every match holds"
                .into(),
            "give it a literal of at least three characters, or name words of that length in `near`",
        ),
    }
}

fn syntax(shape: &str, error: &regex_syntax::Error) -> Located {
    let (span, what) = match error {
        regex_syntax::Error::Parse(e) => (Some(*e.span()), e.kind().to_string()),
        regex_syntax::Error::Translate(e) => (Some(*e.span()), e.kind().to_string()),
        other => (None, other.to_string()),
    };
    let at = span.map_or(0..shape.len(), |s| s.start.offset..s.end.offset);
    let mend = "shapes are expressions of the Rust crate `regex` over bytes: no look-around, no \
                back-references, ASCII classes; a backslash makes a special character plain";
    Located { at, what: format!("the shape is no expression: {what}"), mend: mend.into() }
}

/// All repetitions without an upper limit.
fn unbounded(shape: &str) -> Vec<Located> {
    let Ok(ast) = ast::parse::Parser::new().parse(shape) else { return Vec::new() };
    ast::visit(&ast, Unbounded { shape, found: Vec::new() }).unwrap_or_default()
}

struct Unbounded<'a> {
    shape: &'a str,
    found: Vec<Located>,
}

impl ast::Visitor for Unbounded<'_> {
    type Output = Vec<Located>;
    type Err = ();

    fn finish(self) -> Result<Vec<Located>, ()> {
        Ok(self.found)
    }

    fn visit_post(&mut self, ast: &Ast) -> Result<(), ()> {
        let Ast::Repetition(repetition) = ast else { return Ok(()) };
        let least = match repetition.op.kind {
            RepetitionKind::ZeroOrMore => 0,
            RepetitionKind::OneOrMore => 1,
            RepetitionKind::Range(RepetitionRange::AtLeast(n)) => n,
            _ => return Ok(()),
        };
        let span = repetition.op.span;
        let at = span.start.offset..span.end.offset;
        let op = self.shape.get(at.clone()).unwrap_or_default();
        let most = (least.saturating_mul(2)).max(64);
        self.found.push(Located {
            at,
            what: format!("`{op}` repeats without limit, so the shape has no bounded reach"),
            mend: format!("say how often at most, such as `{{{least},{most}}}`"),
        });
        Ok(())
    }
}
