//! The kernels for another processor compile: nobody who builds here would see that they do not.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::fs;
use std::process::Command;

const TARGET: &str = "aarch64-unknown-linux-gnu";

/// What the prefilter uses of the rest.
fn root() -> String {
    let src = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    format!(
        "mod model {{ #[path = {:?}] mod span; pub use span::Span; }}
         mod rule {{ pub const RUN: usize = 16; pub const fn is_token(b: u8) -> bool {{ b != 0 }} }}
         #[path = {:?}] pub mod prefilter;",
        format!("{src}/model/span.rs"),
        format!("{src}/prefilter/mod.rs"),
    )
}

#[test]
fn the_prefilter_compiles_for_arm() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("root.rs"), root()).unwrap();
    let words = "static DEALT: [(&str, Dealt); 0] = [];";
    fs::write(folder.path().join("dealt_words.rs"), words).unwrap();
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--edition", "2024", "--crate-type", "lib", "--emit", "metadata"]);
    rustc.args(["--cap-lints", "allow", "--target", TARGET, "root.rs"]);
    let out = rustc.current_dir(folder.path()).env("OUT_DIR", folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&out.stderr);
    if said.contains("can't find crate for `core`") || said.contains("can't find crate for `std`")
    {
        eprintln!("skipped: rustup target add {TARGET}");
        return;
    }
    assert!(out.status.success(), "{said}");
}
