//! A server's hooks: what a push brings is checked before any ref moves.

use super::*;
use crate::support::samples;
use crate::support::tool::stanch_with;

/// A bare repository guarded by `event`, and a clone of it with one commit that was pushed.
fn server(event: &str) -> (Repo, Repo) {
    let remote = Repo::bare();
    let repo = Repo::new();
    repo.git(["remote", "add", "origin", remote.path().to_str().unwrap()]);
    repo.write("a", "one\n").stage().commit("first");
    repo.git(["push", "-q", "origin", "main"]);
    stanch(remote.path(), ["install", "--how", "files", event]).code(0);
    (repo, remote)
}

fn tip(remote: &Repo) -> String {
    remote.git(["for-each-ref", "--format=%(refname) %(objectname)"])
}

#[test]
fn a_bare_repository_gets_the_hook_of_a_server() {
    let remote = Repo::bare();
    let run = stanch(remote.path(), ["install", "--how", "files"]).code(0);
    assert!(run.out.contains("pre-receive"), "{}", run.out);
    assert!(!hooks_dir(&remote).join("pre-commit").exists());
    stanch(remote.path(), ["uninstall"]).code(0);
    assert!(!hooks_dir(&remote).join("pre-receive").exists());
    stanch(remote.path(), ["install", "--how", "files", "--global", "pre-receive"]).code(2);
}

#[test]
fn a_push_with_a_secret_is_refused_whatever_ref_carries_it() {
    for event in ["pre-receive", "update"] {
        let (repo, remote) = server(event);
        let before = tip(&remote);
        repo.git(["checkout", "-q", "-b", "clean"]);
        repo.write("b", "fine\n").stage().commit("clean");
        repo.git(["checkout", "-q", "-b", "leak", "main"]);
        repo.write("leak.env", samples::circleci(1)).stage().commit("add");
        repo.remove("leak.env").stage().commit("remove");
        let (code, said) = git(&repo, ["push", "origin", "clean", "leak", ":nothing"]);
        assert_ne!(code, 0, "{event}: {said}");
        let (code, said) = git(&repo, ["push", "--atomic", "origin", "clean", "leak"]);
        assert_ne!(code, 0, "{event}: {said}");
        assert!(said.contains("leak.env") && said.contains("stanch stopped this push"), "{said}");
        assert!(!said.contains("--no-verify"), "nobody can skip a server's hook: {said}");
        assert!(!said.contains(&samples::circleci(1)), "{said}");
        assert_eq!(tip(&remote), before, "{event}");
        let (code, said) = git(&repo, ["push", "origin", "clean"]);
        assert_eq!(code, 0, "{event}: {said}");
        repo.git(["tag", "-m", &samples::circleci(2), "v1", "main"]);
        assert_ne!(git(&repo, ["push", "origin", "v1"]).0, 0, "{event}: a tag's message");
        assert_eq!(git(&repo, ["push", "origin", ":clean"]).0, 0, "{event}: a deletion");
    }
}

#[test]
fn a_push_cannot_allow_itself_and_what_the_old_tip_allows_holds() {
    let (repo, _remote) = server("pre-receive");
    let secret = samples::circleci(3);
    let line = format!("{secret} # stanch:allow circleci-personal-token -- me\n");
    repo.write(".stanch.toml", "[paths]\nexclude = [\"*\"]\n").write("leak.env", line);
    repo.stage().commit("allow myself");
    let (code, said) = git(&repo, ["push", "origin", "main"]);
    assert_ne!(code, 0, "{said}");
    repo.git(["reset", "-q", "--hard", "HEAD~"]);
    repo.write(".stanch.toml", "[paths]\nexclude = [\"fixtures/\"]\n[hook]\ncontact = \"Zoe\"\n");
    repo.stage().commit("by the rules");
    assert_eq!(git(&repo, ["push", "origin", "main"]).0, 0);
    repo.write("fixtures/x", &secret).stage().commit("allowed before");
    assert_eq!(git(&repo, ["push", "origin", "main"]).0, 0);
    repo.write("other", &secret).stage().commit("not allowed");
    let (code, said) = git(&repo, ["push", "origin", "main"]);
    assert!(code != 0 && said.contains("Ask Zoe"), "{said}");
}

#[test]
fn gitlabs_pages_get_lines_with_their_mark() {
    let (repo, remote) = server("pre-receive");
    let old = repo.git(["rev-parse", "HEAD"]);
    let new = repo.write("leak.env", samples::circleci(4)).stage().commit("leak");
    repo.git([
        "push",
        "-q",
        "--receive-pack",
        "git -c core.hooksPath=/none receive-pack",
        "origin",
        "main:refs/tmp/x",
    ]);
    remote.git(["update-ref", "-d", "refs/tmp/x"]);
    let line = format!("{old} {new} refs/heads/main\n");
    let args = ["hook", "pre-receive"];
    let env = [("GL_PROTOCOL", "web"), ("GIT_DIR", ".")];
    let run = stanch_with(remote.path(), args, line.as_bytes(), &env).code(1);
    assert!(run.out.lines().all(|l| l.starts_with("GL-HOOK-ERR: ")), "{}", run.out);
    assert!(run.out.contains("leak.env:1"), "{}", run.out);
    let run = stanch_with(remote.path(), args, b"nonsense\n", &env).code(2);
    assert!(run.out.contains("GL-HOOK-ERR: "), "{}", run.out);

    // A push option lets it through only where the server allows that.
    let mut env = env.to_vec();
    env.extend([
        ("GIT_PUSH_OPTION_COUNT", "1"),
        ("GIT_PUSH_OPTION_0", "stanch.bypass=incident 7"),
    ]);
    stanch_with(remote.path(), args, line.as_bytes(), &env).code(1);
    let args = ["hook", "pre-receive", "--allow-bypass"];
    let run = stanch_with(remote.path(), args, line.as_bytes(), &env).code(0);
    assert!(run.out.contains("incident 7"), "{}", run.out);

    // No time at all: refused, unless the server wants otherwise.
    let args = ["hook", "pre-receive", "--budget", "0.000001"];
    let run = stanch_with(remote.path(), args, line.as_bytes(), &[("GIT_DIR", ".")]).code(2);
    assert!(run.err.contains("not finished"), "{}", run.err);
    let args = ["hook", "pre-receive", "--budget", "0.000001", "--on-timeout", "pass"];
    let run = stanch_with(remote.path(), args, line.as_bytes(), &[("GIT_DIR", ".")]).code(0);
    assert!(run.err.contains("NOT FINISHED"), "{}", run.err);
}
