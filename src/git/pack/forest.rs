//! Walks the delta forest of one pack.

use super::delta;
use super::entry::{self, Base, Entry};
use super::index::{self, Located};
use crate::git::Kind;
use crate::model::{ObjectId, Span};
use libdeflater::Decompressor;
use rayon::prelude::*;
use std::cell::RefCell;
use std::collections::HashSet;
use std::path::Path;

/// An object that was decoded.
#[derive(Debug, Clone, Copy)]
pub struct Object<'a> {
    /// Its name, as the index tells it.
    pub id: ObjectId,
    /// Its kind.
    pub kind: Kind,
    /// Its content.
    pub data: &'a [u8],
    /// If it was made from another object: the stretches that it does not share with that one.
    pub fresh: Option<&'a [Span]>,
    /// What the visitor answered for that one.
    pub base_answer: bool,
}

/// An object that could not be read here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Its name.
    pub id: ObjectId,
    /// Its kind, as far as its place in the forest tells.
    pub kind: Kind,
    /// What is wrong, in words.
    pub why: &'static str,
}

/// Deflate cannot do better than this, so a size beyond it is a lie.
const BEST_RATIO: u64 = 1032;
/// No parent.
const NONE: u32 = u32::MAX;

/// A pack and its forest.
pub struct Pack {
    data: Vec<u8>,
    objects: Vec<Located>,
    /// Kind of each object, where it is known.
    kinds: Vec<Option<Kind>>,
    /// Children of object `i` are `children[starts[i]..starts[i + 1]]`.
    starts: Vec<u32>,
    children: Vec<u32>,
    troubles: Vec<Trouble>,
}

impl Pack {
    /// Opens the pack beside the index at `idx`.
    ///
    /// # Errors
    /// In words, if one of the two files cannot be read or is not of a known form.
    pub fn open(idx: &Path) -> Result<Self, String> {
        let read = |p: &Path| std::fs::read(p).map_err(|e| format!("{}: {e}", p.display()));
        let index = read(idx)?;
        let objects = index::parse(&index).map_err(|e| format!("{}: {e}", idx.display()))?;
        drop(index);
        let path = idx.with_extension("pack");
        let data = read(&path)?;
        let version = data.get(4..8);
        if !data.starts_with(b"PACK") || !matches!(version, Some([0, 0, 0, 2 | 3])) {
            return Err(format!("{}: not a pack of version 2 or 3", path.display()));
        }
        // An index that leaves objects out would hide them.
        let told = data.get(8..12).map(|n| n.iter().fold(0, |n, &b| n << 8 | usize::from(b)));
        if told != Some(objects.len()) {
            return Err(format!("{}: not the pack that its index tells of", path.display()));
        }
        Ok(Self::plant(data, objects))
    }

    /// Names of all objects, in the order of the pack.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = ObjectId> + '_ {
        self.objects.iter().map(|o| o.id)
    }

    /// How many objects are known to be of `kind`.
    pub fn count(&self, kind: Kind) -> usize {
        self.kinds.iter().filter(|k| **k == Some(kind)).count()
    }

    /// How many of `ids` are here and known to be of `kind`.
    pub fn count_among(&self, kind: Kind, ids: &HashSet<ObjectId>) -> usize {
        let known = self.objects.iter().zip(&self.kinds);
        known.filter(|(o, k)| **k == Some(kind) && ids.contains(&o.id)).count()
    }

    /// Objects whose place in the forest is unknown.
    pub fn troubles(&self) -> &[Trouble] {
        &self.troubles
    }

    fn plant(data: Vec<u8>, objects: Vec<Located>) -> Self {
        let heads: Vec<_> = objects.par_iter().map(|o| entry::parse(&data, o.offset)).collect();
        let by_name = names(&objects, &heads);
        let parents: Vec<u32> = heads
            .par_iter()
            .map(|head| match head {
                Ok(Entry { base: Base::Offset(offset), .. }) => at_offset(&objects, *offset),
                Ok(Entry { base: Base::Name(id), .. }) => at_name(&by_name, *id),
                _ => NONE,
            })
            .collect();
        let (starts, children) = children(&parents);
        let mut pack =
            Self { data, objects, kinds: Vec::new(), starts, children, troubles: Vec::new() };
        pack.kinds = pack.kinds_from_roots(&heads);
        pack.troubles = pack.lost(&heads, &parents);
        pack
    }

    /// Gives every object the kind of its root. What hangs on no root (a cycle, or a base that is
    /// not here) keeps none.
    fn kinds_from_roots(&self, heads: &[Result<Entry, &'static str>]) -> Vec<Option<Kind>> {
        let mut kinds = vec![None; heads.len()];
        let mut todo = Vec::new();
        for (i, head) in heads.iter().enumerate() {
            if let Ok(Entry { base: Base::Whole(kind), .. }) = head {
                kinds[i] = Some(*kind);
                todo.push(i as u32);
            }
            while let Some(parent) = todo.pop() {
                for &child in self.children_of(parent) {
                    kinds[child as usize] = kinds[parent as usize];
                    todo.push(child);
                }
            }
        }
        kinds
    }

    fn lost(&self, heads: &[Result<Entry, &'static str>], parents: &[u32]) -> Vec<Trouble> {
        let lost = (0..heads.len()).filter(|&i| self.kinds[i].is_none());
        lost.map(|i| {
            let why = match heads[i] {
                Err(why) => why,
                Ok(Entry { base: Base::Name(_), .. }) if parents[i] == NONE => {
                    "its delta base is in another pack"
                }
                Ok(_) => "its delta base cannot be found",
            };
            Trouble { id: self.objects[i].id, kind: Kind::Blob, why }
        })
        .collect()
    }

    fn children_of(&self, i: u32) -> &[u32] {
        let i = i as usize;
        &self.children[self.starts[i] as usize..self.starts[i + 1] as usize]
    }

    /// Decodes every object of a kind in `kinds`, on all threads of the pool, each once. What
    /// `visit` answers for an object it is told again with those that are made from it.
    pub fn walk(
        &self,
        kinds: &[Kind],
        visit: &(dyn Fn(Object<'_>) -> bool + Sync),
        trouble: &(dyn Fn(Trouble) + Sync),
    ) {
        let is_root = |i: &u32| {
            matches!(entry::parse(&self.data, self.objects[*i as usize].offset),
                Ok(Entry { base: Base::Whole(kind), .. }) if kinds.contains(&kind))
        };
        let roots: Vec<u32> =
            (0..self.objects.len() as u32).into_par_iter().filter(is_root).collect();
        roots.par_iter().with_max_len(16).for_each(|&root| {
            WALKER.with_borrow_mut(|walker| walker.walk(self, root, visit, trouble));
        });
    }

    /// The deflated bytes of the entry: up to where the next one starts.
    fn deflated(&self, i: u32, entry: &Entry) -> &[u8] {
        let next = self.objects.get(i as usize + 1).map_or(self.data.len() as u64, |o| o.offset);
        self.data.get(entry.data as usize..next as usize).unwrap_or_default()
    }
}

thread_local! {
    static WALKER: RefCell<Walker> = RefCell::new(Walker::new());
}

/// One object whose children are being made.
struct Frame {
    object: u32,
    answer: bool,
    data: Vec<u8>,
    next_child: usize,
}

/// What a thread needs to walk trees, kept for the next one.
struct Walker {
    inflater: Decompressor,
    /// Buffers that are free.
    pool: Vec<Vec<u8>>,
    delta: Vec<u8>,
    fresh: Vec<Span>,
}

impl Walker {
    fn new() -> Self {
        Self {
            inflater: Decompressor::new(),
            pool: Vec::new(),
            delta: Vec::new(),
            fresh: Vec::new(),
        }
    }

    /// Depth first: a parent's bytes are dropped when its last child has been made, so a plain
    /// chain of deltas needs two buffers however long it is.
    fn walk(
        &mut self,
        pack: &Pack,
        root: u32,
        visit: &(dyn Fn(Object<'_>) -> bool + Sync),
        trouble: &(dyn Fn(Trouble) + Sync),
    ) {
        let mut stack: Vec<Frame> = Vec::new();
        let mut todo = Some((root, None::<Frame>));
        while let Some((object, last)) = todo.take().or_else(|| self.next(pack, &mut stack)) {
            // The base is on top of the stack, unless this is its last child, which owns it.
            let base = last.as_ref().or(stack.last()).filter(|_| object != root);
            let base_answer = base.is_some_and(|f| f.answer);
            let mut data = self.pool.pop().unwrap_or_default();
            let from = base.map(|f| f.data.as_slice());
            let derived = from.is_some();
            let made = self.make(pack, object, from, &mut data);
            self.pool.extend(last.map(|f| f.data));
            match made {
                Ok(()) => {
                    let located = pack.objects[object as usize];
                    let kind = pack.kinds[object as usize].unwrap_or(Kind::Blob);
                    let fresh = derived.then_some(self.fresh.as_slice());
                    let seen = Object { id: located.id, kind, data: &data, fresh, base_answer };
                    let answer = visit(seen);
                    stack.push(Frame { object, answer, data, next_child: 0 });
                }
                Err(why) => {
                    self.pool.push(data);
                    give_up(pack, object, why, trouble);
                }
            }
        }
    }

    /// The next child to make; with its base if that is needed no more.
    fn next(&mut self, pack: &Pack, stack: &mut Vec<Frame>) -> Option<(u32, Option<Frame>)> {
        loop {
            let top = stack.last_mut()?;
            let children = pack.children_of(top.object);
            let child = children.get(top.next_child).copied();
            top.next_child += 1;
            let last = top.next_child >= children.len();
            match child {
                Some(child) if !last => return Some((child, None)),
                Some(child) => return Some((child, stack.pop())),
                None => self.pool.extend(stack.pop().map(|f| f.data)),
            }
        }
    }

    fn make(
        &mut self,
        pack: &Pack,
        object: u32,
        base: Option<&[u8]>,
        out: &mut Vec<u8>,
    ) -> Result<(), &'static str> {
        let entry = entry::parse(&pack.data, pack.objects[object as usize].offset)?;
        let deflated = pack.deflated(object, &entry);
        match base {
            None => inflate(&mut self.inflater, deflated, entry.size, out),
            Some(base) => {
                inflate(&mut self.inflater, deflated, entry.size, &mut self.delta)?;
                delta::apply(base, &self.delta, out, &mut self.fresh)
            }
        }
    }
}

fn inflate(
    inflater: &mut Decompressor,
    deflated: &[u8],
    size: u64,
    out: &mut Vec<u8>,
) -> Result<(), &'static str> {
    if size > (deflated.len() as u64).saturating_mul(BEST_RATIO) {
        return Err("claims more than its data can hold");
    }
    out.clear();
    out.resize(usize::try_from(size).map_err(|_| "too large")?, 0);
    match inflater.zlib_decompress(deflated, out) {
        Ok(n) if n == out.len() => Ok(()),
        Ok(_) => Err("shorter than it claims"),
        Err(_) => Err("does not inflate"),
    }
}

/// Names an object and all that hangs on it.
fn give_up(pack: &Pack, object: u32, why: &'static str, trouble: &(dyn Fn(Trouble) + Sync)) {
    let mut todo = vec![object];
    while let Some(i) = todo.pop() {
        let why = if i == object { why } else { "its delta base cannot be read" };
        let kind = pack.kinds[i as usize].unwrap_or(Kind::Blob);
        trouble(Trouble { id: pack.objects[i as usize].id, kind, why });
        todo.extend(pack.children_of(i));
    }
}

fn at_offset(objects: &[Located], offset: u64) -> u32 {
    objects.binary_search_by_key(&offset, |o| o.offset).map_or(NONE, |i| i as u32)
}

/// The objects by name, made only where an entry asks for one by name.
fn names(objects: &[Located], heads: &[Result<Entry, &'static str>]) -> Vec<(ObjectId, u32)> {
    if !heads.iter().any(|h| matches!(h, Ok(Entry { base: Base::Name(_), .. }))) {
        return Vec::new();
    }
    let mut names: Vec<_> = objects.iter().zip(0..).map(|(o, i)| (o.id, i)).collect();
    names.par_sort_unstable();
    names
}

fn at_name(names: &[(ObjectId, u32)], id: ObjectId) -> u32 {
    names.binary_search_by_key(&id, |n| n.0).map_or(NONE, |i| names[i].1)
}

/// Turns parents into lists of children, in the order of the pack.
fn children(parents: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0u32; parents.len() + 1];
    let known = |p: &&u32| **p != NONE;
    parents.iter().filter(known).for_each(|&p| starts[p as usize + 1] += 1);
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut next = starts.clone();
    let mut children = vec![0; *starts.last().unwrap_or(&0) as usize];
    for (child, &parent) in parents.iter().enumerate().filter(|(_, p)| **p != NONE) {
        let slot = &mut next[parent as usize];
        children[*slot as usize] = child as u32;
        *slot += 1;
    }
    (starts, children)
}
