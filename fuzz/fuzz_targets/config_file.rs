#![no_main]
//! Runs the entry `config_file` of `stanch::fuzzing`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    assert!(stanch::fuzzing::run("config_file", data));
});
