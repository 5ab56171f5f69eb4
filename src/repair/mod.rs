//! Taking a secret out: of a file, by reading the environment instead; of a history, by a plan.

mod diff;
mod forms;
mod literal;
mod plan;
mod reach;

pub use diff::diff;
pub use forms::{Held, Replacer};
pub use literal::fix;
pub use plan::{Case, page};
pub use reach::{Holder, Reached, reached};
