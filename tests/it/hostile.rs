//! Repositories that somebody made to hide something, to break the scan or to misuse it.
//!
//! | module | what belongs there |
//! |---|---|
//! | `stores` | damaged and forged object stores, refs and trees |
//! | `indexes` | the index in all its forms, and whose index it is |
//! | `process` | streams, limits and signals |

mod indexes;
mod process;
mod stores;
