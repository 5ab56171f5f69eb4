//! Asking services over the network: only in a build with the feature `live`, and only when the
//! user says so (`--verify`, `stanch verify`, `revoke`, `circleci inventory`, …).
//!
//! Everything goes through [`http::Client`], which keeps the promises: no answer is believed that
//! was not asked for, no credential goes to a host that was not meant, and none stands in a
//! message. Read the page of [`http`] before asking anything.

pub mod forge;
mod hidden;
pub mod http;

pub use hidden::Hidden;
