//! Real hook managers: the pre-commit framework, husky and lefthook. Where one is not installed, its
//! test says so. `STANCH_MANAGERS` may name folders to look for them in, as PATH does.

use super::*;
use crate::support::samples;
use std::process::Command;

/// The folder of a program, if it is installed.
#[allow(clippy::print_stderr, reason = "a test that is skipped says so")]
fn found(name: &str) -> Option<String> {
    let path = std::env::var("PATH").unwrap_or_default();
    let more = std::env::var("STANCH_MANAGERS").unwrap_or_default();
    let folders =
        std::env::split_paths(&more).chain(std::env::split_paths(&path)).collect::<Vec<_>>();
    let folder = folders.iter().find(|f| f.join(name).is_file());
    if folder.is_none() {
        eprintln!("skipped: {name} is not installed");
    }
    folder.map(|f| f.display().to_string())
}

/// Runs a program in `repo`, with it, stanch and a home of its own in reach.
fn run_in(repo: &Repo, folder: &str, program_: &str, args: &[&str]) -> (i32, String) {
    let mut command = Command::new(program_);
    clean(&mut command);
    let ours = program().parent().unwrap().display();
    command.env("PATH", format!("{folder}:{ours}:{}", std::env::var("PATH").unwrap()));
    command.env("HOME", repo.beside("home")).env("CI", "false");
    let out = command.args(args).current_dir(repo.path()).output().unwrap();
    let text = [out.stdout, out.stderr].concat();
    (out.status.code().unwrap_or(-1), String::from_utf8_lossy(&text).into_owned())
}

/// A secret is stopped in a commit and in a push of two refs; what is clean passes.
fn guarded(repo: &Repo, folder: &str, what: &str) {
    let git = |args: &[&str]| run_in(repo, folder, "git", args);
    repo.write("leak.env", samples::circleci(1));
    repo.git(["add", "leak.env"]);
    let (code, said) = git(&["commit", "-m", "leak"]);
    assert!(code != 0 && said.contains("leak.env"), "{what}: {said}");
    repo.commit("leak");
    repo.git(["branch", "-f", "other"]);
    repo.remove("leak.env").stage().commit("away");
    let (code, said) = git(&["push", "origin", "main", "other"]);
    assert!(code != 0 && said.contains("circleci-personal-token"), "{what}: {said}");
    repo.git(["reset", "-q", "--hard", "HEAD~2"]);
    repo.git(["branch", "-q", "-D", "other"]);
    repo.write("clean.txt", "clean\n");
    repo.git(["add", "clean.txt"]);
    let (code, said) = git(&["commit", "-m", "clean"]);
    assert_eq!(code, 0, "{what}: {said}");
    let (code, said) = git(&["push", "origin", "main"]);
    assert_eq!(code, 0, "{what}: {said}");
}

#[test]
fn the_pre_commit_framework_calls_stanch() {
    let Some(folder) = found("pre-commit") else { return };
    let (repo, _remote) = with_remote();
    fs::create_dir(repo.beside("home")).unwrap();
    // The hooks of this repository, as `repo: local` so that nothing is fetched.
    let ready =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml"));
    let ready = ready.unwrap();
    let hooks: Vec<String> = ready
        .split("\n- id: ")
        .skip(1)
        .filter(|h| h.lines().next().unwrap().ends_with("-system"))
        .map(|h| {
            format!("- id: {h}")
                .lines()
                .filter(|l| !l.contains("minimum_pre_commit"))
                .map(|l| format!("      {l}\n"))
                .collect()
        })
        .collect();
    assert_eq!(hooks.len(), 3);
    repo.write(
        ".pre-commit-config.yaml",
        format!("repos:\n  - repo: local\n    hooks:\n{}", hooks.concat()),
    );
    repo.stage().commit("framework");
    repo.git(["push", "-q", "--no-verify", "origin", "main"]);
    let (code, said) = run_in(
        &repo,
        &folder,
        "pre-commit",
        &[
            "install",
            "-t",
            "pre-commit",
            "-t",
            "pre-push",
            "-t",
            "commit-msg",
            "-t",
            "pre-merge-commit",
        ],
    );
    assert_eq!(code, 0, "{said}");
    guarded(&repo, &folder, "pre-commit");
    repo.write("c", "c\n");
    repo.git(["add", "c"]);
    let (code, said) = run_in(&repo, &folder, "git", &["commit", "-m", &samples::circleci(5)]);
    assert_ne!(code, 0, "{said}");
}

#[test]
fn stanch_goes_into_the_file_of_the_framework_and_out_again() {
    let (repo, _remote) = with_remote();
    fs::create_dir(repo.beside("home")).unwrap();
    let config = "# ours\ndefault_stages: [pre-commit]\nrepos:  # all of them\n\n  # marks\n  - repo: \
                  local\n    hooks:\n      - id: mark\n        name: mark\n        entry: touch \
                  marked\n        language: system\n        always_run: true\n        \
                  pass_filenames: false\n";
    repo.write(".pre-commit-config.yaml", config).write(".gitignore", "marked\n");
    stanch(repo.path(), ["install", "--how", "manager", "--dry-run"]).code(0);
    let run = stanch(repo.path(), ["install", "--how", "manager"]).code(0);
    assert!(run.err.contains("pre-commit install -t pre-commit"), "{}", run.err);
    let read = || fs::read_to_string(repo.path().join(".pre-commit-config.yaml")).unwrap();
    let text = read();
    let lines = yaml_rust2::YamlLoader::load_from_str(&text).unwrap();
    assert_eq!(lines[0]["repos"].as_vec().unwrap().len(), 2, "{text}");
    let run = stanch(repo.path(), ["install", "--how", "manager"]).code(0);
    assert!(run.err.contains("names stanch already") && read() == text, "{}", run.err);
    if let Some(folder) = found("pre-commit") {
        repo.stage().commit("framework");
        repo.git(["push", "-q", "--no-verify", "origin", "main"]);
        let kinds = ["install", "-t", "pre-commit", "-t", "pre-push", "-t", "commit-msg"];
        let (code, said) = run_in(&repo, &folder, "pre-commit", &kinds);
        assert_eq!(code, 0, "{said}");
        guarded(&repo, &folder, "pre-commit, by install");
        assert!(repo.path().join("marked").exists());
    }
    stanch(repo.path(), ["uninstall"]).code(0);
    assert_eq!(read(), config);
}

#[test]
fn a_file_of_the_framework_that_cannot_be_changed_for_sure_stays() {
    let repo = Repo::new();
    for text in ["repos: []\n", "fail_fast: true\n", "repos: [{repo: meta, hooks: []}]\n"] {
        repo.write(".pre-commit-config.yaml", text);
        let run = stanch(repo.path(), ["install", "--how", "manager"]).code(2);
        assert!(run.err.contains("by hand"), "{}", run.err);
        assert_eq!(fs::read_to_string(repo.path().join(".pre-commit-config.yaml")).unwrap(), text);
    }
    stanch(Repo::new().path(), ["install", "--how", "manager"]).code(2);
}

#[test]
fn lefthook_is_made_to_extend_a_file_of_stanch() {
    let (repo, _remote) = with_remote();
    fs::create_dir(repo.beside("home")).unwrap();
    let files = [
        "pre-commit:\n  jobs:\n    - run: touch marked\n",
        "---\nextends: # more\n    - other.yml\npre-commit:\n  jobs:\n    - run: touch marked",
    ];
    repo.write("other.yml", "post-merge:\n  jobs:\n    - run: ls\n")
        .write(".gitignore", "marked\n");
    for text in files {
        repo.write("lefthook.yml", text);
        let before = state(repo.path());
        let how = ["install", "--how", "manager"];
        let run = stanch(repo.path(), how).code(0);
        assert!(run.err.contains("run `lefthook install`"), "{}", run.err);
        let after = state(repo.path());
        stanch(repo.path(), how).code(0);
        assert_eq!(state(repo.path()), after);
        let lefthook = fs::read_to_string(repo.path().join("lefthook.yml")).unwrap();
        let read = yaml_rust2::YamlLoader::load_from_str(&lefthook).unwrap();
        assert_eq!(read[0]["extends"][0].as_str(), Some("lefthook-stanch.yml"), "{lefthook}");
        if let Some(folder) = found("lefthook") {
            repo.stage().commit("lefthook");
            repo.git(["push", "-q", "--no-verify", "origin", "main"]);
            let (code, said) = run_in(&repo, &folder, "lefthook", &["install"]);
            assert_eq!(code, 0, "{said}");
            guarded(&repo, &folder, "lefthook, by install");
            assert!(repo.path().join("marked").exists());
            fs::remove_file(repo.path().join("marked")).unwrap();
            fs::remove_file(repo.path().join("clean.txt")).unwrap();
        }
        stanch(repo.path(), ["uninstall"]).code(0);
        assert_eq!(state(repo.path()), before);
    }
    repo.write("lefthook.yml", "extends: [other.yml]\n");
    stanch(repo.path(), ["install", "--how", "manager"]).code(2);
    assert!(!repo.path().join("lefthook-stanch.yml").exists());
}

#[test]
fn stanch_beside_the_pre_commit_framework_keeps_it_and_goes_again() {
    let Some(folder) = found("pre-commit") else { return };
    let (repo, _remote) = with_remote();
    fs::create_dir(repo.beside("home")).unwrap();
    let config = "repos:\n  - repo: local\n    hooks:\n      - id: mark\n        name: mark\n        \
                  entry: touch marked\n        language: unsupported\n        always_run: true\n        \
                  pass_filenames: false\n        stages: [pre-commit]\n";
    repo.write(".pre-commit-config.yaml", config).stage().commit("framework");
    let (code, said) = run_in(&repo, &folder, "pre-commit", &["install"]);
    assert_eq!(code, 0, "{said}");
    let before = state(&hooks_dir(&repo));
    let note = installed(&repo);
    assert!(note.err.contains("the pre-commit framework is used here"), "{}", note.err);
    guarded(&repo, &folder, "beside pre-commit");
    assert!(repo.path().join("marked").exists(), "the framework's own hook still runs");
    stanch(repo.path(), ["uninstall"]).code(0);
    assert_eq!(state(&hooks_dir(&repo)), before);
}

#[test]
fn husky_calls_stanch() {
    let Some(folder) = found("husky") else { return };
    let (repo, _remote) = with_remote();
    fs::create_dir(repo.beside("home")).unwrap();
    let (code, said) = run_in(&repo, &folder, "husky", &[]);
    assert_eq!(code, 0, "{said}");
    repo.write(".husky/pre-commit", "touch marked\n").write(".gitignore", "marked\n");
    let before = state(&repo.path().join(".husky"));
    installed(&repo);
    repo.stage().commit("husky");
    repo.git(["push", "-q", "--no-verify", "origin", "main"]);
    guarded(&repo, &folder, "husky");
    assert!(repo.path().join("marked").exists());
    stanch(repo.path(), ["uninstall"]).code(0);
    assert_eq!(state(&repo.path().join(".husky")), before);
}

#[test]
fn lefthook_calls_stanch() {
    let Some(folder) = found("lefthook") else { return };
    let (repo, _remote) = with_remote();
    fs::create_dir(repo.beside("home")).unwrap();
    let ready = Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks/lefthook.yml");
    repo.write("lefthook.yml", fs::read(ready).unwrap()).stage().commit("lefthook");
    repo.git(["push", "-q", "--no-verify", "origin", "main"]);
    let (code, said) = run_in(&repo, &folder, "lefthook", &["install"]);
    assert_eq!(code, 0, "{said}");
    guarded(&repo, &folder, "lefthook");
}
