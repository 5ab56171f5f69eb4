//! Bytes as text: encodings and lines.

mod decode;
mod lines;

pub use decode::{Decoder, View, views};
pub use lines::{Lines, Position, is_inner};
