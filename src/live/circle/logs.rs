//! Logs and artifacts of builds, as a source to scan.

use super::api::{Circle, in_path, is_absent, text};
use super::messages::Messages;
use crate::error::{Error, Result};
use crate::model::{Origin, OriginKind, Reason, Skipped, Unit};
use crate::source::{Sink, Source};
use serde_json::Value;
use std::error::Error as _;
use std::io::Read;
use std::sync::Arc;

/// Builds to a page of CircleCI's list.
const PAGE: usize = 100;

/// The logs of some builds of a project.
pub struct Logs {
    circle: Arc<Circle>,
    slug: String,
    builds: Vec<u64>,
    artifacts: bool,
}

impl Logs {
    /// Those of `builds`, with their artifacts if asked for.
    pub fn new(circle: Arc<Circle>, slug: &str, builds: Vec<u64>, artifacts: bool) -> Self {
        Self { circle, slug: slug.to_owned(), builds, artifacts }
    }

    /// The numbers of the last `n` builds, from all pages of the list.
    ///
    /// # Errors
    /// If a page cannot be had.
    pub fn last(circle: &Circle, slug: &str, n: usize) -> Result<Vec<u64>> {
        let mut builds = Vec::new();
        while builds.len() < n {
            let (slug, offset) = (in_path(slug), builds.len());
            let path = format!("/v1.1/project/{slug}?limit={PAGE}&offset={offset}&shallow=true");
            let page = circle.get(&path, "the list of builds")?;
            let number = |b: &Value| b.get("build_num").and_then(Value::as_u64);
            let more: Vec<u64> =
                page.as_array().into_iter().flatten().filter_map(number).collect();
            if more.is_empty() {
                break;
            }
            builds.extend(more);
        }
        builds.truncate(n);
        Ok(builds)
    }

    fn build(&self, number: u64, sink: &dyn Sink) {
        let name = format!("{} build {number}", self.slug);
        let path = format!("/v1.1/project/{}/{number}", in_path(&self.slug));
        match self.circle.get(&path, &name) {
            Ok(build) => self.steps(&build, number, sink),
            Err(e) if is_absent(&e) => sink.note(format!("{name} is not there")),
            Err(e) => lost(sink, &name, &e),
        }
        if self.artifacts {
            self.artifacts(number, sink);
        }
    }

    fn steps(&self, build: &Value, number: u64, sink: &dyn Sink) {
        let list = |v: &Value, key: &str| v.get(key).and_then(Value::as_array).cloned();
        for step in list(build, "steps").into_iter().flatten() {
            for action in list(&step, "actions").into_iter().flatten() {
                let index = action.get("index").and_then(Value::as_u64).unwrap_or(0);
                let nth = action.get("step").and_then(Value::as_u64).unwrap_or(0);
                let said = action.get("has_output").and_then(Value::as_bool);
                let link = text(&action, &["output_url"]);
                let step = text(&action, &["name"]).replace('/', "_");
                let name = format!("{}/{number}/{nth}.{index} {step}", self.slug);
                match link.is_empty() {
                    false => self.text(&link, &name, true, sink),
                    true if said == Some(true) => {
                        sink.declare(Unit::File, 1);
                        skip(sink, &name, "CircleCI keeps no output of it any more");
                    }
                    true => {}
                }
            }
        }
    }

    fn artifacts(&self, number: u64, sink: &dyn Sink) {
        let name = format!("artifacts of {} build {number}", self.slug);
        let path = format!("/v2/project/{}/{number}/artifacts", in_path(&self.slug));
        match self.circle.list(&path, &name) {
            Err(e) if is_absent(&e) => {}
            Err(e) => lost(sink, &name, &e),
            Ok(all) => all.iter().for_each(|artifact| {
                let node = artifact.get("node_index").and_then(Value::as_u64).unwrap_or(0);
                let path = text(artifact, &["path"]);
                let name = format!("{}/{number}/artifacts/{node}/{path}", self.slug);
                self.text(&text(artifact, &["url"]), &name, false, sink);
            }),
        }
    }

    /// Scans what a link leads to, as it comes.
    fn text(&self, link: &str, name: &str, is_log: bool, sink: &dyn Sink) {
        sink.declare(Unit::File, 1);
        let opened = match self.circle.open(link, name) {
            Ok(opened) => opened,
            Err(e) => return skip(sink, name, &whole(&e)),
        };
        let _hold = sink.budget().take(sink.budget().needed(u64::MAX));
        let origin = Origin::new(OriginKind::File).path(name.as_bytes());
        let mut body: Box<dyn Read> = match is_log {
            true => Box::new(Messages::new(opened)),
            false => Box::new(opened),
        };
        if let Err(e) = sink.stream(Unit::File, origin, &mut body) {
            skip(sink, name, &e.to_string());
        }
    }
}

/// An error in one line with its cause.
fn whole(error: &Error) -> String {
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

fn lost(sink: &dyn Sink, name: &str, error: &Error) {
    sink.declare(Unit::File, 1);
    skip(sink, name, &whole(error));
}

fn skip(sink: &dyn Sink, name: &str, detail: &str) {
    sink.skip(Skipped {
        reason: Reason::Unreadable,
        unit: Some(Unit::File),
        what: name.to_owned(),
        detail: detail.to_owned(),
    });
}

impl Source for Logs {
    fn scope(&self) -> String {
        format!("logs of {} builds of {}", self.builds.len(), self.slug)
    }

    fn read(&self, sink: &dyn Sink) -> Result<()> {
        for &number in &self.builds {
            if sink.stop() {
                break;
            }
            self.build(number, sink);
        }
        Ok(())
    }
}
