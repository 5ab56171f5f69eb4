//! What the system does to a scan: calls that fail, bytes that change, an end at any moment. A scan
//! may fail then, but never look clean.
//!
//! | module | what belongs there |
//! |---|---|
//! | `rig` | repositories and runs that all of these need |
//! | `calls` | one call of the C library fails (`tests/faults/shim.c`) |
//! | `bytes` | one byte of the repository changes |
//! | `ends` | the process is killed |
//! | `trace` | what a scan asks of the kernel: no program but git, no file written, no socket |
//!
//! Tests that are ignored do it for every call and byte, and tell how many that were:
//! `STANCH_BIN=target/release/stanch cargo test --test it faults -- --ignored --nocapture`, and for
//! one case with `STANCH_CASE` besides.

mod bytes;
mod calls;
mod ends;
mod rig;
mod trace;
