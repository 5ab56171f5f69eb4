//! A small HTTP client that is careful with credentials.
//!
//! ```text
//! let policy = Policy { proxy, no_proxy, ..Policy::default() };   // cli fills it: cli/network.rs
//! let client = Client::new(policy)?;
//! let request = Request::get("https://api.github.com/user/repos?per_page=100")
//!     .header("Accept", "application/json")
//!     .bearer(&token);                       // a `Hidden`
//! let answer = client.send(&request)?;       // Err(Trouble): there was no answer
//! match answer.status { 200 => answer.json(), 404 => …, … }
//! let next = answer.next_page();             // `Link: <…>; rel="next"`
//! let mut log = client.open(&request)?;      // the same for long bodies: it is a `Read`
//! ```
//!
//! What it does by itself:
//! - **Time-outs** for connecting and for the whole exchange; a body longer than
//!   [`Policy::largest_body`] is [`Cause::TooLong`], never cut.
//! - **Retries** with growing pauses after 429, 502, 503, 504 and broken connections, at most
//!   [`Policy::retries`] times; `Retry-After` and `X-RateLimit-Reset` are honoured up to
//!   [`Policy::longest_wait`]. Only GET and HEAD are sent again, and others after 429 alone,
//!   which says that nothing was done; [`Request::repeatable`] lifts that. After the last try the
//!   answer (say, the 429) is handed back: the caller decides what it means.
//! - **Pace**: at most [`Policy::per_second`] requests a second to one host.
//! - **Redirects** are followed for GET and HEAD to the same scheme, host and port; others are
//!   [`Cause::Redirect`]. [`Request::may_leave`] lets one go to another public host, where no
//!   header of the request goes along (artifacts live in a storage service).
//! - **Addresses**: names are resolved here, and private, loopback and link-local addresses are
//!   [`Cause::Refused`], unless the host was named by the user ([`Policy::hosts`]) or
//!   [`Policy::allow_private`] is set. Plain `http://` likewise.
//! - **Other hosts** for a server installation: [`Policy::hosts`] sends what is for
//!   `api.github.com` to `https://ghe.example.org/api/v3` instead. Callers write the public URL.
//! - **Silence**: no message, `Debug` or log has a credential. A URL that holds one is made with
//!   [`Request::hidden_url`]. A [`Trouble`] names the host and what went wrong, nothing else.
//!
//! The client is `Sync`; threads share one, so that the pace holds for all. Nothing here knows the
//! environment: `cli/network.rs` reads the proxies from it and has the options that people see.

mod address;
mod client;
mod pace;
mod policy;
mod request;
mod response;
mod trouble;
mod wire;

pub use client::Client;
pub use policy::Policy;
pub use request::{Method, Request};
pub use response::{Opened, Response};
pub use trouble::{Cause, Trouble};
