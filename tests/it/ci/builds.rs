//! Builds as CI systems tell of them in their documentation, with the empty and odd ones.

/// A build, and what is to be scanned in it.
pub struct Build {
    pub system: &'static str,
    pub name: &'static str,
    /// What is checked out.
    pub checkout: &'static str,
    pub vars: &'static [(&'static str, &'static str)],
    /// GitHub's event file.
    pub event: &'static str,
    /// The commits that must be scanned; `refused` if the build cannot go on.
    pub commits: &'static str,
    /// Whether the change's own policy may hold.
    pub trusted: bool,
}

macro_rules! builds {
    ($($system:literal: $name:literal, at $checkout:ident, [$($key:ident = $value:literal)*]
        $(event $event:literal)? => $commits:literal $trust:ident;)*) => {
        pub const BUILDS: &[Build] = &[$(Build {
            system: $system,
            name: $name,
            checkout: stringify!($checkout),
            vars: &[$((stringify!($key), $value)),*],
            event: concat!("", $($event)?),
            commits: $commits,
            trusted: trust!($trust),
        }),*];
    };
}

macro_rules! trust {
    (trusted) => {
        true
    };
    (stranger) => {
        false
    };
}

builds! {
    "CircleCI": "push", at t2, [CIRCLECI="true" CIRCLE_SHA1="{t2}" CIRCLE_BRANCH="topic" STANCH_BASE="{t1}"] => "t2" trusted;
    "CircleCI": "first build of a branch, base empty", at t2, [CIRCLECI="true" CIRCLE_SHA1="{t2}" CIRCLE_BRANCH="topic" STANCH_BASE=""] => "t1 t2" trusted;
    "CircleCI": "first build, base `<nil>`", at t2, [CIRCLECI="true" CIRCLE_SHA1="{t2}" CIRCLE_BRANCH="topic" STANCH_BASE="<nil>"] => "t1 t2" trusted;
    "CircleCI": "no base handed over", at t2, [CIRCLECI="true" CIRCLE_SHA1="{t2}" CIRCLE_BRANCH="topic"] => "t1 t2" trusted;
    "CircleCI": "force push, the old commit is here", at t2, [CIRCLECI="true" CIRCLE_SHA1="{t2}" CIRCLE_BRANCH="topic" STANCH_BASE="{o1}"] => "t1 t2" trusted;
    "CircleCI": "force push, the old commit is gone", at t2, [CIRCLECI="true" CIRCLE_SHA1="{t2}" CIRCLE_BRANCH="topic" STANCH_BASE="{lost}"] => "t1 t2" trusted;
    "CircleCI": "a rerun: base and head are one", at t2, [CIRCLECI="true" CIRCLE_SHA1="{t2}" CIRCLE_BRANCH="topic" STANCH_BASE="{t2}"] => "m1 m2 t1 t2" trusted;
    "CircleCI": "the main branch, no base", at m2, [CIRCLECI="true" CIRCLE_SHA1="{m2}" CIRCLE_BRANCH="main" STANCH_BASE="<nil>"] => "m1 m2" trusted;
    "CircleCI": "the main branch, push", at m2, [CIRCLECI="true" CIRCLE_SHA1="{m2}" CIRCLE_BRANCH="main" STANCH_BASE="{m1}"] => "m2" trusted;
    "CircleCI": "tag on a branch", at t2, [CIRCLECI="true" CIRCLE_SHA1="{t2}" CIRCLE_TAG="v2" CIRCLE_BRANCH=""] => "t1 t2" trusted;
    "CircleCI": "tag on main", at m2, [CIRCLECI="true" CIRCLE_SHA1="{m2}" CIRCLE_TAG="v2"] => "m1 m2" trusted;
    "CircleCI": "pull request from a fork", at t2, [CIRCLECI="true" CIRCLE_SHA1="{t2}" CIRCLE_BRANCH="pull/7" CIRCLE_PR_NUMBER="7" CIRCLE_PR_REPONAME="fork" STANCH_BASE=""] => "t1 t2" stranger;
    "CircleCI": "old `CIRCLE_COMPARE_URL`", at t2, [CIRCLECI="true" CIRCLE_SHA1="{t2}" CIRCLE_BRANCH="topic" CIRCLE_COMPARE_URL="https://github.com/o/r/compare/{t1}...{t2}"] => "t2" trusted;
    "CircleCI": "`CIRCLE_COMPARE_URL` of a first push, `a^...b`", at t2, [CIRCLECI="true" CIRCLE_SHA1="{t2}" CIRCLE_BRANCH="topic" CIRCLE_COMPARE_URL="https://github.com/o/r/compare/{t1}^...{t2}"] => "t1 t2" trusted;
    "CircleCI": "the commit is not in the clone", at m2, [CIRCLECI="true" CIRCLE_SHA1="{lost}" CIRCLE_BRANCH="topic"] => "refused" trusted;

    "GitHub Actions": "push", at t2, [GITHUB_ACTIONS="true" GITHUB_EVENT_NAME="push" GITHUB_SHA="{t2}" GITHUB_REF_NAME="topic" GITHUB_REF_TYPE="branch"] event r#"{"before":"{t1}","repository":{"default_branch":"main"}}"# => "t2" trusted;
    "GitHub Actions": "new branch, `before` is zeros", at t2, [GITHUB_ACTIONS="true" GITHUB_EVENT_NAME="push" GITHUB_SHA="{t2}" GITHUB_REF_NAME="topic" GITHUB_REF_TYPE="branch"] event r#"{"before":"{zeros}","repository":{"default_branch":"main"}}"# => "t1 t2" trusted;
    "GitHub Actions": "force push", at t2, [GITHUB_ACTIONS="true" GITHUB_EVENT_NAME="push" GITHUB_SHA="{t2}" GITHUB_REF_NAME="topic" GITHUB_REF_TYPE="branch"] event r#"{"before":"{lost}","forced":true,"repository":{"default_branch":"main"}}"# => "t1 t2" trusted;
    "GitHub Actions": "pull request, checked out as a merge", at merge, [GITHUB_ACTIONS="true" GITHUB_EVENT_NAME="pull_request" GITHUB_SHA="{merge}" GITHUB_BASE_REF="main" GITHUB_HEAD_REF="topic"] event r#"{"pull_request":{"head":{"sha":"{t2}","repo":{"full_name":"o/r"}},"base":{"sha":"{m2}","repo":{"full_name":"o/r"}}}}"# => "merge t1 t2" trusted;
    "GitHub Actions": "pull request with an outdated base", at merge, [GITHUB_ACTIONS="true" GITHUB_EVENT_NAME="pull_request" GITHUB_SHA="{merge}" GITHUB_BASE_REF="main" GITHUB_HEAD_REF="topic"] event r#"{"pull_request":{"head":{"sha":"{t2}","repo":{"full_name":"o/r"}},"base":{"sha":"{m1}","repo":{"full_name":"o/r"}}}}"# => "merge t1 t2" trusted;
    "GitHub Actions": "pull request from a fork", at merge, [GITHUB_ACTIONS="true" GITHUB_EVENT_NAME="pull_request" GITHUB_SHA="{merge}" GITHUB_BASE_REF="main" GITHUB_HEAD_REF="main"] event r#"{"pull_request":{"head":{"sha":"{t2}","repo":{"full_name":"stranger/r"}},"base":{"sha":"{m2}","repo":{"full_name":"o/r"}}}}"# => "merge t1 t2" stranger;
    "GitHub Actions": "pull request whose fork was deleted", at merge, [GITHUB_ACTIONS="true" GITHUB_EVENT_NAME="pull_request" GITHUB_SHA="{merge}" GITHUB_BASE_REF="main"] event r#"{"pull_request":{"head":{"sha":"{t2}","repo":null},"base":{"sha":"{m2}","repo":{"full_name":"o/r"}}}}"# => "merge t1 t2" stranger;
    "GitHub Actions": "`pull_request_target`, the change is not checked out", at m2, [GITHUB_ACTIONS="true" GITHUB_EVENT_NAME="pull_request_target" GITHUB_SHA="{m2}" GITHUB_BASE_REF="main"] event r#"{"pull_request":{"head":{"sha":"{lost}","repo":{"full_name":"stranger/r"}},"base":{"sha":"{m2}","repo":{"full_name":"o/r"}}}}"# => "refused" trusted;
    "GitHub Actions": "merge queue", at merge, [GITHUB_ACTIONS="true" GITHUB_EVENT_NAME="merge_group" GITHUB_SHA="{merge}" GITHUB_REF_NAME="gh-readonly-queue/main/pr-7"] event r#"{"merge_group":{"head_sha":"{merge}","base_sha":"{m2}","base_ref":"refs/heads/main"}}"# => "merge t1 t2" trusted;
    "GitHub Actions": "tag", at t2, [GITHUB_ACTIONS="true" GITHUB_EVENT_NAME="push" GITHUB_SHA="{t2}" GITHUB_REF_NAME="v2" GITHUB_REF_TYPE="tag"] event r#"{"before":"{zeros}","repository":{"default_branch":"main"}}"# => "t1 t2" trusted;
    "GitHub Actions": "timer", at m2, [GITHUB_ACTIONS="true" GITHUB_EVENT_NAME="schedule" GITHUB_SHA="{m2}" GITHUB_REF_NAME="main"] event r#"{"schedule":"0 3 * * *"}"# => "m1 m2" trusted;
    "GitHub Actions": "started by hand, no event file", at t2, [GITHUB_ACTIONS="true" GITHUB_EVENT_NAME="workflow_dispatch" GITHUB_SHA="{t2}" GITHUB_REF_NAME="topic"] => "t1 t2" trusted;

    "GitLab": "push", at t2, [GITLAB_CI="true" CI_PIPELINE_SOURCE="push" CI_COMMIT_SHA="{t2}" CI_COMMIT_BEFORE_SHA="{t1}" CI_COMMIT_BRANCH="topic" CI_DEFAULT_BRANCH="main"] => "t2" trusted;
    "GitLab": "new branch", at t2, [GITLAB_CI="true" CI_PIPELINE_SOURCE="push" CI_COMMIT_SHA="{t2}" CI_COMMIT_BEFORE_SHA="{zeros}" CI_COMMIT_BRANCH="topic" CI_DEFAULT_BRANCH="main"] => "t1 t2" trusted;
    "GitLab": "force push", at t2, [GITLAB_CI="true" CI_PIPELINE_SOURCE="push" CI_COMMIT_SHA="{t2}" CI_COMMIT_BEFORE_SHA="{o1}" CI_COMMIT_BRANCH="topic" CI_DEFAULT_BRANCH="main"] => "t1 t2" trusted;
    "GitLab": "merge request", at t2, [GITLAB_CI="true" CI_PIPELINE_SOURCE="merge_request_event" CI_COMMIT_SHA="{t2}" CI_COMMIT_BEFORE_SHA="{zeros}" CI_MERGE_REQUEST_IID="3" CI_MERGE_REQUEST_DIFF_BASE_SHA="{m2}" CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main" CI_MERGE_REQUEST_SOURCE_BRANCH_NAME="topic" CI_MERGE_REQUEST_SOURCE_PROJECT_ID="1" CI_MERGE_REQUEST_PROJECT_ID="1" CI_DEFAULT_BRANCH="main"] => "t1 t2" trusted;
    "GitLab": "merge request from a fork", at t2, [GITLAB_CI="true" CI_PIPELINE_SOURCE="merge_request_event" CI_COMMIT_SHA="{t2}" CI_MERGE_REQUEST_IID="3" CI_MERGE_REQUEST_DIFF_BASE_SHA="{m2}" CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main" CI_MERGE_REQUEST_SOURCE_PROJECT_ID="2" CI_MERGE_REQUEST_PROJECT_ID="1"] => "t1 t2" stranger;
    "GitLab": "merge train", at merge, [GITLAB_CI="true" CI_PIPELINE_SOURCE="merge_request_event" CI_COMMIT_SHA="{merge}" CI_MERGE_REQUEST_IID="3" CI_MERGE_REQUEST_EVENT_TYPE="merge_train" CI_MERGE_REQUEST_DIFF_BASE_SHA="{m2}" CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main" CI_MERGE_REQUEST_SOURCE_PROJECT_ID="1" CI_MERGE_REQUEST_PROJECT_ID="1"] => "merge t1 t2" trusted;
    "GitLab": "tag", at t2, [GITLAB_CI="true" CI_PIPELINE_SOURCE="push" CI_COMMIT_SHA="{t2}" CI_COMMIT_BEFORE_SHA="{zeros}" CI_COMMIT_TAG="v2" CI_DEFAULT_BRANCH="main"] => "t1 t2" trusted;
    "GitLab": "timer", at m2, [GITLAB_CI="true" CI_PIPELINE_SOURCE="schedule" CI_COMMIT_SHA="{m2}" CI_COMMIT_BEFORE_SHA="{m1}" CI_COMMIT_BRANCH="main" CI_DEFAULT_BRANCH="main"] => "m1 m2" trusted;

    "Azure Pipelines": "push", at t2, [TF_BUILD="True" BUILD_REASON="IndividualCI" BUILD_SOURCEVERSION="{t2}" BUILD_SOURCEBRANCH="refs/heads/topic"] => "t1 t2" trusted;
    "Azure Pipelines": "push to main", at m2, [TF_BUILD="True" BUILD_REASON="IndividualCI" BUILD_SOURCEVERSION="{m2}" BUILD_SOURCEBRANCH="refs/heads/main"] => "m1 m2" trusted;
    "Azure Pipelines": "pull request", at merge, [TF_BUILD="True" BUILD_REASON="PullRequest" BUILD_SOURCEVERSION="{merge}" BUILD_SOURCEBRANCH="refs/pull/4/merge" SYSTEM_PULLREQUEST_SOURCECOMMITID="{t2}" SYSTEM_PULLREQUEST_TARGETBRANCH="refs/heads/main" SYSTEM_PULLREQUEST_ISFORK="False"] => "merge t1 t2" trusted;
    "Azure Pipelines": "pull request from a fork", at merge, [TF_BUILD="True" BUILD_REASON="PullRequest" BUILD_SOURCEVERSION="{merge}" BUILD_SOURCEBRANCH="refs/pull/4/merge" SYSTEM_PULLREQUEST_SOURCECOMMITID="{t2}" SYSTEM_PULLREQUEST_TARGETBRANCH="main" SYSTEM_PULLREQUEST_ISFORK="True"] => "merge t1 t2" stranger;
    "Azure Pipelines": "tag", at t2, [TF_BUILD="True" BUILD_REASON="IndividualCI" BUILD_SOURCEVERSION="{t2}" BUILD_SOURCEBRANCH="refs/tags/v2"] => "t1 t2" trusted;

    "Bitbucket Pipelines": "push", at t2, [BITBUCKET_BUILD_NUMBER="9" BITBUCKET_COMMIT="{t2}" BITBUCKET_BRANCH="topic"] => "t1 t2" trusted;
    "Bitbucket Pipelines": "pull request", at t2, [BITBUCKET_BUILD_NUMBER="9" BITBUCKET_COMMIT="{t2}" BITBUCKET_BRANCH="topic" BITBUCKET_PR_ID="4" BITBUCKET_PR_DESTINATION_BRANCH="main" BITBUCKET_PR_DESTINATION_COMMIT="{m2}"] => "t1 t2" trusted;
    "Bitbucket Pipelines": "tag", at t2, [BITBUCKET_BUILD_NUMBER="9" BITBUCKET_COMMIT="{t2}" BITBUCKET_TAG="v2"] => "t1 t2" trusted;

    "Travis CI": "push", at t2, [TRAVIS="true" TRAVIS_EVENT_TYPE="push" TRAVIS_COMMIT="{t2}" TRAVIS_COMMIT_RANGE="{t1}...{t2}" TRAVIS_BRANCH="topic" TRAVIS_PULL_REQUEST="false"] => "t2" trusted;
    "Travis CI": "new branch, range empty", at t2, [TRAVIS="true" TRAVIS_EVENT_TYPE="push" TRAVIS_COMMIT="{t2}" TRAVIS_COMMIT_RANGE="" TRAVIS_BRANCH="topic" TRAVIS_PULL_REQUEST="false"] => "t1 t2" trusted;
    "Travis CI": "force push", at t2, [TRAVIS="true" TRAVIS_EVENT_TYPE="push" TRAVIS_COMMIT="{t2}" TRAVIS_COMMIT_RANGE="{lost}...{t2}" TRAVIS_BRANCH="topic" TRAVIS_PULL_REQUEST="false"] => "t1 t2" trusted;
    "Travis CI": "pull request from a fork", at merge, [TRAVIS="true" TRAVIS_EVENT_TYPE="pull_request" TRAVIS_COMMIT="{merge}" TRAVIS_COMMIT_RANGE="{m2}...{t2}" TRAVIS_BRANCH="main" TRAVIS_PULL_REQUEST="5" TRAVIS_PULL_REQUEST_SHA="{t2}" TRAVIS_PULL_REQUEST_SLUG="stranger/r" TRAVIS_REPO_SLUG="o/r"] => "merge t1 t2" stranger;
    "Travis CI": "timer", at m2, [TRAVIS="true" TRAVIS_EVENT_TYPE="cron" TRAVIS_COMMIT="{m2}" TRAVIS_COMMIT_RANGE="{m1}...{m2}" TRAVIS_BRANCH="main" TRAVIS_PULL_REQUEST="false"] => "m1 m2" trusted;

    "Woodpecker CI": "push", at t2, [CI="woodpecker" CI_PIPELINE_EVENT="push" CI_COMMIT_SHA="{t2}" CI_PREV_COMMIT_SHA="{t1}" CI_COMMIT_BRANCH="topic" CI_REPO_DEFAULT_BRANCH="main"] => "t2" trusted;
    "Woodpecker CI": "pull request", at t2, [CI="woodpecker" CI_PIPELINE_EVENT="pull_request" CI_COMMIT_SHA="{t2}" CI_COMMIT_TARGET_BRANCH="main" CI_COMMIT_BRANCH="main" CI_REPO_DEFAULT_BRANCH="main"] => "t1 t2" stranger;

    "Drone": "push", at t2, [DRONE="true" DRONE_BUILD_EVENT="push" DRONE_COMMIT_SHA="{t2}" DRONE_COMMIT_BEFORE="{t1}" DRONE_BRANCH="topic" DRONE_REPO_BRANCH="main"] => "t2" trusted;
    "Drone": "new branch", at t2, [DRONE="true" DRONE_BUILD_EVENT="push" DRONE_COMMIT_SHA="{t2}" DRONE_COMMIT_BEFORE="{zeros}" DRONE_BRANCH="topic" DRONE_REPO_BRANCH="main"] => "t1 t2" trusted;
    "Drone": "pull request", at t2, [DRONE="true" DRONE_BUILD_EVENT="pull_request" DRONE_COMMIT_SHA="{t2}" DRONE_COMMIT_BEFORE="{m2}" DRONE_TARGET_BRANCH="main" DRONE_BRANCH="main" DRONE_REPO_BRANCH="main"] => "t1 t2" stranger;

    "Buildkite": "push", at t2, [BUILDKITE="true" BUILDKITE_COMMIT="{t2}" BUILDKITE_BRANCH="topic" BUILDKITE_PULL_REQUEST="false" BUILDKITE_PIPELINE_DEFAULT_BRANCH="main"] => "t1 t2" trusted;
    "Buildkite": "commit not resolved, `HEAD`", at t2, [BUILDKITE="true" BUILDKITE_COMMIT="HEAD" BUILDKITE_BRANCH="topic" BUILDKITE_SOURCE="ui" BUILDKITE_PULL_REQUEST="false"] => "t1 t2" trusted;
    "Buildkite": "pull request from a fork", at t2, [BUILDKITE="true" BUILDKITE_COMMIT="{t2}" BUILDKITE_BRANCH="stranger:topic" BUILDKITE_PULL_REQUEST="6" BUILDKITE_PULL_REQUEST_BASE_BRANCH="main" BUILDKITE_PULL_REQUEST_REPO="https://github.com/stranger/r.git" BUILDKITE_REPO="git@github.com:o/r.git"] => "t1 t2" stranger;
    "Buildkite": "merge queue", at merge, [BUILDKITE="true" BUILDKITE_COMMIT="{merge}" BUILDKITE_BRANCH="gh-readonly-queue/main/pr-7" BUILDKITE_MERGE_QUEUE_BASE_COMMIT="{m2}"] => "merge t1 t2" trusted;

    "TeamCity": "any build", at t2, [TEAMCITY_VERSION="2025.07" BUILD_VCS_NUMBER="{t2}"] => "t1 t2" trusted;
    "TeamCity": "pull request", at t2, [TEAMCITY_VERSION="2025.07" BUILD_VCS_NUMBER="{t2}" BUILD_VCS_BRANCH="refs/pull/7/head"] => "t1 t2" stranger;

    "Jenkins": "push, after a good build", at t2, [JENKINS_URL="https://ci/" GIT_COMMIT="{t2}" GIT_PREVIOUS_SUCCESSFUL_COMMIT="{t1}" GIT_PREVIOUS_COMMIT="{t1}" GIT_BRANCH="origin/topic"] => "t2" trusted;
    "Jenkins": "push, after a failed build", at t2, [JENKINS_URL="https://ci/" GIT_COMMIT="{t2}" GIT_PREVIOUS_COMMIT="{t1}" BRANCH_NAME="topic"] => "t1 t2" trusted;
    "Jenkins": "pull request of a multibranch job", at t2, [JENKINS_URL="https://ci/" GIT_COMMIT="{t2}" BRANCH_NAME="PR-7" CHANGE_ID="7" CHANGE_TARGET="main" CHANGE_BRANCH="topic"] => "t1 t2" trusted;
    "Jenkins": "pull request from a fork", at t2, [JENKINS_URL="https://ci/" GIT_COMMIT="{t2}" BRANCH_NAME="PR-7" CHANGE_ID="7" CHANGE_TARGET="main" CHANGE_BRANCH="topic" CHANGE_FORK="stranger"] => "t1 t2" stranger;

    "an unknown CI system": "any build", at t2, [CI="true"] => "t1 t2" trusted;
    "an unknown CI system": "told by hand", at t2, [CI="true" STANCH_BASE="{t1}"] => "t2" trusted;
    "an unknown CI system": "on main", at m2, [] => "m1 m2" trusted;
}
