//! Jenkins, with the git plugin; multibranch jobs tell more.

use super::{Change, Show, Surroundings, System, What};

pub(super) const SYSTEM: System = System {
    id: "jenkins",
    name: "Jenkins",
    here: |around| around.some("JENKINS_URL") || around.some("JENKINS_HOME"),
    change,
    mend: "extensions: [cloneOption(shallow: false, noTags: false, reference: '')]",
    shows: &[
        Show::File("junit", "stanch.xml"),
        Show::File("html", "stanch.html"),
        Show::File("sarif", "stanch.sarif"),
    ],
};

fn change(around: &Surroundings) -> Change {
    let head = around.commit("GIT_COMMIT");
    if around.some("CHANGE_ID") {
        return Change {
            what: What::PullRequest,
            head,
            target: around.branch("CHANGE_TARGET"),
            branch: around.branch("CHANGE_BRANCH"),
            // Said for forks only; and an older plugin may not say it.
            untrusted: around.some("CHANGE_FORK") || !around.some("CHANGE_BRANCH"),
            ..Change::default()
        };
    }
    let tag = around.some("TAG_NAME");
    Change {
        what: if tag { What::Tag } else { What::Push },
        head,
        // What the last build saw may have been what made it fail, so only a good one counts.
        base: around.commit("GIT_PREVIOUS_SUCCESSFUL_COMMIT").filter(|_| !tag),
        branch: around.branch("BRANCH_NAME").or_else(|| git_branch(around)).filter(|_| !tag),
        default_branch: None,
        ..Change::default()
    }
}

fn git_branch(around: &Surroundings) -> Option<String> {
    let name = around.branch("GIT_BRANCH")?;
    Some(name.strip_prefix("origin/").unwrap_or(&name).to_owned())
}
