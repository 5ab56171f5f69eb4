#![no_main]
//! Runs the entry `ewah_set` of `stanch::fuzzing`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    assert!(stanch::fuzzing::run("ewah_set", data));
});
