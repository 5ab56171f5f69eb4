//! Standard input, as one text that may have no end.

use super::objects::lock;
use super::{Sink, Source};
use crate::error::Result;
use crate::model::{Origin, OriginKind, Reason, Skipped, Unit};
use std::io::{self, Read};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

/// How much is read at a time, and how many such parts wait to be scanned.
const BITE: usize = 256 << 10;
const WAITING: usize = 4;

/// How long an interrupt may go unnoticed while nothing comes in.
const PATIENCE: Duration = Duration::from_millis(50);

/// A stream that is read to its end.
pub struct Stdin {
    stream: Mutex<Option<Box<dyn Read + Send>>>,
}

impl Stdin {
    /// The text of `stream`.
    pub fn new(stream: impl Read + Send + 'static) -> Self {
        Self { stream: Mutex::new(Some(Box::new(stream))) }
    }
}

impl Source for Stdin {
    fn scope(&self) -> String {
        "standard input".to_owned()
    }

    fn read(&self, sink: &dyn Sink) -> Result<()> {
        let Some(stream) = lock(&self.stream).take() else { return Ok(()) };
        sink.declare(Unit::File, 1);
        let mut feed = Feed::start(stream, sink);
        let _hold = sink.budget().take(sink.budget().needed(u64::MAX));
        if let Err(e) = sink.stream(Unit::File, Origin::new(OriginKind::Stdin), &mut feed) {
            sink.skip(Skipped {
                reason: Reason::Unreadable,
                unit: Some(Unit::File),
                what: "standard input".to_owned(),
                detail: e.to_string(),
            });
        }
        Ok(())
    }
}

/// What a thread of its own reads, since nothing else can be done while a read waits. It ends
/// with the stream, or when the run does.
struct Feed<'a> {
    parts: Receiver<io::Result<Vec<u8>>>,
    part: io::Cursor<Vec<u8>>,
    sink: &'a dyn Sink,
}

impl<'a> Feed<'a> {
    fn start(stream: Box<dyn Read + Send>, sink: &'a dyn Sink) -> Self {
        let (sender, parts) = sync_channel(WAITING);
        std::thread::spawn(move || send(stream, &sender));
        Self { parts, part: io::Cursor::default(), sink }
    }
}

/// Sends what `stream` gives, until it ends or nobody listens.
fn send(mut stream: Box<dyn Read + Send>, parts: &SyncSender<io::Result<Vec<u8>>>) {
    let mut bite = vec![0; BITE];
    loop {
        let part = match stream.read(&mut bite) {
            Ok(0) => return,
            Ok(n) => Ok(bite.get(..n).unwrap_or_default().to_vec()),
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => Err(e),
        };
        let failed = part.is_err();
        if parts.send(part).is_err() || failed {
            return;
        }
    }
}

impl Read for Feed<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let n = self.part.read(into)?;
            if n > 0 || into.is_empty() {
                return Ok(n);
            }
            match self.parts.recv_timeout(PATIENCE) {
                Ok(part) => self.part = io::Cursor::new(part?),
                Err(RecvTimeoutError::Timeout) if !self.sink.stop() => {}
                Err(_) => return Ok(0),
            }
        }
    }
}
