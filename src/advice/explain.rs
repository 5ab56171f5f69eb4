//! Everything about one credential, in the order in which it is needed.

use super::data::{Advice, Known};
use crate::page::{Block, Page};
use crate::rule::{Live, Rule};
use serde::Serialize;

/// A place where the credential's name is used.
#[derive(Debug, Clone, Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub struct Used {
    /// What kind of file.
    pub kind: &'static str,
    /// The file.
    pub path: String,
    /// The line.
    pub line: u32,
    /// The name.
    pub name: String,
}

/// A place to keep it, with how to read it from there.
#[derive(Debug, Clone, Serialize)]
pub struct Remedy {
    /// The manager's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How to store a value.
    pub store: String,
    /// What to mind.
    pub notes: String,
    /// Documentation.
    pub docs: String,
    /// How a job is given it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub grant: String,
    /// How each language reads it.
    pub snippets: Vec<Snippet>,
}

/// Code in one language.
#[derive(Debug, Clone, Serialize)]
pub struct Snippet {
    /// The language's id.
    pub language: &'static str,
    /// Its name.
    pub name: String,
    /// The code.
    pub code: String,
}

/// Everything about one credential.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// Name of the form.
    pub schema: &'static str,
    /// The rule.
    pub rule_id: String,
    /// What it is, as a noun phrase.
    pub name: String,
    /// Who issues it.
    pub provider: String,
    /// How bad a leak is.
    pub severity: String,
    /// The finding that was asked about.
    pub fingerprint: Option<String>,
    /// What it is.
    pub what: Vec<String>,
    /// What it is used for.
    pub uses: Vec<String>,
    /// What is at risk.
    pub risks: Vec<String>,
    /// How it gets out.
    pub leaks: Vec<String>,
    /// How to see misuse.
    pub misuse: Vec<String>,
    /// How to ask the vendor whether it works.
    pub live: Vec<String>,
    /// How to revoke and replace it.
    pub steps: Vec<String>,
    /// What stops.
    pub stops: Vec<String>,
    /// Usual names of the variable.
    pub env: Vec<String>,
    /// What may stop in this repository, from where they are used: jobs, images, programs.
    pub services: Vec<String>,
    /// Where they are used in this repository; `None` if there is no repository.
    pub used: Option<Vec<Used>>,
    /// Where to keep it instead.
    pub keep: Vec<Remedy>,
    /// Good practice.
    pub practice: Vec<String>,
    /// Pages to read.
    pub links: Vec<String>,
}

impl Explanation {
    /// Of `rule`, read by the languages named, under the variable `name`.
    pub fn of(rule: &Rule, advice: &Advice, name: Option<&str>, languages: &[&str]) -> Self {
        let none = Known::default();
        let known = advice.of(rule.family()).unwrap_or(&none);
        let both = |own: &[String], all: &[String]| [own, all].concat();
        let filled = |texts: Vec<String>| texts.into_iter().filter(|t| !t.is_empty()).collect();
        let mut env: Vec<String> = name.map(str::to_owned).into_iter().collect();
        env.extend(rule.env.iter().filter(|e| Some(&***e) != name).map(ToString::to_string));
        let keep = remedies(advice, env.first().map_or("TOKEN", |e| e), rule, languages);
        let mut links: Vec<String> =
            filled(vec![rule.rotate_url.to_string(), rule.docs.to_string()]);
        links.extend(known.links.iter().filter(|l| **l != *rule.docs).cloned());
        Self {
            schema: "stanch-explain/1",
            rule_id: rule.id.to_string(),
            name: rule.name.to_string(),
            provider: rule.provider_name.to_string(),
            severity: rule.severity.to_string(),
            fingerprint: None,
            what: filled(vec![known.what.clone()]),
            uses: known.uses.clone(),
            risks: both(&[rule.risk.to_string()], &known.risks),
            leaks: both(&known.leaks, &advice.general.leaks),
            misuse: misuse(rule, known),
            live: rule.live.as_ref().map(ask).unwrap_or_default(),
            steps: steps(rule, &advice.general),
            stops: stops(known),
            env,
            used: None,
            services: Vec::new(),
            keep,
            practice: both(&known.practice, &advice.general.practice),
            links,
        }
    }

    /// As a page for people.
    pub fn page(&self) -> Page {
        let title = format!("{} ({}), severity {}", self.name, self.rule_id, self.severity);
        let mut page = Page::new(title);
        let items = |texts: &[String]| texts.iter().cloned().map(Block::Item).collect::<Vec<_>>();
        let what = self.what.iter().cloned().map(Block::Text).chain(items(&self.uses));
        page.add("What it is", what.collect());
        page.add("What is at risk", items(&self.risks));
        page.add("How it usually leaks", items(&self.leaks));
        page.add("What to do now", self.steps.iter().cloned().map(Block::Step).collect());
        page.add("Was it misused?", items(&self.misuse));
        page.add("Does it still work?", self.live.iter().cloned().map(Block::Text).collect());
        page.add("What stops working", self.stopping());
        page.add("Where to keep it instead", self.keeping());
        page.add("Good practice", items(&self.practice));
        let mut links = items(&self.links);
        links.push(Block::Item(format!("stanch rules show {}", self.rule_id)));
        page.add("Read more", links);
        page
    }

    fn stopping(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = self.stops.iter().cloned().map(Block::Item).collect();
        let names = self.env.join(", ");
        match &self.used {
            None => {}
            Some(_) if self.env.is_empty() => {}
            Some(used) if used.is_empty() => {
                blocks.push(Block::Text(format!("No tracked file here uses {names}.")));
            }
            Some(used) => {
                blocks.push(Block::Text("In this repository its names are used here:".into()));
                let row = |u: &Used| {
                    vec![u.kind.into(), format!("{}:{}", u.path, u.line), u.name.clone()]
                };
                let rows = used.iter().map(row).collect();
                blocks.push(Block::Table(vec!["in", "where", "name"], rows));
                if !self.services.is_empty() {
                    blocks.push(Block::Text("So these may stop:".into()));
                    blocks.extend(self.services.iter().cloned().map(Block::Item));
                }
            }
        }
        blocks
    }

    fn keeping(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        if !self.env.is_empty() {
            blocks.push(Block::Text(format!(
                "Usual names of the variable: {}",
                self.env.join(", ")
            )));
        }
        for remedy in &self.keep {
            blocks.push(Block::Head(remedy.name.clone()));
            blocks.push(Block::Text(remedy.notes.clone()));
            blocks.push(Block::Code("sh", remedy.store.clone()));
            if !remedy.grant.is_empty() {
                blocks.push(Block::Code("yaml", remedy.grant.clone()));
            }
            for snippet in &remedy.snippets {
                blocks.push(Block::Text(format!("{}:", snippet.name)));
                blocks.push(Block::Code(snippet.language, snippet.code.clone()));
            }
            blocks.push(Block::Text(remedy.docs.clone()));
        }
        blocks
    }
}

fn misuse(rule: &Rule, known: &Known) -> Vec<String> {
    let vendor = if rule.provider_name.is_empty() { "its issuer" } else { &*rule.provider_name };
    let mut lines = vec![rule.misuse.to_string()];
    if rule.misuse.is_empty() {
        lines = vec![format!(
            "Look in the audit log of {vendor} for uses since the day it was first committed."
        )];
    }
    lines.extend(known.misuse.iter().cloned());
    lines
}

fn steps(rule: &Rule, general: &Known) -> Vec<String> {
    let mut steps: Vec<String> = rule.revoke.iter().map(ToString::to_string).collect();
    if steps.is_empty() {
        steps.push("Revoke it where it was issued, and make a new one.".into());
    }
    if !rule.rotate_url.is_empty() {
        steps.push(format!("The page for it: {}", rule.rotate_url));
    }
    steps.push(
        "Put the new one where it is used (see below what stops), then check that it works."
            .into(),
    );
    steps.extend(general.after.iter().cloned());
    steps
}

fn stops(known: &Known) -> Vec<String> {
    if known.stops.is_empty() {
        return vec!["Everything that was given this value and is not given the new one.".into()];
    }
    known.stops.clone()
}

/// A step for a person: nothing is sent by this command.
fn ask(live: &Live) -> Vec<String> {
    let secret = |text: &str| text.replace("{secret}", "$SECRET");
    let mut call = format!("curl -sS -X {}", live.method);
    live.headers.iter().for_each(|h| call.push_str(&format!(" -H \"{}\"", secret(h))));
    call.push_str(&format!(" \"{}\"", secret(&live.url)));
    vec![
        "Ask the vendor yourself; the request shows up in its logs. stanch sends nothing.".into(),
        format!("$ read -rs SECRET && {call}"),
        format!("It works if: {}", live.success),
    ]
}

fn remedies(advice: &Advice, name: &str, rule: &Rule, languages: &[&str]) -> Vec<Remedy> {
    let app = format!("my-{}-app", rule.provider);
    let filled =
        |text: &str| text.trim_matches('\n').replace("@NAME@", name).replace("@APP@", &app);
    let snippets = |manager: &str| {
        let wanted = advice.languages.iter().filter(|l| languages.contains(&l.id.as_str()));
        let all = wanted.map(|l| Snippet {
            language: fence(&l.id),
            name: l.name.clone(),
            code: filled(l.snippet(manager)),
        });
        all.filter(|_| manager != "circleci").collect()
    };
    let remedy = |m: &super::Manager| Remedy {
        id: m.id.clone(),
        name: m.name.clone(),
        store: filled(&m.store),
        notes: filled(&m.notes),
        docs: m.docs.clone(),
        grant: filled(&m.grant),
        snippets: snippets(&m.id),
    };
    advice.managers.iter().map(remedy).collect()
}

/// The word for a fence of Markdown.
fn fence(language: &str) -> &'static str {
    const KNOWN: [&str; 11] = [
        "python",
        "javascript",
        "typescript",
        "go",
        "java",
        "ruby",
        "rust",
        "csharp",
        "php",
        "sh",
        "yaml",
    ];
    let id = if language == "shell" { "sh" } else { language };
    KNOWN.into_iter().find(|known| *known == id).unwrap_or("")
}
