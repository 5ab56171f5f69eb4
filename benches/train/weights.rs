//! Writes a model as text that the build script reads.

use crate::boost::Model;
use crate::score::Limits;
use std::fmt::Write as _;

/// Writes the model of one class to `rules/judging`.
pub fn write(model: &Model, limits: &Limits, password: bool) {
    let ids: Vec<&str> = stanch::verify::trait_ids().collect();
    let class = if password { "password" } else { "secret" };
    let mut text = format!(
        "# Made by `cargo bench --bench judging -- DIR --train`. Scores are log-odds in thousandths.\n\
         # A tree: seven questions from the root down (`-` goes left), then what is known at each\n\
         # of its fifteen places; the last eight are the answers.\n\
         base {}\nlow {}\nmedium {}\nhigh {}\n",
        model.base, limits.low, limits.medium, limits.high
    );
    // What is rounded away says nothing.
    let trees: Vec<_> =
        model.trees.iter().filter(|tree| tree.answer.iter().any(|n| *n != 0)).collect();
    for tree in &trees {
        text.push_str("tree");
        for ask in &tree.ask {
            let _ = match ask {
                Some((what, most)) => write!(text, " {}<={most}", ids[*what]),
                None => write!(text, " -"),
            };
        }
        text.push_str(" |");
        tree.answer.iter().for_each(|n| write!(text, " {n}").unwrap_or_default());
        text.push('\n');
    }
    let path = format!("rules/judging/{class}.trees");
    std::fs::write(&path, text).unwrap();
    println!("wrote {path}: {} trees", trees.len());
}
