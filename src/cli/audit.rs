//! `stanch audit`: walks a person through the open findings in the terminal. Each answer is kept
//! at once, so that the walk can be broken off and taken up again.

mod answers;
mod export;

use super::baseline::{day, file, scan_here};
use super::run::Finished;
use super::{Context, Exit, exit};
use crate::config::Date;
use crate::error::{Error, Kind, Result};
use crate::git;
use crate::model::{Confidence, Finding, Status, display_path};
use crate::report;
use crate::suppress::{Baseline, Key, Note};
use answers::{Answer, Answers};
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};

const ABOUT: &str = "Walk through the open findings, one by one

Shows each finding and asks what it is. A false alarm goes to the baseline, with your reason, your
name and, if you like, a last day; a real one is remembered as real, with who takes care of it, and
stays open until it is gone; one for later is asked about again. Each answer is kept at once, so
quit when you like: the next walk goes on where this one ended.";

/// Walk through the open findings, one by one.
#[derive(Debug, clap::Args)]
#[command(long_about = ABOUT, after_help = exit::TABLE)]
pub(super) struct Args {
    /// Your name, for the baseline.
    #[arg(long, value_name = "NAME", default_value = "")]
    by: String,
    /// Ask about those that were found to be real once more.
    #[arg(long)]
    again: bool,
    /// The baseline to write to, instead of `.stanch-baseline.toml` at the repository's root.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Ask nothing, but write what is known of each finding that was found to be real, or is in
    /// the baseline, to this file as JSON Lines: its traits, no secret and no path. With them
    /// the models can be trained for what you have.
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
}

/// The walk.
struct Walk<'a> {
    scanned: &'a Finished,
    baseline: Baseline,
    file: PathBuf,
    answers: Answers,
    by: String,
    context: &'a Context,
}

/// What comes after an answer.
enum Step {
    Next,
    Back,
    Quit,
}

/// Runs the command.
pub(super) fn run(args: Args, context: &Context) -> Result<Exit> {
    let file = file(args.baseline, context)?;
    let baseline = Baseline::load(&file)?.unwrap_or_else(|| Baseline::new(Key::generate()));
    let answers = Answers::load(place()?)?;
    if let Some(to) = &args.export {
        let scanned = scan_here(context, &baseline, Some(Confidence::Low))?;
        return export::write(to, &scanned, &baseline, &answers, context);
    }
    let scanned = scan_here(context, &baseline, None)?;
    let wanted = |f: &Finding| f.is_open() && (args.again || !answers.knows(f.fingerprint));
    let all = scanned.outcome.findings.iter().enumerate();
    let mut open: Vec<usize> = all.filter(|(_, f)| wanted(f)).map(|(n, _)| n).collect();
    open.sort_by_key(|n| {
        let finding = scanned.outcome.findings.get(*n);
        std::cmp::Reverse(finding.map(|f| (f.severity, f.confidence)))
    });
    let mut walk = Walk { scanned: &scanned, baseline, file, answers, by: args.by, context };
    let left = walk.go(&open)?;
    let (real, rest) = (walk.answers.len(), left);
    context.ui.say(format!("{real} known to be real, {rest} left to look at"));
    Ok(if real + rest > 0 { Exit::Findings(1) } else { Exit::Clean })
}

/// Where answers are kept: with the repository, but in none of its commits.
fn place() -> Result<PathBuf> {
    let repo = git::Repo::open(Path::new("."))
        .map_err(|e| Error::new(Kind::Git, "an audit is kept with a repository").because(e))?;
    Ok(repo.common_dir().join("stanch-audit.tsv"))
}

impl Walk<'_> {
    /// Asks about each finding; answers how many are left.
    fn go(&mut self, open: &[usize]) -> Result<usize> {
        let mut at = 0;
        let mut later = 0;
        while let Some(&nth) = open.get(at) {
            let Some(finding) = self.scanned.outcome.findings.get(nth) else { break };
            self.show(nth, at + 1, open.len())?;
            match self.ask(finding, &mut later)? {
                Step::Next => at += 1,
                Step::Back => at = at.saturating_sub(1),
                Step::Quit => return Ok(open.len() - at + later),
            }
        }
        Ok(later)
    }

    fn show(&self, nth: usize, number: usize, of: usize) -> Result<()> {
        let flags = super::run::Flags::inner(None);
        let mut report = self.scanned.report(Exit::Clean, &flags, self.context);
        report.color = self.context.ui.color;
        let mut text = Vec::new();
        let failed = |e| Error::new(Kind::Io, "writing to standard output").because(e);
        report::one(&report, nth, &mut text).map_err(failed)?;
        let bar = self.bold(&format!("── {number} of {of} "));
        super::stdout::print(format!("\n{bar}\n{}", String::from_utf8_lossy(&text)))
    }

    fn ask(&mut self, finding: &Finding, later: &mut usize) -> Result<Step> {
        loop {
            let keys = "[f]alse alarm  [r]eal  [l]ater  [b]ack  [q]uit  [?]";
            let Some(said) = self.prompt(keys)? else { return Ok(Step::Quit) };
            match said.trim().to_ascii_lowercase().as_str() {
                "f" | "false" => return self.file_away(finding),
                "r" | "real" => return self.remember(finding),
                "l" | "later" | "s" => {
                    *later += 1;
                    return Ok(Step::Next);
                }
                "b" | "back" => return Ok(Step::Back),
                "q" | "quit" => return Ok(Step::Quit),
                _ => self.help(finding)?,
            }
        }
    }

    /// To the baseline: it wants a reason.
    fn file_away(&mut self, finding: &Finding) -> Result<Step> {
        let mut reason = String::new();
        while reason.is_empty() {
            let Some(said) = self.prompt("Why is it none?")? else { return Ok(Step::Quit) };
            reason = said.trim().to_owned();
        }
        let expires = loop {
            let Some(said) = self.prompt("Until when? YYYY-MM-DD, or nothing for always")? else {
                return Ok(Step::Quit);
            };
            match day(said.trim()) {
                _ if said.trim().is_empty() => break None,
                Ok(date) if date >= Date::today() => break Some(date),
                Ok(_) => self.context.ui.say("this day is past"),
                Err(what) => self.context.ui.say(what),
            }
        };
        if self.by.is_empty() {
            let Some(said) = self.prompt("Who says so?")? else { return Ok(Step::Quit) };
            self.by = said.trim().to_owned();
        }
        let note = Note { reason, by: self.by.clone(), expires };
        let id = |rule: usize| &*self.scanned.rules.get(rule).id;
        self.baseline.add([finding], id, &note);
        self.baseline.save(&self.file)?;
        Ok(Step::Next)
    }

    fn remember(&mut self, finding: &Finding) -> Result<Step> {
        let Some(owner) = self.prompt("Who takes care of it?")? else { return Ok(Step::Quit) };
        let owner = display_path(owner.trim().as_bytes());
        // Its key makes the fingerprint, so without it the answer would be of nothing.
        self.baseline.save(&self.file)?;
        self.answers.add(Answer { print: finding.fingerprint, owner })?;
        let rule = self.scanned.rules.get(finding.rule);
        self.context.ui.say(format!("Revoke it first: stanch explain {}", rule.id));
        Ok(Step::Next)
    }

    fn help(&self, finding: &Finding) -> Result<()> {
        let open = finding.places.iter().filter(|p| p.status == Status::Open).count();
        super::stdout::print(format!(
            "f  a false alarm: filed away in {}, at all of its {open} places
r  a real secret: it stays open until it is gone, and is not asked about again
l  later: the next walk asks again
b  back to the one before; an answer that is kept stays
q  quit; all answers are kept
",
            self.file.display()
        ))
    }

    /// Asks for a line; nothing at the end of the input.
    fn prompt(&self, words: &str) -> Result<Option<String>> {
        super::stdout::print(format!("{} ", self.bold(words)))?;
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        let read = read.map_err(|e| Error::new(Kind::Io, "reading your answer").because(e))?;
        let _ = io::stdout().flush();
        Ok((read > 0).then_some(line))
    }

    fn bold(&self, text: &str) -> String {
        if self.context.ui.color { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }
}
