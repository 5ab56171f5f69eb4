//! Bytes as text: encodings and lines.

mod decode;
mod lines;

pub use decode::{View, views};
pub use lines::Lines;
