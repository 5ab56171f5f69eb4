//! Why a finding need not stop you. A suppression files a finding away, with who and why; it
//! never deletes it, and every report counts it.

mod atomic;
mod baseline;
mod chain;
mod comments;
mod fingerprint;
mod foreign;
mod import;
mod inline;
mod key;
mod nearby;
mod phrase;
mod render;

pub use baseline::{Baseline, Entry, FILE as BASELINE_FILE, Note};
pub use chain::{Case, Chain, Options};
pub use comments::Comments;
pub use fingerprint::fingerprint;
pub use import::{Import, import, imports};
pub use inline::look;
pub use key::Key;
