//! How well the generic tier judges, on labelled snippets: `cargo bench --bench judging -- DIR`,
//! where `DIR` holds `assignments.jsonl.gz` (its README tells the form).
//!
//! The repositories are dealt into folds; what is told of one fold comes from models that have
//! seen none of it. `--train` then makes the models from all and writes them to `rules/judging`;
//! `--mistakes N` lists the worst ones of each kind; `--more FILE` adds labelled traits as
//! `stanch audit --export` writes them. The same input gives the same bytes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a bench may")]
#![allow(clippy::print_stdout, missing_docs, reason = "it is a program")]

#[path = "train/boost.rs"]
mod boost;
#[path = "train/corpus.rs"]
mod corpus;
#[path = "train/look.rs"]
mod look;
#[path = "train/score.rs"]
mod score;
#[path = "train/weights.rs"]
mod weights;

use corpus::Snippet;
use look::Example;
use score::Limits;
use std::path::PathBuf;

/// How the command line reads.
struct Options {
    dir: PathBuf,
    more: Option<PathBuf>,
    folds: usize,
    mistakes: usize,
    train: bool,
    built: bool,
}

fn options() -> Option<Options> {
    let mut options = Options {
        dir: PathBuf::new(),
        more: None,
        folds: 6,
        mistakes: 0,
        train: false,
        built: false,
    };
    let mut args = std::env::args().skip(1).filter(|a| a != "--bench");
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--train" => options.train = true,
            "--built" => options.built = true,
            "--folds" => options.folds = args.next()?.parse().ok()?,
            "--mistakes" => options.mistakes = args.next()?.parse().ok()?,
            "--more" => options.more = Some(args.next()?.into()),
            _ => options.dir = arg.into(),
        }
    }
    (!options.dir.as_os_str().is_empty()).then_some(options)
}

fn main() {
    let Some(options) = options() else {
        println!(
            "usage: cargo bench --bench judging -- DIR [--train] [--mistakes N] [--folds N] [--more FILE]"
        );
        return;
    };
    let snippets = corpus::load(&options.dir.join("assignments.jsonl.gz"));
    let (mut examples, exact) = look::all(&snippets);
    let more = options.more.as_deref().map(corpus::exported).unwrap_or_default();
    println!(
        "{} snippets, {} candidates, {} labelled ones besides",
        snippets.len(),
        examples.len(),
        more.len()
    );
    let limits = if options.built {
        examples.iter_mut().for_each(|e| e.score = stanch::verify::score(&e.traits));
        [false, true].map(Limits::built)
    } else {
        cross_validate(&snippets, &mut examples, &more, options.folds);
        [false, true].map(|password| Limits::find(&snippets, &examples, &exact, password))
    };
    score::tell(&snippets, &examples, &exact, &limits, options.mistakes);
    if options.train && !options.built {
        let all: Vec<&Example> = examples.iter().chain(&more).collect();
        for (password, limits) in [false, true].into_iter().zip(limits) {
            weights::write(&boost::train(&all, password), &limits, password);
        }
    }
}

/// Gives each example the score of a model that has not seen its repository.
fn cross_validate(snippets: &[Snippet], examples: &mut [Example], more: &[Example], folds: usize) {
    let fold_of = corpus::folds(snippets, folds);
    for fold in 0..folds {
        let held = |e: &Example| fold_of[&snippets[e.snippet].repository] == fold;
        let rest: Vec<&Example> = examples.iter().filter(|e| !held(e)).chain(more).collect();
        let models = [boost::train(&rest, false), boost::train(&rest, true)];
        for example in examples.iter_mut().filter(|e| held(e)) {
            example.score =
                models[usize::from(example.traits.password)].score(&example.traits.values);
        }
    }
}
