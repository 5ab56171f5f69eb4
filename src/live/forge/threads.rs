//! Lists whose comments are listed below each of their items, and nowhere together.

use super::{Forge, Writing, text, texts};
use crate::error::Result;
use serde_json::Value;

/// Such a list.
pub(super) struct Threads<'a> {
    /// What it is of: `issues`.
    pub(super) kind: &'a str,
    /// Where it is.
    pub(super) path: String,
    /// What is asked of it.
    pub(super) query: &'a str,
    /// The field with the number of an item.
    pub(super) number: &'a str,
    /// The fields that people write.
    pub(super) said: &'a [&'a str],
    /// Where the comments on an item are, below it.
    pub(super) comments: &'a str,
    /// The field that people write of a comment.
    pub(super) answered: &'a str,
    /// How a comment is named in an address, before its id.
    pub(super) mark: &'a str,
}

impl Threads<'_> {
    /// Hands out what people wrote.
    pub(super) fn read(
        &self,
        forge: &Forge,
        writing: Writing,
        out: &mut dyn FnMut(String, String),
    ) -> Result<()> {
        let number = |of: &Value, field: &str| of.get(field).and_then(Value::as_u64);
        let mut all = Vec::new();
        forge.each(&format!("{}?{}", self.path, self.query), &mut |item| {
            all.push((number(item, self.number).unwrap_or_default(), texts(item, self.said)));
        })?;
        for (nth, said) in all {
            let name = format!("{}/{nth}", self.kind);
            if writing == Writing::Issues {
                out(name, said);
                continue;
            }
            forge.each(&format!("{}/{nth}/{}", self.path, self.comments), &mut |comment| {
                let id = number(comment, "id").unwrap_or_default();
                out(format!("{name}#{}{id}", self.mark), text(comment, self.answered));
            })?;
        }
        Ok(())
    }
}
