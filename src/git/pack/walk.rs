//! Walks the delta forest of a pack: depth first, on all threads, within a budget of memory.

use super::delta::{self, Seams};
use super::entry::Entry;
use super::forest::{Pack, Trouble};
use super::plan::Plan;
use super::visit::{Limits, Object, Visitor};
use crate::git::{Kind, MAX_OBJECT};
use libdeflater::Decompressor;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Deflate cannot do better than this, so a size beyond it is a lie.
const BEST_RATIO: u64 = 1032;
/// Small trees that a thread takes at a time.
const BITE: usize = 16;

impl Pack {
    /// Decodes every object of a kind in `kinds`, on all threads of the pool, each once. More
    /// than `limits` allow is held only for an object that is larger by itself; then one thread at
    /// a time.
    pub fn walk<V: Visitor>(&self, kinds: &[Kind], limits: Limits, visitor: &V) {
        let plan = Plan::new(self, kinds);
        let (next, huge) = (AtomicUsize::new(0), Mutex::new(()));
        let threads = rayon::current_num_threads().clamp(1, plan.work.len().max(1));
        let worker = || {
            let mut walker = Walker::new(self, &plan, visitor, &huge, limits.per(threads));
            while !visitor.stop() {
                let from = next.load(Ordering::Relaxed);
                let size = if from < plan.heavy { 1 } else { BITE };
                let from = next.fetch_add(size, Ordering::Relaxed);
                let Some(rest) = plan.work.get(from..) else { return };
                rest.iter().take(size).for_each(|&top| walker.tree(top));
            }
        };
        rayon::scope(|scope| (0..threads).for_each(|_| scope.spawn(|_| worker())));
    }
}

/// One object whose children are being made.
struct Frame<M> {
    object: u32,
    /// Its bytes; they may have been dropped to keep the budget.
    data: Option<Vec<u8>>,
    memo: M,
    next_child: usize,
}

/// What a thread needs to walk trees.
struct Walker<'a, V: Visitor> {
    pack: &'a Pack,
    plan: &'a Plan,
    visitor: &'a V,
    /// Held by whoever holds more than its share.
    huge: &'a Mutex<()>,
    budget: usize,
    alone: u64,
    inflater: Decompressor,
    stack: Vec<Frame<V::Memo>>,
    /// Bytes that the frames hold, and how many of the lowest hold none any more.
    held: usize,
    dropped: usize,
    /// Buffers and memos that are free.
    pool: Vec<Vec<u8>>,
    memos: Vec<V::Memo>,
    delta: Vec<u8>,
    seams: Seams,
}

impl<'a, V: Visitor> Walker<'a, V> {
    fn new(
        pack: &'a Pack,
        plan: &'a Plan,
        visitor: &'a V,
        huge: &'a Mutex<()>,
        share: Limits,
    ) -> Self {
        Self {
            pack,
            plan,
            visitor,
            huge,
            budget: share.held,
            alone: share.alone,
            inflater: Decompressor::new(),
            stack: Vec::new(),
            held: 0,
            dropped: 0,
            pool: Vec::new(),
            memos: Vec::new(),
            delta: Vec::new(),
            seams: Seams::default(),
        }
    }

    /// Visits `top` and what hangs on it. Depth first: a parent's bytes are dropped when its last
    /// child has been made, so a plain chain of deltas needs two buffers however long it is.
    fn tree(&mut self, top: u32) {
        if self.is_for_pieces(top) {
            return self.give_up(top, "too large to hold");
        }
        let _guard = self.guard(top);
        let base = match self.pack.parent(top).map(|parent| self.rebuilt(parent)) {
            Some(Err(why)) => return self.give_up(top, why),
            Some(Ok(base)) => Some(base),
            None => None,
        };
        self.enter(top, base.as_deref());
        self.pool.extend(base);
        while let Some((child, is_last)) = self.advance() {
            if self.visitor.stop() {
                self.stack.clear();
                break;
            }
            self.descend(child, is_last);
        }
        (self.held, self.dropped) = (0, 0);
    }

    /// Whether `top` is whole, and large enough by itself to be read piece by piece.
    fn is_for_pieces(&self, top: u32) -> bool {
        self.pack.parent(top).is_none()
            && self.pack.children_of(top).is_empty()
            && self.pack.entry(top).is_ok_and(|(entry, _)| entry.size > self.alone)
    }

    /// A lock for trees of which a single object is beyond this thread's share.
    fn guard(&self, top: u32) -> Option<MutexGuard<'a, ()>> {
        let (entry, _) = self.pack.entry(top).ok()?;
        let large = entry.size.saturating_mul(2) > self.budget as u64;
        large.then(|| self.huge.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes and visits an object whose base, if it has one, is not on the stack.
    fn enter(&mut self, object: u32, base: Option<&[u8]>) {
        let mut data = self.pool.pop().unwrap_or_default();
        match self.make(object, base, &mut data) {
            Ok(()) => {
                let mut memo = self.memos.pop().unwrap_or_default();
                self.show(object, &data, false, None, &mut memo);
                self.push(object, data, memo);
            }
            Err(why) => {
                self.pool.push(data);
                self.give_up(object, why);
            }
        }
    }

    /// Makes and visits a child of the object on top of the stack; after its last one, that object
    /// goes.
    fn descend(&mut self, child: u32, is_last: bool) {
        let Some(mut frame) = self.stack.pop() else { return };
        self.held = self.held.saturating_sub(frame.data.as_ref().map_or(0, Vec::capacity));
        self.dropped = self.dropped.min(self.stack.len());
        let base = match frame.data.take().map_or_else(|| self.rebuilt(frame.object), Ok) {
            Ok(base) => base,
            Err(why) => {
                self.give_up(child, why);
                return self.put_back(frame, is_last);
            }
        };
        let mut data = self.pool.pop().unwrap_or_default();
        let made = self.make(child, Some(&base), &mut data);
        if is_last {
            self.pool.push(base);
        } else {
            frame.data = Some(base);
        }
        match made {
            Ok(()) => {
                let mut memo = self.memos.pop().unwrap_or_default();
                self.show(child, &data, true, Some(&frame.memo), &mut memo);
                self.put_back(frame, is_last);
                self.push(child, data, memo);
            }
            Err(why) => {
                self.pool.push(data);
                self.put_back(frame, is_last);
                self.give_up(child, why);
            }
        }
    }

    fn put_back(&mut self, frame: Frame<V::Memo>, is_last: bool) {
        if is_last {
            self.memos.push(frame.memo);
        } else {
            self.held += frame.data.as_ref().map_or(0, Vec::capacity);
            self.stack.push(frame);
        }
    }

    fn push(&mut self, object: u32, data: Vec<u8>, memo: V::Memo) {
        if self.pack.children_of(object).is_empty() {
            self.pool.push(data);
            self.memos.push(memo);
        } else {
            self.held += data.capacity();
            self.stack.push(Frame { object, data: Some(data), memo, next_child: 0 });
        }
        self.keep_budget();
    }

    /// Drops what is kept for later: free buffers first, then the bytes of objects far down, which
    /// are made again when their turn comes.
    fn keep_budget(&mut self) {
        let free = |pool: &Vec<Vec<u8>>| pool.iter().map(Vec::capacity).sum::<usize>();
        while self.pool.len() > 4 || (self.held + free(&self.pool) > self.budget) {
            if self.pool.pop().is_none() {
                break;
            }
        }
        while self.held > self.budget && self.dropped + 1 < self.stack.len() {
            if let Some(data) = self.stack.get_mut(self.dropped).and_then(|f| f.data.take()) {
                self.held = self.held.saturating_sub(data.capacity());
            }
            self.dropped += 1;
        }
    }

    /// The next child to make, and whether its base has no more.
    fn advance(&mut self) -> Option<(u32, bool)> {
        loop {
            let top = self.stack.last_mut()?;
            let children = self.pack.children_of(top.object);
            let child = children.get(top.next_child).copied();
            top.next_child += 1;
            let is_last = top.next_child >= children.len();
            match child {
                Some(child) if !self.plan.is_cut(child) => {
                    return Some((child, is_last));
                }
                Some(_) => {}
                None => self.leave(),
            }
        }
    }

    fn leave(&mut self) {
        if let Some(frame) = self.stack.pop() {
            self.held = self.held.saturating_sub(frame.data.as_ref().map_or(0, Vec::capacity));
            self.pool.extend(frame.data);
            self.memos.push(frame.memo);
            self.dropped = self.dropped.min(self.stack.len());
        }
    }

    fn show(
        &self,
        object: u32,
        data: &[u8],
        derived: bool,
        base: Option<&V::Memo>,
        memo: &mut V::Memo,
    ) {
        let (Some(name), Some(kind)) = (self.pack.name(object), self.pack.kind(object)) else {
            // It is only there as a base of others.
            *memo = V::Memo::default();
            return;
        };
        let position = self.pack.position(object);
        let fresh = derived.then_some(self.seams.fresh.as_slice());
        let copies = if derived { self.seams.copies.as_slice() } else { &[] };
        let nul = derived && self.seams.nul;
        self.visitor.visit(&Object { name, position, kind, data, fresh, copies, nul }, base, memo);
    }

    /// The bytes of `object` once more, from the nearest of its bases that is at hand.
    fn rebuilt(&mut self, object: u32) -> Result<Vec<u8>, &'static str> {
        let mut chain = vec![object];
        let mut level = self.stack.len();
        let mut data: Option<Vec<u8>> = None;
        while let Some(parent) = chain.last().and_then(|&i| self.pack.parent(i)) {
            while level > 0 && self.stack[level - 1].object != parent && self.deeper(level, parent)
            {
                level -= 1;
            }
            let frame = level.checked_sub(1).and_then(|i| self.stack.get(i));
            if let Some(frame) = frame.filter(|f| f.object == parent && f.data.is_some()) {
                data = frame.data.clone();
                break;
            }
            chain.push(parent);
        }
        while let Some(i) = chain.pop() {
            let mut next = self.pool.pop().unwrap_or_default();
            self.make(i, data.as_deref(), &mut next)?;
            self.pool.extend(data.replace(next));
        }
        data.ok_or("its delta base cannot be found")
    }

    /// Whether the frame below `level` may be for an object above `parent` in its chain.
    fn deeper(&self, level: usize, parent: u32) -> bool {
        self.pack.weight(self.stack[level - 1].object) <= self.pack.weight(parent)
    }

    fn make(
        &mut self,
        object: u32,
        base: Option<&[u8]>,
        out: &mut Vec<u8>,
    ) -> Result<(), &'static str> {
        let (entry, deflated) = self.pack.entry(object)?;
        match base {
            None => inflate(&mut self.inflater, deflated, &entry, out),
            Some(base) => {
                inflate(&mut self.inflater, deflated, &entry, &mut self.delta)?;
                delta::apply(base, &self.delta, out, &mut self.seams)
            }
        }
    }

    /// Names an object and all that hangs on it, but what is cut off: that is named by itself.
    fn give_up(&self, object: u32, why: &'static str) {
        let mut todo = vec![object];
        while let Some(i) = todo.pop() {
            let why = if i == object { why } else { "its delta base cannot be read" };
            if let (Some(id), Some(kind)) = (self.pack.id(i), self.pack.kind(i)) {
                let position = self.pack.position(i);
                self.visitor.trouble(Trouble { id, position, kind, why });
            }
            let children = self.pack.children_of(i).iter();
            todo.extend(children.filter(|c| !self.plan.is_cut(**c)));
        }
    }
}

fn inflate(
    inflater: &mut Decompressor,
    deflated: &[u8],
    entry: &Entry,
    out: &mut Vec<u8>,
) -> Result<(), &'static str> {
    if entry.size > (deflated.len() as u64).saturating_mul(BEST_RATIO) {
        return Err("claims more than its data can hold");
    }
    if entry.size > MAX_OBJECT {
        return Err("too large");
    }
    // What is there already need not be cleared: all of it is written, or it is an error.
    if out.capacity() < entry.size as usize {
        out.clear();
    }
    out.resize(entry.size as usize, 0);
    match inflater.zlib_decompress(deflated, out) {
        Ok(n) if n == out.len() => Ok(()),
        Ok(_) => Err("shorter than it claims"),
        Err(_) => Err("does not inflate"),
    }
}
