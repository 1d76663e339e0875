//! Fuzz target: see `ballast_fuzz::chain`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ballast_fuzz::chain(data));
