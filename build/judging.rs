//! Compiles the weights of `rules/judging` into tables.

#[path = "../src/verify/generic/traits.rs"]
mod traits;

use std::fmt::Write as _;
use std::fs;
use traits::TRAITS;

/// Questions of a tree.
const ASKS: usize = 7;

/// The tables as Rust source.
pub(super) fn compile() -> Result<String, String> {
    let mut code = String::from("pub(super) static MODELS: [Model; 2] = [");
    for class in ["secret", "password"] {
        let path = format!("rules/judging/{class}.trees");
        let text = fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?;
        code.push_str(&model(&text).map_err(|e| format!("{path}: {e}"))?);
    }
    code.push_str("];");
    Ok(code)
}

fn model(text: &str) -> Result<String, String> {
    let (mut trees, mut fields) = (String::new(), String::new());
    for line in text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
        let (word, rest) = line.split_once(' ').ok_or_else(|| format!("what is `{line}`?"))?;
        match word {
            "tree" => trees.push_str(&tree(rest)?),
            "base" | "low" | "medium" | "high" => {
                let n: i32 = rest.parse().map_err(|e| format!("{line}: {e}"))?;
                let _ = write!(fields, "{word}: {n},");
            }
            _ => return Err(format!("what is `{word}`?")),
        }
    }
    Ok(format!("Model {{ {fields} trees: &[{trees}] }},"))
}

fn tree(line: &str) -> Result<String, String> {
    let (asks, answers) = line.split_once('|').ok_or("a tree has a `|` before its answers")?;
    let asks = asks.split_whitespace().map(ask).collect::<Result<Vec<_>, _>>()?;
    let number = |n: &str| n.parse::<i16>().map_err(|e| format!("{n}: {e}"));
    let answers = answers.split_whitespace().map(number).collect::<Result<Vec<_>, _>>()?;
    if asks.len() != ASKS || answers.len() != 2 * ASKS + 1 {
        return Err(format!("a tree asks {ASKS} questions"));
    }
    let (traits, most): (Vec<usize>, Vec<i16>) = asks.into_iter().unzip();
    Ok(format!("Tree {{ ask: {traits:?}, most: {most:?}, answer: {answers:?} }},"))
}

/// `Trait<=n`, or `-` for a place that asks nothing.
fn ask(text: &str) -> Result<(usize, i16), String> {
    if text == "-" {
        return Ok((0, i16::MAX));
    }
    let (name, most) = text.split_once("<=").ok_or_else(|| format!("what is `{text}`?"))?;
    let index = TRAITS.iter().position(|(id, ..)| *id == name);
    let index = index.ok_or_else(|| format!("there is no trait `{name}`"))?;
    Ok((index, most.parse().map_err(|e| format!("{text}: {e}"))?))
}
