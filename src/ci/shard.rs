//! Which of several parallel jobs this is, as the system that started them tells it.

use super::Surroundings;
use crate::error::{Error, Kind, Result};
use crate::model::Shard;

/// A shard, and who told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Which.
    pub shard: Shard,
    /// The system, in words.
    pub by: &'static str,
}

/// How one system numbers its jobs.
struct Numbered {
    by: &'static str,
    index: &'static str,
    total: &'static str,
    /// The number of the first job.
    first: u64,
    /// A variable that must say something as well, since others use the same two otherwise.
    only: Option<&'static str>,
}

/// In the order of asking. Sources: CircleCI "Built-in environment variables"; GitLab "Predefined
/// CI/CD variables" (the only one that counts from 1); Kubernetes "Indexed Job", which does not
/// tell the number of pods. For GitHub's matrix the workflow hands `strategy.job-index` and
/// `strategy.job-total` over.
const SYSTEMS: [Numbered; 4] = [
    Numbered {
        by: "STANCH_SHARD_INDEX and STANCH_SHARD_TOTAL",
        index: "STANCH_SHARD_INDEX",
        total: "STANCH_SHARD_TOTAL",
        first: 0,
        only: None,
    },
    Numbered {
        by: "Kubernetes",
        index: "JOB_COMPLETION_INDEX",
        total: "STANCH_SHARD_TOTAL",
        first: 0,
        only: None,
    },
    Numbered {
        by: "CircleCI",
        index: "CIRCLE_NODE_INDEX",
        total: "CIRCLE_NODE_TOTAL",
        first: 0,
        only: None,
    },
    Numbered {
        by: "GitLab",
        index: "CI_NODE_INDEX",
        total: "CI_NODE_TOTAL",
        first: 1,
        only: Some("GITLAB_CI"),
    },
];

/// The shard that `around` tells of. A single job is none.
///
/// # Errors
/// If it tells of one that cannot be: to guess would leave something unscanned.
pub fn shard(around: &Surroundings) -> Result<Option<Told>> {
    if let Some(word) = around.get("STANCH_SHARD") {
        let shard = Shard::parse(word).ok_or_else(|| wrong("STANCH_SHARD", word))?;
        return Ok(told(shard, "STANCH_SHARD"));
    }
    for system in &SYSTEMS {
        if let Some(shard) = system.shard(around)? {
            return Ok(told(shard, system.by));
        }
    }
    Ok(slurm(around)?.and_then(|shard| told(shard, "Slurm")))
}

fn told(shard: Shard, by: &'static str) -> Option<Told> {
    (shard.of() > 1).then_some(Told { shard, by })
}

fn wrong(name: &str, said: &str) -> Error {
    Error::new(Kind::Usage, format!("{name} tells of a shard that cannot be: {said}"))
        .hint("`--shard none` scans all, `--shard K/N` tells which part")
}

impl Numbered {
    fn shard(&self, around: &Surroundings) -> Result<Option<Shard>> {
        if self.only.is_some_and(|name| around.get(name).is_none()) {
            return Ok(None);
        }
        let (Some(index), Some(total)) = (around.get(self.index), around.get(self.total)) else {
            return Ok(None);
        };
        let said = || wrong(self.index, &format!("{index} of {total}"));
        let number = |text: &str| text.parse::<u64>().map_err(|_| said());
        let (index, total) = (number(index)?, number(total)?);
        let nth = (index + 1).checked_sub(self.first).ok_or_else(said)?;
        made(nth, total).ok_or_else(said).map(Some)
    }
}

fn made(number: u64, of: u64) -> Option<Shard> {
    Shard::new(number.try_into().ok()?, of.try_into().ok()?)
}

/// A task of a job array, whose ids may begin anywhere and have steps, but no other holes.
fn slurm(around: &Surroundings) -> Result<Option<Shard>> {
    let name = |part: &str| format!("SLURM_ARRAY_TASK_{part}");
    let Some(id) = around.get(&name("ID")) else { return Ok(None) };
    let said = || wrong("SLURM_ARRAY_TASK_ID", id);
    let number = |part: &str, usual: Option<u64>| match around.get(&name(part)) {
        Some(text) => text.parse::<u64>().map_err(|_| said()),
        None => usual.ok_or_else(said),
    };
    let (id_, first, last) = (number("ID", None)?, number("MIN", None)?, number("MAX", None)?);
    let (step, count) = (number("STEP", Some(1))?.max(1), number("COUNT", None)?);
    let whole = last.checked_sub(first).filter(|n| n / step + 1 == count && n % step == 0);
    let nth = id_.checked_sub(first).filter(|n| n % step == 0);
    let shard = whole.and(nth).and_then(|nth| made(nth / step + 1, count));
    shard
        .ok_or_else(|| {
            said()
                .hint("number the tasks without holes, as in `--array=0-15`, or use `--shard K/N`")
        })
        .map(Some)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    fn ask(vars: &[(&str, &str)]) -> Result<Option<String>> {
        let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Ok(shard(&Surroundings::new(vars))?.map(|told| told.shard.to_string()))
    }

    #[test]
    fn each_system_counts_in_its_own_way() {
        let is = |vars: &[(&str, &str)], shard: &str| {
            assert_eq!(ask(vars).unwrap().as_deref(), Some(shard), "{vars:?}");
        };
        is(&[("CIRCLE_NODE_INDEX", "0"), ("CIRCLE_NODE_TOTAL", "4")], "1/4");
        let gitlab = ("GITLAB_CI", "true");
        is(&[gitlab, ("CI_NODE_INDEX", "4"), ("CI_NODE_TOTAL", "4")], "4/4");
        is(&[("JOB_COMPLETION_INDEX", "2"), ("STANCH_SHARD_TOTAL", "3")], "3/3");
        is(&[("STANCH_SHARD_INDEX", "1"), ("STANCH_SHARD_TOTAL", "3")], "2/3");
        is(&[("STANCH_SHARD", "2/9"), ("CIRCLE_NODE_INDEX", "7")], "2/9");
        let slurm = |id, min, max, step, count| {
            [
                ("SLURM_ARRAY_TASK_ID", id),
                ("SLURM_ARRAY_TASK_MIN", min),
                ("SLURM_ARRAY_TASK_MAX", max),
                ("SLURM_ARRAY_TASK_STEP", step),
                ("SLURM_ARRAY_TASK_COUNT", count),
            ]
        };
        is(&slurm("9", "1", "13", "4", "4"), "3/4");
        assert!(ask(&slurm("7", "1", "7", "1", "3")).is_err(), "1,3,7 has holes");
    }

    #[test]
    fn one_job_is_no_shard_and_nonsense_is_an_error() {
        for none in [
            &[][..],
            &[("CIRCLE_NODE_INDEX", "0"), ("CIRCLE_NODE_TOTAL", "1")],
            &[("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "4")],
            &[("JOB_COMPLETION_INDEX", "2")],
        ] {
            assert_eq!(ask(none).unwrap(), None, "{none:?}");
        }
        for bad in [
            [("CIRCLE_NODE_INDEX", "4"), ("CIRCLE_NODE_TOTAL", "4")],
            [("CIRCLE_NODE_INDEX", "x"), ("CIRCLE_NODE_TOTAL", "4")],
            [("STANCH_SHARD", "0/4"), ("CIRCLE_NODE_TOTAL", "4")],
            [("SLURM_ARRAY_TASK_ID", "1"), ("SLURM_ARRAY_TASK_MIN", "0")],
        ] {
            assert!(ask(&bad).is_err(), "{bad:?}");
        }
        let gitlab = [("GITLAB_CI", "true"), ("CI_NODE_INDEX", "0"), ("CI_NODE_TOTAL", "4")];
        assert!(ask(&gitlab).is_err());
    }
}
