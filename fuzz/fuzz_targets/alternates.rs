#![no_main]
//! Runs the entry `alternates` of `stanch::fuzzing`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    assert!(stanch::fuzzing::run("alternates", data));
});
