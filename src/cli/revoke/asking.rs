//! Revoking, in a build that can ask.

use super::super::run::{self, Finished, Flags as RunFlags, Run};
use super::super::{Context, Exit, circleci, explain, scan, stdout};
use super::Args;
use crate::error::Result;
use crate::live::Log;
use crate::live::probe::{Outcome, Parts, Revoke, Table, parts_of, way};
use crate::model::{Confidence, Finding, display_path};
use crate::rule::Rule;

/// What can be done about one finding.
struct Plan<'a> {
    finding: &'a Finding,
    rule: &'a Rule,
    way: Option<(Revoke, Parts)>,
    why_not: String,
}

/// Runs the command.
pub(super) fn run(args: &Args, context: &Context) -> Result<Exit> {
    let (sources, root) = scan::usual_sources()?;
    let mut flags = RunFlags::inner(Some(Confidence::Low));
    flags.no_cache = false;
    let finished = run::scan_whole(Run::inner(sources, root, &flags), context)?;
    let table = Table::builtin()?;
    let given = args.given.iter().fold(Parts::default(), |p, (n, v)| p.with(n, v.as_str()));
    let mut plans = Vec::new();
    for name in &args.what {
        plans.push(plan(explain::one(&finished, name)?, &finished, &table, &given));
    }
    plans.iter().try_for_each(|p| tell(p, args.apply))?;
    let able = plans.iter().filter(|p| p.way.is_some()).count();
    if !args.apply {
        context.ui.say("nothing was sent: give --apply");
        return Ok(exit_of(plans.len()));
    }
    if able > 0 && !args.yes {
        circleci::confirm("revoke", able)?;
    }
    let client = args.network.client()?;
    let log = Log::open(&args.log)?;
    let mut open = plans.len() - able;
    for plan in &plans {
        let Some((way, parts)) = &plan.way else { continue };
        let print = plan.finding.fingerprint.to_string();
        let line = match way.send(&client, &log, &plan.rule.id, &print, parts)? {
            Outcome::Done(why) => format!("revoked  {print}  {why}"),
            Outcome::Failed(why) => {
                open += 1;
                format!("FAILED   {print}  {why}; {}", page(plan.rule))
            }
        };
        say(&line)?;
    }
    Ok(exit_of(open))
}

fn exit_of(open: usize) -> Exit {
    if open == 0 { Exit::Clean } else { Exit::Findings(1) }
}

fn plan<'a>(finding: &'a Finding, all: &'a Finished, table: &Table, given: &Parts) -> Plan<'a> {
    let rule = all.rules.get(finding.rule);
    let bare = |why: String| Plan { finding, rule, way: None, why_not: why };
    let Some(way) = way(table, rule) else {
        return bare(format!("{} has no interface for that", rule.provider_name));
    };
    let found = &all.outcome.findings;
    let Some(parts) = parts_of(finding, &way, found, &all.rules, given) else {
        return bare("the secret is not text".into());
    };
    match way.lacks(&parts) {
        Some(lack) => bare(format!("its {lack} is not known; give it with --given {lack}=…")),
        None => Plan { finding, rule, way: Some((way, parts)), why_not: String::new() },
    }
}

fn tell(plan: &Plan<'_>, apply: bool) -> Result<()> {
    let (print, name) = (plan.finding.fingerprint, &plan.rule.name);
    match &plan.way {
        Some(_) if apply => Ok(()),
        Some((way, _)) => say(&format!("would send  {print}  {name}: {}", way.line())),
        None => {
            say(&format!("by hand     {print}  {name}: {}; {}", plan.why_not, page(plan.rule)))
        }
    }
}

/// Where a person does it.
fn page(rule: &Rule) -> String {
    let steps = rule.revoke.join(" ");
    match &*rule.rotate_url {
        "" => steps,
        url => format!("{steps} {url}"),
    }
}

fn say(line: &str) -> Result<()> {
    stdout::print(format!("{}\n", display_path(line.as_bytes())))
}
