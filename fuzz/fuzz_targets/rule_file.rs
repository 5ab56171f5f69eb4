#![no_main]
//! Runs the entry `rule_file` of `stanch::fuzzing`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    assert!(stanch::fuzzing::run("rule_file", data));
});
