//! Travis CI.

use super::{Change, Show, Surroundings, System, What};

pub(super) const SYSTEM: System = System {
    id: "travis",
    name: "Travis CI",
    here: |around| around.yes("TRAVIS"),
    change,
    mend: "git: {depth: false}",
    shows: &[Show::File("junit", "stanch.xml"), Show::File("html", "stanch.html")],
};

fn change(around: &Surroundings) -> Change {
    let base = around.ends("TRAVIS_COMMIT_RANGE").map(|(from, _)| from);
    let head = around.commit("TRAVIS_COMMIT");
    // In a pull request TRAVIS_BRANCH is where it is to go.
    if around.some("TRAVIS_PULL_REQUEST") {
        let source = around.get("TRAVIS_PULL_REQUEST_SLUG");
        return Change {
            what: What::PullRequest,
            head: around.commit("TRAVIS_PULL_REQUEST_SHA").or(head),
            base,
            target: around.branch("TRAVIS_BRANCH"),
            branch: around.branch("TRAVIS_PULL_REQUEST_BRANCH"),
            untrusted: source.is_none() || source != around.get("TRAVIS_REPO_SLUG"),
            ..Change::default()
        };
    }
    let what = match around.get("TRAVIS_EVENT_TYPE") {
        _ if around.some("TRAVIS_TAG") => What::Tag,
        Some("cron" | "api") => What::Manual,
        _ => What::Push,
    };
    let branch = around.branch("TRAVIS_BRANCH").filter(|_| what != What::Tag);
    Change { what, head, base: base.filter(|_| what == What::Push), branch, ..Change::default() }
}
