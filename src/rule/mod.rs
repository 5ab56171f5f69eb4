//! Rules: their form, the built-in ones, reading a user's, and what each guarantees.

mod anatomy;
mod builtin;
mod load;
mod piece;
mod sample;
mod schema;
mod set;

pub use anatomy::{
    AHEAD, Anatomy, BACK, Gate, MAX_LOSS, Mask, REACH, RUN, is_token, parse as parse_shape,
};
pub use load::{Loaded, line_of, load_file, parse_file};
pub use sample::Generator;
pub use schema::{Boundary, Engine, List, Live, Rule, Str};
pub use set::RuleSet;
