//! Rules: their form, the built-in ones, reading a user's, and what each guarantees.

mod anatomy;
mod builtin;
mod fault;
mod fields;
mod form;
mod joint;
mod load;
mod logins;
mod mistake;
mod owners;
mod piece;
mod sample;
mod schema;
mod set;
mod spelling;
mod text;
mod version;

pub use anatomy::{Anatomy, Gate, MAX_LOSS, Mask, REACH, RUN, is_token, parse as parse_shape};
pub use load::{Loaded, load_file, parse_file};
pub use logins::{is_scheme, takes_login};
pub use owners::Owners;
pub use sample::Generator;
pub use schema::{Boundary, Engine, Live, Rule};
pub use set::RuleSet;
pub use text::{List, Str};
