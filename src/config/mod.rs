//! The configuration: plain data, read from a file that a person wrote. A mistake in it is an
//! error that names the line; nothing in it is passed over in silence.

mod date;
mod glob;
mod load;
mod mistake;
mod names;
mod schema;
mod text;

pub use date::Date;
pub use glob::Globs;
pub use load::FILES;
pub(crate) use mistake::{mistake, syntax};
pub use schema::{Allow, BaselineFile, Config, Hook, Paths, Pattern, Print, Report, Rules, Whose};
pub(crate) use text::read_text;
