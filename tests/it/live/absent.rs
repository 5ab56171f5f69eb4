//! A build without the feature asks nobody, and says how to make one that can.

use crate::support::repo::Repo;
use crate::support::tool::stanch;

#[test]
fn commands_that_ask_say_how_to_get_a_build_that_can() {
    let repo = Repo::new();
    let lines = [
        "scan --verify",
        "verify",
        "verify --list",
        "revoke 01234567",
        "circleci inventory",
        "circleci rotate plan x.toml",
        "circleci logs --project gh/a/b --last 1",
    ];
    for line in lines {
        let run = stanch(repo.path(), line.split(' ')).code(2);
        assert!(run.err.contains("--features live"), "{line}: {}", run.err);
    }
}
