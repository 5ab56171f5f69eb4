//! GitHub Actions. Most of what it knows stands in the event file.

use super::{Change, Show, Surroundings, System, What};

pub(super) const SYSTEM: System = System {
    id: "github",
    name: "GitHub Actions",
    here: |around| around.yes("GITHUB_ACTIONS"),
    change,
    mend: "with: {fetch-depth: 0}   # at the step `uses: actions/checkout`",
    shows: &[
        Show::Annotations,
        Show::Summary("GITHUB_STEP_SUMMARY"),
        Show::File("sarif", "stanch.sarif"),
        Show::File("html", "stanch.html"),
    ],
};

fn change(around: &Surroundings) -> Change {
    let event = around.get("GITHUB_EVENT_NAME").unwrap_or_default();
    let default_branch = around.said("/repository/default_branch").map(str::to_owned);
    let head = || around.commit("GITHUB_SHA");
    let branch = || around.branch("GITHUB_REF_NAME");
    match event {
        "pull_request" | "pull_request_target" | "pull_request_review" => Change {
            what: What::PullRequest,
            head: around.said_commit("/pull_request/head/sha").or_else(head),
            base: around.said_commit("/pull_request/base/sha"),
            target: around.branch("GITHUB_BASE_REF"),
            branch: around.branch("GITHUB_HEAD_REF"),
            default_branch,
            untrusted: is_fork(around),
        },
        "merge_group" => Change {
            what: What::MergeQueue,
            head: around.said_commit("/merge_group/head_sha").or_else(head),
            base: around.said_commit("/merge_group/base_sha"),
            target: around.said("/merge_group/base_ref").map(short),
            branch: branch(),
            default_branch,
            untrusted: false,
        },
        "push" => {
            let is_tag = around.get("GITHUB_REF_TYPE") == Some("tag");
            Change {
                what: if is_tag { What::Tag } else { What::Push },
                head: head(),
                base: around.said_commit("/before"),
                branch: branch().filter(|_| !is_tag),
                default_branch,
                ..Change::default()
            }
        }
        _ => Change {
            what: What::Manual,
            head: head(),
            branch: branch(),
            default_branch,
            // Some of these start from what a stranger did, with the rights of the repository.
            untrusted: matches!(event, "workflow_run" | "issue_comment"),
            ..Change::default()
        },
    }
}

/// A head whose repository was deleted is nobody's, and so is one that is not told.
fn is_fork(around: &Surroundings) -> bool {
    let head = around.said("/pull_request/head/repo/full_name");
    let base = around.said("/pull_request/base/repo/full_name");
    head.is_none() || head != base
}

fn short(name: &str) -> String {
    name.strip_prefix("refs/heads/").unwrap_or(name).to_owned()
}
