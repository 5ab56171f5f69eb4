//! `stanch rules`.

mod check;
mod list;
mod lookup;
mod profile;
mod show;

pub(super) use lookup::find;

use super::policy::{all_rules, config_here, rules_of};
use super::{Context, Exit, exit, stdout};
use crate::config::Config;
use crate::error::Result;
use crate::rule::{Rule, RuleSet};
use list::Form;
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
    #[command(after_help = format!("{CHECK_EXAMPLES}\n\n{}", exit::TABLE))]
    Check {
        /// Rule files.
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    /// Tell which rules cost how much time on the files below a path.
    #[command(after_help = format!("{PROFILE_EXAMPLES}\n\n{}", exit::TABLE))]
    Profile {
        /// A file or folder.
        #[arg(value_name = "PATH", default_value = ".")]
        path: PathBuf,
    },
}

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
        Command::Check { files } => return check::run(&files, context),
    }
    Ok(Exit::Clean)
}
