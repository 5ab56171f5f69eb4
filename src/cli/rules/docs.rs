//! `stanch rules docs`: a page in Markdown for each rule.

use super::output;
use crate::error::Result;
use crate::rule::{Engine, Rule, RuleSet};
use crate::verify;
use std::path::Path;

/// Writes `README.md` and a page for each rule of `rules` into `dir`; answers how many rules.
pub(super) fn write(rules: &RuleSet, dir: &Path) -> Result<usize> {
    std::fs::create_dir_all(dir).map_err(|e| output::failed(dir, e))?;
    for rule in rules {
        output::replace(&dir.join(format!("{}.md", rule.id)), &page(rule))?;
    }
    output::replace(&dir.join("README.md"), &index(rules))?;
    Ok(rules.len())
}

fn index(rules: &RuleSet) -> String {
    let mut sorted: Vec<&Rule> = rules.iter().collect();
    sorted.sort_by_key(|r| (r.provider_name.to_lowercase(), &r.id));
    let line = |r: &&Rule| {
        format!(
            "| {} | [{}]({}.md) | {} |\n",
            plain(&r.provider_name),
            plain(&r.name),
            r.id,
            r.severity
        )
    };
    let rows: String = sorted.iter().map(line).collect();
    format!(
        "# Rules\n\n{} rules. Version of the set: `{}`.\n\n| provider | rule | severity |\n|---|---|---|\n{rows}",
        rules.len(),
        rules.version()
    )
}

/// All that the rule says, for people.
fn page(rule: &Rule) -> String {
    let mut out = format!("# {}\n\n{}\n\n", plain(&rule.name), plain(&rule.risk));
    for (label, text) in [
        ("Id", code(&rule.id)),
        ("Provider", plain(&rule.provider_name)),
        ("Severity", rule.severity.to_string()),
        ("Confidence", format!("{} before any check", rule.confidence)),
        ("Known as", list(&rule.aliases)),
        ("Usual variables", list(&rule.env)),
        ("Version", code(&rule.version())),
    ] {
        if !text.is_empty() {
            out.push_str(&format!("- **{label}**: {text}\n"));
        }
    }
    section(&mut out, "How it is found", &found(rule));
    let steps: String =
        (1..).zip(rule.revoke.iter()).map(|(n, s)| format!("{n}. {}\n", plain(s))).collect();
    section(&mut out, "When it has leaked", &steps);
    section(&mut out, "Was it misused?", &plain(&rule.misuse));
    let links = [("Rotate", &rule.rotate_url), ("Documentation", &rule.docs)];
    let links = links.iter().filter(|(_, url)| !url.is_empty());
    let links: String = links.map(|(what, url)| format!("- {what}: <{url}>\n")).collect();
    section(&mut out, "Pages", &links);
    out
}

fn section(out: &mut String, title: &str, text: &str) {
    if !text.trim().is_empty() {
        out.push_str(&format!("\n## {title}\n\n{}\n", text.trim_end()));
    }
}

fn found(rule: &Rule) -> String {
    let checks = rule.checks.iter().filter_map(|name| verify::find(name));
    let checks: String =
        checks.map(|c| format!("- `{}`: {}\n", c.name(), plain(c.about()))).collect();
    let how = match rule.engine {
        Engine::Shape if rule.near.is_empty() => "By its shape.".to_owned(),
        Engine::Shape => {
            format!(
                "By its shape, within {} bytes after one of: {}.",
                rule.within,
                list(&rule.near)
            )
        }
        Engine::File => {
            format!("As all that stands in a file with a path like {}.", list(&rule.paths))
        }
        Engine::Pem => "As an armoured block.".to_owned(),
        Engine::Assignment => "As the value of a name that speaks of a secret.".to_owned(),
        Engine::Lint => "By a lint.".to_owned(),
    };
    format!("{how} Checks:\n\n{checks}")
}

fn list(items: &[crate::rule::Str]) -> String {
    items.iter().map(|i| code(i)).collect::<Vec<_>>().join(", ")
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'"))
}

/// Text in which nothing is markup.
fn plain(text: &str) -> String {
    let special =
        |c: char| matches!(c, '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '|' | '#');
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if special(c) {
            out.push('\\');
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}
