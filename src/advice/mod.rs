//! What to know of a credential: what it opens, how it leaks, how to see misuse, how to replace
//! it and where to keep it. All of it is data in the folder `advice/`; here it is put in order.

mod data;
mod explain;

pub use data::{Advice, Known, Language, Manager, Reading};
pub use explain::{Explanation, Remedy, Snippet, Used};
