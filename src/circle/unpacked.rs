//! Configurations that are kept in many files and packed into one before CircleCI reads them.

use super::yaml::{Node, Value};

/// The configuration in the file at `path`: one that is a part, as `jobs/build.yml`, is put under
/// the keys that packing gives it.
pub fn unpacked(root: Node, path: &str) -> Node {
    let Some((section, name)) = part(path).filter(|_| is_part(&root)) else { return root };
    let under = |key: &str, node: Node| {
        let value = Value::Scalar { text: key.to_owned(), plain: true };
        let (line, end_line) = (node.line, node.end_line);
        let key = Node { line, end_line: line, value };
        Node { line, end_line, value: Value::Map(vec![(key, node)]) }
    };
    under(section, under(name, root))
}

/// The section and the name that a path stands for.
fn part(path: &str) -> Option<(&'static str, &str)> {
    let mut parts = path.rsplit('/');
    let (file, folder) = (parts.next()?, parts.next()?);
    let sections = ["jobs", "commands", "executors", "workflows"];
    let section = sections.into_iter().find(|s| *s == folder.trim_start_matches('@'))?;
    let name = file.strip_suffix(".yml").or_else(|| file.strip_suffix(".yaml"))?;
    Some((section, name.trim_start_matches('@')))
}

/// A whole configuration names its version or its parts.
fn is_part(root: &Node) -> bool {
    let whole = ["version", "jobs", "workflows", "orbs", "commands", "executors"];
    let steps = root.get("steps").is_some();
    steps || whole.iter().all(|key| root.get(key).is_none())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;
    use crate::circle::{facts, parse};

    #[test]
    fn a_part_belongs_to_the_job_that_its_file_is_called_after() {
        let root = parse("docker: [{image: x}]\nsteps:\n  - run: ./go $NPM_TOKEN\n").unwrap();
        let facts = facts(&unpacked(root, ".circleci/config/jobs/deploy.yml"));
        assert_eq!(facts.uses, [("job deploy".into(), "NPM_TOKEN".into(), 3)]);
    }

    #[test]
    fn a_whole_configuration_is_left_alone() {
        let root = parse("version: 2.1\njobs: {}\n").unwrap();
        assert_eq!(unpacked(root.clone(), ".circleci/jobs/config.yml"), root);
    }
}
