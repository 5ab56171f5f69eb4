#![no_main]
//! Runs the entry `tree_object` of `stanch::fuzzing`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    assert!(stanch::fuzzing::run("tree_object", data));
});
