//! CircleCI. The base of a pipeline is no variable but a value of the pipeline, which our orb and
//! `docs/ci.md` hand over as `STANCH_BASE`; `CIRCLE_COMPARE_URL` is of the past.

use super::{Change, Show, Surroundings, System, What};

pub(super) const SYSTEM: System = System {
    id: "circleci",
    name: "CircleCI",
    here: |around| around.yes("CIRCLECI"),
    change,
    mend: "- checkout: {method: full}",
    shows: &[
        Show::File("junit", "stanch.xml"),
        Show::File("html", "stanch.html"),
        Show::File("json", "stanch.json"),
        Show::File("sarif", "stanch.sarif"),
    ],
};

fn change(around: &Surroundings) -> Change {
    let range = around.ends("CIRCLE_COMPARE_URL").or_else(|| around.ends("CIRCLE_RANGE"));
    let what = if around.some("CIRCLE_TAG") {
        What::Tag
    } else if around.some("CIRCLE_PULL_REQUEST") || around.some("CIRCLE_PR_NUMBER") {
        What::PullRequest
    } else {
        What::Push
    };
    Change {
        what,
        head: around.commit("CIRCLE_SHA1"),
        base: range.map(|(from, _)| from),
        target: None,
        branch: around.branch("CIRCLE_BRANCH"),
        default_branch: None,
        // These are set for pull requests from forks only.
        untrusted: around.some("CIRCLE_PR_NUMBER") || around.some("CIRCLE_PR_REPONAME"),
    }
}
