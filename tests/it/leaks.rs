//! Planted secrets appear in nothing that any command writes: no output, no report, no temporary
//! file, nothing in the repository.

use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::tool::stanch_with;
use std::fs;
use std::path::Path;

/// Every file below `folder`, but git's own store and what was planted.
fn files(folder: &Path, out: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "objects" {
            files(&path, out);
        } else if path.is_file() && !name.starts_with("planted") && name != "COMMIT_EDITMSG" {
            out.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
}

/// The first eight characters in a row of a secret that `text` shows.
fn shown<'s>(text: &[u8], secret: &'s str) -> Option<&'s str> {
    let parts = (0..secret.len().saturating_sub(8)).filter_map(|at| secret.get(at..at + 8));
    parts.into_iter().find(|part| memchr::memmem::find(text, part.as_bytes()).is_some())
}

#[test]
fn no_command_writes_a_secret_anywhere() {
    let repo = Repo::new();
    let tmp = repo.beside("tmp");
    fs::create_dir(&tmp).unwrap();
    let secrets: Vec<String> = (1..4).map(samples::circleci).collect();
    let base = repo.write("a", "clean\n").stage().commit("first");
    repo.write("planted one.env", &secrets[0]).write(format!("planted-{}", secrets[2]), "x\n");
    repo.write(".secretsignore", "[secrets]\nnone\n");
    repo.stage().commit("leak");
    repo.write("planted two.env", &secrets[1]).stage();
    let head = repo.git(["rev-parse", "HEAD"]);
    let zeros = "0".repeat(40);
    let pushed = format!("refs/heads/main {head} refs/heads/main {zeros}\n");
    let received = format!("{zeros} {head} refs/heads/new\n");
    let mut runs: Vec<(Vec<&str>, &str)> = vec![
        (vec!["scan", "--format", "json", "-o", "x.json"], ""),
        (vec!["scan", "-vv"], ""),
        (vec!["ci", "--base", &base], ""),
        (vec!["hook", "pre-commit", "-vv"], ""),
        (vec!["hook", "commit-msg", "planted one.env"], ""),
        (vec!["hook", "pre-push", "origin", "../none"], &pushed),
        (vec!["hook", "pre-receive"], &received),
        (vec!["report", "diff", "x.json", "x.json"], ""),
        (vec!["migrate"], ""),
        (vec!["audit"], "?\nr\nZoe\nf\nsample\n\nAnn\nq\n"),
        (vec!["baseline", "create", "--force", "--reason", "x"], ""),
        (vec!["baseline", "show"], ""),
        (vec!["scan", "-v"], ""),
        (vec!["doctor"], ""),
    ];
    for format in stanch::report::ALL {
        runs.insert(0, (vec!["scan", "--format", format.name()], ""));
    }
    let tmp_text = tmp.to_str().unwrap();
    for (args, input) in runs {
        let run = stanch_with(repo.path(), &args, input.as_bytes(), &[("TMPDIR", tmp_text)]);
        let mut all = vec![
            ("standard output".to_owned(), run.out.into_bytes()),
            ("standard error".to_owned(), run.err.into_bytes()),
        ];
        files(repo.path(), &mut all);
        files(&tmp, &mut all);
        for (name, text) in all {
            // git's own index names the planted file.
            for secret in secrets.iter().filter(|_| !name.ends_with(".git/index")) {
                assert_eq!(shown(&text, secret), None, "{args:?} shows a secret in {name}");
            }
        }
    }
    assert_eq!(fs::read_dir(&tmp).unwrap().count(), 0, "nothing is left behind");
}
