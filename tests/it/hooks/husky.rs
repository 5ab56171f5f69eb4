//! Under husky, stanch adds lines to the files that the team shares.

use super::*;

/// What husky 9 leaves in a repository: `core.hooksPath` and a folder of starters that run the
/// file beside it with `sh -e`, the same arguments and the same input.
fn husky() -> (Repo, Repo) {
    let (repo, remote) = with_remote();
    repo.git(["config", "core.hooksPath", ".husky/_"]);
    let dir = repo.path().join(".husky/_");
    script(
        &dir.join("h"),
        "#!/bin/sh\nf=${0%/_/*}/${0##*/}\n[ -f \"$f\" ] || exit 0\nsh -e \"$f\" \"$@\"\n",
    );
    for event in ["pre-commit", "pre-push"] {
        script(&dir.join(event), "#!/bin/sh\n. \"${0%/*}/h\"\n");
    }
    (repo, remote)
}

fn file(repo: &Repo, event: &str) -> PathBuf {
    repo.path().join(".husky").join(event)
}

#[test]
fn lines_are_added_to_the_shared_files_and_taken_out_again() {
    let (repo, _remote) = husky();
    fs::write(file(&repo, "pre-commit"), "npm test\n").unwrap();
    mode(&file(&repo, "pre-commit"), 0o644);
    let starters = state(&repo.path().join(".husky/_"));
    let before = state(&repo.path().join(".husky"));
    installed(&repo);
    let text = fs::read_to_string(file(&repo, "pre-commit")).unwrap();
    assert!(text.contains("stanch hook pre-commit") && text.ends_with("npm test\n"), "{text}");
    assert!(!text.contains(program().to_str().unwrap()), "{text}");
    assert_eq!(state(&repo.path().join(".husky/_")), starters);

    let after = state(&repo.path().join(".husky"));
    installed(&repo);
    assert_eq!(state(&repo.path().join(".husky")), after);

    stanch(repo.path(), ["uninstall"]).code(0);
    assert_eq!(state(&repo.path().join(".husky")), before);
}

#[test]
fn the_lines_run_and_the_rest_still_reads_its_input() {
    let (repo, _remote) = husky();
    fs::write(file(&repo, "pre-push"), "printf '<%s>' \"$1\" > ../args\ncat > ../input\n")
        .unwrap();
    repo.git(["branch", "b"]);
    let push = ["push", "--dry-run", "origin", "b", ":main"];
    assert_eq!(git(&repo, push).0, 0);
    let read = |name: &str| fs::read(repo.beside(name)).unwrap();
    let before = (read("args"), read("input"));
    assert_eq!(before.1.iter().filter(|&&b| b == b'\n').count(), 2);
    installed(&repo);
    fs::remove_file(repo.beside("input")).unwrap();
    let (code, said) = git(&repo, push);
    assert_eq!(code, 0, "{said}");
    assert_eq!((read("args"), read("input")), before);
    let (code, said) = git(&repo, ["push", "origin", "main"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(read("input"), b"");
}

#[test]
fn without_stanch_the_commit_stops() {
    let (repo, _remote) = husky();
    installed(&repo);
    let path = std::env::var_os("PATH").unwrap();
    let without = std::env::split_paths(&path).filter(|dir| !dir.join("stanch").exists());
    let mut command = repo.git_command();
    command.env("PATH", std::env::join_paths(without).unwrap());
    let out = command.args(["commit", "-m", "x", "--allow-empty"]).output().unwrap();
    assert!(!out.status.success());
    assert_eq!(git(&repo, ["commit", "-m", "x", "--allow-empty"]).0, 0);
}

#[test]
fn edited_lines_stay() {
    let (repo, _remote) = husky();
    installed(&repo);
    let path = file(&repo, "pre-commit");
    let text = fs::read_to_string(&path).unwrap().replace("|| exit", "|| true");
    fs::write(&path, &text).unwrap();
    stanch(repo.path(), ["uninstall"]).code(2);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn a_link_in_the_work_tree_is_not_written_through() {
    let (repo, _remote) = husky();
    let outside = repo.beside("profile");
    fs::write(&outside, "mine\n").unwrap();
    std::os::unix::fs::symlink(&outside, file(&repo, "pre-commit")).unwrap();
    stanch(repo.path(), ["install", "--how", "files"]).code(2);
    assert_eq!(fs::read(&outside).unwrap(), b"mine\n");
}

#[test]
fn the_folder_of_old_husky_is_known_too() {
    let repo = Repo::new();
    repo.git(["config", "core.hooksPath", ".husky"]);
    repo.write(".husky/_/husky.sh", ":\n");
    let text = "#!/bin/sh\n. \"${0%/*}/_/husky.sh\"\n\nexit 0\n";
    script(&file(&repo, "pre-commit"), text);
    installed(&repo);
    let now = fs::read_to_string(file(&repo, "pre-commit")).unwrap();
    assert!(now.starts_with("#!/bin/sh\n. \"${0%/*}/_/husky.sh\"\n# stanch begin"), "{now}");
    assert_eq!(git(&repo, ["commit", "-m", "x", "--allow-empty"]).0, 0);
    stanch(repo.path(), ["uninstall"]).code(0);
    assert_eq!(fs::read_to_string(file(&repo, "pre-commit")).unwrap(), text);
}
