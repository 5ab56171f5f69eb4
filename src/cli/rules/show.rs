//! All about one rule.

use crate::rule::{BACK, Engine, Mask, RUN, Rule, Str};
use crate::verify;

/// Columns of the labels.
const LABEL: usize = 14;

/// Everything that `rule` says, and what is derived from it.
pub(super) fn text(rule: &Rule) -> String {
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
    let anchors = anatomy.anchors.join(", ");
    let anchors = if anatomy.context { format!("{anchors} (nearby)") } else { anchors };
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
        row("token run", &format!("at least {} characters", anatomy.run)),
        row("prefilter", &mask(anatomy.mask)),
        row("digit loss", &format!("{:.2e} of tokens hold no digit", anatomy.digit_loss)),
    ]
}

fn mask(mask: Mask) -> String {
    match mask {
        Mask::Digit => {
            format!("runs of {RUN} token characters with a digit, {BACK} bytes before each")
        }
        Mask::Any => format!("runs of {RUN} token characters, {BACK} bytes before each"),
        Mask::None => "anchors in the whole text".into(),
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
