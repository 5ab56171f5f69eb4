//! What an earlier run learned of a store, and its form in a file. It names objects and files,
//! never a secret: it is not written where a file name holds one.

use crate::git::Kind;
use crate::git::graph::Kept;
use crate::git::sorted::Ids;
use crate::model::{Fingerprint, ObjectId, Reach, Reason, Skipped, Span};
use std::collections::HashSet;

/// The first bytes of the file.
const MAGIC: &[u8] = b"stanch history cache 5\n";

/// What a store held, all of which was scanned.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// All of them; graph and findings name them by their rows here.
    pub(super) ids: Ids,
    /// How many blobs, commits, tags and trees there are.
    pub(super) counts: [u64; 4],
    /// Objects that are scanned again: something was found in them, or they stand for something
    /// that was not here.
    pub(super) found: Vec<Again>,
    /// Texts that are secrets only if a file of the right path holds them, which none does. The
    /// blobs that hold them are not among the above.
    pub(super) doubts: Vec<Doubt>,
    /// Names of submodules.
    pub(super) submodules: Vec<Vec<u8>>,
    /// Objects that a partial clone left at the remote.
    pub(super) missing: Vec<ObjectId>,
    /// What could not be read of objects in which nothing was found.
    pub(super) told: Vec<(ObjectId, Vec<Skipped>)>,
    /// The graph.
    pub(crate) kept: Laid,
    /// Stands for all refs and logs, of which the reach of a commit follows.
    pub(super) refs: [u8; 32],
    /// Where the objects stand in which something was found: so it is as long as the refs are those.
    pub(super) sites: Vec<KnownSite>,
}

/// An object that is scanned again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Again {
    pub(super) kind: Kind,
    pub(super) id: ObjectId,
    /// Where its secrets stand, if nothing else need be looked at.
    pub(super) spans: Vec<Span>,
}

/// A text that is a secret only if a file of the right path holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Doubt {
    /// Stands for the text.
    pub(super) print: Fingerprint,
    /// The blobs that hold it.
    pub(super) blobs: Vec<ObjectId>,
}

impl Doubt {
    /// Without the blobs that are not `left`; `None` if none is.
    pub(super) fn limited_to(mut self, left: &dyn Fn(&ObjectId) -> bool) -> Option<Self> {
        self.blobs.retain(left);
        (!self.blobs.is_empty()).then_some(self)
    }
}

/// A site of a blob, as [`super::attribution::Site`] has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KnownSite {
    pub(super) blob: ObjectId,
    pub(super) path: Option<Vec<u8>>,
    pub(super) commit: Option<ObjectId>,
    pub(super) order: Option<u32>,
    pub(super) reach: Reach,
}

impl Known {
    /// How many blobs hold texts of which there are doubts.
    pub(super) fn doubted(&self) -> u64 {
        let blobs: HashSet<&ObjectId> = self.doubts.iter().flat_map(|d| &d.blobs).collect();
        blobs.len() as u64
    }

    /// Its bytes, sealed with `key`.
    pub(super) fn seal(&self, key: &[u8; 32]) -> Vec<u8> {
        let mut out = self.write();
        let seal = blake3::keyed_hash(key, &out);
        out.extend_from_slice(seal.as_bytes());
        out
    }

    /// What [`Known::parse`] reads.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = Out(MAGIC.to_vec());
        out.bytes(self.ids.bytes());
        self.counts.iter().for_each(|n| out.long(*n));
        out.list(&self.found, |out, again| {
            out.0.push(kind_code(again.kind));
            out.bytes(again.id.as_bytes());
            out.list(&again.spans, |out, span| {
                out.int(span.start as u32);
                out.int(span.end as u32);
            });
        });
        out.list(&self.doubts, |out, doubt| {
            out.0.extend_from_slice(&doubt.print.0);
            out.ids(&doubt.blobs);
        });
        out.list(&self.submodules, |out, name| out.bytes(name));
        out.ids(&self.missing);
        out.list(&self.told, |out, (id, gaps)| {
            out.bytes(id.as_bytes());
            out.list(gaps, |out, gap| {
                out.bytes(gap.reason.as_str().as_bytes());
                out.bytes(gap.what.as_bytes());
                out.bytes(gap.detail.as_bytes());
            });
        });
        out.bytes(&self.kept.0);
        out.0.extend_from_slice(&self.refs);
        out.list(&self.sites, |out, site| {
            out.bytes(site.blob.as_bytes());
            out.list(site.path.as_slice(), |out, path| out.bytes(path));
            out.list(site.commit.as_slice(), |out, id| out.bytes(id.as_bytes()));
            out.list(site.order.as_slice(), |out, n| out.int(*n));
            out.0.push(site.reach as u8);
        });
        out.0
    }

    /// From bytes that [`Known::seal`] made with the same key; `None` from any others.
    pub(super) fn open(raw: &[u8], key: &[u8; 32]) -> Option<Self> {
        let (body, seal) = raw.split_at_checked(raw.len().checked_sub(blake3::OUT_LEN)?)?;
        let seal: [u8; 32] = seal.try_into().ok()?;
        // The comparison of hashes takes the same time whatever they are.
        if blake3::keyed_hash(key, body) != blake3::Hash::from_bytes(seal) {
            return None;
        }
        Self::parse(body)
    }

    /// From the bytes before the seal, which anyone may have made.
    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let mut input = In(body.strip_prefix(MAGIC)?);
        Some(Self {
            ids: Ids::new(input.bytes()?.to_vec())?,
            counts: [input.long()?, input.long()?, input.long()?, input.long()?],
            found: input.list(|i| {
                let span = |i: &mut In<'_>| span(i.int()?, i.int()?);
                Some(Again { kind: kind_of(i.byte()?)?, id: i.id()?, spans: i.list(span)? })
            })?,
            doubts: input.list(|i| Some(Doubt { print: i.print()?, blobs: i.list(In::id)? }))?,
            submodules: input.list(|i| Some(i.bytes()?.to_vec()))?,
            missing: input.list(In::id)?,
            told: input.list(|i| Some((i.id()?, i.list(In::gap)?)))?,
            kept: Laid(input.bytes()?.to_vec()),
            refs: input.take(32)?.try_into().ok()?,
            sites: input.list(|i| {
                Some(KnownSite {
                    blob: i.id()?,
                    path: i.list(|i| Some(i.bytes()?.to_vec()))?.pop(),
                    commit: i.list(In::id)?.pop(),
                    order: i.list(In::int)?.pop(),
                    reach: reach_of(i.byte()?)?,
                })
            })?,
        })
    }
}

/// A graph as it is written: it is read only if it is needed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Laid(Vec<u8>);

impl Laid {
    /// Writes `kept`.
    pub(super) fn of(kept: &Kept) -> Self {
        let mut out = Out(Vec::new());
        out.list(&kept.commits, |out, (number, tree, time, parents)| {
            out.int(*number);
            out.int(*tree);
            out.long(*time as u64);
            out.list(parents, |out, n| out.int(*n));
        });
        out.list(&kept.trees, |out, (tree, links)| {
            out.int(*tree);
            out.list(links, |out, (child, name)| {
                out.int(*child);
                out.int(*name);
            });
        });
        out.list(&kept.names, |out, name| out.bytes(name));
        out.list(&kept.wanted, |out, n| out.int(*n));
        Self(out.0)
    }

    /// Reads it; `None` if it makes no sense.
    pub(crate) fn read(&self) -> Option<Kept> {
        let mut input = In(&self.0);
        Some(Kept {
            commits: input
                .list(|i| Some((i.int()?, i.int()?, i.long()? as i64, i.list(In::int)?)))?,
            trees: input.list(|i| Some((i.int()?, i.list(|i| Some((i.int()?, i.int()?)))?)))?,
            names: input.list(|i| Some(i.bytes()?.to_vec()))?,
            wanted: input.list(In::int)?,
        })
    }
}

fn kind_code(kind: Kind) -> u8 {
    match kind {
        Kind::Commit => 1,
        Kind::Tree => 2,
        Kind::Blob => 3,
        Kind::Tag => 4,
    }
}

fn span(start: u32, end: u32) -> Option<Span> {
    (start <= end).then(|| Span::new(start as usize, end as usize))
}

fn reach_of(code: u8) -> Option<Reach> {
    let all = [Reach::Head, Reach::Ref, Reach::Reflog, Reach::Unreachable];
    all.into_iter().find(|reach| *reach as u8 == code)
}

fn kind_of(code: u8) -> Option<Kind> {
    [Kind::Commit, Kind::Tree, Kind::Blob, Kind::Tag].into_iter().find(|k| kind_code(*k) == code)
}

struct Out(Vec<u8>);

impl Out {
    fn int(&mut self, n: u32) {
        self.0.extend_from_slice(&n.to_le_bytes());
    }

    fn long(&mut self, n: u64) {
        self.0.extend_from_slice(&n.to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.int(bytes.len() as u32);
        self.0.extend_from_slice(bytes);
    }

    fn list<T>(&mut self, list: &[T], each: impl Fn(&mut Self, &T)) {
        self.int(list.len() as u32);
        list.iter().for_each(|item| each(self, item));
    }

    fn ids(&mut self, ids: &[ObjectId]) {
        self.list(ids, |out, id| out.bytes(id.as_bytes()));
    }
}

struct In<'a>(&'a [u8]);

impl<'a> In<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn int(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn long(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = self.int()?;
        self.take(len as usize)
    }

    fn id(&mut self) -> Option<ObjectId> {
        ObjectId::from_bytes(self.bytes()?)
    }

    fn print(&mut self) -> Option<Fingerprint> {
        Some(Fingerprint(self.take(16)?.try_into().ok()?))
    }

    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.bytes()?.to_vec()).ok()
    }

    fn gap(&mut self) -> Option<Skipped> {
        let reason = Reason::parse(&self.text()?)?;
        Some(Skipped { reason, unit: None, what: self.text()?, detail: self.text()? })
    }

    fn list<T>(&mut self, mut each: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.int()? as usize;
        // No item takes less than a byte, so a lie costs no memory.
        let mut list = Vec::with_capacity(count.min(self.0.len()));
        for _ in 0..count {
            list.push(each(self)?);
        }
        Some(list)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    fn graph() -> Kept {
        Kept {
            commits: vec![(5, 6, -7, vec![8])],
            trees: vec![(6, vec![(3, 0)])],
            names: vec![b"a".to_vec()],
            wanted: vec![3],
        }
    }

    fn sample() -> Known {
        let id = |n| ObjectId::from_bytes(&[n; 20]).unwrap();
        Known {
            ids: Ids::new([[1; 20], [2; 20]].concat()).unwrap(),
            counts: [1, 2, 3, 4],
            found: vec![
                Again { kind: Kind::Blob, id: id(3), spans: vec![Span::new(1, 2)] },
                Again { kind: Kind::Commit, id: id(4), spans: Vec::new() },
            ],
            doubts: vec![Doubt { print: Fingerprint([6; 16]), blobs: vec![id(5), id(6)] }],
            submodules: vec![b"lib".to_vec()],
            told: vec![(
                id(7),
                vec![Skipped {
                    reason: Reason::Corrupt,
                    unit: None,
                    what: "w".into(),
                    detail: "d".into(),
                }],
            )],
            kept: Laid::of(&graph()),
            refs: [9; 32],
            sites: vec![KnownSite {
                blob: id(3),
                path: Some(b"a".to_vec()),
                commit: None,
                order: Some(4),
                reach: Reach::Head,
            }],
            ..Known::default()
        }
    }

    #[test]
    fn there_and_back() {
        let known = sample();
        assert_eq!(known.kept.read(), Some(graph()));
        assert_eq!(Known::open(&known.seal(&[1; 32]), &[1; 32]), Some(known));
    }

    #[test]
    fn a_changed_byte_or_key_opens_nothing() {
        let sealed = sample().seal(&[1; 32]);
        assert_eq!(Known::open(&sealed, &[2; 32]), None);
        for at in 0..sealed.len() {
            let mut bad = sealed.clone();
            bad[at] ^= 1;
            assert_eq!(Known::open(&bad, &[1; 32]), None);
            assert_eq!(Known::open(&sealed[..at], &[1; 32]), None);
        }
    }
}
