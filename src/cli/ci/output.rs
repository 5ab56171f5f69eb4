//! The reports of a build: to its log, to files, and to where its system looks.

use super::super::Context;
use super::super::run::{self, Flags};
use super::super::stdout::print;
use crate::ci::{Show, Surroundings, System};
use crate::error::{Error, Kind, Result};
use crate::report::{self, Format, Report};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

/// Writes the report that a person reads in the log.
pub(super) fn standard(report: &Report<'_>, flags: &Flags) -> Result<()> {
    if flags.output.is_some() || flags.format != "text" {
        return run::deliver(named(&flags.format)?, report, flags.output.as_deref());
    }
    print(harmless(&written(named("text")?, report)?))
}

/// Writes what `system` shows.
pub(super) fn all(
    report: &Report<'_>,
    system: &System,
    folder: &Path,
    around: &Surroundings,
    context: &Context,
) -> Result<()> {
    let failed = |e| Error::new(Kind::Io, format!("making {}", folder.display())).because(e);
    if system.shows.iter().any(|show| matches!(show, Show::File(..))) {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    for show in system.shows {
        match show {
            Show::File(format, name) => {
                let file = folder.join(name);
                run::deliver(named(format)?, report, Some(&file))?;
                context.ui.say(format!("wrote {}", file.display()));
            }
            Show::Annotations => print(written(named("github")?, report)?)?,
            Show::Summary(variable) => {
                if let Some(file) = around.get(variable) {
                    append(Path::new(file), &written(named("markdown")?, report)?)?;
                }
            }
            Show::Line(form, name) => {
                let file = folder.join(name);
                let file = file.canonicalize().unwrap_or(file);
                print(format!("{}\n", form.replace("{}", &file.display().to_string())))?;
            }
        }
    }
    Ok(())
}

fn named(format: &str) -> Result<&'static dyn Format> {
    report::find(format)
        .ok_or_else(|| Error::new(Kind::Internal, format!("there is no format {format}")))
}

fn written(format: &dyn Format, report: &Report<'_>) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    format
        .write(report, &mut text)
        .map_err(|e| Error::new(Kind::Io, "writing the report").because(e))?;
    Ok(text)
}

fn append(file: &Path, text: &[u8]) -> Result<()> {
    let opened = OpenOptions::new().create(true).append(true).open(file);
    opened
        .and_then(|mut f| f.write_all(text))
        .map_err(|e| Error::new(Kind::Io, format!("writing to {}", file.display())).because(e))
}

/// Text in which no line gives the system an order: `::name::` at the start of a line, and
/// `##[name]`, `##vso[…]`, `##teamcity[…]` anywhere. A name of a file can hold all of these.
fn harmless(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text).replace("##", "# #").replace("##", "# #");
    let line = |line: &str| match line.trim_start().starts_with("::") {
        true => format!("| {line}"),
        false => line.to_owned(),
    };
    text.split_inclusive('\n').map(line).collect::<String>().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_line_of_the_log_is_an_order() {
        let text = "a ##vso[x]\n  ::error::b\n###[c]\nplain ::d\n";
        let out = String::from_utf8(harmless(text.as_bytes())).unwrap_or_default();
        assert_eq!(out, "a # #vso[x]\n|   ::error::b\n# # #[c]\nplain ::d\n");
    }
}
