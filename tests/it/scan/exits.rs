//! Exit codes: 0 clean, 1 findings, 2 mistakes, 3 not everything read.

use super::*;

#[track_caller]
fn fails(dir: &Path, args: &[&str], words: &[&str]) {
    let run = stanch(dir, args).code(2);
    assert!(run.out.is_empty(), "{}", run.out);
    assert!(run.err.starts_with("error: "), "{}", run.err);
    for word in words {
        assert!(run.err.contains(word), "no {word:?} in: {}", run.err);
    }
}

#[test]
fn clean_and_findings() {
    let clean = Repo::new();
    clean.write("a", "nothing\n").stage().commit("first");
    assert_eq!(jsonl(clean.path(), &["scan"]).code, 0);
    let leaky = leaky();
    assert_eq!(jsonl(leaky.path(), &["scan"]).code, 1);
    assert_eq!(jsonl(leaky.path(), &["scan", "--exit-code", "7"]).code, 7);
    assert_eq!(jsonl(leaky.path(), &["scan", "--exit-code", "0"]).code, 0);
    assert_eq!(jsonl(Repo::new().path(), &["scan"]).code, 0, "no commits yet");
}

#[test]
fn a_shallow_clone_is_incomplete_unless_accepted() {
    let repo = Repo::new();
    repo.write("a", "one\n").stage().commit("first");
    repo.write("a", "two\n").stage().commit("second");
    let clone = repo.beside("shallow");
    let url = format!("file://{}", repo.path().display());
    repo.git(["clone", "-q", "--depth", "1", &url, clone.to_str().unwrap()]);
    for part in [&["scan"][..], &["scan", "--history"], &["scan", "--history", "--reachable"]] {
        let run = jsonl(&clone, part);
        assert_eq!(run.code, 3, "{}", run.out);
        assert_eq!(run.summary()["ledger"]["skipped"][0]["reason"], "shallow");
        assert_eq!(jsonl(&clone, &[part, &["--accept", "shallow"]].concat()).code, 0);
        assert_eq!(jsonl(&clone, &[part, &["--accept", "missing"]].concat()).code, 3);
    }
    let text = stanch(&clone, ["scan"]).code(3);
    assert!(text.out.contains("shallow") || text.err.contains("shallow"), "{}", text.out);
}

#[test]
fn findings_come_before_gaps() {
    let repo = leaky();
    repo.write("a", planted(2)).stage().commit("second");
    let clone = repo.beside("shallow");
    let url = format!("file://{}", repo.path().display());
    repo.git(["clone", "-q", "--depth", "1", &url, clone.to_str().unwrap()]);
    let run = jsonl(&clone, &["scan"]);
    assert_eq!((run.code, run.summary()["complete"].as_bool()), (1, Some(false)));
}

#[test]
fn mistakes_of_the_command_line() {
    let repo = leaky();
    fails(repo.path(), &["scan", "nope..HEAD"], &["nope"]);
    fails(repo.path(), &["scan", "--range", "nope"], &["nope"]);
    fails(repo.path(), &["scan", "nowhere"], &["nowhere", "hint: "]);
    fails(repo.path(), &["scan", "--config", "none.toml"], &["none.toml"]);
    fails(repo.path(), &["scan", "--baseline", "none.toml"], &["none.toml", "baseline create"]);
    let plain = Repo::plain();
    for part in ["--history", "--staged", "--reachable"] {
        fails(plain.path(), &["scan", part], &["not a git repository"]);
    }
    for args in [&["scan", "--accept", "nonsense"][..], &["scan", "--format", "x"], &["nonsense"]]
    {
        stanch(repo.path(), args).code(2);
    }
}

#[test]
fn mistakes_of_the_configuration() {
    let repo = leaky();
    repo.write(".stanch.toml", "[paths]\nexclud = ['a']\n");
    fails(repo.path(), &["scan"], &[".stanch.toml:2", "exclud", "did you mean `exclude`"]);
    fails(repo.path(), &["scan", "--staged"], &[".stanch.toml:2"]);
    repo.write(".stanch.toml", "[rules]\nfiles = ['mine.toml']\n");
    fails(repo.path(), &["scan"], &["mine.toml"]);
    repo.write(
        "mine.toml",
        "[provider]\nid = 'x'\nname = 'X'\n[[rule]]\nid = 'x-y'\nshape = '('\n",
    );
    fails(repo.path(), &["scan"], &["mine.toml"]);
    repo.write(".stanch.toml", "").write(".stanch-baseline.toml", "version = 1\nsalt = 'short'\n");
    fails(repo.path(), &["scan"], &[".stanch-baseline.toml:2", "salt"]);
}
