//! All about one rule.

use crate::error::{Error, Kind, Result};
use crate::rule::{Anatomy, Engine, Gate, Mask, REACH, RUN, Rule, Str};
use crate::verify;

/// Columns of the labels.
const LABEL: usize = 14;

/// Everything that `rule` says, and what is derived from it; `on` is whether a scan uses it.
pub(super) fn text(rule: &Rule, on: bool) -> String {
    let provider = format!("{} ({})", rule.provider_name, rule.provider);
    let mut lines = vec![
        row("id", &rule.id),
        row("name", &rule.name),
        row("provider", &provider),
        row("severity", &rule.severity),
        row("confidence", &format!("{} before any check", rule.confidence)),
        row("risk", &rule.risk),
        row("family", rule.family()),
        row("known as", &rule.aliases.join(", ")),
        row("state", if on { "" } else { "switched off by the configuration" }),
    ];
    lines.extend(matching(rule));
    lines.extend(rule.checks.iter().map(|c| row("check", &check(c))));
    lines.extend(response(rule));
    let filled: Vec<String> = lines.into_iter().filter(|l| !l.is_empty()).collect();
    format!("{}\n", filled.join("\n"))
}

/// `label  text`; nothing if there is no text.
fn row(label: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{label:LABEL$}{text}") }
}

fn check(name: &Str) -> String {
    match verify::find(name) {
        Some(check) => format!("{name}: {}", check.about()),
        None => format!("{name}: (there is no such check)"),
    }
}

/// How it is found.
fn matching(rule: &Rule) -> Vec<String> {
    match rule.engine {
        Engine::Shape => shape(rule),
        Engine::Lint => vec![row("engine", "a lint")],
        Engine::Pem => vec![row("engine", "armoured private key blocks")],
        Engine::File => vec![
            row("engine", "all that stands in a file"),
            row("shape", &rule.shape),
            row("paths", &rule.paths.join(", ")),
        ],
        Engine::Assignment => {
            vec![row("engine", "a name that speaks of a secret, and the value assigned to it")]
        }
    }
}

fn shape(rule: &Rule) -> Vec<String> {
    let anatomy = &rule.anatomy;
    let near = if rule.near.is_empty() {
        String::new()
    } else {
        format!("within {} bytes after one of: {}", rule.within, rule.near.join(", "))
    };
    let lead = match anatomy.lead {
        0 => String::new(),
        n => format!(", up to {n} bytes into the match"),
    };
    let place = if anatomy.context { " (nearby)" } else { &*lead };
    let anchors = format!("{}{place}", anatomy.anchors.join(", "));
    let floor = if rule.entropy > 0.0 {
        format!("at least {} bits a character", rule.entropy)
    } else {
        String::new()
    };
    vec![
        row("shape", &rule.shape),
        row("boundary", &format!("{:?}", rule.boundary).to_lowercase()),
        row("context", &near),
        row("entropy", &floor),
        row("anchors", &anchors),
        row("length", &format!("{} to {} bytes", anatomy.min_len, anatomy.max_len)),
        row("reach", &reach(rule)),
        row("token run", &format!("at least {} characters", anatomy.run)),
        row("looked for", &gate(anatomy)),
        row("loss", &loss(rule)),
    ]
}

/// How many bytes around a match its verdict can hang on.
fn reach(rule: &Rule) -> String {
    let before = if rule.near.is_empty() { 0 } else { usize::from(rule.within) };
    let wide = if rule.anatomy.wide {
        format!("; more than the usual {REACH}, so texts with its anchor are scanned whole")
    } else {
        String::new()
    };
    format!("{} bytes{wide}", before + rule.anatomy.max_len)
}

fn loss(rule: &Rule) -> String {
    let share = format!("{:.2e} of tokens", rule.anatomy.loss);
    match rule.anatomy.mask {
        Mask::Any => "none".into(),
        _ => format!("{share} have a run that does not look so, and are not found"),
    }
}

/// What [`text`] says about how it is found, as a JSON object.
pub(super) fn json(rule: &Rule, on: bool) -> Result<String> {
    let anatomy = &rule.anatomy;
    let value = serde_json::json!({
        "id": rule.id,
        "name": rule.name,
        "provider": rule.provider,
        "provider_name": rule.provider_name,
        "severity": rule.severity,
        "confidence": rule.confidence,
        "risk": rule.risk,
        "family": rule.family(),
        "aliases": rule.aliases,
        "enabled": on,
        "engine": format!("{:?}", rule.engine).to_lowercase(),
        "shape": rule.shape,
        "boundary": format!("{:?}", rule.boundary).to_lowercase(),
        "near": rule.near,
        "within": rule.within,
        "entropy": rule.entropy,
        "checks": rule.checks,
        "anchors": anatomy.anchors,
        "anchors_are_context": anatomy.context,
        "lead": anatomy.lead,
        "min_length": anatomy.min_len,
        "max_length": anatomy.max_len,
        "token_run": anatomy.run,
        "mask": format!("{:?}", anatomy.mask).to_lowercase(),
        "loss": anatomy.loss,
        "gate": format!("{:?}", anatomy.gate).to_lowercase(),
        "back": anatomy.back,
        "ahead": anatomy.ahead,
        "wide": anatomy.wide,
        "env": rule.env,
        "revoke": rule.revoke,
        "rotate_url": rule.rotate_url,
        "docs": rule.docs,
    });
    let text = serde_json::to_string_pretty(&value);
    let text = text.map_err(|e| Error::new(Kind::Internal, "writing the rule").because(e))?;
    Ok(format!("{text}\n"))
}

fn gate(anatomy: &Anatomy) -> String {
    let runs = match anatomy.mask {
        Mask::Digit => "token runs that hold a digit",
        Mask::Mixed => "token runs that hold a digit or well mixed letters",
        Mask::Any => "token runs",
    };
    match anatomy.gate {
        Gate::Head => format!("where words begin in {runs} of {RUN} and more characters"),
        Gate::Near => format!(
            "from {} bytes before to {} bytes behind {runs} of {} and more characters",
            anatomy.back, anatomy.ahead, anatomy.run
        ),
        Gate::Text => "in the whole text".into(),
    }
}

/// What a person is told.
fn response(rule: &Rule) -> Vec<String> {
    let dead = if rule.dead_before.is_empty() {
        String::new()
    } else {
        format!("those made before {} are dead", rule.dead_before)
    };
    let mut lines = vec![row("dead", &dead), row("environment", &rule.env.join(", "))];
    lines.push(row("misuse", &rule.misuse));
    lines.extend(rule.revoke.iter().map(|step| row("revoke", step)));
    lines.push(row("rotate at", &rule.rotate_url));
    if let Some(live) = &rule.live {
        lines.push(row("live check", &format!("{} {}", live.method, live.url)));
        lines.extend(live.headers.iter().map(|h| row("", h)));
        lines.push(row("works if", &live.success));
    }
    lines.push(row("docs", &rule.docs));
    lines
}
