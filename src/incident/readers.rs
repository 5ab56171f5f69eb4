//! Tools and orbs that read variables which nobody has to name.

use crate::circle::Facts;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A tool or an orb.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reader {
    /// The begin of a command line, as `aws` or `npm publish`.
    #[serde(default)]
    pub command: String,
    /// The name of an orb without its version.
    #[serde(default)]
    pub orb: String,
    /// What it reads.
    pub names: Vec<String>,
}

impl Reader {
    /// Why its variables may be there.
    pub(super) fn why(&self) -> String {
        if self.command.is_empty() {
            return format!("the orb {} reads it unless it is told another name", self.orb);
        }
        format!("`{}` is run and reads it from the environment, if it is there", self.command)
    }

    /// The parts of a configuration that run it, with their lines.
    pub(super) fn users(&self, facts: &Facts) -> BTreeMap<String, u32> {
        let prefixes: Vec<String> = facts
            .orbs
            .iter()
            .filter(|o| {
                !self.orb.is_empty() && o.reference.split('@').next() == Some(self.orb.as_str())
            })
            .map(|o| format!("{}/", o.name))
            .collect();
        let is_orbs = |name: &str| prefixes.iter().any(|p| name.starts_with(p.as_str()));
        let jobs = facts.jobs.iter().filter(|job| {
            let runs = !self.command.is_empty() && runs(&job.text, &self.command);
            runs || job.calls.iter().any(|call| is_orbs(call))
        });
        let mut users: BTreeMap<String, u32> = jobs.map(|j| (j.owner.clone(), j.line)).collect();
        let starts = facts.starts.iter().filter(|s| is_orbs(&s.job));
        users.extend(starts.map(|s| (format!("job {}", s.job), s.line)));
        users
    }
}

/// Whether shell text runs a command that begins so.
fn runs(text: &str, command: &str) -> bool {
    text.contains(command)
        && text.split(['\n', ';', '&', '|', '(', '`']).any(|part| {
            let mut part = part.trim_start();
            for before in ["sudo ", "npx ", "yarn ", "bundle exec ", "poetry run ", "python -m "] {
                part = part.strip_prefix(before).unwrap_or(part).trim_start();
            }
            let rest = part.strip_prefix(command);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '"', '\'']))
        })
}

#[cfg(test)]
mod tests {
    use super::runs;

    #[test]
    fn commands_are_known_where_they_begin() {
        assert!(runs("set -e\nsudo aws s3 ls\n", "aws"));
        assert!(runs("$(aws ecr get-login)", "aws"));
        assert!(runs("cd x && npx semantic-release", "semantic-release"));
        assert!(!runs("pip install aws\nawsome x", "aws"));
        assert!(!runs("npm publisher", "npm publish"));
    }
}
