//! Taking a secret out: of a file, by reading the environment instead; of a history, by a plan.

mod diff;
mod literal;
mod plan;
mod reach;

pub use diff::diff;
pub use literal::fix;
pub use plan::{Case, page, replaced, replacements};
pub use reach::{Holder, Reached, reached};
