//! Going through a configuration: every value with the part of the file that it belongs to.

use super::yaml::{Node, Value};

/// A value on the way.
pub struct Look<'n> {
    /// What the part is named: `job deploy`, `command setup`, or the top key.
    pub owner: String,
    /// Keys that lead there.
    pub path: Vec<&'n str>,
    /// The key of the value; empty in a list.
    pub key: &'n str,
    /// The line of the key.
    pub line: u32,
    /// The value.
    pub node: &'n Node,
}

impl<'n> Look<'n> {
    /// Shows every value of `root` to `see`; where that answers false, nothing below it is shown.
    pub fn over(root: &'n Node, see: &mut dyn FnMut(&Look<'n>) -> bool) {
        let top =
            Look { owner: String::new(), path: Vec::new(), key: "", line: root.line, node: root };
        top.go(see);
    }

    fn go(&self, see: &mut dyn FnMut(&Look<'n>) -> bool) {
        if !see(self) {
            return;
        }
        match &self.node.value {
            Value::Scalar { .. } => {}
            Value::List(list) => {
                for node in list {
                    let look = Look {
                        owner: self.owner.clone(),
                        path: self.path.clone(),
                        key: "",
                        line: node.line,
                        node,
                    };
                    look.go(see);
                }
            }
            Value::Map(pairs) => {
                for (key, node) in pairs {
                    let name = key.text().unwrap_or_default();
                    let mut path = self.path.clone();
                    path.push(name);
                    let owner = owner(&path).unwrap_or_else(|| self.owner.clone());
                    Look { owner, path, key: name, line: key.line, node }.go(see);
                }
            }
        }
    }
}

/// The name of the part that `path` begins, if it begins one.
fn owner(path: &[&str]) -> Option<String> {
    let kind = |section: &str| match section {
        "jobs" => Some("job"),
        "commands" => Some("command"),
        "executors" => Some("executor"),
        "workflows" => Some("workflow"),
        _ => None,
    };
    match path {
        [section, name] => Some(format!("{} {name}", kind(section)?)),
        ["orbs", orb, section, name] => Some(format!("orb {orb}, {} {name}", kind(section)?)),
        [top] if kind(top).is_none() && *top != "orbs" => Some((*top).to_owned()),
        _ => None,
    }
}
