//! Fuzz target: see `ballast_fuzz::rim`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ballast_fuzz::rim(data));
