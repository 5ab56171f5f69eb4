//! What is learned of a text before any rule is asked: where token runs are.

mod runs;

pub use runs::{Run, runs};
