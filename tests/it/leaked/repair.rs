//! `stanch fix` leaves code that parses; `stanch clean` tells every ref and proves the end.

use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::tool::stanch;
use std::process::{Command, Stdio};

/// The fingerprint of the only finding.
fn print(repo: &Repo) -> String {
    let out =
        stanch(repo.path(), ["scan", "--format", "json", "--min-confidence", "low"]).code(1).out;
    let out: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(out["findings"].as_array().unwrap().len(), 1, "{out}");
    out["findings"][0]["fingerprint"].as_str().unwrap().to_owned()
}

#[test]
fn a_literal_becomes_a_read_of_the_environment() {
    let token = samples::circleci(51);
    let repo = Repo::new();
    let files = [
        (
            "a.py",
            format!("\"\"\"About.\"\"\"\nTOKEN = '{token}'\nprint(TOKEN)\n"),
            "os.environ[\"TOKEN\"]",
        ),
        ("b.js", format!("const t = `Bearer {token}`;\n"), "${process.env.TOKEN}"),
        ("c.ts", format!("const t: string = \"{token}\";\n"), "process.env.TOKEN!"),
        ("d.go", format!("package d\n\nvar t = \"{token}\"\n"), "os.Getenv(\"TOKEN\")"),
        ("E.java", format!("class E {{ String t = \"{token}\"; }}\n"), "System.getenv(\"TOKEN\")"),
        ("f.rb", format!("t = \"{token}\"\n"), "ENV.fetch(\"TOKEN\")"),
        ("g.rs", format!("fn g() -> String {{ \"{token}\" }}\n"), "std::env::var(\"TOKEN\")"),
        (
            "H.cs",
            format!("class H {{ string t = \"{token}\"; }}\n"),
            "GetEnvironmentVariable(\"TOKEN\")",
        ),
        ("i.php", format!("<?php\n$t = '{token}';\n"), "getenv('TOKEN')"),
        ("j.sh", format!("#!/bin/sh\ncurl -H \"Circle-Token: {token}\" x\n"), "${TOKEN:?}"),
        ("k.yml", format!("token: {token}\n"), "token: ${TOKEN}"),
    ];
    for (path, text, _) in &files {
        repo.write(path, text);
    }
    repo.stage().commit("first");
    let print = print(&repo);
    let shown = stanch(repo.path(), ["fix", &print, "--name", "TOKEN"]).code(0);
    assert!(!shown.out.contains(&token) && shown.out.contains("+++ b/a.py"), "{}", shown.out);
    assert!(std::fs::read_to_string(repo.path().join("a.py")).unwrap().contains(&token));
    stanch(repo.path(), ["fix", &print, "--name", "TOKEN", "--apply"]).code(0);
    for (path, _, words) in &files {
        let text = std::fs::read_to_string(repo.path().join(path)).unwrap();
        assert!(text.contains(words) && !text.contains(&token), "{path}: {text}");
    }
    stanch(repo.path(), ["scan", "--worktree"]).code(0);
    // Those languages whose own parser is here.
    for (program, args) in [
        ("python3", &["-m", "py_compile", "a.py"][..]),
        ("node", &["--check", "b.js"]),
        ("sh", &["-n", "j.sh"]),
        ("ruby", &["-c", "f.rb"]),
        ("php", &["-l", "i.php"]),
        ("gofmt", &["-e", "d.go"]),
        ("rustfmt", &["--check", "--config", "max_width=200", "g.rs"]),
    ] {
        let mut parser = Command::new(program);
        parser.args(args).current_dir(repo.path()).stdout(Stdio::null()).stderr(Stdio::piped());
        match parser.output() {
            Ok(out) => assert!(
                out.status.success() || program == "rustfmt" && out.stderr.is_empty(),
                "{program}: {}",
                String::from_utf8_lossy(&out.stderr)
            ),
            Err(_) => continue,
        }
    }
}

#[test]
fn what_cannot_be_fixed_is_left_and_named() {
    let token = samples::circleci(52);
    let repo = Repo::new();
    repo.write("notes.txt", format!("{token}\n"))
        .write("a.py", format!("# {token}\n"))
        .stage()
        .commit("x");
    let print = print(&repo);
    let run = stanch(repo.path(), ["fix", &print, "--apply"]).code(3);
    assert!(
        run.err.contains("notes.txt is left alone") && run.err.contains("a.py is left alone"),
        "{}",
        run.err
    );
    assert!(!run.err.contains(&token));
    stanch(repo.path(), ["fix", &print, "--name", "no name"]).code(2);
}

#[test]
fn clean_tells_every_way_to_it() {
    let token = samples::circleci(53);
    let repo = Repo::new();
    repo.write("README", "x").stage().commit("clean");
    repo.git(["branch", "before"]);
    repo.write("dir/a", format!("token: {token}\n")).stage().commit("leak");
    repo.git(["tag", "v1"]);
    repo.git(["checkout", "-q", "-b", "merged"]);
    repo.write("dir/b", format!("again: {token}\n")).stage().commit("many paths");
    repo.git(["checkout", "-q", "main"]);
    repo.git(["merge", "-q", "--no-ff", "-m", "m", "merged"]);
    repo.remove("dir/a").remove("dir/b").stage().commit("gone from the files");
    repo.write("README", format!("stash {token}\n"));
    repo.git(["stash", "-q"]);
    repo.git(["notes", "add", "-m", &format!("note {token}"), "HEAD"]);
    repo.git(["update-ref", "refs/remotes/origin/main", "HEAD"]);
    let print = print(&repo);
    let run = stanch(repo.path(), ["clean", &print, "--format", "json"]).code(1);
    let plan: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let refs: Vec<&str> = plan["reached"]["refs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        refs,
        [
            "refs/heads/main",
            "refs/heads/merged",
            "refs/notes/commits",
            "refs/remotes/origin/main",
            "refs/stash",
            "refs/tags/v1"
        ]
    );
    assert_eq!(plan["reached"]["remotes"][0], "origin");
    let text = stanch(repo.path(), ["clean", &print]).code(1).out;
    for words in [
        "git filter-repo --replace-text",
        "git update-ref -d 'refs/stash'",
        "gc --prune=now",
        "Forks keep",
        "--prove",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(!text.contains(&token));
}

#[test]
fn the_proof_holds_only_when_nothing_is_left() {
    let token = samples::circleci(54);
    let repo = Repo::new();
    repo.write("README", "x").stage().commit("clean");
    repo.write("a", format!("token: {token}\n")).stage().commit("leak");
    let print = print(&repo);
    let file = repo.beside("replacements.txt");
    let name = file.display().to_string();
    stanch(repo.path(), ["clean", &print, "--replacements", &name]).code(0);
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        format!("literal:{token}==>***REMOVED***\n")
    );
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    stanch(repo.path(), ["clean", &print, "--replacements", &name]).code(2);
    let out = stanch(repo.path(), ["clean", &print, "--prove"]).code(1).out;
    assert!(out.contains("left: ") && !out.contains(&token), "{out}");
    repo.git(["reset", "-q", "--hard", "HEAD~1"]);
    stanch(repo.path(), ["clean", &print, "--prove"]).code(1);
    repo.git(["reflog", "expire", "--expire=now", "--expire-unreachable=now", "--all"]);
    repo.git(["update-ref", "-d", "ORIG_HEAD"]);
    repo.git(["gc", "-q", "--prune=now"]);
    let out = stanch(repo.path(), ["clean", &print, "--prove"]).code(0).out;
    assert!(out.contains("nothing is left"), "{out}");
}

/// Every path and content that a ref reaches, with the token masked.
fn contents(repo: &Repo, refs: &[&str], token: &str) -> Vec<String> {
    let mut all = Vec::new();
    for name in refs {
        for commit in repo.git(["rev-list", "--reverse", name]).lines() {
            all.push(repo.git(["log", "-1", "--format=%an %ae %at %cn %ct %B", commit]));
            for path in repo.git(["ls-tree", "-r", "--name-only", commit]).lines() {
                all.push(format!("{path}: {}", repo.git(["show", &format!("{commit}:{path}")])));
            }
        }
    }
    all.iter().map(|text| text.replace(token, "***REMOVED***")).collect()
}

#[test]
fn a_cleaned_clone_has_all_but_the_secret() {
    let token = samples::circleci(55);
    let repo = Repo::new();
    repo.write("README", "x").write("deep/er/file", "kept").stage().commit("clean");
    repo.git(["branch", "untouched"]);
    repo.write("dir/a", format!("token: {token}\n")).stage().commit(&format!("leak {token}"));
    repo.git(["tag", "-a", "-m", &format!("tagged {token}"), "v1"]);
    repo.git(["checkout", "-q", "-b", "merged"]);
    repo.write("dir/b", format!("again: {token} {token}\n")).stage().commit("many paths");
    repo.git(["checkout", "-q", "main"]);
    repo.write("c", "c").stage().commit("between");
    repo.git(["merge", "-q", "--no-ff", "-m", "m", "merged"]);
    repo.git(["branch", "-q", "-D", "merged"]);
    repo.git(["checkout", "-q", "-b", "branch"]);
    repo.write("e", &token).stage().commit("branch");
    repo.git(["checkout", "-q", "main"]);
    repo.write("README", format!("stash {token}\n"));
    repo.git(["stash", "-q"]);
    repo.git(["notes", "add", "-m", &format!("note {token}"), "HEAD"]);
    let before = repo.git(["for-each-ref"]);
    let print = print(&repo);
    let into = repo.beside("clean.git");
    let folder = into.display().to_string();
    let run = stanch(repo.path(), ["clean", &print, "--apply", &folder]).code(0);
    assert!(run.out.contains("nothing is left"), "{}{}", run.out, run.err);
    assert_eq!(repo.git(["for-each-ref"]), before, "the old repository is as it was");
    // The new one is whole, has the same refs, and differs in nothing but the secret.
    let inside = |args: &[&str]| repo.git([&["-C", &folder], args].concat());
    inside(&["fsck", "--strict", "--full"]);
    let names = |text: &str| -> Vec<String> {
        text.lines().filter_map(|l| Some(l.split_whitespace().last()?.to_owned())).collect()
    };
    assert_eq!(names(&inside(&["for-each-ref"])), names(&before));
    assert_eq!(inside(&["rev-parse", "untouched"]), repo.git(["rev-parse", "untouched"]));
    let refs = ["main", "branch", "v1", "refs/stash", "refs/notes/commits"];
    let expected = contents(&repo, &refs, &token);
    let copy = Repo::plain();
    copy.git(["clone", "-q", "--mirror", &folder, "."]);
    let found = contents(&copy, &refs, &token);
    assert_eq!(found.len(), expected.len());
    // The note's path is named after the commit that it is about, which is another one now.
    let differ: Vec<_> = found.iter().zip(&expected).filter(|(a, b)| a != b).collect();
    assert!(differ.iter().all(|(a, _)| a.contains("note ***REMOVED***")), "{differ:#?}");
    stanch(repo.path(), ["clean", &print, "--apply", &folder]).code(2);
}
