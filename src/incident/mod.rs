//! A CI system was broken into: what of ours was inside on those days, what to replace in which
//! order, and what stops meanwhile. All from repositories and files; nothing is asked of a service.
//!
//! | file | what it does |
//! |---|---|
//! | `data` | incidents, kinds and providers: the files in `incidents/` |
//! | `window`, `labels` | which commits were in force on those days, and on which branches |
//! | `read` | the configurations of those commits |
//! | `item`, `inventory`, `found` | what they name |
//! | `beyond`, `readers` | what is there although they do not name it |
//! | `jobs`, `files` | which jobs and files use a name |
//! | `secrets` | what was found in the history that was checked out |
//! | `services` | what stops in a repository when a variable changes |
//! | `plan` | whose it is, and the steps |
//! | `view` | the page for people |
//! | `state`, `evidence` | what is done, and what proves it |
//! | `audit_log`, `audit_flags`, `audit_view` | exported audit logs |

mod audit_flags;
pub mod audit_log;
mod audit_view;
mod beyond;
mod data;
mod evidence;
mod files;
mod found;
mod inventory;
mod item;
mod jobs;
mod labels;
mod plan;
mod read;
mod readers;
mod secrets;
mod services;
mod state;
mod view;
mod window;

pub use audit_flags::{Flag, Flags, Frame};
pub use audit_view::Report as LogReport;
pub use data::{Catalog, Incident};
pub use evidence::{Evidence, Verdict};
pub use inventory::{Inventory, Scope};
pub use item::{Action, Item, Site, State, Sure};
pub use services::services;
pub use state::{Event, FOLDER, Kept, Ledger};
pub use view::page;
pub use window::Window;
