//! GitLab CI/CD.

use super::{Change, Show, Surroundings, System, What};

pub(super) const SYSTEM: System = System {
    id: "gitlab",
    name: "GitLab",
    here: |around| around.some("GITLAB_CI"),
    change,
    mend: "variables: {GIT_DEPTH: \"0\"}",
    shows: &[
        Show::File("gitlab", "gl-secret-detection-report.json"),
        Show::File("codequality", "gl-code-quality-report.json"),
        Show::File("junit", "stanch.xml"),
        Show::File("html", "stanch.html"),
    ],
};

fn change(around: &Surroundings) -> Change {
    let default_branch = around.branch("CI_DEFAULT_BRANCH");
    let head = around.commit("CI_COMMIT_SHA");
    if around.some("CI_MERGE_REQUEST_IID") {
        let train = around.get("CI_MERGE_REQUEST_EVENT_TYPE") == Some("merge_train");
        let source = around.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID");
        let own = around.get("CI_MERGE_REQUEST_PROJECT_ID").or(around.get("CI_PROJECT_ID"));
        return Change {
            what: if train { What::MergeQueue } else { What::PullRequest },
            head,
            base: around.commit("CI_MERGE_REQUEST_DIFF_BASE_SHA"),
            target: around.branch("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
            branch: around.branch("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"),
            default_branch,
            untrusted: source.is_none() || source != own,
        };
    }
    let what = match around.get("CI_PIPELINE_SOURCE") {
        _ if around.some("CI_COMMIT_TAG") => What::Tag,
        Some("schedule" | "web" | "api" | "trigger" | "pipeline") => What::Manual,
        _ => What::Push,
    };
    Change {
        what,
        head,
        base: around.commit("CI_COMMIT_BEFORE_SHA").filter(|_| what == What::Push),
        branch: around.branch("CI_COMMIT_BRANCH"),
        default_branch,
        ..Change::default()
    }
}
