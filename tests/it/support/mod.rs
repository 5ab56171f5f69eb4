//! A small language for tests: `Repo::new().write("a", text).stage().commit("m")`.

#![allow(dead_code, reason = "each test module uses a part")]

pub mod circle;
pub mod repo;
pub mod samples;
pub mod server;
pub mod tool;
pub mod xml;
