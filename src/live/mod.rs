//! Asking services over the network: only in a build with the feature `live`, and only when the
//! user says so (`--verify`, `stanch verify`, `revoke`, `circleci inventory`, …).
//!
//! Everything goes through [`http::Client`], which keeps the promises: no answer is believed that
//! was not asked for, no credential goes to a host that was not meant, and none stands in a
//! message. Read the page of [`http`] before asking anything.

pub mod circle;
pub mod forge;
mod hidden;
pub mod http;
mod log;
pub mod probe;

pub use hidden::Hidden;
pub use log::Log;

/// `text` percent-encoded; what RFC 3986 calls unreserved stays.
fn percent(text: &str) -> String {
    encoded(text, b"-._~")
}

fn encoded(text: &str, plain: &[u8]) -> String {
    let mut out = String::new();
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || plain.contains(&b) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}
