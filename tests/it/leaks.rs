//! Planted secrets appear in nothing that any command writes: no output, no report, no temporary
//! file, nothing in the repository.

use crate::support::repo::Repo;
use crate::support::samples;
use crate::support::tool::stanch_with;
use std::fs;
use std::path::Path;

/// Every file below `folder`, but git's own store and what was planted.
pub fn files(folder: &Path, out: &mut Vec<(String, Vec<u8>)>) {
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
pub fn shown<'s>(text: &[u8], secret: &'s str) -> Option<&'s str> {
    let parts = (0..secret.len().saturating_sub(8)).filter_map(|at| secret.get(at..at + 8));
    parts.into_iter().find(|part| memchr::memmem::find(text, part.as_bytes()).is_some())
}

/// A repository with a secret in a commit, in a name, in the index, in files of other scanners, in a
/// broken configuration and in an exported audit log; and where its first commit is.
pub fn planted(secrets: &[String]) -> (Repo, String) {
    let [one, two, three] = [&secrets[0], &secrets[1], &secrets[2]];
    let repo = Repo::new();
    let base = repo.write("a", "clean\n").stage().commit("first");
    repo.write("planted one.env", one).write(format!("planted-{three}"), "x\n");
    repo.write(".circleci/planted.yml", "").write("planted.py", format!("key = \"{two}\"\n"));
    let config = format!("version: 2.1\njobs:\n  a:\n    environment:\n      KEY: {one}\n");
    repo.write("planted.toml", format!("[hook]\nblock = \"{one}\"\ncontact = {two}\n"));
    repo.write("planted.csv", format!("id,action,target\n1,context.secrets.accessed,{one}\n"));
    repo.write("planted.allow.toml", format!("[allowlist]\nregexes = ['({one}', '{two}']\n"));
    repo.write("planted.ignore", format!("docs/\n[secrets]\n{two}\n"));
    repo.write(".circleci/config.yml", &config);
    repo.stage().commit("leak");
    repo.remove(".circleci/config.yml");
    repo.write("planted two.env", two).stage();
    (repo, base)
}

/// Every command, with what it is told.
pub fn commands(repo: &Repo, base: &str, finding: &str) -> Vec<(Vec<String>, String)> {
    let head = repo.git(["rev-parse", "HEAD"]);
    let zeros = "0".repeat(40);
    let pushed = format!("refs/heads/main {head} refs/heads/main {zeros}\n");
    let received = format!("{zeros} {head} refs/heads/new\n");
    let mut lines: Vec<(String, &str)> = Vec::new();
    for format in stanch::report::ALL {
        let name = format.name();
        lines.push((format!("scan --format {name}"), ""));
        lines.push((format!("report convert x.json --format {name}"), ""));
    }
    let plain = "scan -vv|ci --explain --base BASE|ci --base BASE|hook pre-commit -vv|\
        hook pre-merge-commit|hook update refs/heads/new ZEROS HEAD|scan BASE..HEAD|\
        scan --history --reachable|scan --config planted.toml|scan nowhere|where FINDING|\
        where FINDING --json|explain FINDING|explain FINDING --format html|\
        incident circleci --from 2020-01-01 --to 2030-01-01 --save|incident status|lint circleci|\
        circleci audit-log planted.csv|integrity record refs.json|integrity check refs.json|\
        clean FINDING|clean FINDING --prove|clean FINDING --apply ../fresh|fix FINDING|\
        report diff x.json x.json|report merge x.json x.json --format json|rules list|\
        rules profile .|migrate --from .gitleaks.toml=planted.allow.toml|\
        migrate --from .secretsignore=planted.ignore --write|install --dry-run|install|uninstall|\
        baseline create --force --reason x|baseline update|baseline prune --dry-run|baseline show|\
        scan -v|doctor|fix FINDING --apply";
    lines.extend(plain.split('|').map(|line| (line.to_owned(), "")));
    lines.push(("hook pre-push origin ../none".into(), &pushed));
    lines.push(("hook pre-receive".into(), &received));
    lines.push(("audit".into(), "?\nr\nZoe\nf\nsample\n\nAnn\nq\n"));
    let filled = |word: &str| {
        let word = word.replace("BASE", base).replace("FINDING", finding);
        word.replace("HEAD", &head).replace("ZEROS", &zeros)
    };
    let words = |line: &str| line.split_whitespace().map(filled).collect::<Vec<_>>();
    let mut all: Vec<_> = lines.iter().map(|(l, input)| (words(l), (*input).to_owned())).collect();
    let message = ["hook", "commit-msg", "planted one.env"].map(String::from).to_vec();
    all.push((message, String::new()));
    all
}

#[test]
fn no_command_writes_a_secret_anywhere() {
    let secrets: Vec<String> = (1..4).map(samples::circleci).collect();
    let (repo, base) = planted(&secrets);
    let (tmp, home) = (repo.beside("tmp"), repo.beside("home"));
    fs::create_dir(&tmp).unwrap();
    fs::create_dir(&home).unwrap();
    let env = [("TMPDIR", tmp.to_str().unwrap()), ("HOME", home.to_str().unwrap())];
    stanch_with(repo.path(), ["scan", "--format", "json", "-o", "x.json"], b"", &env).code(1);
    let report = fs::read_to_string(repo.path().join("x.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let finding = report["findings"][0]["fingerprint"].as_str().unwrap();
    for (args, input) in commands(&repo, &base, finding) {
        let run = stanch_with(repo.path(), &args, input.as_bytes(), &env);
        let mut all = vec![
            ("standard output".to_owned(), run.out.into_bytes()),
            ("standard error".to_owned(), run.err.into_bytes()),
        ];
        for folder in [repo.path(), &tmp, &home] {
            files(folder, &mut all);
        }
        for (name, text) in all {
            // git's own index names the planted file.
            for secret in secrets.iter().filter(|_| !name.ends_with(".git/index")) {
                assert_eq!(shown(&text, secret), None, "{args:?} shows a secret in {name}");
            }
        }
    }
    assert_eq!(fs::read_dir(&tmp).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn of_a_token_that_is_longer_than_is_read_no_rest_is_shown() {
    let token: String = (0..400u64).map(samples::circleci).collect::<String>().replace('_', "");
    for len in [300, 900, 1600, 5000] {
        let token = &token[..len];
        let repo = Repo::new();
        repo.write(
            "planted.env",
            format!("SESSION_TOKEN={token}\nAuthorization: Bearer {token}\n"),
        );
        for format in ["text", "json", "sarif", "html"] {
            let run =
                stanch_with(repo.path(), ["scan", "--worktree", "--format", format], b"", &[]);
            assert_eq!(run.code, 1, "{len} {format}");
            assert_eq!(shown(run.out.as_bytes(), token), None, "{len} {format}");
        }
    }
}
