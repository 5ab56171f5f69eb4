//! What a configuration says about secrets: contexts, variables, keys, orbs, logins, runners.

use super::look::Look;
use super::pinning::Pinning;
use super::words::{assigned, is_builtin, is_name, names};
use super::workflows;
use super::yaml::{Node, Value};
use std::collections::BTreeSet;

/// A configuration that was read.
#[derive(Debug, Clone)]
pub struct Config {
    /// Its values.
    pub root: Node,
    /// What they say.
    pub facts: Facts,
    /// Names of secret variables that the text speaks of in any way, with their lines.
    pub mentions: Vec<(String, u32)>,
}

/// A variable that is set in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvVar {
    /// Its name.
    pub name: String,
    /// Its value, raw: reports must mask it.
    pub value: String,
    /// Its line.
    pub line: u32,
    /// The part of the file.
    pub owner: String,
}

/// A login for a registry of images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Auth {
    /// `auth` or `aws_auth`.
    pub kind: String,
    /// The image.
    pub image: String,
    /// What stands for the secret, raw: a variable, or the secret itself.
    pub secret: String,
    /// The variables that it reads.
    pub names: Vec<String>,
    /// The role, where OIDC is used.
    pub role: bool,
    /// The line of the secret.
    pub line: u32,
    /// The part of the file.
    pub owner: String,
}

/// An orb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orb {
    /// What the file calls it.
    pub name: String,
    /// `namespace/name@version`.
    pub reference: String,
    /// How firmly the version is named.
    pub pinning: Pinning,
    /// Its line.
    pub line: u32,
}

/// A job that a workflow starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The workflow.
    pub workflow: String,
    /// The job, as `jobs` or an orb names it.
    pub job: String,
    /// Contexts that it is given.
    pub contexts: Vec<String>,
    /// Whether branches are filtered for it or its workflow.
    pub filtered: bool,
    /// Whether somebody must approve a job before it.
    pub approved: bool,
    /// Its line.
    pub line: u32,
}

/// A job and what it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// `job build`, `command setup`.
    pub owner: String,
    /// Steps that may be commands of the file.
    pub calls: BTreeSet<String>,
    /// Its shell text, all of it.
    pub text: String,
    /// Its line.
    pub line: u32,
}

/// SSH keys that a job asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// Their fingerprints; none means all.
    pub fingerprints: Vec<String>,
    /// The line.
    pub line: u32,
    /// The part of the file.
    pub owner: String,
}

/// A workflow that starts by the clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The workflow.
    pub workflow: String,
    /// When.
    pub cron: String,
    /// The line.
    pub line: u32,
}

/// What a configuration says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Whether it is a setup configuration, which another continues.
    pub setup: bool,
    /// Orbs.
    pub orbs: Vec<Orb>,
    /// Variables that it sets.
    pub env: Vec<EnvVar>,
    /// Logins for images.
    pub auths: Vec<Auth>,
    /// Jobs and commands.
    pub jobs: Vec<Job>,
    /// Jobs that workflows start.
    pub starts: Vec<Start>,
    /// Workflows that the clock starts.
    pub schedules: Vec<Schedule>,
    /// SSH keys.
    pub keys: Vec<Keys>,
    /// Resource classes: owner, class, line.
    pub classes: Vec<(String, String, u32)>,
    /// Variables that it reads and nobody in it sets: owner, name, line.
    pub uses: Vec<(String, String, u32)>,
    /// Variables that it sets itself, in `environment` or in shell text.
    pub set: BTreeSet<String>,
    /// Where a job's OIDC token is used.
    pub oidc: Vec<(String, u32)>,
    /// Where code is checked out, which takes a key.
    pub checkouts: Vec<(String, u32)>,
    /// Where a secret is pulled from a manager: owner, manager, line.
    pub pulled: Vec<(String, &'static str, u32)>,
    /// Where the pipeline goes on with another file.
    pub continued: Vec<u32>,
}

/// What text shows that a secret is pulled from a manager.
const MANAGERS: [(&str, &str); 11] = [
    ("vault kv get", "HashiCorp Vault"),
    ("vault read", "HashiCorp Vault"),
    ("secretsmanager get-secret-value", "AWS Secrets Manager"),
    ("ssm get-parameter", "AWS Parameter Store"),
    ("conjur variable", "CyberArk Conjur"),
    ("summon ", "CyberArk Conjur"),
    ("gcloud secrets versions access", "Google Secret Manager"),
    ("az keyvault secret show", "Azure Key Vault"),
    ("doppler run", "Doppler"),
    ("op run", "1Password"),
    ("chamber exec", "chamber"),
];

/// Reads the facts out of a configuration.
pub fn facts(root: &Node) -> Facts {
    let setup = root.get("setup").and_then(Node::text) == Some("true");
    let mut facts = Facts { setup, ..Facts::default() };
    orbs(root, &mut facts);
    workflows::read(root, &mut facts);
    let mut set: BTreeSet<String> = BTreeSet::new();
    Look::over(root, &mut |look| see(look, &mut facts, &mut set));
    set.extend(facts.env.iter().map(|e| e.name.clone()));
    facts
        .uses
        .retain(|(owner, name, _)| !set.contains(name) && !is_builtin(name) && !is_shelf(owner));
    facts.set = set;
    facts.uses.sort();
    facts.uses.dedup();
    facts
}

/// A top key that CircleCI does not know holds parts that others take by anchors: what is used
/// stands there too.
fn is_shelf(owner: &str) -> bool {
    const KNOWN: [&str; 15] = [
        "parameters",
        "steps",
        "docker",
        "environment",
        "machine",
        "macos",
        "checkout",
        "dependencies",
        "database",
        "compile",
        "test",
        "deployment",
        "general",
        "notify",
        "experimental",
    ];
    !owner.is_empty() && !owner.contains(' ') && !KNOWN.contains(&owner)
}

fn orbs(root: &Node, facts: &mut Facts) {
    for (key, value) in root.get("orbs").map(Node::pairs).unwrap_or_default() {
        let name = key.text().unwrap_or_default().to_owned();
        let (reference, pinning) = match value.text() {
            Some(text) => (text.to_owned(), Pinning::of(text)),
            None => (String::new(), Pinning::Inline),
        };
        facts.orbs.push(Orb { name, reference, pinning, line: key.line });
    }
}

fn see(look: &Look<'_>, facts: &mut Facts, set: &mut BTreeSet<String>) -> bool {
    match (look.key, &look.node.value) {
        ("environment", _) if !look.path.contains(&"parameters") => {
            facts.env.extend(environment(look));
            return false;
        }
        ("auth" | "aws_auth", Value::Map(_)) => facts.auths.push(auth(look)),
        ("image", Value::Scalar { text, .. }) => {
            // The login stands beside the image; it is given its name here, whichever came first.
            if let Some(auth) =
                facts.auths.last_mut().filter(|a| a.image.is_empty() && a.owner == look.owner)
            {
                auth.image.clone_from(text);
            }
        }
        ("resource_class", Value::Scalar { text, .. }) => {
            facts.classes.push((look.owner.clone(), text.clone(), look.line));
        }
        ("add_ssh_keys", _) => facts.keys.push(keys(look)),
        ("context", _) if look.path.first() == Some(&"workflows") => return false,
        _ => {}
    }
    if let [section, _] = look.path.as_slice()
        && matches!(*section, "jobs" | "commands")
    {
        facts.jobs.push(job(look));
    }
    if let Value::Scalar { text, .. } = &look.node.value {
        scalar(look, text, facts, set);
    }
    true
}

/// Variables set in a map, in a list of maps, or in a list of `A=b`.
fn environment(look: &Look<'_>) -> Vec<EnvVar> {
    let mut found = Vec::new();
    let mut add = |name: &str, value: &str, line: u32| {
        let (name, value, owner) = (name.to_owned(), value.to_owned(), look.owner.clone());
        found.push(EnvVar { name, value, line, owner });
    };
    let maps = std::iter::once(look.node).chain(look.node.list());
    for (key, value) in maps.flat_map(Node::pairs) {
        add(key.text().unwrap_or_default(), value.text().unwrap_or_default(), key.line);
    }
    for item in look.node.list() {
        if let Some((name, value)) = item.text().and_then(|t| t.split_once('=')) {
            add(name, value, item.line);
        }
    }
    found
}

fn auth(look: &Look<'_>) -> Auth {
    let secret = ["password", "aws_secret_access_key"].iter().find_map(|k| look.node.get(k));
    let text = secret.and_then(Node::text).unwrap_or_default();
    let all = look.node.pairs().iter().filter_map(|(_, v)| v.text());
    let names = all.flat_map(|t| names(t).into_iter().map(|(_, n)| n.to_owned())).collect();
    Auth {
        kind: look.key.to_owned(),
        image: String::new(),
        secret: text.to_owned(),
        names,
        role: look.node.get("oidc_role_arn").is_some() || look.node.get("role_arn").is_some(),
        line: secret.map_or(look.line, |s| s.line),
        owner: look.owner.clone(),
    }
}

fn keys(look: &Look<'_>) -> Keys {
    let prints = look.node.get("fingerprints").map(Node::texts).unwrap_or_default();
    Keys {
        fingerprints: prints.into_iter().map(str::to_owned).collect(),
        line: look.line,
        owner: look.owner.clone(),
    }
}

fn job(look: &Look<'_>) -> Job {
    let mut job = Job {
        owner: look.owner.clone(),
        calls: BTreeSet::new(),
        text: String::new(),
        line: look.line,
    };
    Look::over(look.node, &mut |inner| {
        for step in inner.node.list() {
            let name = step.text().or_else(|| step.pairs().first().and_then(|(k, _)| k.text()));
            job.calls.extend(name.map(str::to_owned));
        }
        if let Some(text) = inner.node.text() {
            job.text.push_str(text);
            job.text.push('\n');
        }
        true
    });
    job
}

fn scalar(look: &Look<'_>, text: &str, facts: &mut Facts, set: &mut BTreeSet<String>) {
    // The line of a block is that of its first line of text.
    let first = look.node.line;
    for (below, name) in names(text) {
        let line = first.saturating_add(below);
        if name.starts_with("CIRCLE_OIDC_TOKEN") {
            facts.oidc.push((look.owner.clone(), line));
        }
        facts.uses.push((look.owner.clone(), name.to_owned(), line));
    }
    if is_name(text) && !matches!(look.key, "name" | "default" | "description") {
        facts.uses.push((look.owner.clone(), text.to_owned(), look.node.line));
    }
    set.extend(assigned(text).into_iter().map(str::to_owned));
    let owner = || look.owner.clone();
    if look.key == "role_arn" || look.key == "role-arn" || text.contains("circleci run oidc get") {
        facts.oidc.push((owner(), look.node.line));
    }
    if look.key.is_empty() && text == "checkout" {
        facts.checkouts.push((owner(), look.node.line));
    }
    if look.key.is_empty() && text == "add_ssh_keys" {
        let line = look.node.line;
        facts.keys.push(Keys { fingerprints: Vec::new(), line, owner: owner() });
    }
    if text.contains("CIRCLE_CONTINUATION_KEY") || text.contains("/pipeline/continue") {
        facts.continued.push(look.node.line);
    }
    let pulled = MANAGERS.iter().filter(|(sign, _)| text.contains(sign));
    facts.pulled.extend(pulled.map(|(_, name)| (owner(), *name, look.node.line)));
}
