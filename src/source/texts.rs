//! What people wrote elsewhere than in files: texts that somebody hands out one by one.

use super::{Sink, Source};
use crate::error::Result;
use crate::model::{Item, Origin, OriginKind, Reason, Skipped, Unit};

/// Takes a text: its name, such as `issues/12`, and what it says.
pub type Take<'a> = dyn FnMut(String, String) + 'a;

/// Hands out all texts.
pub type HandOut = dyn Fn(&mut Take<'_>) -> Result<()> + Send + Sync;

/// Texts of one kind.
pub struct Texts {
    scope: String,
    hand_out: Box<HandOut>,
}

impl Texts {
    /// The texts that `hand_out` hands out; `scope` says what they are.
    pub fn new(scope: impl Into<String>, hand_out: Box<HandOut>) -> Self {
        Self { scope: scope.into(), hand_out }
    }
}

impl Source for Texts {
    fn scope(&self) -> String {
        self.scope.clone()
    }

    fn read(&self, sink: &dyn Sink) -> Result<()> {
        let read = (self.hand_out)(&mut |name, text| {
            if !sink.stop() {
                sink.declare(Unit::Text, 1);
                let origin = Origin::new(OriginKind::File).path(name);
                sink.scan(Unit::Text, Item::new(text.as_bytes(), origin));
            }
        });
        // What came until then counts.
        if let Err(e) = read {
            let cause = std::error::Error::source(&e);
            let detail = cause.map_or_else(|| e.to_string(), |cause| format!("{e}: {cause}"));
            let (reason, what) = (Reason::Repository, self.scope.clone());
            sink.skip(Skipped { reason, unit: None, what, detail });
        }
        Ok(())
    }
}
