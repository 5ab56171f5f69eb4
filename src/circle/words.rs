//! Names of environment variables in shell text.

use super::secretive::looks_secret;

/// Variables that CircleCI or the shell sets: none of them is stored by anybody.
const BUILTIN: &[&str] = &[
    "BASHPID",
    "BASH_ENV",
    "BASH_SOURCE",
    "CI",
    "CIRCLECI",
    "CIRCLE_ARTIFACTS",
    "CIRCLE_BRANCH",
    "CIRCLE_BUILD_IMAGE",
    "CIRCLE_BUILD_NUM",
    "CIRCLE_BUILD_URL",
    "CIRCLE_COMPARE_URL",
    "CIRCLE_CONTINUATION_KEY",
    "CIRCLE_ENV",
    "CIRCLE_JOB",
    "CIRCLE_NODE_INDEX",
    "CIRCLE_NODE_TOTAL",
    "CIRCLE_OIDC_TOKEN",
    "CIRCLE_OIDC_TOKEN_V2",
    "CIRCLE_ORGANIZATION_ID",
    "CIRCLE_PIPELINE_ID",
    "CIRCLE_PIPELINE_NUMBER",
    "CIRCLE_PREVIOUS_BUILD_NUM",
    "CIRCLE_PROJECT_ID",
    "CIRCLE_PROJECT_REPONAME",
    "CIRCLE_PROJECT_USERNAME",
    "CIRCLE_PR_NUMBER",
    "CIRCLE_PR_REPONAME",
    "CIRCLE_PR_USERNAME",
    "CIRCLE_PULL_REQUEST",
    "CIRCLE_PULL_REQUESTS",
    "CIRCLE_REPOSITORY_URL",
    "CIRCLE_SHA1",
    "CIRCLE_SHELL_ENV",
    "CIRCLE_STAGE",
    "CIRCLE_TAG",
    "CIRCLE_TEST_REPORTS",
    "CIRCLE_USERNAME",
    "CIRCLE_WORKFLOW_ID",
    "CIRCLE_WORKFLOW_JOB_ID",
    "CIRCLE_WORKFLOW_WORKSPACE_ID",
    "CIRCLE_WORKING_DIRECTORY",
    "DEBIAN_FRONTEND",
    "EUID",
    "GOPATH",
    "GOROOT",
    "HOME",
    "HOSTNAME",
    "IFS",
    "JAVA_HOME",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "LINENO",
    "LOGNAME",
    concat!("OLDP", "WD"),
    "OPTARG",
    "OPTIND",
    "OSTYPE",
    "PATH",
    "PIPESTATUS",
    "PPID",
    "PS1",
    "PS4",
    concat!("P", "WD"),
    "PYTHONPATH",
    "RANDOM",
    "REPLY",
    "SECONDS",
    "SHELL",
    "SHELLOPTS",
    "TEMP",
    "TERM",
    "TMP",
    "TMPDIR",
    "TZ",
    "UID",
    "USER",
    "VIRTUAL_ENV",
];

/// Whether CircleCI or the shell sets the variable itself.
pub fn is_builtin(name: &str) -> bool {
    BUILTIN.binary_search(&name).is_ok()
        || name.starts_with("CIRCLE_INTERNAL_")
        || name.starts_with("CIRCLE_RUNNER_")
}

/// Whether all of `text` is a name as people write those of variables: `A_B`.
pub fn is_name(text: &str) -> bool {
    let capital = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    (3..=100).contains(&text.len())
        && text.contains('_')
        && text.bytes().next().is_some_and(|b| b.is_ascii_uppercase())
        && text.bytes().all(capital)
}

/// The variables that shell text reads, `$A` and `${A…}`, with how many line breaks stand before.
pub fn names(text: &str) -> Vec<(u32, &str)> {
    let mut found = Vec::new();
    for (part, line) in text.split_inclusive('\n').zip(0..) {
        for (at, _) in part.match_indices('$') {
            let escaped = part.get(..at).is_some_and(|b| b.ends_with('\\') || b.ends_with('$'));
            let rest = part.get(at + 1..).unwrap_or_default();
            // `$(A)` is how a Makefile reads a variable; a shell would run a program of that name.
            let made = rest.strip_prefix('(').filter(|r| {
                leading_name(r)
                    .is_some_and(|n| r.get(n.len()..).is_some_and(|t| t.starts_with(')')))
            });
            let rest = rest.strip_prefix('{').or(made).unwrap_or(rest);
            // `${#A}` is the length of it, `${!A}` what it names.
            let rest = rest.strip_prefix(['#', '!']).unwrap_or(rest);
            if let Some(name) = leading_name(rest).filter(|_| !escaped) {
                found.push((line, name));
            }
        }
    }
    found
}

/// How code reads a variable, up to its name.
const READS: [&str; 14] = [
    "process.env.",
    "process.env[\"",
    "process.env['",
    "os.environ[\"",
    "os.environ['",
    "os.environ.get(\"",
    "os.environ.get('",
    "os.getenv(\"",
    "os.getenv('",
    "os.Getenv(\"",
    "ENV[\"",
    "ENV['",
    "ENV.fetch(\"",
    "ENV.fetch('",
];

/// The variables that code reads, with how many line breaks stand before.
pub fn read_by_code(text: &str) -> Vec<(u32, &str)> {
    let mut found = Vec::new();
    for (line, nth) in text.lines().zip(0..) {
        for sign in READS {
            let behind =
                line.match_indices(sign).filter_map(|(at, _)| line.get(at + sign.len()..));
            found.extend(behind.filter_map(leading_name).map(|name| (nth, name)));
        }
    }
    found
}

/// The variables that shell text sets, but not those that it sets from themselves.
pub fn assigned(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in text.lines() {
        for (at, _) in line.match_indices('=') {
            let before = line.get(..at).unwrap_or_default().trim_end_matches('+');
            let start = before.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            let name = start.map_or(before, |s| before.get(s + 1..).unwrap_or_default());
            let lead = before.get(..before.len() - name.len()).unwrap_or_default();
            let is_start =
                lead.is_empty() || lead.ends_with([' ', '\t', ';', '"', '\'', '(', '&']);
            let value = line.get(at + 1..).unwrap_or_default();
            let own = names(value).iter().any(|(_, n)| *n == name);
            if is_start && leading_name(name) == Some(name) && !own && !value.starts_with('=') {
                found.push(name);
            }
        }
        let mut words = line.split_whitespace();
        while let Some(word) = words.next() {
            if word == "read" || word == "for" {
                found.extend(
                    words
                        .clone()
                        .filter(|w| !w.starts_with('-'))
                        .take(1)
                        .filter(|w| leading_name(w).is_some_and(|n| n.len() == w.len())),
                );
            }
        }
    }
    found
}

/// Names of secret variables anywhere in a text, in comments too, that it does not set; with lines.
pub fn mentions(text: &str) -> Vec<(String, u32)> {
    let set = assigned(text);
    let mut found = Vec::new();
    for (line, nth) in text.lines().zip(1..) {
        let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let secret =
            |w: &&str| is_name(w) && looks_secret(w) && !is_builtin(w) && !set.contains(w);
        found.extend(words.filter(secret).map(|word| (word.to_owned(), nth)));
    }
    found
}

/// The name of capitals at the start of `text`.
fn leading_name(text: &str) -> Option<&str> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = text.find(|c| !word(c)).unwrap_or(text.len());
    let name = text.get(..end)?;
    let capital = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    let first = name.bytes().next()?;
    let fine = name.len() >= 2 && !first.is_ascii_digit() && name.bytes().all(capital);
    (fine && name.bytes().any(|b| b.is_ascii_uppercase())).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(BUILTIN.is_sorted());
        assert!(is_builtin("CIRCLE_SHA1") && !is_builtin("CIRCLE_TOKEN"));
    }

    #[test]
    fn what_is_read_and_what_is_set() {
        let text =
            "export =1\ncurl $TOKEN ${API_KEY:-x} $lower $1 \\$NOT\nA=$A BB=\"$C\"\nread -rs PW";
        let read: Vec<&str> = names(text).into_iter().map(|(_, n)| n).collect();
        // `$A` is read too; single letters are none of ours.
        assert_eq!(read, ["TOKEN", "API_KEY"]);
        assert_eq!(assigned(text), ["BB", "PW"]);
        assert_eq!(names("a\n$TOKEN"), [(1, "TOKEN")]);
        assert_eq!(mentions("# NPM_TOKEN: x\nA_KEY=1\nVERSION_X"), [("NPM_TOKEN".into(), 1)]);
        assert_eq!(names("$(NPM_TOKEN) $(pwd) $(LS -l)"), [(0, "NPM_TOKEN")]);
    }

    #[test]
    fn code_reads_in_its_own_way() {
        let text = "import os\nk = os.environ['API_KEY']\nprocess.env.NPM_TOKEN || ENV.fetch(\"A_B\")\nenv.X_Y";
        assert_eq!(read_by_code(text), [(1, "API_KEY"), (2, "NPM_TOKEN"), (2, "A_B")]);
    }

    #[test]
    fn names_are_capitals_with_a_bar() {
        assert!(is_name("AWS_KEY") && !is_name("AWS") && !is_name("Aws_Key") && !is_name("_AB"));
    }
}
