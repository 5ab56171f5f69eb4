//! A scan of which everything is told, however sure.

use stanch::config::Config;
use stanch::matcher::Matcher;
use stanch::model::{Budget, Confidence};
use stanch::pipeline::{Outcome, Setup, run};
use stanch::source::Source;
use stanch::suppress::{Chain, Options};
use std::sync::atomic::AtomicBool;

pub fn scan(matcher: &Matcher<'_>, source: Box<dyn Source>, budget: &Budget) -> Outcome {
    let setup = Setup {
        matcher,
        chain: &Chain::new(&Config::default(), None, Options::default()),
        min_confidence: Confidence::Low,
        keep_unsure: false,
        accepted: &[],
        cache: None,
        budget,
        stop: &AtomicBool::new(false),
        progress: &|_, _, _| {},
    };
    run(&[source], &setup).unwrap()
}
