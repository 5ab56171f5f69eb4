//! What is found in the parts of containers, however deep.

use super::Setup;
use super::gather::{self, Found, Part};
use super::innermost::Opened;
use super::kept::{Kept, Wrapped};
use super::layers::Within;
use super::pieces::Pieces;
use crate::blob::{Position, View, views};
use crate::container::{self, Format, Image, Input, LIMITS, Meter, Visitor};
use crate::model::{INTO, Origin, Reason, Skipped, Span};
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A part up to this length is scanned whole.
const WHOLE: usize = 1 << 20;
/// How much of a longer one is scanned at a time.
const PIECE: usize = 512 << 10;
/// How much of it is read at a time.
const BITE: usize = 64 << 10;
/// What is unnamed in its container.
const UNNAMED: &[u8] = b"content";
/// A name of this length may be a secret.
const LONG_NAME: usize = 20;
/// So many gaps of one text are told one by one.
const GAPS: usize = 20;

/// What came of the containers in a text.
pub(super) struct Inside {
    kept: Kept,
    image: Image,
    opened: Opened,
    gaps: Vec<Skipped>,
    untold: u64,
    /// Buffers of parts that are done.
    spare: Vec<Vec<u8>>,
}

impl Inside {
    /// Looks at everything in the container `input` of `format`, which is the text of `origin`.
    pub(super) fn of(
        format: Format,
        input: Input<'_, '_>,
        origin: &Origin,
        meter: &Meter<'_>,
        setup: &Setup<'_>,
    ) -> Self {
        let mut inside = Self::empty(setup);
        inside.opened.note(b"", b"", format.is_document());
        let mut room =
            Room { origin, way: Vec::new(), depth: 1, meter, setup, inside: &mut inside };
        // A defect in a reader must not take away what was found in the text itself.
        let open = || container::open(format, input, meter, &mut room);
        if catch_unwind(AssertUnwindSafe(open)).is_err() {
            let why = format!("stanch failed on this {}; please report it", format.name());
            inside.gap(origin, b"", Reason::Internal, why);
        }
        inside
    }

    fn empty(setup: &Setup<'_>) -> Self {
        let (kept, image, opened) = (gather::kept(setup), Image::default(), Opened::default());
        Self { kept, image, opened, gaps: Vec::new(), untold: 0, spare: Vec::new() }
    }

    /// Opens what is packed in letters in the text of `origin`, and adds it to what was `found` there.
    pub(super) fn unwrap(
        found: &mut Found,
        origin: &Origin,
        meter: &Meter<'_>,
        setup: &Setup<'_>,
    ) {
        if found.packed.is_empty() && !found.overfull {
            return;
        }
        let mut inside = Self::empty(setup);
        let (packed, overfull) = (std::mem::take(&mut found.packed), found.overfull);
        let mut room =
            Room { origin, way: Vec::new(), depth: 1, meter, setup, inside: &mut inside };
        let open = || room.open_all(packed, overfull);
        if catch_unwind(AssertUnwindSafe(open)).is_err() {
            let why = "stanch failed on what is packed in it; please report it".to_owned();
            inside.gap(origin, b"", Reason::Internal, why);
        }
        inside.join(found);
        // What stands inside is not found again by a look at places in the text.
        found.secrets = None;
    }

    /// Adds it to what was found in the text itself.
    pub(super) fn join(self, found: &mut Found) {
        let Self { kept, image, opened, gaps, untold, .. } = self;
        let mut inner = kept.finish(None);
        for finding in &mut inner.findings {
            let ways = finding.places.iter().map(|p| p.origin.inside.as_slice());
            finding.evidence.extend(image.tell(ways));
        }
        found.cut |= inner.cut;
        found.unlisted += inner.unlisted;
        found.gaps.extend(gaps);
        if untold > 0
            && let Some(last) = found.gaps.last().cloned()
        {
            let detail = format!("{untold} more parts of it are not read");
            let what = last.what.split("!/").next().unwrap_or_default().to_owned();
            found.gaps.push(Skipped { what, detail, ..last });
        }
        gather::join(&mut found.findings, inner.findings, &opened);
    }

    fn gap(&mut self, origin: &Origin, way: &[u8], reason: Reason, detail: String) {
        if self.gaps.len() >= GAPS {
            self.untold += 1;
            return;
        }
        let mut origin = origin.inside(way);
        origin.join_path();
        let what = super::street::shown(&origin);
        self.gaps.push(Skipped { reason, unit: None, what, detail });
    }
}

/// One container, whose parts are looked at.
struct Room<'a, 'm> {
    origin: &'a Origin,
    /// The way to it.
    way: Vec<u8>,
    depth: usize,
    meter: &'a Meter<'m>,
    setup: &'a Setup<'a>,
    inside: &'a mut Inside,
}

impl Visitor for Room<'_, '_> {
    fn part(&mut self, name: &[u8], text: &mut dyn Read) {
        let mut start = self.inside.spare.pop().unwrap_or_default();
        // What came before an error is all there is.
        let _ = text.take(WHOLE as u64 + 1).read_to_end(&mut start);
        let way = self.way_to(name);
        let origin = self.origin.inside(&way);
        if name.len() >= LONG_NAME {
            self.scan(name, &origin);
        }
        if start.len() <= WHOLE {
            self.learn(name, &start);
            self.scan(&start, &origin);
            if let Some(format) = container::detect_named(name, &start, true) {
                self.enter(format, Input::Whole(&start), name, way);
            }
            start.clear();
            self.inside.spare.push(start);
            return;
        }
        let own = way.clone();
        let mut text = start.as_slice().chain(text);
        let mut pieces = Pieces::new(&origin, self.setup, PIECE);
        let mut poured = Poured { text: &mut text, pieces: &mut pieces };
        if let Some(format) = container::detect_named(name, &start, false) {
            self.enter(format, Input::Stream(&mut poured), name, way);
        }
        poured.drain(self.meter);
        self.keep(pieces.finish(), &own);
    }

    fn gap(&mut self, name: &[u8], reason: Reason, why: String) {
        let way = if name.is_empty() { self.way.clone() } else { self.way_to(name) };
        self.inside.gap(self.origin, &way, reason, why);
    }
}

impl Room<'_, '_> {
    fn way_to(&self, name: &[u8]) -> Vec<u8> {
        let name = if name.is_empty() { UNNAMED } else { name };
        let name = name.strip_prefix(b"./").unwrap_or(name);
        if self.way.is_empty() { name.to_vec() } else { [&self.way[..], INTO, name].concat() }
    }

    /// What a file says about the image that it may be a part of.
    fn learn(&mut self, name: &[u8], text: &[u8]) {
        let way = self.way.as_slice();
        if way.is_empty() {
            self.inside.image.file(name, text);
        } else if memchr::memmem::find(way, INTO).is_none() {
            self.inside.image.layered(way, name);
        }
    }

    /// Opens a container in the container. What a compressed file holds has no name of its own.
    fn enter(&mut self, format: Format, input: Input<'_, '_>, name: &[u8], way: Vec<u8>) {
        let on = if name.is_empty() { self.way.clone() } else { way.clone() };
        self.inside.opened.note(&way, &on, format.is_document());
        let way = on;
        if self.depth >= LIMITS.depth {
            let why = format!("it is nested deeper than {} containers", LIMITS.depth);
            return self.inside.gap(self.origin, &way, Reason::Capped, why);
        }
        let (origin, meter, setup, depth) = (self.origin, self.meter, self.setup, self.depth + 1);
        let mut room = Room { origin, way, depth, meter, setup, inside: &mut *self.inside };
        container::open(format, input, meter, &mut room);
    }

    /// Scans a part that is at hand.
    fn scan(&mut self, bytes: &[u8], origin: &Origin) {
        for View { text, encoding } in &views(bytes) {
            let core = Span::new(0, text.len());
            let base = Position::default();
            let part = Part { text, encoding: *encoding, base, core, goes_on: false };
            gather::in_part(&part, Within::File, origin, self.setup, &mut self.inside.kept);
        }
        let packed = std::mem::take(&mut self.inside.kept.packed);
        let overfull = std::mem::take(&mut self.inside.kept.overfull);
        self.below(&origin.inside, packed, overfull);
    }

    fn keep(&mut self, mut found: Found, way: &[u8]) {
        let (packed, overfull) = (std::mem::take(&mut found.packed), found.overfull);
        self.inside.kept.take(found);
        self.below(way, packed, overfull);
    }

    /// Opens what is packed in letters in the part at `way`.
    fn below(&mut self, way: &[u8], packed: Vec<Wrapped>, overfull: bool) {
        if packed.is_empty() && !overfull {
            return;
        }
        let (origin, meter, setup, depth) = (self.origin, self.meter, self.setup, self.depth + 1);
        let way = way.to_vec();
        let mut room = Room { origin, way, depth, meter, setup, inside: &mut *self.inside };
        room.open_all(packed, overfull);
    }

    /// Opens what is packed in letters in the text that this is the way to.
    fn open_all(&mut self, packed: Vec<Wrapped>, overfull: bool) {
        for Wrapped { line, bytes, cut } in packed {
            let Some(format) = container::detect(&bytes, true) else { continue };
            let name = format!("line {line}").into_bytes();
            let way = self.way_to(&name);
            if cut {
                let why = "what is packed there is too long to be opened: only its start is read";
                self.inside.gap(self.origin, &way, Reason::Capped, why.to_owned());
            }
            // In words that are cut short for readers nothing is hidden.
            let gaps = self.inside.gaps.len();
            self.enter(format, Input::Whole(&bytes), &name, way);
            let (known, new) = self.inside.gaps.split_at(gaps);
            let told = new.iter().filter(|gap| gap.reason != Reason::Corrupt);
            self.inside.gaps = known.iter().chain(told).cloned().collect();
        }
        if overfull {
            let why = "more is packed in it than is opened".to_owned();
            let way = self.way.clone();
            self.inside.gap(self.origin, &way, Reason::Capped, why);
        }
    }
}

/// A text that is scanned piece by piece while somebody else reads it.
pub(super) struct Poured<'p, 'a> {
    pub(super) text: &'p mut dyn Read,
    pub(super) pieces: &'p mut Pieces<'a>,
}

impl Read for Poured<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.text.read(into)?;
        self.pieces.push(into.get(..n).unwrap_or_default());
        Ok(n)
    }
}

impl Poured<'_, '_> {
    /// Scans what nobody has read.
    fn drain(&mut self, meter: &Meter<'_>) {
        let mut bite = vec![0; BITE];
        while !meter.is_over() && self.read(&mut bite).is_ok_and(|n| n > 0) {}
    }
}
