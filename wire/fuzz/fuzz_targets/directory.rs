#![no_main]
libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    hinomi_drive::drive("directory", input);
});
