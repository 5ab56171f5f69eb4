//! CircleCI's configuration as data: what it names, and where.

mod facts;
mod look;
mod pinning;
mod secretive;
mod unpacked;
mod words;
mod workflows;
pub mod yaml;

#[cfg(test)]
mod facts_tests;

pub use facts::{Auth, Config, EnvVar, Facts, Job, Keys, Orb, Schedule, Start, facts};
pub use look::Look;
pub use pinning::Pinning;
pub use secretive::{is_value, looks_secret};
pub use unpacked::unpacked;
pub use words::{assigned, is_builtin, is_name, mentions, names, read_by_code};
pub use yaml::{Broken, Node, Value, parse};

/// Whether CircleCI, or somebody who continues a setup configuration, reads the file at `path`.
pub fn is_config(path: &[u8]) -> bool {
    let path = String::from_utf8_lossy(path);
    let yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    let folder = path.starts_with(".circleci/") || path.contains("/.circleci/");
    yaml && (folder || path == "circle.yml" || path.ends_with("/circle.yml"))
}
