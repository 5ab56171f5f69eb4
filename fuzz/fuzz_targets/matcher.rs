#![no_main]
//! Runs the entry `matcher` of `stanch::fuzzing`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    assert!(stanch::fuzzing::run("matcher", data));
});
