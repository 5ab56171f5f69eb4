#![no_main]
//! Runs the entry `neutral_text` of `stanch::fuzzing`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    assert!(stanch::fuzzing::run("neutral_text", data));
});
