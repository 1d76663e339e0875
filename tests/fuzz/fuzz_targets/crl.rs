//! Fuzz target: see `ballast_fuzz::crl`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ballast_fuzz::crl(data));
