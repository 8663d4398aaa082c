#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| tatum_robustness::check("nds_archive", input));
