//! The files of this repository, which speak of secrets more than most.

use crate::compare::Both;
use crate::shrink;
use ignore::WalkBuilder;
use rayon::prelude::*;
use stanch::rule::RuleSet;
use std::path::PathBuf;

#[test]
fn the_files_of_this_repository_read_the_same() {
    let rules = RuleSet::builtin();
    let both = Both::new(&rules);
    let root = env!("CARGO_MANIFEST_DIR");
    let kept =
        |e: &ignore::DirEntry| !["target", ".git"].contains(&&*e.file_name().to_string_lossy());
    let files: Vec<PathBuf> = WalkBuilder::new(root)
        .hidden(false)
        .filter_entry(kept)
        .build()
        .map(|entry| entry.unwrap())
        .filter(|e| e.file_type().is_some_and(|t| t.is_file()))
        .map(ignore::DirEntry::into_path)
        .collect();
    assert!(files.len() > 100);
    let told: Vec<String> = files
        .par_iter()
        .filter_map(|path| {
            let text = std::fs::read(path).unwrap();
            shrink::check(&both, &path.display().to_string(), &text).err()
        })
        .collect();
    shrink::report(&told);
}
