//! What was said of the last few candidates. Texts made by machines, and hostile ones, repeat
//! themselves, and the verdict hangs on nothing but the bytes around.

use super::super::{Token, Verdict};
use super::is_url;
use super::line::REACH;
use crate::model::Span;
use std::cell::RefCell;

/// How many are kept: a text whose period has more candidates gains nothing.
const KEPT: usize = 4096;

/// All that a verdict hangs on but the bytes: what kind of value, and where the parts of the match
/// stand among the bytes.
#[derive(PartialEq, Eq, Clone, Copy)]
struct Shape {
    password: bool,
    url: bool,
    matched: Span,
    secret: Span,
}

#[derive(Default)]
struct Entry {
    bytes: Vec<u8>,
    said: Option<(Shape, Verdict)>,
}

thread_local! {
    static MEMO: RefCell<Vec<Entry>> = const { RefCell::new(Vec::new()) };
}

/// The verdict on `token`: the one that its like got before, or else what `judge` says.
pub(super) fn or(token: &Token<'_>, judge: impl FnOnce() -> Verdict) -> Verdict {
    let start = token.matched.start.saturating_sub(REACH);
    let end = token.text.len().min(token.matched.end + REACH);
    let bytes = Span::new(start, end).of(token.text);
    let from_start = |s: Span| Span::new(s.start - start, s.end - start);
    let shape = Shape {
        password: token.rule.id.contains("password"),
        url: is_url(token),
        matched: from_start(token.matched),
        secret: from_start(token.secret),
    };
    MEMO.with_borrow_mut(|memo| {
        memo.resize_with(KEPT, Entry::default);
        let Some(entry) = memo.get_mut(crc32fast::hash(bytes) as usize % KEPT) else {
            return judge();
        };
        match &entry.said {
            Some((of, verdict)) if *of == shape && entry.bytes == bytes => verdict.clone(),
            _ => {
                let verdict = judge();
                entry.bytes.clear();
                entry.bytes.extend_from_slice(bytes);
                entry.said = Some((shape, verdict.clone()));
                verdict
            }
        }
    })
}
