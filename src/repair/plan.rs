//! The plan to take secrets out of a history, as a page.

use super::reach::Reached;
use crate::model::Finding;
use crate::page::{Block, Page};
use crate::rule::Rule;

/// What is to be taken out.
pub struct Case<'a> {
    /// The findings.
    pub findings: Vec<(&'a Finding, &'a Rule)>,
    /// From where they can be reached.
    pub reached: &'a Reached,
}

/// The page of a plan. `names` are the fingerprints as they were given.
pub fn page(case: &Case<'_>, names: &[String]) -> Page {
    let reached = case.reached;
    let mut page = Page::new("Taking a secret out of the history");
    page.add("What it is", what(case));
    page.add("Where it can still be reached", whence(reached));
    page.add("Before anything else", first(case));
    page.add("The plan", steps(reached, names));
    page.add("What no command of yours reaches", elsewhere(reached));
    let prove = proof(names);
    page.add(
        "The proof",
        vec![
            Block::Text("In the cleaned clone, and again in a new clone from the host:".into()),
            Block::Code("sh", prove),
        ],
    );
    page
}

fn proof(names: &[String]) -> String {
    format!("stanch clean --prove --replacements ../replacements.txt {}", names.join(" "))
}

fn what(case: &Case<'_>) -> Vec<Block> {
    let line = |(finding, rule): &(&Finding, &Rule)| {
        let days = finding.places.iter().filter_map(|p| p.introduced.as_ref()).map(|i| i.time);
        let since = days.min().and_then(|t| u64::try_from(t).ok());
        let since = since.map_or(String::new(), |t| format!(", in the history since {}", day(t)));
        Block::Item(format!("{} ({}){since}", rule.name, finding.fingerprint))
    };
    case.findings.iter().map(line).collect()
}

/// The day of a moment, counted from 1970.
fn day(seconds: u64) -> String {
    crate::config::Date::after_epoch(seconds / 86_400).to_string()
}

fn whence(reached: &Reached) -> Vec<Block> {
    let mut blocks: Vec<Block> =
        reached.refs.iter().map(|h| Block::Item(format!("{} {}", h.kind, h.name))).collect();
    let mut add = |n: usize, words: &str| {
        if n > 0 {
            blocks.push(Block::Item(format!("{n} {words}")));
        }
    };
    add(reached.logged, "commits that only reflogs and stash entries reach");
    add(reached.loose, "blobs that no commit reaches any more, until git prunes them");
    add(reached.commits, "commits hold it themselves");
    add(
        reached.rewritten,
        "commits get another id when it is taken out (those, and all that come after)",
    );
    add(
        reached.encoded,
        "blobs hold it in an encoded form only (base64, hexadecimal, percent, JSON, HTML, UTF-16)",
    );
    blocks.extend(reached.paths.iter().map(|p| Block::Item(format!("path {p}"))));
    blocks.extend(
        reached.here.iter().map(|p| Block::Item(format!("in the work tree or index now: {p}"))),
    );
    blocks
}

fn first(case: &Case<'_>) -> Vec<Block> {
    let mut blocks = vec![Block::Text("Revoke it. Whoever has a clone, a fork or a cache has it; taking it out mends nothing of that.".into())];
    for (finding, rule) in &case.findings {
        blocks.push(Block::Code(
            "sh",
            format!("stanch explain {}   # {}", finding.fingerprint, rule.rotate_url),
        ));
    }
    blocks
}

fn steps(reached: &Reached, names: &[String]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut step = |words: &str, code: &str| {
        blocks.push(Block::Step(words.to_owned()));
        blocks
            .extend(Some(code).filter(|c| !c.is_empty()).map(|c| Block::Code("sh", c.to_owned())));
    };
    if !reached.here.is_empty() {
        step(
            "Take it out of the files first, and commit and push that (or all comes back).",
            &format!("stanch fix {}", names.join(" ")),
        );
    }
    step("Tell everybody to push what they have, and to stop: ids of commits will change.", "");
    step(
        "Write the file of replacements. It holds the secret: keep it out of the repository, and remove it at the end.",
        &format!("stanch clean {} --replacements ../replacements.txt", names.join(" ")),
    );
    step(
        "Make a fresh clone with everything, and work only there.",
        "git clone --mirror --no-local REPOSITORY clean.git && cd clean.git",
    );
    step(
        "Rewrite file contents and messages on all refs.",
        "git filter-repo --replace-text ../replacements.txt --replace-message ../replacements.txt",
    );
    let stuck: Vec<&str> = reached
        .refs
        .iter()
        .filter(|h| matches!(h.kind, "stash" | "other"))
        .map(|h| h.name.as_str())
        .collect();
    for name in stuck {
        step(
            "Delete a ref that is no branch or tag, unless you need it.",
            &format!("git update-ref -d '{}'", name.replace('\'', "'\\''")),
        );
    }
    step(
        "Forget the old objects.",
        "git reflog expire --expire=now --expire-unreachable=now --all && git gc --prune=now",
    );
    step("See that nothing is left.", &proof(names));
    step(
        "Push what was rewritten. Protected branches must be opened for that moment.",
        "git push --force --mirror origin",
    );
    if reached.logged > 0 || reached.loose > 0 {
        step(
            "In every old clone that is kept: stashes and reflogs keep it too. Better clone anew.",
            "git stash list; git reflog expire --expire=now --expire-unreachable=now --all && git gc --prune=now",
        );
    }
    step(
        "Everybody clones anew; nobody merges an old branch, which would bring all of it back.",
        "",
    );
    step("Remove the file of replacements.", "rm ../replacements.txt");
    blocks
}

fn elsewhere(reached: &Reached) -> Vec<Block> {
    let mut blocks = vec![
        Block::Item("Forks keep their own copies, and on GitHub a commit of one is shown in all: ask their owners, and the host.".into()),
        Block::Item("The host's refs for pull and merge requests, and its cached views, outlive a forced push: ask the host's support to drop them and to collect garbage.".into()),
        Block::Item("CI caches, workspaces, artifacts, images, mirrors, backups, and code search keep what they took.".into()),
    ];
    for holder in reached.refs.iter().filter(|h| h.kind == "host") {
        blocks.push(Block::Item(format!("{}: only the host can delete it", holder.name)));
    }
    for remote in &reached.remotes {
        blocks.push(Block::Item(format!(
            "the remote `{remote}` had it when it was last fetched or pushed"
        )));
    }
    blocks
}
