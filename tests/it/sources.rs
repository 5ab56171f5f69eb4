//! Every source reads what git says is there, and accounts for it.

mod collect;
mod formats;
mod history;
mod index;
mod interrupted;
mod places;
mod push;
mod range;
mod reach;
mod stores;
mod worktree;

/// Runs of `git` stay in one file of the program, so that they can be trusted as one.
#[test]
fn only_one_file_runs_programs() {
    let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if std::fs::read_to_string(&path).unwrap().contains("Command::new") {
                found.push(path.file_name().unwrap().to_owned());
            }
        }
    }
    found.sort_unstable();
    // The second runs a command that the user names, for a new value of a variable.
    assert_eq!(found, ["command.rs", "value.rs"]);
}
