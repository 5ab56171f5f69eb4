#![no_main]
//! Runs the entry `history_cache` of `stanch::fuzzing`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    assert!(stanch::fuzzing::run("history_cache", data));
});
