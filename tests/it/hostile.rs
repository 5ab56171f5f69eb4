//! Repositories that somebody made to hide something, to break the scan or to misuse it.
//!
//! | module | what belongs there |
//! |---|---|
//! | `stores` | damaged and forged object stores, refs and trees |
//! | `indexes` | the index in all its forms, and whose index it is |
//! | `process` | streams, limits and signals |
//! | `remains` | what is lost in one place, and can be read in another |
//! | `places` | objects that only the places of findings need |
//! | `missing` | objects that the store lacks, by what names them |
//! | `neutral` | nothing that a repository holds drives a terminal or a CI system |
//! | `hidden` | settings that say that files are elsewhere |
//! | `kinds` | where else a secret can lie |
//! | `elsewhere` | what is fetched before it is scanned |
//! | `matrix` | all forms of a repository, threads and locales |

mod elsewhere;
mod hidden;
mod indexes;
mod kinds;
mod matrix;
mod missing;
mod neutral;
mod places;
mod process;
mod remains;
mod stores;
