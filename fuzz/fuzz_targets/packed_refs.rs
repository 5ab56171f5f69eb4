#![no_main]
//! Runs the entry `packed_refs` of `stanch::fuzzing`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    assert!(stanch::fuzzing::run("packed_refs", data));
});
