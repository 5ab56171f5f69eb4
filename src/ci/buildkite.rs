//! Buildkite. A pull request's pipeline is that of its branch; forks build if the pipeline allows.

use super::{Change, Show, Surroundings, System, What};

pub(super) const SYSTEM: System = System {
    id: "buildkite",
    name: "Buildkite",
    here: |around| around.yes("BUILDKITE"),
    change,
    mend: "env: {BUILDKITE_GIT_CLONE_FLAGS: \"-v\", BUILDKITE_GIT_FETCH_FLAGS: \"-v --prune\"}",
    shows: &[
        Show::File("junit", "stanch.xml"),
        Show::File("html", "stanch.html"),
        Show::File("markdown", "stanch.md"),
    ],
};

fn change(around: &Surroundings) -> Change {
    let queue = around.commit("BUILDKITE_MERGE_QUEUE_BASE_COMMIT");
    let what = if queue.is_some() {
        What::MergeQueue
    } else if around.some("BUILDKITE_PULL_REQUEST") {
        What::PullRequest
    } else if around.some("BUILDKITE_TAG") {
        What::Tag
    } else if matches!(around.get("BUILDKITE_SOURCE"), Some("schedule" | "ui" | "api")) {
        What::Manual
    } else {
        What::Push
    };
    let from = around.get("BUILDKITE_PULL_REQUEST_REPO");
    Change {
        what,
        head: around.commit("BUILDKITE_COMMIT"),
        base: queue,
        target: around.branch("BUILDKITE_PULL_REQUEST_BASE_BRANCH"),
        branch: around.branch("BUILDKITE_BRANCH").filter(|_| what != What::Tag),
        default_branch: around.branch("BUILDKITE_PIPELINE_DEFAULT_BRANCH"),
        untrusted: what == What::PullRequest
            && repository(from) != repository(around.get("BUILDKITE_REPO")),
    }
}

/// `owner/name` of a repository's address, however it is written; nothing equals nothing.
fn repository(url: Option<&str>) -> Option<String> {
    let url = url?.trim_end_matches('/').trim_end_matches(".git");
    let mut parts = url.rsplit(['/', ':']);
    let (name, owner) = (parts.next()?, parts.next()?);
    Some(format!("{owner}/{name}").to_ascii_lowercase())
}
