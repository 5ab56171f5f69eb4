//! What is learned of a text before any rule is asked, at several gigabytes a second: where token
//! runs are, and where words of a set may be.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod block;
#[cfg(test)]
mod dealing;
mod features;
mod lexicon;
mod needles;
#[cfg(target_arch = "aarch64")]
mod neon;
mod runs;

pub use block::Bits;
pub use lexicon::Lexicon;
pub use needles::{Memory, Needles, Seen};
pub use runs::{Run, Survey, runs};
