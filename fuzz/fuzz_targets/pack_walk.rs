#![no_main]
//! Runs the entry `pack_walk` of `stanch::fuzzing`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    assert!(stanch::fuzzing::run("pack_walk", data));
});
