//! A hook that was there before goes on running, and comes back byte for byte.

use super::*;
use std::os::unix::fs::symlink;

/// A hook that writes its arguments and its standard input beside the repository.
const RECORD: &str =
    "#!/bin/sh\nprintf '<%s>' \"$@\" > ../args\ncat > ../input\necho the old one ran\n";

fn hook(repo: &Repo, name: &str) -> PathBuf {
    hooks_dir(repo).join(name)
}

#[test]
fn the_kept_hook_runs_with_the_same_arguments_and_input() {
    let (repo, remote) = with_remote();
    script(&hook(&repo, "pre-push"), RECORD);
    for branch in ["b", "c"] {
        repo.git(["branch", branch]);
    }
    repo.git(["tag", "-m", "t", "v1"]);
    let push = ["push", "--dry-run", "origin", "b", "c", "v1", ":main"];
    let (code, said) = git(&repo, push);
    assert_eq!(code, 0, "{said}");
    let read = |name: &str| fs::read(repo.beside(name)).unwrap();
    let (args, input) = (read("args"), read("input"));
    assert_eq!(input.iter().filter(|&&b| b == b'\n').count(), 4);
    assert!(args.ends_with(format!("<{}>", remote.path().display()).as_bytes()));
    for name in ["args", "input"] {
        fs::remove_file(repo.beside(name)).unwrap();
    }

    installed(&repo);
    let (code, said) = git(&repo, push);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("the old one ran"), "{said}");
    assert_eq!((read("args"), read("input")), (args, input));
}

#[test]
fn both_hooks_get_exactly_the_bytes_of_standard_input() {
    let repo = Repo::new();
    script(&hook(&repo, "pre-push"), RECORD);
    installed(&repo);
    // A stand-in for stanch shows what it is given.
    let shown = repo.beside("fake");
    script(&shown, "#!/bin/sh\nprintf '<%s>' \"$@\" > ../args2\ncat > ../input2\n");
    let text = fs::read_to_string(hook(&repo, "pre-push")).unwrap();
    let ours = program().to_str().unwrap();
    let hooked = repo.beside("hooked");
    script(&hooked, &text.replace(ours, shown.to_str().unwrap()));
    fs::rename(hook(&repo, "pre-push.stanch-kept"), repo.beside("pre-push.stanch-kept")).unwrap();
    for input in [&b""[..], b"a b c d\n", b"a b\n\n\n", b"no end", b"% \\n $x `y` \xff\xfe *\n x"]
    {
        let mut command = std::process::Command::new(&hooked);
        clean(&mut command);
        command.args(["origin", "a url"]).current_dir(repo.path());
        let mut child = command.stdin(std::process::Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), input).unwrap();
        assert!(child.wait().unwrap().success());
        let read = |name: &str| fs::read(repo.beside(name)).unwrap();
        assert_eq!(read("input"), input);
        assert_eq!(read("input2"), input);
        assert_eq!(read("args"), b"<origin><a url>");
        assert_eq!(read("args2"), b"<hook><pre-push><origin><a url>");
    }
}

#[test]
fn a_failing_kept_hook_blocks_with_its_own_code() {
    let (repo, _remote) = with_remote();
    script(&hook(&repo, "pre-commit"), "#!/bin/sh\necho no commit >&2\nexit 7\n");
    script(&hook(&repo, "pre-push"), "#!/bin/sh\necho no push >&2\nexit 9\n");
    installed(&repo);
    let (code, said) = git(&repo, ["commit", "-m", "x", "--allow-empty"]);
    assert_ne!(code, 0);
    assert!(said.contains("no commit"), "{said}");
    repo.commit("second");
    let (code, said) = git(&repo, ["push", "origin", "main"]);
    assert_ne!(code, 0);
    assert!(said.contains("no push"), "{said}");
    for (event, expected) in [("pre-commit", 7), ("pre-push", 9)] {
        let mut command = std::process::Command::new(hook(&repo, event));
        clean(&mut command);
        command.stdin(std::process::Stdio::null());
        let out = command.args(["origin", "url"]).current_dir(repo.path()).output().unwrap();
        assert_eq!(out.status.code(), Some(expected));
    }
}

#[test]
fn a_kept_hook_that_does_not_read_its_input_is_no_problem() {
    let (repo, _remote) = with_remote();
    script(&hook(&repo, "pre-push"), "#!/bin/sh\nexit 0\n");
    installed(&repo);
    for n in 0..50 {
        repo.git(["branch", &format!("branch-{n}")]);
    }
    let (code, said) = git(&repo, ["push", "--all", "origin"]);
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains("roken pipe"), "{said}");
}

#[test]
fn uninstall_restores_scripts_modes_and_links() {
    let repo = Repo::new();
    let dir = hooks_dir(&repo);
    script(&dir.join("shared"), RECORD);
    symlink("shared", dir.join("pre-commit")).unwrap();
    fs::write(dir.join("pre-push"), b"#!/bin/sh\r\nnot even text \xff\0\xfe").unwrap();
    mode(&dir.join("pre-push"), 0o711);
    let before = state(&dir);
    installed(&repo);
    assert_ne!(state(&dir), before);
    let installed_state = state(&dir);
    installed(&repo);
    assert_eq!(state(&dir), installed_state);
    stanch(repo.path(), ["uninstall"]).code(0);
    assert_eq!(state(&dir), before);
}

#[test]
fn a_kept_link_still_runs() {
    let repo = Repo::new();
    let dir = hooks_dir(&repo);
    script(&dir.join("shared"), RECORD);
    symlink("shared", dir.join("pre-commit")).unwrap();
    installed(&repo);
    let (code, said) = git(&repo, ["commit", "-m", "x", "--allow-empty"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("the old one ran"), "{said}");
}

#[test]
fn a_hook_that_git_ignored_stays_ignored() {
    let repo = Repo::new();
    let path = hook(&repo, "pre-commit");
    script(&path, "#!/bin/sh\nexit 1\n");
    mode(&path, 0o644);
    let before = state(&hooks_dir(&repo));
    installed(&repo);
    let (code, said) = git(&repo, ["commit", "-m", "x", "--allow-empty"]);
    assert_eq!(code, 0, "{said}");
    stanch(repo.path(), ["uninstall"]).code(0);
    assert_eq!(state(&hooks_dir(&repo)), before);
}

#[test]
fn a_hook_put_over_ours_is_not_lost() {
    let repo = Repo::new();
    let dir = hooks_dir(&repo);
    script(&dir.join("pre-commit"), "#!/bin/sh\n: first\n");
    installed(&repo);
    script(&dir.join("pre-commit"), "#!/bin/sh\n: second\n");
    let before = state(&dir);
    stanch(repo.path(), ["install", "--how", "files", "pre-commit"]).code(2);
    stanch(repo.path(), ["uninstall", "pre-commit"]).code(2);
    assert_eq!(state(&dir), before);
}

#[test]
fn a_hook_that_the_pre_commit_framework_took_over_is_not_chained_in_a_ring() {
    let repo = Repo::new();
    let dir = hooks_dir(&repo);
    installed(&repo);
    fs::rename(dir.join("pre-commit"), dir.join("pre-commit.legacy")).unwrap();
    script(&dir.join("pre-commit"), "#!/bin/sh\nexec \"$0.legacy\" \"$@\"\n");
    let before = state(&dir);
    installed(&repo);
    assert_eq!(state(&dir), before);
    let (code, said) = git(&repo, ["commit", "-m", "x", "--allow-empty"]);
    assert_eq!(code, 0, "{said}");
}
