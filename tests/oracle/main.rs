//! The matcher against a plain one that takes the long way: every expression over the whole
//! text. What the two find must be the same, on texts made for the purpose, on this repository
//! and on real blobs; and the four uses of bounded reach must hold.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may"
)]

mod blobs;
mod compare;
mod files;
mod neighbours;
mod planted;
mod reach;
mod reference;
mod shrink;
mod street;
mod texts;
