#![no_main]
//! Runs the entry `zlib_stream` of `stanch::fuzzing`.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    assert!(stanch::fuzzing::run("zlib_stream", data));
});
