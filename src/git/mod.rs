//! Reading git repositories, without running anything that they configure.
//!
//! | file | what it does |
//! |---|---|
//! | `open` | finds and opens a repository: [`Repo`] |
//! | `command` | the only place that runs `git`, for formats that libgit2 cannot open |
//! | `batch` | objects through `git cat-file --batch` |
//! | `read` | objects of a [`Repo`], whichever way it is read |
//! | `single`, `inflate` | objects by name, loose and packed, in this process |
//! | `object`, `tree` | what commits, tags and trees say |
//! | `pack` | packs, decoded by walking their delta forest |
//! | `graph`, `numbers` | which commits and trees hold what, kept in memory |
//! | `refs`, `revision`, `remote` | names of commits, and where they go |
//! | `stream` | blobs too large to hold |
//! | `submodules` | repositories within a repository |
//! | `store` | the folders of the object store |
//! | `sorted` | finding names in lists of names |
//! | `staged` | the entries of the index |
//! | `index_file`, `ewah` | the forms of the index that libgit2 does not know |
//! | `lookup`, `files` | paths in a tree, all of them |
//! | `walk` | the commits of a range |
//! | `tree_diff` | what a tree adds to another |
//! | `reachable` | everything that some commits reach |
//! | `rewrite` | a new repository with some bytes replaced |
//!
//! Objects are read raw, so replace refs, grafts and attributes have no effect.

pub mod batch;
pub mod command;
pub mod credential;
pub(crate) mod ewah;
pub mod files;
pub mod graph;
pub(crate) mod index_file;
pub(crate) mod inflate;
pub mod lookup;
pub mod numbers;
pub mod object;
pub mod open;
pub mod pack;
pub mod reachable;
mod read;
pub mod refs;
pub mod remote;
pub mod revision;
pub mod rewrite;
mod sha1;
mod single;
pub mod sorted;
pub mod staged;
pub(crate) mod store;
mod stream;
pub mod submodules;
pub mod tree;
pub mod tree_diff;
pub mod walk;

pub use object::{Commit, Kind, Tag};
pub use open::{Repo, Where, top_of};
pub use read::{Gap, MAX_OBJECT};
