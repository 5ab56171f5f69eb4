//! Bytes as text: encodings and lines.

mod decode;
mod ebcdic;
mod islands;
mod lines;
mod repeats;

pub use decode::{Decoder, View, WIDE, views};
pub use islands::Islands;
pub use lines::{Lines, Position, is_inner};
pub use repeats::Shortened;
