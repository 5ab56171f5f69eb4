//! stanch finds secrets in work trees and git history, and stops commits and pushes that carry
//! one. This library is the engine; the binary is a thin skin over it.
//!
//! Data flows one way down the street. A module imports only from below it; the stages, which
//! stand side by side, are strangers to one another.
//!
//! ```text
//!  work tree  index  range  push  stdin  files  history            rules/*.toml
//!      \        |      |      |     |      |      /                     |
//!       +-------+------+- source --+------+------+                 rule::RuleSet
//!                           |  Item: bytes + Origin                     |
//!                         blob      encodings, lines                    |
//!                           |                                           |
//!                        matcher <--------------------------------------+
//!                           |  Candidate: rule, spans         decode, container: text inside
//!                           |                                 text and inside bytes goes to the
//!                           |                                 matcher once more
//!                         verify    shape, checksum, structure, randomness
//!                           |  Finding: rule, secret, places, confidence
//!                        suppress   inline, baseline, config
//!                           |  Status: open, existing, hidden
//!                         report    text json sarif html and more
//!                           |
//!                         ledger -> exit code
//!
//!  main.rs
//!     |
//!  cli/            the only user of clap, the environment, stdout and stderr
//!     |     \
//!  pipeline  install/  ci/            the street itself; writing hooks; what a CI system says
//!     |      incident/ lint/ integrity/ repair/      what to do when it has leaked
//!     |         |   circle/ usage/ advice/ page/     what these share
//!     |         live/     asks services; only with the feature `live`, and when told to
//!  source/ blob/ matcher/ decode/ container/ verify/ suppress/ report/    the stages
//!     |
//!  git/ (source, and beside the street)   prefilter/   config/   rule/   model/   error
//! ```

pub mod advice;
pub mod blob;
pub mod ci;
pub mod circle;
pub mod cli;
pub mod config;
pub mod container;
pub mod decode;
pub mod error;
#[doc(hidden)]
pub mod fuzzing;
pub mod git;
pub mod incident;
pub mod install;
pub mod integrity;
pub mod lint;
#[cfg(feature = "live")]
pub mod live;
pub mod matcher;
pub mod model;
pub mod page;
pub mod pipeline;
pub mod prefilter;
pub mod repair;
pub mod report;
pub mod rule;
pub mod source;
pub mod suppress;
pub mod usage;
pub mod verify;
