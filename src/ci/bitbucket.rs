//! Bitbucket Pipelines. It runs nothing for forks.

use super::{Change, Show, Surroundings, System, What};

pub(super) const SYSTEM: System = System {
    id: "bitbucket",
    name: "Bitbucket Pipelines",
    here: |around| around.some("BITBUCKET_BUILD_NUMBER"),
    change,
    mend: "clone: {depth: full}",
    // It picks JUnit up in folders of this name by itself.
    shows: &[Show::File("junit", "stanch.xml"), Show::File("html", "stanch.html")],
};

fn change(around: &Surroundings) -> Change {
    let what = if around.some("BITBUCKET_PR_ID") {
        What::PullRequest
    } else if around.some("BITBUCKET_TAG") {
        What::Tag
    } else {
        What::Push
    };
    Change {
        what,
        head: around.commit("BITBUCKET_COMMIT"),
        base: around.commit("BITBUCKET_PR_DESTINATION_COMMIT"),
        target: around.branch("BITBUCKET_PR_DESTINATION_BRANCH"),
        branch: around.branch("BITBUCKET_BRANCH"),
        ..Change::default()
    }
}
