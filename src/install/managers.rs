//! Other tools that put hooks into a repository, known by the files that their users write.

use std::path::Path;

/// A tool: its name, its files, and what its users should know.
struct Manager {
    name: &'static str,
    files: &'static [&'static str],
    advice: &'static str,
}

const MANAGERS: [Manager; 2] = [
    Manager {
        name: "lefthook",
        files: &[
            "lefthook.yml",
            "lefthook.yaml",
            ".lefthook.yml",
            ".lefthook.yaml",
            "lefthook.toml",
        ],
        advice: "`lefthook install` puts other hooks aside, stanch's too: better let lefthook call \
                 stanch, with the lines of hooks/lefthook.yml (pre-push needs `use_stdin: true`)",
    },
    Manager {
        name: "the pre-commit framework",
        files: &[".pre-commit-config.yaml"],
        advice: "both hooks run; to let the framework call stanch for everybody who uses it, add \
                 the ids `stanch` and `stanch-push` of this repository to its file, and run \
                 `pre-commit install -t pre-commit -t pre-push -t commit-msg`",
    },
];

/// What is to be said about the tools that the work tree `top` is set up for.
pub(super) fn note(top: &Path) -> Option<String> {
    let used = |m: &&Manager| m.files.iter().any(|file| top.join(file).is_file());
    let notes: Vec<String> = MANAGERS
        .iter()
        .filter(used)
        .map(|m| format!("{} is used here: {}", m.name, m.advice))
        .collect();
    (!notes.is_empty()).then(|| notes.join("\nnote: "))
}
