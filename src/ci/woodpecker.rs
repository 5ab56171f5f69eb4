//! Woodpecker CI.

use super::{Change, Show, Surroundings, System, What};

pub(super) const SYSTEM: System = System {
    id: "woodpecker",
    name: "Woodpecker CI",
    here: |around| around.get("CI") == Some("woodpecker"),
    change,
    mend: "clone: [{name: git, image: woodpeckerci/plugin-git, settings: {partial: false, depth: 0}}]",
    shows: &[Show::File("junit", "stanch.xml"), Show::File("html", "stanch.html")],
};

fn change(around: &Surroundings) -> Change {
    let (what, untrusted) = match around.get("CI_PIPELINE_EVENT").unwrap_or_default() {
        // It does not say where a pull request comes from.
        "pull_request" | "pull_request_closed" => (What::PullRequest, true),
        "tag" | "release" => (What::Tag, false),
        "push" => (What::Push, false),
        _ => (What::Manual, false),
    };
    Change {
        what,
        head: around.commit("CI_COMMIT_SHA"),
        base: around.commit("CI_PREV_COMMIT_SHA").filter(|_| what == What::Push),
        target: around.branch("CI_COMMIT_TARGET_BRANCH"),
        branch: around.branch("CI_COMMIT_BRANCH").filter(|_| what != What::Tag),
        default_branch: around.branch("CI_REPO_DEFAULT_BRANCH"),
        untrusted,
    }
}
