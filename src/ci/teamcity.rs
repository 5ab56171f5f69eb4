//! TeamCity. It tells a build's commit, and nothing about what was before.

use super::{Change, Show, Surroundings, System, What};

pub(super) const SYSTEM: System = System {
    id: "teamcity",
    name: "TeamCity",
    here: |around| around.some("TEAMCITY_VERSION"),
    change,
    mend: "the VCS root's `Clone depth`: full; and the parameter teamcity.git.fetchAllHeads = true",
    shows: &[
        Show::File("junit", "stanch.xml"),
        Show::File("html", "stanch.html"),
        Show::Line("##teamcity[importData type='junit' path='{}']", "stanch.xml"),
    ],
};

fn change(around: &Surroundings) -> Change {
    let branch =
        around.branch("BUILD_VCS_BRANCH").or_else(|| around.branch("TEAMCITY_BUILD_BRANCH"));
    let pull =
        branch.as_deref().is_some_and(|b| b.starts_with("refs/pull/") || b.starts_with("pull/"));
    Change {
        what: if pull { What::PullRequest } else { What::Push },
        head: around.commit("BUILD_VCS_NUMBER"),
        branch: branch.filter(|_| !pull),
        untrusted: pull,
        ..Change::default()
    }
}
