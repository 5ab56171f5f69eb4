//! Reads packs at the speed of their format.
//!
//! An object of a pack is stored whole or as a delta against another one; together they form a
//! forest. Asking for objects one by one decodes the bases again and again. Here the forest is
//! walked once: each object is decoded from its parent's bytes, which are at hand, handed over,
//! and forgotten as soon as its last child has been made.
//!
//! Everything in a pack is hostile until it was checked: sizes before memory is taken for them,
//! offsets, cycles, copy ranges. Whatever is wrong with one object is told by its id, and the
//! rest is read.

pub(crate) mod delta;
pub(crate) mod entry;
mod forest;
mod index;
mod mapped;
mod one;
mod plan;
mod share;
mod visit;
mod walk;

pub use delta::Copy;
pub use forest::{Pack, Trouble};
pub use index::Index;
pub(crate) use index::be32;
pub(crate) use mapped::Mapped;
pub(super) use one::{Bases, One};
pub use visit::{Limits, Object, Visitor};
