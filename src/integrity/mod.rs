//! Whether every object id is what one expects: a record of refs and hooks, signed with a key of
//! one's own, and what differs from it later.

mod against;
mod compare;
mod record;
mod sign;
mod store;

pub use against::{differ, forced_in_logs, listed};
pub use compare::{Change, compare};
pub use record::{Record, hooks};
pub use sign::{sign, sign_gpg, verify, verify_gpg};
pub use store::{damage, decisive_in, tricks, unknown_there};
