//! CircleCI's interfaces: what is there, new values for what leaked, and what its logs hold.
//!
//! | file | what it does |
//! |---|---|
//! | `api` | v2, v1.1 and v3; all pages |
//! | `inventory`, `orbs` | what is there, in the form that `incident verify` reads |
//! | `state` | how far a rotation is, on disk before and after each change |
//! | `rotate`, `variable`, `keys` | new values under the same names, each exactly once |
//! | `value` | where a new value comes from |
//! | `logs`, `messages` | logs and artifacts of builds, as a source to scan |

mod api;
mod inventory;
mod keys;
mod logs;
mod messages;
mod orbs;
mod rotate;
mod state;
mod value;
mod variable;

pub use api::Circle;
pub use inventory::{Held, Stock, Wanted, take_stock};
pub use logs::Logs;
pub use rotate::{Change, Rotation, Thing, read_plan};
pub use state::State;
pub use value::Origin;
