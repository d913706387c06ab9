//! Certificates, as the logs saw them: no input may panic or hang.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| platy::fuzz::read("certificate", input));
