//! Workflows: which jobs they start, with what, and where.

use super::facts::{Facts, Schedule, Start};
use super::yaml::Node;

/// Reads the workflows of a configuration.
pub(super) fn read(root: &Node, facts: &mut Facts) {
    for (key, flow) in root.get("workflows").map(Node::pairs).unwrap_or_default() {
        let workflow = key.text().unwrap_or_default();
        for trigger in flow.get("triggers").map(Node::list).unwrap_or_default() {
            let Some(schedule) = trigger.get("schedule") else { continue };
            let cron = schedule.get("cron").and_then(Node::text).unwrap_or("?").to_owned();
            facts.schedules.push(Schedule { workflow: workflow.into(), cron, line: trigger.line });
        }
        // A workflow that only the clock starts runs on the branches that its trigger names.
        let timed = flow.get("triggers").is_some();
        let jobs = flow.get("jobs").map(Node::list).unwrap_or_default();
        let approvals: Vec<&str> = jobs.iter().filter_map(approval).collect();
        let found = jobs.iter().filter_map(|job| start(workflow, job, timed, &approvals));
        let mut starts: Vec<(Start, Vec<&str>, &str)> = found.collect();
        guard(&mut starts);
        facts.starts.extend(starts.into_iter().map(|(start, ..)| start));
    }
}

/// A job that needs one which is filtered or approved runs only where that one does.
fn guard(starts: &mut [(Start, Vec<&str>, &str)]) {
    for _ in 0..starts.len() {
        let guarded: Vec<(String, bool, bool)> = starts
            .iter()
            .map(|(s, _, name)| ((*name).to_owned(), s.filtered, s.approved))
            .collect();
        let mut changed = false;
        for (start, requires, _) in starts.iter_mut() {
            for (_, filtered, approved) in
                guarded.iter().filter(|(n, ..)| requires.contains(&n.as_str()))
            {
                changed |= (*filtered && !start.filtered) || (*approved && !start.approved);
                start.filtered |= filtered;
                start.approved |= approved;
            }
        }
        if !changed {
            return;
        }
    }
}

/// The name of an approval job.
fn approval(job: &Node) -> Option<&str> {
    let (key, body) = job.pairs().first()?;
    (body.get("type").and_then(Node::text) == Some("approval")).then_some(())?;
    body.get("name").and_then(Node::text).or(key.text())
}

/// A job that a workflow starts, what it requires, and what the workflow calls it.
fn start<'n>(
    workflow: &str,
    job: &'n Node,
    timed: bool,
    approvals: &[&str],
) -> Option<(Start, Vec<&'n str>, &'n str)> {
    let (name, body) = match job.pairs().first() {
        Some((key, body)) => (key.text()?, Some(body)),
        None => (job.text()?, None),
    };
    let contexts = body.and_then(|b| b.get("context")).map(Node::texts).unwrap_or_default();
    let filters = body.and_then(|b| b.get("filters"));
    let branches = filters.and_then(|f| f.get("branches"));
    let only = branches.is_some_and(|b| b.get("only").is_some() || ignores_all(b));
    let requires = body.and_then(|b| b.get("requires")).map(Node::texts).unwrap_or_default();
    let called = body.and_then(|b| b.get("name")).and_then(Node::text).unwrap_or(name);
    let start = Start {
        workflow: workflow.to_owned(),
        job: name.to_owned(),
        contexts: contexts.into_iter().map(str::to_owned).collect(),
        filtered: timed || only,
        approved: requires.iter().any(|r| approvals.contains(r)),
        line: job.line,
    };
    Some((start, requires, called))
}

/// `ignore: /.*/`, which leaves tags only.
fn ignores_all(branches: &Node) -> bool {
    branches.get("ignore").is_some_and(|i| i.texts().iter().any(|t| t.contains(".*")))
}
