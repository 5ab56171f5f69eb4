//! `stanch fix` leaves code that parses, whichever manager is read.

use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::tool::stanch;
use std::process::{Command, Stdio};

/// The fingerprint of the only finding of CircleCI's.
pub fn print(repo: &Repo) -> String {
    let out =
        stanch(repo.path(), ["scan", "--format", "json", "--min-confidence", "low"]).code(1).out;
    let out: serde_json::Value = serde_json::from_str(&out).unwrap();
    let list = out["findings"].as_array().unwrap().iter();
    let ours: Vec<_> = list.filter(|f| f["rule_id"].to_string().contains("circleci")).collect();
    assert_eq!(ours.len(), 1, "{out}");
    ours[0]["fingerprint"].as_str().unwrap().to_owned()
}

/// A file in each language, and how it reads the variable afterwards.
fn files(token: &str) -> [(&'static str, String, &'static str); 11] {
    [
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
    ]
}

#[test]
fn a_literal_becomes_a_read_of_the_environment() {
    let token = samples::circleci(51);
    let repo = Repo::new();
    let files = files(&token);
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
    parsed(&repo);
}

#[test]
fn a_manager_is_read_in_code_that_parses() {
    for manager in ["aws", "vault", "conjur", "circleci"] {
        let token = samples::circleci(50);
        let repo = Repo::new();
        for (path, text, _) in &files(&token) {
            repo.write(path, text);
        }
        repo.stage().commit("first");
        let print = print(&repo);
        let args =
            ["fix", &print, "--name", "TOKEN", "--manager", manager, "--app", "web", "--apply"];
        let run = stanch(repo.path(), args).code(0);
        let read = |path: &str| std::fs::read_to_string(repo.path().join(path)).unwrap();
        for (path, ..) in &files(&token) {
            assert!(!read(path).contains(&token), "{manager} {path}");
        }
        let (python, ruby, shell, told) = match manager {
            "aws" => {
                ("SecretId=\"web/TOKEN\"", "SecretsManager", "aws secretsmanager", "create-secret")
            }
            "vault" => ("import hvac\n", "Vault.kv", "vault kv get", "vault kv put"),
            "conjur" => ("os.environ[", "ENV.fetch", "conjur variable get", "summon --yaml"),
            _ => ("os.environ[", "ENV.fetch", "${TOKEN:?}", "circleci context store-secret"),
        };
        for (path, words) in [("a.py", python), ("f.rb", ruby), ("j.sh", shell)] {
            assert!(read(path).contains(words), "{manager} {path}: {}", read(path));
        }
        assert!(run.err.contains(told), "{}", run.err);
        parsed(&repo);
    }
}

/// Asks the parser of each language that is installed here.
fn parsed(repo: &Repo) {
    let python = "import sys,ast; ast.parse(open(sys.argv[1]).read())";
    let yaml = "import sys,yaml; yaml.safe_load(open(sys.argv[1]))";
    let strip = "const t=require('typescript');process.exit(t.transpileModule(require('fs').readFileSync('c.ts','utf8'),{reportDiagnostics:true}).diagnostics.length)";
    for (program, args) in [
        ("python3", &["-c", python, "a.py"][..]),
        ("node", &["--check", "b.js"]),
        ("node", &["-e", strip]),
        ("gofmt", &["-e", "d.go"]),
        ("javac", &["-proc:none", "-d", "classes", "E.java"]),
        ("ruby", &["-c", "f.rb"]),
        ("rustfmt", &["--emit", "stdout", "g.rs"]),
        ("mcs", &["--parse", "H.cs"]),
        ("php", &["-l", "i.php"]),
        ("bash", &["-n", "j.sh"]),
        ("python3", &["-c", yaml, "k.yml"]),
    ] {
        let mut parser = Command::new(program);
        parser.args(args).current_dir(repo.path()).stdin(Stdio::null());
        let Ok(out) = parser.output() else { continue };
        let said = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
        // A library that is not here is no matter of the form.
        let absent = [
            "does not exist",
            "cannot find symbol",
            "No module named 'yaml'",
            "Cannot find module 'typescript'",
            "transpileModule is not a function",
        ];
        let fine = out.status.success() || absent.iter().any(|words| said.contains(words));
        assert!(fine, "{program}: {said}");
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
