//! What commands of jobs show.

use super::Hit;
use crate::circle::{Look, Node, looks_secret, names};

/// What only builds of forked pull requests are told.
const FORK: [&str; 3] = ["CIRCLE_PR_NUMBER", "CIRCLE_PR_USERNAME", "CIRCLE_PR_REPONAME"];

/// What is seen.
pub(super) fn hits(root: &Node) -> Vec<Hit> {
    let mut hits = Vec::new();
    Look::over(root, &mut |look| {
        if let (Some(text), true) = (look.node.text(), is_command(look)) {
            // The line of a block is that of its first line of text.
            let first = look.node.line;
            for (nth, line) in text.lines().enumerate() {
                let line_number = first.saturating_add(u32::try_from(nth).unwrap_or(u32::MAX));
                command(line.trim(), line_number, &mut hits);
            }
            forks(text, first, &mut hits);
        }
        if look.key == "shell" && look.node.text().is_some_and(traces) {
            let needle = look.node.text().unwrap_or_default().to_owned();
            hits.push(hit(
                "circleci-lint-xtrace",
                look.line,
                needle,
                "the shell is started with -x",
            ));
        }
        true
    });
    hits
}

/// Whether a value is shell text: `run: …`, `command: …`, or an element of `override`, `pre`,
/// `post` and `commands` of the old form.
fn is_command(look: &Look<'_>) -> bool {
    let old = ["override", "pre", "post", "commands"];
    matches!(look.key, "run" | "command")
        || (look.key.is_empty() && look.path.last().is_some_and(|k| old.contains(k)))
}

fn command(line: &str, at: u32, hits: &mut Vec<Hit>) {
    if line.starts_with('#') {
        return;
    }
    if traces(line) {
        hits.push(hit("circleci-lint-xtrace", at, line.into(), "the shell prints each command"));
    }
    for part in line.split(['&', ';']).map(str::trim).filter(|p| !p.is_empty()) {
        if prints_all(part) {
            hits.push(hit(
                "circleci-lint-print-environment",
                at,
                part.into(),
                "prints every variable",
            ));
        }
        if let Some(name) = printed(part) {
            let what = format!("prints {name}");
            hits.push(Hit { what, ..hit("circleci-lint-echo-secret", at, part.into(), "") });
        }
    }
    for name in build_arguments(line) {
        let what = format!("{name} stays in the image's history");
        hits.push(Hit { what, ..hit("circleci-lint-build-argument", at, name.into(), "") });
    }
}

fn hit(rule: &'static str, line: u32, needle: String, what: &str) -> Hit {
    Hit { rule, line, needle, secret: false, what: what.to_owned() }
}

/// `set -x` and its kin, alone or among other letters; `bash -x`.
fn traces(line: &str) -> bool {
    let split = line.split(|c: char| c.is_whitespace() || c == ';').filter(|w| !w.is_empty());
    let words: Vec<&str> = split.collect();
    let is_shell = |word: &&str| {
        let name = word.rsplit('/').next().unwrap_or(word);
        ["set", "bash", "sh", "zsh", "dash", "ksh"].contains(&name)
    };
    let shells = words.iter().enumerate().filter(|(_, w)| is_shell(w));
    shells.into_iter().any(|(at, _)| traces_by(words.get(at + 1..).unwrap_or_default()))
}

/// Whether one of the options that `words` begin with switches tracing on.
fn traces_by(words: &[&str]) -> bool {
    let mut valued = false;
    for word in words {
        if valued {
            valued = false;
            if *word == "xtrace" {
                return true;
            }
            continue;
        }
        let Some(letters) = word.strip_prefix('-').filter(|l| !l.starts_with('-')) else {
            return false;
        };
        if letters.contains('x') && letters.bytes().all(|b| b.is_ascii_lowercase()) {
            return true;
        }
        valued = letters.ends_with('o');
    }
    false
}

/// `env`, `printenv`, `export -p` without anything that they would run or name.
fn prints_all(part: &str) -> bool {
    let first = part.split('|').next().unwrap_or_default().trim();
    let first = first.split('>').next().unwrap_or_default().trim();
    let whole =
        ["env", "printenv", "export -p", "declare -p", "declare -x", "export", "set", "sudo env"];
    // What goes on into a filter that counts or hides is no print.
    let quiet = ["| wc", "| grep -q", "| grep -c", "| cut -d= -f1", "| sed 's/=.*//'"];
    let written = part.contains('>') && !part.contains("/dev/std");
    whole.contains(&first) && !quiet.iter().any(|q| part.contains(q)) && !written
}

/// The secret variable that a command prints to the log.
fn printed(part: &str) -> Option<&str> {
    let command = part.split_whitespace().next()?;
    let prints = matches!(command, "echo" | "printf" | "printenv");
    // What goes into a pipe or a file is not printed.
    let away = part.contains('|') || (part.contains('>') && !part.contains("/dev/std"));
    if !prints || away {
        return None;
    }
    if command == "printenv" {
        return part.split_whitespace().nth(1).filter(|name| looks_secret(name));
    }
    let shown = names(part).into_iter().map(|(_, name)| name);
    // `${A:+set}` and `${#A}` show whether it is there, not what it is.
    let harmless = |name: &str| {
        part.contains(&format!("${{{name}:+"))
            || part.contains(&format!("${{{name}+"))
            || part.contains(&format!("${{#{name}"))
    };
    shown
        .filter(|name| looks_secret(name) && !harmless(name))
        .find(|name| !in_single_quotes(part, name))
}

/// In single quotes the shell leaves a name alone.
fn in_single_quotes(part: &str, name: &str) -> bool {
    let Some(at) = part.find(&format!("${name}")).or(part.find(&format!("${{{name}"))) else {
        return false;
    };
    let before = part.get(..at).unwrap_or_default();
    before.matches('\'').count() % 2 == 1 && before.matches('"').count() % 2 == 0
}

/// Secret variables that are handed to a build of an image as arguments.
fn build_arguments(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices("--build-arg") {
        let rest = line.get(at + "--build-arg".len()..).unwrap_or_default();
        let rest = rest.trim_start_matches(['=', ' ', '"', '\'']);
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let name = rest.get(..rest.find(|c| !word(c)).unwrap_or(rest.len())).unwrap_or_default();
        if looks_secret(name) {
            found.push(name);
        }
    }
    found
}

/// Shell text that runs for builds of forks, and reads secrets.
fn forks(text: &str, first: u32, hits: &mut Vec<Hit>) {
    let Some(sign) = FORK.iter().find(|sign| text.lines().any(|line| asks_for(line, sign))) else {
        return;
    };
    for (below, name) in names(text).into_iter().filter(|(_, name)| looks_secret(name)) {
        let what = format!("reads {name} where {sign} is set, which only forks' builds have");
        let line = first.saturating_add(below);
        hits.push(Hit { what, ..hit("circleci-lint-fork-secret", line, name.into(), "") });
    }
}

/// Whether a line asks that a variable be set. That it be not set keeps forks out.
fn asks_for(line: &str, name: &str) -> bool {
    let words = [
        format!("\"${name}\""),
        format!("\"${{{name}}}\""),
        format!("${name}"),
        format!("${{{name}}}"),
    ];
    words.iter().any(|word| {
        let set =
            ["-n ", "! -z ", "!-z "].iter().any(|test| line.contains(&format!("{test}{word}")));
        set || line.contains(&format!("[ {word} ]")) || line.contains(&format!("[[ {word} ]]"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tracing_is_known_in_its_forms() {
        for yes in [
            "set -x",
            "set -ex",
            "set -euxo pipefail",
            "bash -x run.sh",
            "/bin/bash -x",
            "set -o xtrace",
            "bash -eo pipefail -x",
        ] {
            assert!(traces(yes), "{yes}");
        }
        for no in [
            "set +x",
            "set -e",
            "tar -xzf a",
            "sh script -x",
            "set -eu",
            "docker exec -x",
            "./bash -- x",
        ] {
            assert!(!traces(no), "{no}");
        }
    }

    #[test]
    fn printing_all_is_told_from_running_with() {
        for yes in ["env", "printenv", "env | sort", "export -p", "printenv | grep AWS"] {
            assert!(prints_all(yes), "{yes}");
        }
        for no in [
            "env FOO=bar make",
            "printenv HOME",
            "env > .env",
            "environment",
            "set -e",
            "env | wc -l",
        ] {
            assert!(!prints_all(no), "{no}");
        }
    }

    #[test]
    fn printing_a_secret_is_told_from_piping_it() {
        assert_eq!(printed("echo $NPM_TOKEN"), Some("NPM_TOKEN"));
        assert_eq!(printed("echo \"key: ${API_KEY:-none}\""), Some("API_KEY"));
        assert_eq!(printed("printenv DB_PASSWORD"), Some("DB_PASSWORD"));
        for no in [
            "echo $DOCKER_PASS | docker login --password-stdin",
            "echo \"//registry/:_authToken=$NPM_TOKEN\" > ~/.npmrc",
            "echo '$NPM_TOKEN'",
            "echo ${NPM_TOKEN:+set}",
            "echo ${#NPM_TOKEN}",
            "echo $VERSION",
            "curl -H $TOKEN",
        ] {
            assert_eq!(printed(no), None, "{no}");
        }
    }

    #[test]
    fn what_runs_for_forks_is_told_from_what_keeps_them_out() {
        let of = |text: &str| {
            let mut hits = Vec::new();
            forks(text, 1, &mut hits);
            hits.len()
        };
        assert_eq!(of("if [ -n \"$CIRCLE_PR_NUMBER\" ]; then\n  curl -u $BOT_TOKEN: x\nfi"), 1);
        assert_eq!(of("if [[ ! -z ${CIRCLE_PR_USERNAME} ]]; then ./x $BOT_TOKEN; fi"), 1);
        assert_eq!(of("if [ -z \"$CIRCLE_PR_NUMBER\" ]; then ./x $BOT_TOKEN; fi"), 0);
        assert_eq!(of("./x --pr=$CIRCLE_PR_NUMBER --token $BOT_TOKEN"), 0);
    }

    #[test]
    fn build_arguments_are_found() {
        let line =
            "docker build --build-arg NPM_TOKEN=$NPM_TOKEN --build-arg=API_KEY --build-arg V=1 .";
        assert_eq!(build_arguments(line), ["NPM_TOKEN", "API_KEY"]);
    }
}
