//! Whether every object id is what one expects: a record of refs and hooks, signed with a key of
//! one's own, and what differs from it later.

mod compare;
mod record;
mod sign;
mod store;

pub use compare::{Change, compare};
pub use record::{Record, hooks};
pub use sign::{sign, verify};
pub use store::{damage, tricks, unknown_there};
