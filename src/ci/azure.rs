//! Azure Pipelines.

use super::{Change, Show, Surroundings, System, What};

pub(super) const SYSTEM: System = System {
    id: "azure",
    name: "Azure Pipelines",
    here: |around| around.some("TF_BUILD"),
    change,
    mend: "- {checkout: self, fetchDepth: 0}",
    shows: &[
        Show::File("junit", "stanch.xml"),
        Show::File("html", "stanch.html"),
        Show::File("sarif", "stanch.sarif"),
        Show::File("markdown", "stanch.md"),
        Show::Line("##vso[task.uploadsummary]{}", "stanch.md"),
    ],
};

fn change(around: &Surroundings) -> Change {
    let head = around.commit("BUILD_SOURCEVERSION");
    let source = around.get("BUILD_SOURCEBRANCH").unwrap_or_default();
    if around.get("BUILD_REASON") == Some("PullRequest") || source.starts_with("refs/pull/") {
        return Change {
            what: What::PullRequest,
            head: around.commit("SYSTEM_PULLREQUEST_SOURCECOMMITID").or(head),
            target: around.branch("SYSTEM_PULLREQUEST_TARGETBRANCH"),
            branch: around.branch("SYSTEM_PULLREQUEST_SOURCEBRANCH"),
            // Not said in every kind of repository.
            untrusted: !around
                .get("SYSTEM_PULLREQUEST_ISFORK")
                .is_some_and(|v| v.eq_ignore_ascii_case("false")),
            ..Change::default()
        };
    }
    let what = match around.get("BUILD_REASON") {
        _ if source.starts_with("refs/tags/") => What::Tag,
        Some("Schedule" | "Manual" | "ResourceTrigger" | "BuildCompletion") => What::Manual,
        _ => What::Push,
    };
    let branch = around.branch("BUILD_SOURCEBRANCH").filter(|_| what != What::Tag);
    Change { what, head, branch, ..Change::default() }
}
