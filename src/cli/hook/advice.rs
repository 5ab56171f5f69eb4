//! What a hook says when it stops git, to somebody who may never have heard of stanch.

use super::super::Exit;
use super::super::run::Finished;
use super::order;
use crate::git::Repo;
use crate::model::{ObjectId, Status, display_path};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What is stopped.
pub(super) struct Act {
    /// As it stands in sentences.
    name: &'static str,
    /// How git is told to skip its hooks, where that is possible.
    skip: Option<&'static str>,
    /// How to get a real secret out.
    out: fn(&Places) -> String,
}

pub(super) const COMMIT: Act =
    Act { name: "commit", skip: Some("git commit --no-verify"), out: out_of_the_index };
pub(super) const MERGE: Act =
    Act { name: "merge", skip: Some("git merge --continue --no-verify"), out: out_of_the_merge };
pub(super) const MESSAGE: Act =
    Act { name: "commit", skip: Some("git commit --no-verify"), out: out_of_the_message };
pub(super) const PUSH: Act =
    Act { name: "push", skip: Some("git push --no-verify"), out: out_of_the_commits };
pub(super) const RECEIVED: Act = Act { name: "push", skip: None, out: out_of_the_commits };

/// Where the open findings are.
#[derive(Default)]
pub(super) struct Places {
    files: BTreeSet<String>,
    /// Oldest first.
    commits: Vec<ObjectId>,
    rules: BTreeSet<String>,
    /// One of the findings, as commands take it.
    finding: Option<String>,
}

impl Places {
    fn of(finished: &Finished) -> Self {
        let mut places = Self::default();
        for finding in finished.outcome.findings.iter().filter(|f| f.is_open()) {
            let print = finding.fingerprint.to_string();
            places.finding.get_or_insert_with(|| print.chars().take(8).collect());
            places.rules.insert(finished.rules.get(finding.rule).id.to_string());
            for place in finding.places.iter().filter(|p| p.status == Status::Open) {
                let path = place.origin.path.as_deref();
                places.files.extend(path.map(quoted));
                let commit = place.origin.commit.filter(|id| !places.commits.contains(id));
                places.commits.extend(commit);
            }
        }
        if let (2.., Ok(repo)) = (places.commits.len(), Repo::open_from_env()) {
            order::oldest_first(&repo, &mut places.commits);
        }
        places
    }

    /// The files for a command line; many are better named by hand.
    fn files(&self) -> String {
        match self.files.len() {
            1..=3 => self.files.iter().cloned().collect::<Vec<_>>().join(" "),
            _ => "FILE...".into(),
        }
    }

    fn finding(&self) -> &str {
        self.finding.as_deref().unwrap_or("FINDING")
    }

    fn rule(&self) -> &str {
        self.rules.first().map_or("RULE", String::as_str)
    }
}

/// A path that a shell takes as one word, and that drives no terminal.
fn quoted(path: &[u8]) -> String {
    let text = display_path(path);
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./+@%".contains(c);
    if text.chars().all(plain) && !text.starts_with('-') {
        return text;
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

fn out_of_the_index(places: &Places) -> String {
    let files = places.files();
    format!(
        "  1. Take it out of the file: read it from the environment or a secret store.
  2. Stage the file again:               git add {files}
     or leave the file out of it:        git restore --staged {files}
     in the very first commit:           git rm --cached {files}
  3. Commit again. Your files and what you staged are as they were.
  Is it in an earlier commit too? In one that you have not pushed: git rebase -i COMMIT^, set `edit`
  on its line, and do the same there. In one that is pushed: revoke it first; how to go on then:
                                         stanch clean {}
",
        places.finding()
    )
}

fn out_of_the_merge(places: &Places) -> String {
    let files = places.files();
    format!(
        "  1. Undo the merge:                     git merge --abort
  2. Have it taken out of the branch that brings it, then merge again;
     or take it out here and commit:     git add {files} && git commit
"
    )
}

fn out_of_the_message(_: &Places) -> String {
    "  1. Commit again with another message. The one that was refused is in .git/COMMIT_EDITMSG:
     take the secret out, then:          git commit -e -F .git/COMMIT_EDITMSG
"
    .to_owned()
}

fn out_of_the_commits(places: &Places) -> String {
    let files = places.files();
    let mut text = String::from(
        "  One more commit on top does not help: it stays in the one that brought it. Change that one.
",
    );
    let oldest = places.commits.first().map_or("COMMIT".into(), ObjectId::short);
    let _ = write!(
        text,
        "  The newest commit:   take it out of the file, then
                       git add {files} && git commit --amend --no-edit
  An older one:        git rebase -i {oldest}^      (--root if it is the first commit)
                       set `edit` on its line; take it out of the file, then
                       git add {files} && git commit --amend --no-edit && git rebase --continue
"
    );
    if places.commits.len() > 1 {
        let ids: Vec<String> = places.commits.iter().take(5).map(ObjectId::short).collect();
        let _ = writeln!(text, "  It is in these commits, the oldest first: {}", ids.join(" "));
    }
    let _ = writeln!(
        text,
        "  Then push again. Nothing was sent.
  Is it in a commit that others have already? Revoke it first; how to go on then:
                       stanch clean {}",
        places.finding()
    );
    text
}

impl Act {
    /// How to go on after `exit`; nothing to say if git was let through.
    pub(super) fn advice(&self, exit: Exit, finished: Option<&Finished>) -> Option<String> {
        let name = self.name;
        let mut text = match exit {
            Exit::Clean => return None,
            Exit::Findings(_) => self.found(&finished.map(Places::of).unwrap_or_default()),
            Exit::Error => format!(
                "stanch stopped this {name}: the check could not be made; the error is above.
  Mend it and {name} again; nothing was lost.
"
            ),
            Exit::Interrupted => format!(
                "stanch stopped this {name}: the check was interrupted.
  Let it end: {name} again; nothing was lost.
"
            ),
            Exit::Incomplete => format!(
                "stanch stopped this {name}: not all of it could be read; what is named above.
  Make it readable, or leave it out, and {name} again; nothing was lost.
"
            ),
        };
        if let Some(skip) = self.skip {
            let _ = write!(
                text,
                "\nJust this once, without any check\n  {skip}   (skips every hook; others may check again)\n"
            );
        }
        if let Some(contact) = finished.and_then(|f| f.contact.as_deref()) {
            let contact = display_path(contact.as_bytes());
            let _ = write!(text, "\nQuestions\n  Ask {contact}\n");
        }
        Some(format!("\n{}", text.trim_end()))
    }

    fn found(&self, places: &Places) -> String {
        let (name, rule) = (self.name, places.rule());
        format!(
            "stanch stopped this {name}: it carries what looks like a secret (a password, key or token).
What was found, where, and why it is believed is above.

If it is one
{}  Was it ever shared, pushed or deployed? Revoke it first: stanch explain {rule}

If it is none
  Say so on its line, with a reason:     stanch:allow {rule} -- why it is none
  or for good, everywhere:               stanch baseline update --reason 'why'
",
            (self.out)(places)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clean_result_is_silent() {
        for act in [COMMIT, MERGE, MESSAGE, PUSH, RECEIVED] {
            assert!(act.advice(Exit::Clean, None).is_none());
            for exit in [Exit::Findings(1), Exit::Error, Exit::Incomplete, Exit::Interrupted] {
                let text = act.advice(exit, None).unwrap_or_default();
                assert_eq!(text.contains("--no-verify"), act.skip.is_some(), "{text}");
            }
        }
    }

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        assert_eq!(quoted(b"a/b.env"), "a/b.env");
        assert_eq!(quoted(b"a b; rm $x"), "'a b; rm $x'");
        assert_eq!(quoted(b"it's"), r"'it'\''s'");
        assert_eq!(quoted(b"-rf"), "'-rf'");
    }
}
