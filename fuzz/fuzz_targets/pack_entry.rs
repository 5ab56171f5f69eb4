#![no_main]
//! Runs the entry `pack_entry` of `stanch::fuzzing`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    assert!(stanch::fuzzing::run("pack_entry", data));
});
