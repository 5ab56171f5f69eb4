//! End-to-end tests in one binary: each drives the real program against real git.
//!
//! | module | what belongs there |
//! |---|---|
//! | `support` | `Repo` (a repository made with real git), `stanch` (the program), `samples` |
//! | `hooks` | hooks are installed, chained and removed; real commits and pushes meet them |
//! | `report` | every format on the same runs; nothing printed shows a secret; rules, explain, man |
//! | `adopt` | a repository that other tools have looked after: audit and migration |
//! | `ci` | `stanch ci`: which range it picks in each CI system, and what it reports there |
//! | `config` | the configuration: what it can say, and what is said about mistakes in it |
//! | `containers` | archives, images, repositories elsewhere and lists of files |
//! | `credential_files` | files that programs keep credentials in: the secret of each is found |
//! | `suppress` | comments, baseline and configuration file findings away, and nothing else does |
//! | `scan` | `stanch scan` and `stanch baseline` from end to end |
//! | `faults` | calls fail, bytes change, the process is killed, and strace looks on |
//! | `hostile` | what somebody made to hide something, to break a scan or to misuse it |
//! | `leaks` | planted secrets appear in nothing that any command writes |
//! | `live` | services are asked, against stand-ins; only with the feature `live` |
//! | `judging` | the generic tier: how sure it is, why, and what an audit teaches it |
//! | `packages` | packages agree with one another, and npm's launcher with the program |
//! | `leaked` | when it has leaked: explain, incident, lint, audit logs, clean-up, integrity |
//! | `shards` | large scans in parts: one store, lists of repositories, organisations |
//! | `sources` | each source reads what it should, and accounts for it |

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may")]

mod adopt;
mod ci;
mod config;
mod containers;
mod credential_files;
mod faults;
mod hooks;
mod hostile;
mod judging;
mod leaked;
mod leaks;
mod live;
mod packages;
mod report;
mod rule_files;
mod rule_tools;
mod scan;
mod shards;
mod sources;
mod support;
mod suppress;
