//! Which jobs of which workflows use a name: in their steps, in a command that they call, or in a
//! file that they run.

use crate::circle::Facts;
use crate::usage::Kind;
use std::collections::BTreeSet;

/// What uses `owner`, a part of the configuration: jobs with their workflows.
pub(super) fn of_owner(facts: &Facts, owner: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    match owner.split_once(' ') {
        Some(("job", name)) => found.extend(started(facts, name)),
        Some(("command", name)) => {
            for job in facts.jobs.iter().filter(|j| j.calls.contains(name)) {
                if job.owner != owner && job.owner.starts_with("job ") {
                    found.extend(of_owner(facts, &job.owner));
                }
            }
        }
        Some(("workflow", name)) => {
            found.insert(format!("workflow {name}"));
        }
        Some(("executor", _)) | None | Some(_) => {}
    }
    if found.is_empty() {
        found.insert(owner.to_owned());
    }
    found
}

/// A job with the workflows that start it.
fn started(facts: &Facts, job: &str) -> BTreeSet<String> {
    let mut flows: Vec<&str> =
        facts.starts.iter().filter(|s| s.job == job).map(|s| s.workflow.as_str()).collect();
    flows.sort_unstable();
    flows.dedup();
    let one = match flows.as_slice() {
        [] => format!("job {job} (no workflow starts it)"),
        flows => format!("job {job} (workflow {})", flows.join(", ")),
    };
    BTreeSet::from([one])
}

/// The jobs that run the file at `path`, as far as their text tells.
pub(super) fn running(facts: &Facts, path: &str, kind: Kind) -> BTreeSet<String> {
    let tells = |text: &str| match kind {
        Kind::Makefile => has_word(text, "make"),
        Kind::Package => ["npm", "yarn", "pnpm", "composer"].iter().any(|w| has_word(text, w)),
        Kind::Dockerfile => text.contains("docker build") || text.contains("docker buildx"),
        Kind::Deployment if path.contains("compose") => text.contains("compose"),
        Kind::Deployment if path.ends_with(".tf") => has_word(text, "terraform"),
        Kind::Docs | Kind::Circleci | Kind::Ci => false,
        _ => text.contains(path) || names_file(text, path),
    };
    let jobs = facts.jobs.iter().filter(|j| tells(&j.text));
    jobs.flat_map(|j| of_owner(facts, &j.owner)).collect()
}

/// Whether the text names the file without its folder, as `./deploy.sh` after a `cd`.
fn names_file(text: &str, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.contains('.') && name.len() > 4 && text.contains(&format!("/{name}"))
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).any(|w| w == word)
}
