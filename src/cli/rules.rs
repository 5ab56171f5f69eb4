//! `stanch rules`.

mod check;
mod docs;
mod foreign;
mod import;
mod list;
mod lookup;
mod measure;
mod new;
mod output;
mod profile;
mod shape;
mod show;
mod trial;

pub(super) use lookup::find;

use super::policy::{all_rules, config_here, rules_of};
use super::{Context, Exit, exit, stdout};
use crate::config::Config;
use crate::error::{Error, Kind, Result};
use crate::rule::{Rule, RuleSet};
use list::Form;
use std::io::Read;
use std::path::PathBuf;

/// List the rules, show one, or check a file of your own rules.
///
/// A rule describes one kind of secret: its shape, what must stand near it, the checks that prove
/// it, what it opens and how to revoke it. The rules are those that a scan here would know: the
/// built-in ones, and those of the files that the configuration names.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{EXAMPLES}\n\n{}", exit::TABLE))]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  stanch rules list circleci
  stanch rules show circleci-personal-token
  stanch rules check ./rules/acme.toml";

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the rules, all or those of one provider.
    #[command(after_help = format!("{LIST_EXAMPLES}\n\n{}", exit::TABLE))]
    List {
        /// Only the rules of this provider.
        #[arg(value_name = "PROVIDER")]
        provider: Option<String>,
        /// How to write the list.
        #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
        format: Form,
    },
    /// Show all about one rule, with what is derived from its shape.
    #[command(after_help = format!("{SHOW_EXAMPLES}\n\n{}", exit::TABLE))]
    Show {
        /// Id of the rule; an id of another tool is understood too.
        #[arg(value_name = "ID")]
        id: String,
        /// How to write it.
        #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
        format: Form,
    },
    /// Check files of rules: their form, and whether each rule finds samples made of its shape.
    ///
    /// Told as notes: samples that rules of other providers claim, rules that never come through,
    /// and rules that find something in object ids, sums, UUIDs, base64 or names of code.
    #[command(after_help = format!("{CHECK_EXAMPLES}\n\n{}", exit::TABLE))]
    Check {
        /// Rule files; the built-in rules without one.
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Write the file of a new rule, from what its token looks like.
    #[command(after_help = format!("{NEW_EXAMPLES}\n\n{}", exit::TABLE))]
    New(new::Args),
    /// Write a page in Markdown for each rule, and a list of all.
    #[command(after_help = format!("{DOCS_EXAMPLES}\n\n{}", exit::TABLE))]
    Docs {
        /// The folder to write to; pages of the same name are replaced.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
    /// Turn a rule file of another tool into one of your own.
    ///
    /// Reads files of gitleaks and betterleaks (TOML), Kingfisher and Nosey Parker (YAML). What
    /// could not be carried over is told, rule by rule. Rules that are built in are left out.
    #[command(after_help = format!("{IMPORT_EXAMPLES}\n\n{}", exit::TABLE))]
    Import {
        /// The file of the other tool.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Write to this file, which must not be there yet; without it, to standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// The provider that its rules are filed under.
        #[arg(long, value_name = "ID", default_value = "imported")]
        provider: String,
    },
    /// Tell why a rule finds something in a text, or why it does not.
    ///
    /// Exits with 1 if it finds something, with 0 if not. Nothing is sent anywhere. Secrets are
    /// shown: it is you who gave them.
    #[command(after_help = format!("{TEST_EXAMPLES}\n\n{}", exit::TABLE))]
    Test {
        /// Id of the rule, or of a provider for all its rules.
        #[arg(value_name = "RULE")]
        id: String,
        /// The text; standard input without it.
        #[arg(value_name = "TEXT")]
        text: Option<String>,
    },
    /// Tell which rules cost how much time on the files below a path.
    #[command(after_help = format!("{PROFILE_EXAMPLES}\n\n{}", exit::TABLE))]
    Profile {
        /// A file or folder.
        #[arg(value_name = "PATH", default_value = ".")]
        path: PathBuf,
    },
}

const NEW_EXAMPLES: &str = "\
Examples:
  stanch rules new acme-api-key --prefix acme_ --length 32
  stanch rules new acme-api-key --prefix acme_ --length 36 --checksum crc32-base62
  stanch rules new acme-api-key --prefix ac- --alphabet hex --length 32-40 --out acme.toml";

const DOCS_EXAMPLES: &str = "\
Examples:
  stanch rules docs --out rules-pages
  stanch --config ci/stanch.toml rules docs --out rules-pages
  stanch rules show RULE          the same about one rule, in the terminal";

const IMPORT_EXAMPLES: &str = "\
Examples:
  stanch rules import .gitleaks.toml --out rules/ours.toml
  stanch rules import rules/acme.yml --provider acme
  stanch rules check rules/ours.toml   see whether the imported rules find what they describe";

const TEST_EXAMPLES: &str = "\
Examples:
  stanch rules test circleci-personal-token < .env
  stanch rules test circleci 'CIRCLE_TOKEN=...'
  stanch rules test acme-key < config.yml";

const PROFILE_EXAMPLES: &str = "\
Examples:
  stanch rules profile src
  stanch rules profile ../other
  stanch rules profile README.md";

const LIST_EXAMPLES: &str = "\
Examples:
  stanch rules list
  stanch rules list circleci
  stanch rules list --format json | jq -r '.[].id'";

const SHOW_EXAMPLES: &str = "\
Examples:
  stanch rules show circleci-personal-token
  stanch rules show --format json circleci-personal-token | jq .loss
  stanch --config ci/stanch.toml rules show acme-key
  stanch explain RULE             what to do when one has leaked";

const CHECK_EXAMPLES: &str = "\
Examples:
  stanch rules check ./rules/acme.toml
  stanch rules check rules/*.toml
  stanch rules check -q ./rules/acme.toml && echo fine";

/// What a scan here would be configured with, and all rules, those that are off too.
pub(super) fn here(context: &Context) -> Result<(Config, RuleSet)> {
    let config = config_here(context)?;
    let rules = all_rules(&config)?;
    Ok((config, rules))
}

/// Runs the command.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    match args.command {
        Command::List { provider, format } => {
            let (config, rules) = here(context)?;
            let on = |r: &Rule| config.keeps(&r.id, &r.aliases);
            stdout::print(list::text(&rules, provider.as_deref(), format, &on)?)?;
        }
        Command::Show { id, format } => {
            let (config, rules) = here(context)?;
            let rule = find(&rules, &id)?;
            let on = config.keeps(&rule.id, &rule.aliases);
            stdout::print(match format {
                Form::Text => show::text(rule, on),
                Form::Json => show::json(rule, on)?,
            })?;
        }
        Command::Profile { path } => {
            let rules = rules_of(&config_here(context)?)?;
            stdout::print(profile::text(&rules, &path)?)?;
        }
        Command::New(args) => new::run(&args)?,
        Command::Docs { out } => {
            let (_, rules) = here(context)?;
            let count = docs::write(&rules, &out)?;
            stdout::print(format!("{count} rules, version {}\n", rules.version()))?;
        }
        Command::Import { file, out, provider } => {
            let (_, rules) = here(context)?;
            let imported = import::import(&file, &provider, &rules)?;
            match out {
                Some(path) => output::create(&path, &imported.text)?,
                None => stdout::print(imported.text)?,
            }
            context.ui.say(format!("{} rules carried over", imported.rules));
            imported.left.iter().for_each(|line| context.ui.say(line));
        }
        Command::Test { id, text } => return test(&id, text, context),
        Command::Check { files } => return check::run(&files, context),
    }
    Ok(Exit::Clean)
}

fn test(id: &str, text: Option<String>, context: &Context) -> Result<Exit> {
    let (_, rules) = here(context)?;
    let of_provider: Vec<&Rule> = rules.iter().filter(|r| r.provider == id).collect();
    let asked = if of_provider.is_empty() { vec![find(&rules, id)?] } else { of_provider };
    let text = match text {
        Some(text) => text.into_bytes(),
        None => stdin()?,
    };
    let mut exit = Exit::Clean;
    for rule in asked {
        let (told, found) = trial::text(rule, &text);
        stdout::print(told)?;
        if found {
            exit = Exit::Findings(1);
        }
    }
    Ok(exit)
}

fn stdin() -> Result<Vec<u8>> {
    let mut text = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut text);
    read.map_err(|e| Error::new(Kind::Io, "reading standard input".to_owned()).because(e))?;
    Ok(text)
}
