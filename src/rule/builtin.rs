//! The rules of the folder `rules/`, compiled by the build script and ready to use: nothing is
//! parsed when the program starts.

use super::anatomy::{Anatomy, Gate, Mask};
use super::schema::{Boundary, Engine, Live, Rule};
use super::text::{List, Str};

include!(concat!(env!("OUT_DIR"), "/builtin_rules.rs"));

/// The built-in rules.
pub(super) fn rules() -> &'static [Rule] {
    &RULES
}
