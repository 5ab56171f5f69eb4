//! What the form of a configuration shows: literals, stores, orbs, contexts.

use super::Hit;
use crate::circle::{Facts, Look, Node, Pinning, is_value, looks_secret};

/// Names of files that hold secrets, as parts of paths.
const FILES: [&str; 17] = [
    ".env",
    ".npmrc",
    ".netrc",
    ".pypirc",
    ".aws",
    ".ssh",
    ".docker/config.json",
    ".kube",
    ".gnupg",
    ".gem/credentials",
    ".git-credentials",
    "credentials.json",
    "id_rsa",
    "id_ed25519",
    ".pem",
    ".p12",
    ".vault-token",
];

/// What is seen.
pub(super) fn hits(root: &Node, facts: &Facts) -> Vec<Hit> {
    let mut hits = Vec::new();
    literals(facts, &mut hits);
    orbs(facts, &mut hits);
    contexts(facts, &mut hits);
    stores(root, &mut hits);
    hits
}

fn literals(facts: &Facts, hits: &mut Vec<Hit>) {
    for var in facts.env.iter().filter(|v| looks_secret(&v.name) && is_value(&v.value)) {
        hits.push(Hit {
            rule: "circleci-lint-literal-environment",
            line: var.line,
            needle: var.value.clone(),
            secret: true,
            what: format!("{} of {} has its value here", var.name, var.owner),
        });
    }
    let literal = |a: &&crate::circle::Auth| {
        a.names.iter().all(|n| !a.secret.contains(n.as_str())) && !a.secret.contains("<<")
    };
    for auth in facts
        .auths
        .iter()
        .filter(|a| !a.secret.is_empty() && !a.secret.starts_with('$'))
        .filter(literal)
    {
        hits.push(Hit {
            rule: "circleci-lint-literal-auth",
            line: auth.line,
            needle: auth.secret.clone(),
            secret: true,
            what: format!("{} of {} has its secret here", auth.kind, auth.owner),
        });
    }
}

fn orbs(facts: &Facts, hits: &mut Vec<Hit>) {
    for orb in &facts.orbs {
        let rule = match orb.pinning {
            Pinning::Volatile | Pinning::Dev => "circleci-lint-orb-volatile",
            Pinning::Range => "circleci-lint-orb-range",
            Pinning::Inline | Pinning::Exact | Pinning::Unknown => continue,
        };
        hits.push(Hit {
            rule,
            line: orb.line,
            needle: orb.reference.clone(),
            secret: false,
            what: format!("the version of {} is {}", orb.name, orb.pinning.as_str()),
        });
    }
}

fn contexts(facts: &Facts, hits: &mut Vec<Hit>) {
    let open =
        facts.starts.iter().filter(|s| !s.contexts.is_empty() && !s.filtered && !s.approved);
    for start in open {
        hits.push(Hit {
            rule: "circleci-lint-context-unfiltered",
            line: start.line,
            needle: start.job.clone(),
            secret: false,
            what: format!(
                "workflow {} gives {} to job {}, and no filter names the branches that may run it",
                start.workflow,
                start.contexts.join(", "),
                start.job
            ),
        });
    }
}

/// Paths that steps keep.
fn stores(root: &Node, hits: &mut Vec<Hit>) {
    Look::over(root, &mut |look| {
        let (word, keys): (_, &[&str]) = match look.key {
            "persist_to_workspace" => ("a workspace", &["paths", "root"]),
            "save_cache" => ("a cache", &["paths"]),
            "store_artifacts" | "store_test_results" => ("artifacts", &["path"]),
            _ => return true,
        };
        for value in keys.iter().filter_map(|key| look.node.get(key)) {
            let nodes = std::iter::once(value).chain(value.list());
            for node in nodes.filter(|n| n.text().is_some_and(keeps_secrets)) {
                let path = node.text().unwrap_or_default();
                hits.push(Hit {
                    rule: "circleci-lint-stored-secret",
                    line: node.line,
                    needle: path.to_owned(),
                    secret: false,
                    what: format!(
                        "{} goes into {word}",
                        crate::model::display_path(path.as_bytes())
                    ),
                });
            }
        }
        true
    });
}

/// Whether a path is, or holds, a file of secrets.
fn keeps_secrets(path: &str) -> bool {
    let bare = path.trim_end_matches(['/', '*']);
    let home = ["~", "/root", "/home/circleci", "$HOME"].contains(&bare);
    let named = FILES.iter().any(|file| {
        bare.ends_with(file)
            || bare.contains(&format!("{file}/"))
            || bare.split('/').any(|p| p == *file)
    });
    // `.env.example` and its kin are made to be seen.
    let sample = ["example", "sample", "template", "dist"].iter().any(|s| bare.ends_with(s));
    home || (named && !sample)
}
