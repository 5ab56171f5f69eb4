//! A secret that was planted shows in no report and no message, unless it is asked for.

use super::*;

/// A repository whose secrets stand in files, names, messages and odd encodings.
fn everywhere() -> (Repo, Vec<String>) {
    let secrets: Vec<String> = (1..=4)
        .map(samples::circleci)
        .chain([
            samples::token("circleci-legacy-token", 7),
            samples::token("aws-access-key-id", 3),
        ])
        .collect();
    let repo = Repo::new();
    let [one, two, three, four, five, six] = &secrets[..] else { unreachable!() };
    repo.write("a", format!("x = '{one}' and {one} again, y = {two}\n"));
    repo.write(format!("dir/{three}/file"), format!("{five}\n{six}\n{three}\n"));
    repo.stage().commit(&format!("carry {four}"));
    repo.git(["tag", "-a", "-m", four, "v1"]);
    (repo, secrets.iter().map(|s| s.rsplit('=').next().unwrap().to_owned()).collect())
}

#[test]
fn no_format_and_no_message_shows_a_secret() {
    let (repo, secrets) = everywhere();
    for format in ["text", "json", "jsonl", "sarif"] {
        for args in [&["scan"][..], &["scan", "-vv"], &["scan", "--untrusted", "--history"]] {
            let run = stanch(repo.path(), [args, &["--format", format]].concat()).code(1);
            for secret in &secrets {
                assert!(
                    !run.out.contains(secret),
                    "{format} {args:?} shows {secret}: {}",
                    run.out
                );
                assert!(!run.err.contains(secret), "{format} {args:?}: {}", run.err);
            }
        }
        // SARIF goes to services, which keep it: it never shows a secret.
        let run = stanch(repo.path(), ["scan", "--format", format, "--show-secrets"]).code(1);
        assert_eq!(run.out.contains(&secrets[0]), format != "sarif", "{format}");
    }
}

#[test]
fn a_hook_and_a_baseline_show_none() {
    let (repo, secrets) = everywhere();
    repo.write("b", format!("{}\n", secrets[0])).stage();
    let hook = stanch(repo.path(), ["hook", "pre-commit"]);
    let made = stanch(repo.path(), ["baseline", "create"]).code(0);
    let file = std::fs::read_to_string(repo.path().join(".stanch-baseline.toml")).unwrap();
    let all = [hook.out, hook.err, made.out, made.err, file].concat();
    for secret in &secrets {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}
