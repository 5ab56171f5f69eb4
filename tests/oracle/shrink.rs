//! Cuts a text on which the two ways differ down to what it needs for that.

use crate::compare::{Both, Difference};
use std::fmt::Write as _;

/// How many cuts are tried.
const TRIES: usize = 400;

/// Fails with every difference on `text`, and a short text that still shows the first.
pub fn check(both: &Both<'_>, name: &str, text: &[u8]) -> Result<(), String> {
    let differences = both.differences(text);
    let Some(first) = differences.first() else { return Ok(()) };
    let short = shrunk(both, text, first);
    let mut told = format!("{name}: ");
    for d in differences.iter().take(4) {
        let _ = write!(told, "{} {} at {}..{}; ", d.rule, d.what, d.at.start, d.at.end);
    }
    Err(format!("{told}\n    {:?}", String::from_utf8_lossy(&short)))
}

fn shrunk(both: &Both<'_>, text: &[u8], like: &Difference) -> Vec<u8> {
    let same = |d: &Difference| d.rule == like.rule && d.what == like.what;
    let shows = |text: &[u8]| both.differences(text).iter().any(same);
    let mut best = around(text, like, &shows);
    let mut size = best.len() / 2;
    let mut tries = 0;
    while size > 0 && tries < TRIES {
        let mut at = 0;
        while at < best.len() && tries < TRIES {
            let end = best.len().min(at + size);
            let shorter = [&best[..at], &best[end..]].concat();
            tries += 1;
            if shows(&shorter) {
                best = shorter;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    best
}

/// The neighbourhood of the difference, if it shows there too.
fn around(text: &[u8], like: &Difference, shows: &dyn Fn(&[u8]) -> bool) -> Vec<u8> {
    let near =
        |far: usize| &text[like.at.start.saturating_sub(far)..text.len().min(like.at.end + far)];
    [100, 400, 2000, 20_000].into_iter().map(near).find(|t| shows(t)).unwrap_or(text).to_vec()
}

/// Fails if any of `told` is a failure, with the first of them.
pub fn report(told: &[String]) {
    let shown = told.iter().take(30).cloned().collect::<Vec<_>>().join("\n");
    assert!(told.is_empty(), "{} texts differ:\n{shown}", told.len());
}
