//! Fuzz target: see `ballast_fuzz::report`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ballast_fuzz::report(data));
