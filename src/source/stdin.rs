//! Standard input, as one text.

use super::objects::lock;
use super::{Sink, Source};
use crate::error::Result;
use crate::git::MAX_OBJECT;
use crate::model::{Item, Origin, OriginKind, Reason, Skipped, Unit};
use std::io::Read;
use std::sync::Mutex;

/// A stream that is read to its end.
pub struct Stdin {
    stream: Mutex<Box<dyn Read + Send>>,
}

impl Stdin {
    /// The text of `stream`.
    pub fn new(stream: impl Read + Send + 'static) -> Self {
        Self { stream: Mutex::new(Box::new(stream)) }
    }
}

impl Source for Stdin {
    fn scope(&self) -> String {
        "standard input".to_owned()
    }

    fn read(&self, sink: &dyn Sink) -> Result<()> {
        let skip = |reason, detail: String| {
            let what = "standard input".to_owned();
            sink.skip(Skipped { reason, unit: Some(Unit::File), what, detail });
        };
        sink.declare(Unit::File, 1);
        let mut bytes = Vec::new();
        let mut stream = lock(&self.stream);
        match stream.by_ref().take(MAX_OBJECT + 1).read_to_end(&mut bytes) {
            Err(e) => skip(Reason::Unreadable, e.to_string()),
            Ok(n) if n as u64 > MAX_OBJECT => {
                skip(Reason::Unsupported, format!("more than {MAX_OBJECT} bytes"));
            }
            Ok(_) => {
                let origin = Origin::new(OriginKind::Stdin);
                sink.scan(Unit::File, Item::new(&bytes, origin));
            }
        }
        Ok(())
    }
}
