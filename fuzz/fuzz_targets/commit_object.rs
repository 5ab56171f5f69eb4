#![no_main]
//! Runs the entry `commit_object` of `stanch::fuzzing`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    assert!(stanch::fuzzing::run("commit_object", data));
});
