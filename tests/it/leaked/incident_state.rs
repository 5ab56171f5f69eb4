//! What is done of an incident: kept, merged by git, and verified by evidence.

use crate::leaked::incident::three_years;
use crate::support::samples;
use crate::support::tool::stanch;

#[test]
fn two_people_work_at_once_and_git_merges_their_states() {
    let repo = three_years(&samples::circleci(21), &samples::circleci(22));
    stanch(repo.path(), ["incident", "circleci", "--incident", "2023-01", "--save"]).code(1);
    repo.stage().commit("begin");
    for (who, item, other) in [("ann", "HEROKU_API_KEY", "oauth"), ("bob", "IDLE_TOKEN", "oauth")]
    {
        repo.git(["checkout", "-q", "-b", who, "main"]);
        let other = format!("{other}:organisation and members");
        stanch(repo.path(), ["incident", "done", item, &other, "--by", who, "--evidence", "done"])
            .code(0);
        stanch(repo.path(), ["incident", "circleci", "--incident", "2023-01", "--save"]).code(1);
        repo.stage().commit(who);
    }
    repo.git(["checkout", "-q", "main"]);
    repo.git(["merge", "-q", "-m", "a", "ann"]);
    repo.git(["merge", "-q", "-m", "b", "bob"]);
    // A file that was being written when the power went does not stop anybody.
    repo.write(".stanch-incident/events/half.1.half", "item = ");
    let status = stanch(repo.path(), ["incident", "status"]).code(1).out;
    assert_eq!(
        status.matches("  done ").count() - status.matches("done 2").count(),
        3,
        "{status}"
    );
    assert!(status.contains("by ann") && status.contains("by bob"), "{status}");
}

#[test]
fn evidence_verifies_and_refutes() {
    let repo = three_years(&samples::circleci(21), &samples::circleci(22));
    stanch(repo.path(), ["incident", "circleci", "--incident", "2023-01", "--save"]).code(1);
    repo.write(
        "cei.json",
        r#"{"accounts":[{"contexts":[
            {"name":"production","variables":[{"variable":"HEROKU_API_KEY","updated_at":"2023-01-06T00:00:00Z"}]},
            {"name":"idle-context","variables":[{"variable":"IDLE_TOKEN","updated_at":"2022-06-01T00:00:00Z"}]}]}],
            "projects":[{"slug":"gh/acme/r","variables":[{"name":"SECOND_TOKEN","value":"xxxx"}],"keys":[]}]}"#,
    );
    let run = stanch(repo.path(), ["incident", "verify", "cei.json"]).code(1);
    for words in [
        "verified  variable:r:HEROKU_API_KEY",
        "verified  context:production",
        "not yet   variable:r:IDLE_TOKEN",
        "not yet   context:idle-context",
    ] {
        assert!(run.out.contains(words), "{words} in {}", run.out);
    }
    assert!(!run.out.contains("SECOND_TOKEN"), "{}", run.out);
    // The project was listed, and FASTLY_TOKEN is no longer there.
    assert!(run.out.contains("verified  variable:r:FASTLY_TOKEN"), "{}", run.out);
    let status = stanch(repo.path(), ["incident", "status"]).code(1).out;
    assert!(status.contains("verified  rotate  variable:r:HEROKU_API_KEY"), "{status}");
    let text = stanch(
        repo.path(),
        ["incident", "circleci", "--incident", "2023-01", "--format", "markdown"],
    )
    .code(1)
    .out;
    assert!(text.contains("- [x] rotate: `HEROKU_API_KEY`"), "{text}");
    stanch(repo.path(), ["incident", "done", "NO_SUCH"]).code(2);
}
