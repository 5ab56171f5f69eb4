//! Asks a vendor whether a credential works.
//!
//! ```text
//!  rules/live/*.toml, `live` of a rule ── table ── Probe
//!                                                   │  fill: a secret, or one that is made up
//!                                                 ask ── http::Client
//!                                                   │  judge: what the answer proves
//!                                                 Asked: live, dead, unknown with the reason
//! ```
//!
//! Only proof counts. A made-up credential of the same form is sent first: if the service does
//! not refuse it, its answers prove nothing. Live is an answer that the declaration names; dead is
//! a refusal that it names, or the very refusal that the made-up one got. Everything else, such
//! as 403, 429, 5xx or an HTML page, is unknown.

mod ask;
mod aws;
mod fill;
mod findings;
mod judge;
mod made_up;
mod pointer;
mod revoke;
mod slug;
mod table;

pub use ask::{Asker, Question};
pub use fill::Parts;
pub use findings::{ask_about, parts_of};
pub use revoke::{Outcome, way};
pub use slug::{host_and_path, of_remote};
pub use table::{Expect, Probe, Revoke, Table};
