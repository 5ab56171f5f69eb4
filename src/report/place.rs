//! Where a secret stands, in words.

use super::{Redactor, date};
use crate::model::{Finding, Introduction, Origin, OriginKind, Place, Reach, Status};

/// `path:line:column (commit 1a2b3c4d5e)`.
pub(super) fn located(place: &Place, redactor: &Redactor) -> String {
    let name = named(&place.origin, redactor);
    let position = match place.origin.kind {
        OriginKind::Name => String::new(),
        _ => format!(":{}:{}", place.line, place.column),
    };
    let repository = place.origin.repository.as_ref();
    let repository = repository.map(|r| format!("{}: ", redactor.line(r.as_bytes())));
    format!("{}{name}{position}{}", repository.unwrap_or_default(), beside(place))
}

fn named(origin: &Origin, redactor: &Redactor) -> String {
    let path = || match &origin.path {
        Some(path) => redactor.line(path),
        None => origin.object.map_or("<no path>".into(), |o| format!("<blob {}>", o.short())),
    };
    match origin.kind {
        OriginKind::Stdin => origin.path.as_ref().map_or("<stdin>".into(), |_| path()),
        OriginKind::Message => "<message>".into(),
        OriginKind::Name => format!("the name {}", path()),
        _ => path(),
    }
}

/// What is known beside the path, in brackets.
fn beside(place: &Place) -> String {
    let origin = &place.origin;
    let commit = origin.commit.or(place.introduced.as_ref().map(|i| i.commit));
    let in_history = !matches!(origin.kind, OriginKind::WorkTree | OriginKind::File);
    let words = match (origin.kind, commit) {
        (OriginKind::Index, _) => Some("staged".to_owned()),
        (_, Some(commit)) if in_history => Some(format!("commit {}", commit.short())),
        (OriginKind::History, None) => origin.object.map(|o| format!("blob {}", o.short())),
        _ => None,
    };
    words.map_or(String::new(), |w| format!(" ({w})"))
}

/// Why a place needs nobody, to stand behind it in a list.
pub(super) fn filed(status: &Status, redactor: &Redactor) -> String {
    match status {
        Status::Open => String::new(),
        Status::Existing => ", existing".into(),
        Status::Hidden { by, why } if why.is_empty() => {
            format!(", hidden by {}", redactor.line(by.as_bytes()))
        }
        Status::Hidden { by, why } => {
            let (by, why) = (redactor.line(by.as_bytes()), redactor.line(why.as_bytes()));
            format!(", hidden by {by}: {why}")
        }
    }
}

/// Where the secret still is, over all places; empty where that says nothing.
pub(super) fn still(finding: &Finding) -> String {
    let kind = |k| finding.places.iter().any(|p| p.origin.kind == k);
    let reach = |r| finding.places.iter().any(|p| p.reach == Some(r));
    let here: Vec<&str> = [
        (kind(OriginKind::WorkTree), "in the work tree"),
        (kind(OriginKind::Index), "in the index"),
        (reach(Reach::Head), "at HEAD"),
    ]
    .into_iter()
    .filter_map(|(is, words)| is.then_some(words))
    .collect();
    if !here.is_empty() {
        let more = if kind(OriginKind::History) { ", and in history" } else { "" };
        return format!("still {}{more}", joined(&here));
    }
    let gone = [
        (reach(Reach::Ref), "only in history: a branch or tag leads to it, HEAD has it no more"),
        (reach(Reach::Reflog), "only in a reflog or stash entry"),
        (reach(Reach::Unreachable), "only in unreachable objects, until git prunes them"),
    ];
    gone.into_iter().find_map(|(is, words)| is.then_some(words)).unwrap_or_default().into()
}

/// `a`, `a and b`, `a, b and c`.
fn joined(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// Who brought it in, and when.
pub(super) fn introduced(by: &Introduction, redactor: &Redactor) -> String {
    let date = date::day(by.time).map_or(String::new(), |d| format!(" on {d}"));
    let subject = redactor.line(&by.summary);
    let subject = if subject.is_empty() { subject } else { format!(": {subject}") };
    let author = redactor.line(&by.author);
    format!("by {author}{date} in commit {}{subject}", by.commit.short())
}
