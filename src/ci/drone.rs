//! Drone.

use super::{Change, Show, Surroundings, System, What};

pub(super) const SYSTEM: System = System {
    id: "drone",
    name: "Drone",
    here: |around| around.yes("DRONE"),
    change,
    mend: "clone: {depth: 0}",
    shows: &[Show::File("junit", "stanch.xml"), Show::File("html", "stanch.html")],
};

fn change(around: &Surroundings) -> Change {
    let (what, untrusted) = match around.get("DRONE_BUILD_EVENT").unwrap_or_default() {
        // It does not say where a pull request comes from.
        "pull_request" => (What::PullRequest, true),
        "tag" => (What::Tag, false),
        "push" => (What::Push, false),
        _ => (What::Manual, false),
    };
    Change {
        what,
        head: around.commit("DRONE_COMMIT_SHA"),
        base: around.commit("DRONE_COMMIT_BEFORE").filter(|_| what == What::Push),
        target: around.branch("DRONE_TARGET_BRANCH").filter(|_| what == What::PullRequest),
        branch: around.branch("DRONE_BRANCH").filter(|_| what != What::Tag),
        default_branch: around.branch("DRONE_REPO_BRANCH"),
        untrusted,
    }
}
