//! `stanch explain`.

use super::{Context, Exit, exit, rules, stdout};
use crate::error::{Error, Kind, Result};
use crate::model::Fingerprint;
use crate::rule::{Live, Rule};

/// Explain what a kind of secret opens, and what to do when it has leaked.
///
/// Tells what whoever holds it can do, how to see whether it was misused, how to revoke and
/// replace it, how to ask the vendor whether it still works, and where to keep it instead of in
/// code.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::TABLE))]
pub(super) struct Args {
    /// Id of a rule, as reports show it in brackets; an id of another tool is understood too.
    #[arg(value_name = "RULE")]
    rule: String,
}

const EXAMPLES: &str = "\
Examples:
  stanch explain circleci-personal-token
  stanch rules list circleci      the ids of one provider
  stanch rules show RULE          how a rule finds and checks";

/// Runs the command.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    if Fingerprint::from_hex(&args.rule).is_some() {
        let error = Error::new(Kind::Usage, "a fingerprint cannot be explained yet");
        return Err(error.hint("name the rule: it stands in brackets at the head of a finding"));
    }
    let (_, set) = rules::here(context)?;
    stdout::print(text(rules::find(&set, &args.rule)?))?;
    Ok(Exit::Clean)
}

fn text(rule: &Rule) -> String {
    let env = rule.env.first().map_or("TOKEN", |e| e);
    let sections = [
        format!("{} ({}), severity {}\n\n{}", rule.name, rule.id, rule.severity, rule.risk),
        section("What to do now", &steps(rule)),
        section("Was it misused?", &[misuse(rule)]),
        rule.live
            .as_ref()
            .map_or(String::new(), |live| section("Does it still work?", &ask(live))),
        section("Where to keep it instead", &keep(rule, env)),
        section("Read more", &links(rule)),
    ];
    let filled: Vec<String> = sections.into_iter().filter(|s| !s.is_empty()).collect();
    format!("{}\n", filled.join("\n\n"))
}

/// A heading and its lines; nothing if there is none.
fn section(title: &str, lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().filter(|l| !l.is_empty()).map(|l| indented(l)).collect();
    if lines.is_empty() { String::new() } else { format!("{title}\n{}", lines.join("\n")) }
}

fn indented(text: &str) -> String {
    format!("  {}", text.replace('\n', "\n  "))
}

fn steps(rule: &Rule) -> Vec<String> {
    let mut steps: Vec<String> = rule.revoke.iter().map(ToString::to_string).collect();
    if steps.is_empty() {
        steps.push("Revoke it where it was issued, and make a new one.".into());
    }
    if !rule.rotate_url.is_empty() {
        steps.push(format!("The page for it: {}", rule.rotate_url));
    }
    steps.push("Take it out of the code and read it from one of the places below.".into());
    steps.push(
        "Only then think of rewriting history: every clone, fork and cache keeps what was \
         pushed, so that alone mends nothing."
            .into(),
    );
    steps.iter().enumerate().map(|(nth, step)| format!("{}. {step}", nth + 1)).collect()
}

fn misuse(rule: &Rule) -> String {
    if !rule.misuse.is_empty() {
        return rule.misuse.to_string();
    }
    let vendor = if rule.provider_name.is_empty() { "its issuer" } else { &rule.provider_name };
    format!("Look in the audit log of {vendor} for uses since the day it was first committed.")
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

fn keep(rule: &Rule, env: &str) -> Vec<String> {
    let names = if rule.env.is_empty() {
        String::new()
    } else {
        format!("Usual names of the variable: {}", rule.env.join(", "))
    };
    vec![
        names,
        format!("Environment variable: read {env} at run time; keep .env files out of git."),
        format!("CircleCI context:     circleci context store-secret VCS ORG CONTEXT {env}"),
        format!(
            "AWS Secrets Manager:  aws secretsmanager get-secret-value --secret-id APP/{env} \
             --query SecretString --output text"
        ),
        format!("HashiCorp Vault:      vault kv get -field={env} secret/APP"),
        format!("CyberArk Conjur:      conjur variable get -i APP/{env}"),
        "Best is a credential that lives for minutes: where the vendor takes OIDC tokens of your \
         CI, there is nothing to leak."
            .into(),
    ]
}

fn links(rule: &Rule) -> Vec<String> {
    vec![rule.docs.to_string(), format!("stanch rules show {}", rule.id)]
}
