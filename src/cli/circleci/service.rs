//! `stanch circleci inventory`, `rotate` and `logs`: what they are told.

use super::super::run::Flags as RunFlags;
use super::super::{exit, network};
use std::path::PathBuf;

/// Whose token, and how to ask. The token comes from `CIRCLECI_TOKEN`, `CIRCLE_TOKEN`,
/// `CIRCLECI_CLI_TOKEN`, `CIRCLE_CLI_TOKEN` or `CIRCLECI_API_TOKEN`, never from the command line.
#[derive(Debug, Clone, clap::Args)]
#[group(skip)]
pub(super) struct Access {
    /// Read the token from this file, not from CIRCLECI_TOKEN, CIRCLE_TOKEN, … .
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) token_file: Option<PathBuf>,
    #[command(flatten)]
    pub(super) network: network::Flags,
}

const INVENTORY: &str = "\
Examples:
  stanch circleci inventory
  stanch circleci inventory --since 2023-01-04 --org gh/acme
  stanch circleci inventory --incident          beside what `stanch incident --save` has kept
  stanch circleci inventory --json > now.json && stanch incident verify now.json

CircleCI lists no additional SSH keys of projects, and no personal tokens of others.";

/// List what is at CircleCI: contexts, variables (names and times, no values), checkout keys,
/// webhooks, schedules, runners and their tokens, orbs.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{INVENTORY}\n\n{}", exit::TABLE))]
pub(super) struct Inventory {
    /// Only these organisations (`gh/acme`).
    #[arg(long, value_name = "SLUG")]
    pub(super) org: Vec<String>,
    /// Also these projects (`gh/acme/web`); those that the token's user follows are listed anyway.
    #[arg(long, value_name = "SLUG")]
    pub(super) project_slug: Vec<String>,
    /// Mark what was last set on this day or before, such as the last day of an incident; then
    /// the exit code is 1 if there is any.
    #[arg(long, value_name = "DATE", value_parser = super::day)]
    pub(super) since: Option<crate::config::Date>,
    /// Also the runners and orbs of this namespace; one that is called as an organisation is looked
    /// for anyway.
    #[arg(long, value_name = "NAME")]
    pub(super) namespace: Vec<String>,
    /// Merge it with what the repositories named, as `stanch incident circleci --save` has kept it in
    /// FOLDER: what of that was set since, what was not, and what is there that no repository names.
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, default_missing_value = crate::incident::FOLDER)]
    pub(super) incident: Option<PathBuf>,
    /// Print JSON, which `stanch incident verify` takes for evidence.
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) access: Access,
}

const ROTATE: &str = "\
Examples:
  stanch circleci rotate variable NPM_TOKEN --project gh/acme/web --value-file new.txt
  stanch circleci rotate variable NPM_TOKEN --context prod --org gh/acme --apply -- vault read …
  stanch circleci rotate plan rotation.toml --apply
  stanch circleci rotate checkout-key --project gh/acme/web
  stanch circleci rotate runner-token acme/linux --output new.token

Nothing is changed without --apply. A plan is TOML:
  [[change]]
  name = \"NPM_TOKEN\"
  project = \"gh/acme/web\"            # or: context = \"prod\", org = \"gh/acme\"
  command = [\"vault\", \"read\", \"-field=token\", \"npm\"]   # or: file = \"npm.txt\"

The state file says what is done; run the same command again after an interruption, and what is
done is not done twice. A new rotation needs a new state file.";

/// Put new values in the place of leaked ones, under the same names.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{ROTATE}\n\n{}", exit::TABLE))]
pub(super) struct Rotate {
    #[command(subcommand)]
    pub(super) what: What,
    /// Make the changes. Without it they are only told.
    #[arg(long, global = true)]
    pub(super) apply: bool,
    /// Do not ask.
    #[arg(long, global = true)]
    pub(super) yes: bool,
    /// How far it is.
    #[arg(long, global = true, value_name = "FILE", default_value = "stanch-rotation.json")]
    pub(super) state: PathBuf,
    /// What was changed, a line of JSON each; `FILE.log` of the state file unless given.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) log: Option<PathBuf>,
    #[command(flatten)]
    pub(super) access: Access,
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum What {
    /// A variable of a project or of a context.
    Variable {
        /// Its name.
        #[arg(value_name = "NAME")]
        name: String,
        /// The project (`gh/acme/web`).
        #[arg(long, value_name = "SLUG", conflicts_with = "context")]
        project: Option<String>,
        /// The context, by name or id.
        #[arg(long, value_name = "CONTEXT", requires = "org")]
        context: Option<String>,
        /// The organisation of the context (`gh/acme`).
        #[arg(long, value_name = "SLUG")]
        org: Option<String>,
        /// The new value stands in this file; `-` is standard input.
        #[arg(long, value_name = "FILE", conflicts_with = "command")]
        value_file: Option<PathBuf>,
        /// The new value is what this command prints; it is run without a shell.
        #[arg(last = true, value_name = "COMMAND")]
        command: Vec<String>,
    },
    /// All variables of a plan.
    Plan {
        /// The plan.
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// The checkout keys of a project.
    CheckoutKey {
        /// The project (`gh/acme/web`).
        #[arg(long, value_name = "SLUG")]
        project: String,
        /// Which: `deploy-key` or `user-key`.
        #[arg(long, value_name = "TYPE", default_value = "deploy-key", value_parser = ["deploy-key", "user-key"])]
        kind: String,
    },
    /// The tokens of a class of runners.
    RunnerToken {
        /// The class (`acme/linux`).
        #[arg(value_name = "CLASS")]
        class: String,
        /// What to call the new one.
        #[arg(long, value_name = "NAME", default_value = "stanch")]
        nickname: String,
        /// Write the new token to this file, which only you can read.
        #[arg(long, value_name = "FILE")]
        output: PathBuf,
        /// Remove the old ones, once the runners have the new one.
        #[arg(long)]
        remove_old: bool,
    },
}

const LOGS: &str = "\
Examples:
  stanch circleci logs --project gh/acme/web --last 200
  stanch circleci logs --project gh/acme/web --from 1200 --to 1700 --artifacts --state logs/

CircleCI masks the values of variables in its logs, and only those, and only as they are: what was
encoded, quoted or fetched elsewhere stands there for whoever may read them.";

/// Fetch the logs of builds, and scan them.
#[derive(Debug, clap::Args)]
#[command(after_help = format!("{LOGS}\n\n{}", exit::TABLE))]
pub(super) struct LogsArgs {
    /// The project (`gh/acme/web`).
    #[arg(long, value_name = "SLUG")]
    pub(super) project: String,
    /// The number of the first build.
    #[arg(long, value_name = "N", requires = "to")]
    pub(super) from: Option<u64>,
    /// The number of the last build.
    #[arg(long, value_name = "N", requires = "from")]
    pub(super) to: Option<u64>,
    /// The last builds, so many.
    #[arg(long, value_name = "N", conflicts_with = "from", required_unless_present = "from")]
    pub(super) last: Option<usize>,
    /// Their artifacts as well.
    #[arg(long)]
    pub(super) artifacts: bool,
    /// Keep what is done in this folder, and go on there.
    #[arg(long, value_name = "FOLDER")]
    pub(super) state: Option<PathBuf>,
    #[command(flatten)]
    pub(super) flags: RunFlags,
    #[command(flatten)]
    pub(super) access: Access,
}
