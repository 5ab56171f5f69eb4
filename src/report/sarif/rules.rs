//! Rules as SARIF describes them.

use super::super::advice;
use super::log::{Configuration, Descriptor, RuleProperties, Text};
use crate::model::Severity;
use crate::rule::Rule;

/// Longest description that services take.
const LONGEST: usize = 1024;

/// The description of `rule`.
pub(super) fn descriptor(rule: &Rule) -> Descriptor<'_> {
    let mut tags = vec!["security", "secret"];
    tags.extend(Some(&*rule.provider).filter(|p| !p.is_empty()));
    let severity = severity(&rule.severity);
    Descriptor {
        id: &rule.id,
        short_description: text(&rule.name, &rule.id),
        full_description: text(&rule.risk, &rule.name),
        help: help(rule).into(),
        help_uri: uri(rule),
        default_configuration: Configuration { level: level(severity) },
        properties: RuleProperties {
            security_severity: score(severity),
            precision: precision(&rule.confidence),
            tags,
        },
    }
}

/// The level of a result.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

fn text(text: &str, otherwise: &str) -> Text {
    let text = if text.trim().is_empty() { otherwise } else { text };
    Text { text: text.chars().take(LONGEST).collect() }
}

fn help(rule: &Rule) -> String {
    if advice::is_habit(rule) {
        let steps: Vec<String> = rule.revoke.iter().map(|step| format!("- {step}")).collect();
        return format!("{}\n{}", rule.risk, steps.join("\n"));
    }
    let mut lines = vec![format!("Revoke the {} first; then take it out of the code.", rule.name)];
    lines.extend(rule.revoke.iter().map(|step| format!("- {step}")));
    if !rule.rotate_url.is_empty() {
        lines.push(format!("Revoke or rotate it at {}", rule.rotate_url));
    }
    if !rule.misuse.is_empty() {
        lines.push(format!("Was it misused? {}", rule.misuse));
    }
    lines.push("Rewriting history does not un-leak a secret.".into());
    lines.join("\n")
}

fn uri(rule: &Rule) -> Option<&str> {
    [&rule.docs, &rule.rotate_url].into_iter().map(|u| &**u).find(|u| u.starts_with("https://"))
}

fn severity(word: &str) -> Severity {
    match word {
        "critical" => Severity::Critical,
        "medium" => Severity::Medium,
        "low" => Severity::Low,
        _ => Severity::High,
    }
}

fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
    }
}

fn precision(confidence: &str) -> &'static str {
    match confidence {
        "low" => "low",
        "medium" => "medium",
        _ => "high",
    }
}
