#![no_main]
//! Runs the entry `index_file` of `stanch::fuzzing`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    assert!(stanch::fuzzing::run("index_file", data));
});
