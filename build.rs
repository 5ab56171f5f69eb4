//! Compiles `rules/*.toml` into tables, with the code that also reads a user's rules.

#[path = "src/rule/anatomy.rs"]
mod anatomy;
#[path = "src/rule/joint.rs"]
mod joint;
#[path = "build/judging.rs"]
mod judging;
#[path = "build/literals.rs"]
mod literals;
#[path = "src/rule/piece.rs"]
mod piece;
#[path = "src/rule/schema.rs"]
#[expect(dead_code, reason = "shared with the library, which uses all of it")]
mod schema;
#[path = "src/rule/text.rs"]
#[allow(dead_code, reason = "shared with the library, which uses all of it")]
mod text;

/// There are none yet.
mod builtin {
    pub(crate) const TEXTS: &str = "";
    pub(crate) static LISTS: [super::text::Str; 0] = [];
}

#[path = "src/prefilter/dealing.rs"]
mod dealing;
#[path = "src/prefilter/features.rs"]
mod features;
#[path = "src/matcher/assignment/words.rs"]
mod names;
#[path = "src/matcher/own.rs"]
mod own;

use anatomy::Gate;
use schema::{Engine, Rule, RuleFile};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

fn main() {
    println!("cargo:rerun-if-changed=rules");
    println!("cargo:rerun-if-changed=src/rule");
    println!("cargo:rerun-if-changed=src/prefilter");
    println!("cargo:rerun-if-changed=src/matcher");
    println!("cargo:rerun-if-changed=src/verify/generic/traits.rs");
    if let Err(message) = run() {
        println!("cargo:warning={message}");
        process::exit(1);
    }
}

fn run() -> Result<(), String> {
    let mut rules = Vec::new();
    for file in rule_files()? {
        let name = file.display().to_string();
        rules.extend(read(&file).map_err(|e| format!("{name}: {}", e.replace('\n', " | ")))?);
    }
    write("builtin_rules.rs", literals::of(&rules))?;
    write("judging.rs", judging::compile()?)?;
    write("live.toml", live_files()?)?;
    write("dealt_words.rs", dealt_words(&rules)?)
}

fn write(name: &str, code: String) -> Result<(), String> {
    let out = env::var("OUT_DIR").map_err(|e| e.to_string())?;
    fs::write(Path::new(&out).join(name), code).map_err(|e| e.to_string())
}

/// How each word that is looked for in whole texts is told from other text.
fn dealt_words(rules: &[Rule]) -> Result<String, String> {
    let usual = fs::read("src/prefilter/usual.txt").map_err(|e| format!("usual.txt: {e}"))?;
    let shapes = rules.iter().filter(|r| r.engine == Engine::Shape);
    let texts =
        shapes.filter(|r| r.anatomy.gate == Gate::Text).flat_map(|r| r.anatomy.anchors.iter());
    let own = own::OWN.into_iter().chain(names::WORDS.map(|(word, _)| word));
    let words: BTreeSet<String> =
        own.chain(texts.map(|t| &**t)).map(str::to_ascii_lowercase).collect();
    let bytes: Vec<&[u8]> = words.iter().map(|w| w.as_bytes()).collect();
    let dealt = dealing::deal(&bytes, &dealing::Usual::read(&usual));
    let mut code = format!("static DEALT: [(&str, Dealt); {}] = [\n", words.len());
    for (word, dealt) in words.iter().zip(dealt) {
        let _ = writeln!(code, "({word:?}, {dealt:?}),");
    }
    code.push_str("];\n");
    Ok(code)
}

/// The requests of live checks, all files in one; nothing in a build that asks nobody.
fn live_files() -> Result<String, String> {
    if env::var_os("CARGO_FEATURE_LIVE").is_none() {
        return Ok(String::new());
    }
    let files = toml_files("rules/live")?.into_iter();
    files.map(|f| fs::read_to_string(&f).map_err(|e| format!("{}: {e}", f.display()))).collect()
}

fn rule_files() -> Result<Vec<PathBuf>, String> {
    toml_files("rules")
}

fn toml_files(folder: &str) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|e| format!("{folder}: {e}"))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<Vec<Rule>, String> {
    let text = fs::read_to_string(path).map_err(|e| e.to_string())?;
    let file: RuleFile = toml::from_str(&text).map_err(|e| e.to_string())?;
    if path.file_stem().and_then(|s| s.to_str()) != Some(&*file.provider.id) {
        return Err(format!("the file is not named after its provider `{}`", file.provider.id));
    }
    file.rules.into_iter().map(|rule| finish(rule, &file.provider)).collect()
}

fn finish(mut rule: Rule, provider: &schema::Provider) -> Result<Rule, String> {
    // Whether its checks exist is for the tests to say: the build script has none of them.
    if let Some(complaint) = rule.complaint(&|_| true) {
        return Err(format!("rule {}: {complaint}", rule.id));
    }
    rule.anatomy = anatomy::derive(&rule).map_err(|e| format!("rule {}: {e}", rule.id))?;
    rule.provider = provider.id.clone();
    rule.provider_name = provider.name.clone();
    Ok(rule)
}
