//! What a CI system says about the build it runs: which one it is, what changed, and whether the
//! change can be trusted. Each system is one file; [`range`] decides what is to be scanned.
//!
//! Nothing here reads the environment: the caller hands the variables down. To add a system: one
//! file with a `SYSTEM`, and its name in the list below.

mod range;
mod shard;
mod surroundings;

pub use range::{Choice, choose};
pub use shard::{Told, shard};
pub use surroundings::Surroundings;

/// Declares the modules of the systems and the list of all, in the order of asking.
macro_rules! systems {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*
        /// Every system, in the order in which they are asked; the last one takes all.
        pub const ALL: &[&System] = &[$(&$module::SYSTEM),*];
    };
}

systems! {
    circleci,
    github,
    gitlab,
    azure,
    bitbucket,
    travis,
    woodpecker,
    drone,
    buildkite,
    teamcity,
    jenkins,
    other,
}

/// A report that a system shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Show {
    /// A file of this format and name, in the folder of reports.
    File(&'static str, &'static str),
    /// Annotations on standard output.
    Annotations,
    /// Markdown appended to the file that this variable names.
    Summary(&'static str),
    /// A line on standard output that makes the system pick a file up; `{}` is its path.
    Line(&'static str, &'static str),
}

/// A CI system.
#[derive(Debug)]
pub struct System {
    /// The word for `--provider`.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Whether this is it.
    pub here: fn(&Surroundings) -> bool,
    /// What it says about the change.
    pub change: fn(&Surroundings) -> Change,
    /// How the whole history is fetched there.
    pub mend: &'static str,
    /// What it shows.
    pub shows: &'static [Show],
}

/// What a build was started for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum What {
    /// Commits that were pushed to a branch.
    #[default]
    Push,
    /// A pull or merge request.
    PullRequest,
    /// A change on its way through a merge queue or train.
    MergeQueue,
    /// A tag.
    Tag,
    /// A timer, a person or another program.
    Manual,
}

impl What {
    /// As it stands in messages.
    pub fn words(self) -> &'static str {
        match self {
            Self::Push => "a push",
            Self::PullRequest => "a pull request",
            Self::MergeQueue => "a merge queue",
            Self::Tag => "a tag",
            Self::Manual => "a run that no push started",
        }
    }
}

/// What a system says about the change that it builds. Nothing of it is believed to be there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// What the build was started for.
    pub what: What,
    /// The newest commit of the change.
    pub head: Option<String>,
    /// The commit before the change.
    pub base: Option<String>,
    /// The branch that the change is to go into.
    pub target: Option<String>,
    /// The branch that is built.
    pub branch: Option<String>,
    /// The branch that others start from.
    pub default_branch: Option<String>,
    /// Whether it comes from somebody who cannot write to the repository, or may do so.
    pub untrusted: bool,
}

/// The system of that name.
pub fn find(id: &str) -> Option<&'static System> {
    ALL.iter().copied().find(|system| system.id == id)
}

/// The system that the variables tell of.
pub fn detect(around: &Surroundings) -> &'static System {
    ALL.iter().copied().find(|system| (system.here)(around)).unwrap_or(&other::SYSTEM)
}

/// What `system` says about the change, and what the user says on top of it, for systems that do
/// not tell everything: `STANCH_BASE`, `STANCH_HEAD` and `STANCH_DEFAULT_BRANCH`.
pub fn change(system: &System, around: &Surroundings) -> Change {
    let mut change = (system.change)(around);
    let own = |name| around.commit(name);
    change.base = own("STANCH_BASE").or(change.base);
    change.head = own("STANCH_HEAD").or(change.head);
    change.default_branch = around.branch("STANCH_DEFAULT_BRANCH").or(change.default_branch);
    change
}
