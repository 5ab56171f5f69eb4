#![no_main]
//! Runs the entry `baseline_file` of `stanch::fuzzing`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    assert!(stanch::fuzzing::run("baseline_file", data));
});
