//! `--shard`: which part of a large scan is to be done here, by option or by what surrounds us.

use super::Context;
use crate::ci::{self, Surroundings};
use crate::error::{Error, Kind, Result};
use crate::model::Shard;

/// What `--shard` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// Everything is to be scanned.
    None,
    /// What surrounds us must tell.
    Auto,
    /// This part.
    Is(Shard),
}

/// Reads the word of the option.
pub(super) fn choice(word: &str) -> std::result::Result<Choice, String> {
    match word {
        "none" => Ok(Choice::None),
        "auto" => Ok(Choice::Auto),
        word => Shard::parse(word)
            .map(Choice::Is)
            .ok_or_else(|| "it is K/N with K from 1 to N, or none, or auto".into()),
    }
}

/// The shard of a list of repositories: as chosen, else as the environment tells.
pub(super) fn of_list(choice: Option<Choice>, context: &Context) -> Result<Option<Shard>> {
    match choice {
        Some(Choice::None) => Ok(None),
        Some(Choice::Is(shard)) => Ok(Some(shard)),
        Some(Choice::Auto) => told(context)?.map(Some).ok_or_else(nothing_told),
        None => told(context),
    }
}

/// The shard of one repository, which is split only where that is asked for.
pub(super) fn of_store(choice: Option<Choice>, context: &Context) -> Result<Option<Shard>> {
    match choice {
        None => Ok(None),
        asked => of_list(asked, context),
    }
}

fn told(context: &Context) -> Result<Option<Shard>> {
    let around =
        Surroundings::new(std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        }));
    let told = ci::shard(&around)?;
    if let Some(told) = told {
        let (shard, by) = (told.shard, told.by);
        context.ui.say(format!(
            "scanning shard {} of {} only, as {by} tells (`--shard none` scans all)",
            shard.number(),
            shard.of()
        ));
    } else if around.get("JOB_COMPLETION_INDEX").is_some() {
        let hint = "set STANCH_SHARD_TOTAL to the job's completions to share the work out";
        context.ui.say(format!("scanning everything: Kubernetes tells no number of pods; {hint}"));
    }
    Ok(told.map(|told| told.shard))
}

fn nothing_told() -> Error {
    Error::new(Kind::Usage, "`--shard auto`: nothing in the environment tells of a shard")
        .hint("say which with `--shard K/N`")
}
