//! Inputs that the fuzzers found worth keeping, and those that once broke something, in an ordinary test.
//! A file under `wire/fuzz/saved/TARGET/` is one input; `TARGET.inputs.zst` are many, each behind its length.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use hinomi_drive::{FAMILIES, drive, targets};
use std::path::{Path, PathBuf};

fn saved() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/saved")
}

/// Length (four bytes, little end first) and input, one after the other.
fn unpacked(path: &Path) -> Vec<Vec<u8>> {
    let content = zstd::decode_all(std::fs::File::open(path).unwrap()).unwrap();
    let mut rest = content.as_slice();
    let mut found = Vec::new();
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let (input, behind) = behind.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).unwrap()).expect("a whole input");
        found.push(input.to_vec());
        rest = behind;
    }
    found
}

#[test]
fn every_saved_input_is_read_to_its_end() {
    for target in targets() {
        let mut inputs = unpacked(&saved().join(format!("{target}.inputs.zst")));
        assert!(inputs.len() > 10, "{target}: the saved inputs are missing");
        let single = std::fs::read_dir(saved().join(target)).map(|found| found.flatten().map(|e| e.path()).collect()).unwrap_or_else(|_| Vec::new());
        inputs.extend(single.iter().map(|path| std::fs::read(path).unwrap()));
        for input in inputs {
            assert!(drive(target, &input), "{target} is no target");
        }
    }
}

#[test]
fn no_saved_input_is_of_no_target() {
    let known = targets();
    for entry in std::fs::read_dir(saved()).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(known.contains(&name.trim_end_matches(".inputs.zst")), "{name}");
    }
}

#[test]
fn every_dissector_is_in_one_family() {
    let mut listed: Vec<&str> = FAMILIES.iter().flat_map(|(_, protocols)| protocols.iter().copied()).collect();
    listed.sort_unstable();
    let mut known: Vec<&str> = hinomi_dissect::all().iter().map(|d| d.meta.name).collect();
    known.sort_unstable();
    assert_eq!(listed, known);
}

#[test]
fn every_target_has_its_fuzzer() {
    for target in targets() {
        let fuzzer = std::fs::read_to_string(saved().join(format!("../fuzz_targets/{target}.rs"))).unwrap();
        assert!(fuzzer.contains(&format!("drive(\"{target}\", input)")), "{target}");
    }
}
