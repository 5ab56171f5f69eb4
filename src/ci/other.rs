//! Any other place: what is checked out, against the branch that others start from.

use super::{Change, Show, System, What};

pub(super) const SYSTEM: System = System {
    id: "other",
    name: "an unknown CI system",
    here: |_| true,
    change: |_| Change { what: What::Manual, ..Change::default() },
    mend: "git fetch --unshallow",
    shows: &[
        Show::File("junit", "stanch.xml"),
        Show::File("html", "stanch.html"),
        Show::File("json", "stanch.json"),
    ],
};
