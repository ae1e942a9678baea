//! Captures of real software, bent at random (the same way each time), and inputs that once broke
//! something: the whole engine goes through them without panic or hoarding.
#![allow(clippy::unwrap_used, dead_code)]

#[path = "../examples/bend.rs"]
mod bend;

use std::path::{Path, PathBuf};

fn captures(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for path in entries.flatten().map(|e| e.path()) {
        if path.is_dir() {
            found.extend(captures(&path));
        } else if path.file_name().is_some_and(|n| n.to_string_lossy().contains(".pcap")) {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn bent_captures_only_make_notes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = captures(&root.join("../../../cases"));
    assert!(files.len() > 10, "the cases are missing");
    let mut dice = bend::Dice(1 << 40 | 2026);
    for path in files {
        let whole = bend::load(&path).unwrap();
        for _ in 0..12 {
            let mut packets = whole.clone();
            bend::bend(&mut packets, &mut dice);
            assert!(bend::through(&packets) < 16 << 20, "{}", path.display());
        }
    }
}
