//! The keys of a rule file and what each may hold, to tell all that is wrong with one at once.

use super::mistake::Mistake;
use super::schema::{CONFIDENCES, SEVERITIES};
use crate::model::nearest;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Form {
    /// A string.
    Text,
    /// A list of strings.
    Texts,
    /// A whole number below 65536.
    Whole,
    /// Any number from 0.
    Number,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A table with these keys.
    Table(&'static [Field]),
}

/// A key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Field {
    /// Its name.
    pub(super) name: &'static str,
    form: Form,
    /// It must be there.
    required: bool,
}

const fn must(name: &'static str, form: Form) -> Field {
    Field { name, form, required: true }
}

const fn may(name: &'static str, form: Form) -> Field {
    Field { name, form, required: false }
}

/// Keys of `[provider]`.
pub(super) const PROVIDER: &[Field] = &[must("id", Form::Text), must("name", Form::Text)];

const LIVE: &[Field] = &[
    must("method", Form::Text),
    must("url", Form::Text),
    may("headers", Form::Texts),
    must("success", Form::Text),
];

/// Keys of `[[rule]]`.
pub(super) const RULE: &[Field] = &[
    must("id", Form::Text),
    must("name", Form::Text),
    must("risk", Form::Text),
    must("severity", Form::Word(&SEVERITIES)),
    may("confidence", Form::Word(&CONFIDENCES)),
    may("family", Form::Text),
    may("aliases", Form::Texts),
    may("engine", Form::Word(&["shape", "pem", "assignment", "file"])),
    may("shape", Form::Text),
    may("boundary", Form::Word(&["both", "left", "right", "none"])),
    may("near", Form::Texts),
    may("within", Form::Whole),
    may("paths", Form::Texts),
    may("checks", Form::Texts),
    may("entropy", Form::Number),
    may("env", Form::Texts),
    may("misuse", Form::Text),
    may("revoke", Form::Texts),
    may("rotate_url", Form::Text),
    may("docs", Form::Text),
    may("dead_before", Form::Text),
    may("live", Form::Table(LIVE)),
    may("sample", Form::Text),
];

/// Checks the keys of `table` (`what` names it, `head` is where it begins) and takes those out
/// that are wrong. Answers whether all that are required are there and right.
pub(super) fn check(
    table: &mut DeTable<'_>,
    fields: &[Field],
    what: &str,
    head: &Range<usize>,
    mistakes: &mut Vec<Mistake>,
) -> bool {
    let mut wrong = Vec::new();
    for (key, value) in table.iter_mut() {
        let name = key.get_ref().to_string();
        let span = value.span();
        let found = match fields.iter().find(|f| f.name == name) {
            None => Some(unknown(&name, key.span(), fields)),
            Some(field) => complaint(field, value.get_mut(), &span, mistakes),
        };
        if let Some(mistake) = found {
            mistakes.push(mistake);
            wrong.push(key.clone());
        }
    }
    let mut whole = true;
    for field in fields.iter().filter(|f| f.required) {
        if !table.contains_key(field.name) {
            whole = false;
            let mend = format!("add the line `{} = {}`", field.name, example(field.form));
            let lacks = format!("{what} has no `{}`", field.name);
            mistakes.push(Mistake::new(head.clone(), lacks, mend));
        }
    }
    for key in wrong {
        whole &= !fields.iter().any(|f| f.required && f.name == key.get_ref());
        table.remove(&key);
    }
    whole
}

fn unknown(name: &str, at: Range<usize>, fields: &[Field]) -> Mistake {
    let names: Vec<&str> = fields.iter().map(|f| f.name).collect();
    let mend = match nearest(name, names.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("these can stand here: {}", names.join(", ")),
    };
    Mistake::new(at, format!("unknown key `{name}`"), mend)
}

/// What is wrong with the value of `field`, if anything.
fn complaint(
    field: &Field,
    value: &mut DeValue<'_>,
    at: &Range<usize>,
    mistakes: &mut Vec<Mistake>,
) -> Option<Mistake> {
    let name = field.name;
    let wanted = |what: &str, value: &DeValue<'_>| {
        let what = format!("`{name}` is {what}, not {}", kind(value));
        Some(Mistake::new(at.clone(), what, format!("write it like {}", example(field.form))))
    };
    match (field.form, &mut *value) {
        (Form::Text, DeValue::String(_)) => None,
        (Form::Text, other) => wanted("a string", other),
        (Form::Texts, DeValue::Array(items)) => {
            let odd = items.iter().find(|i| !i.get_ref().is_str())?;
            let what = format!("`{name}` holds strings, not {}", kind(odd.get_ref()));
            Some(Mistake::new(odd.span(), what, "put it in quotes"))
        }
        (Form::Texts, other) => wanted("a list of strings", other),
        (Form::Whole, DeValue::Integer(n)) => {
            let fits = n.to_string().replace('_', "").parse::<u16>().is_ok();
            let what = format!("`{name}` is a whole number from 0 to 65535");
            (!fits).then(|| Mistake::new(at.clone(), what, ""))
        }
        (Form::Whole, other) => wanted("a whole number", other),
        (Form::Number, DeValue::Integer(_) | DeValue::Float(_)) => None,
        (Form::Number, other) => wanted("a number", other),
        (Form::Word(words), DeValue::String(word)) => unknown_word(name, word, words, at),
        (Form::Word(_), other) => wanted("a word in quotes", other),
        (Form::Table(fields), DeValue::Table(table)) => {
            let what = format!("`{name}`");
            let whole = check(table, fields, &what, at, mistakes);
            // What was wrong in it is told already; a part of it is of no use.
            if !whole {
                table.clear();
            }
            None
        }
        (Form::Table(_), other) => wanted("a table", other),
    }
}

fn unknown_word(name: &str, word: &str, words: &[&str], at: &Range<usize>) -> Option<Mistake> {
    if words.contains(&word) {
        return None;
    }
    let mend = match nearest(word, words.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`? It is one of {}", words.join(", ")),
        None => format!("it is one of {}", words.join(", ")),
    };
    Some(Mistake::new(at.clone(), format!("there is no {name} `{word}`"), mend))
}

fn example(form: Form) -> &'static str {
    match form {
        Form::Text => "\"…\"",
        Form::Texts => "[\"…\", \"…\"]",
        Form::Whole => "64",
        Form::Number => "3.5",
        Form::Word(_) => "\"high\"",
        Form::Table(_) => "{ … }",
    }
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
