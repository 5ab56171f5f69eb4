//! What to do now: about a secret, about a finding that is false, about a gap.

use crate::model::{Finding, OriginKind, Reason, Status};
use crate::rule::{Engine, Rule};

/// Said of every secret, after it was revoked.
pub(super) const THEN: &str = "take it out of the file and read it from the environment or a \
    secret store; rewriting history does not un-leak it, as every clone and fork keeps it";

/// Whether it is a habit that is to be mended, and no secret.
pub(super) fn is_habit(rule: &Rule) -> bool {
    rule.engine == Engine::Lint
}

/// What comes first, in one sentence.
pub(super) fn first(rule: &Rule) -> &'static str {
    if is_habit(rule) {
        "Mend it in the file."
    } else {
        "Revoke it first, then take it out of the code."
    }
}

/// All that is to be done.
pub(super) fn whole(rule: &Rule) -> String {
    match is_habit(rule) {
        true => format!("{}.", revoke(rule)),
        false => format!("Revoke it first: {}. Then {THEN}.", revoke(rule)),
    }
}

/// How to make the secret worthless; how to mend a habit.
pub(super) fn revoke(rule: &Rule) -> String {
    let mut text = match rule.revoke.as_ref() {
        [] if rule.rotate_url.is_empty() => {
            return format!(
                "treat it as known to others: revoke it at {} and make a new one",
                vendor(rule)
            );
        }
        [] => "revoke it and make a new one".to_owned(),
        [one] => without_stop(one).to_owned(),
        steps => numbered(steps),
    };
    if !rule.rotate_url.is_empty() && !text.contains(&*rule.rotate_url) {
        text = format!("{text}; at {}", rule.rotate_url);
    }
    text
}

fn vendor(rule: &Rule) -> &str {
    if rule.provider_name.is_empty() { "its issuer" } else { &rule.provider_name }
}

fn without_stop(text: &str) -> &str {
    text.trim_end_matches('.')
}

fn numbered(steps: &[crate::rule::Str]) -> String {
    let step =
        |(nth, text): (usize, &crate::rule::Str)| format!("{}. {}", nth + 1, without_stop(text));
    steps.iter().enumerate().map(step).collect::<Vec<_>>().join("; ")
}

/// How to let it pass if it is no secret. A comment can stand only in a file that can still be
/// edited.
pub(super) fn allow(rule: &Rule, finding: &Finding) -> String {
    let editable = |k| {
        matches!(
            k,
            OriginKind::WorkTree | OriginKind::Index | OriginKind::File | OriginKind::Stdin
        )
    };
    let open = finding.places.iter().filter(|p| p.status == Status::Open);
    let baseline = "run `stanch baseline update`";
    if open.map(|p| p.origin.kind).any(editable) {
        format!("write `stanch:allow {} -- reason` on the line, or {baseline}", rule.id)
    } else {
        format!("{baseline}, which knows it by its fingerprint")
    }
}

/// How to get at what could not be read.
pub(super) fn gap(reason: Reason) -> &'static str {
    match reason {
        Reason::Shallow => "fetch the rest with `git fetch --unshallow`",
        Reason::Partial => "fetch the rest with `git fetch --refetch --no-filter`",
        Reason::Unreadable => "give this user the right to read them",
        Reason::Missing => "the repository is damaged: see `git fsck`, fetch from another clone",
        Reason::Corrupt => "it is damaged, or the repository is: see `git fsck`",
        Reason::Unsupported => "stanch cannot read this format yet; look at them by other means",
        Reason::Encrypted => "scan what is in it where it is decrypted",
        Reason::Capped => "unpack it elsewhere and scan what is in it",
        Reason::Changed => "scan again when nothing writes there",
        Reason::Memory => "give it more: `--memory`",
        Reason::Interrupted => "scan again",
        Reason::Repository => "scan them by themselves, with a token that may read them",
        Reason::Shard => "join the reports of all shards of one split, each once",
        Reason::Internal => "a defect of stanch: please report it",
        Reason::Submodule => "scan it in its own repository",
        Reason::Lfs => "scan it in a checkout with Git LFS",
        Reason::Special => "it holds no text",
    }
}
