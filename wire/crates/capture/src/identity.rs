//! The name of a capture: the first 16 hex digits of the BLAKE3 of its bytes as they lie on the disk.
//! It comes either from a reading of its own (`capture_id`) or from the reading that finds the packets
//! (`Named`).

use crate::Fault;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes read at a time: few enough to be hashed while they are still near the processor.
pub(crate) const STEP_BYTES: usize = 1 << 17;
/// Bytes of a stream that give its name.
const HEAD_BYTES: usize = 1 << 20;
const DIGITS: usize = 16;

/// Makes the name, piece by piece.
#[derive(Default)]
pub(crate) struct Hasher(blake3::Hasher);

impl Hasher {
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub fn name(&self) -> String {
        short(&self.0)
    }
}

/// Hash the file at `path`; `None` when `stop` was raised meanwhile.
pub fn capture_id(path: &Path, stop: &AtomicBool) -> Result<Option<String>, Fault> {
    let name = path.display().to_string();
    let mut file = File::open(path).map_err(|e| Fault::io("open", &name, &e))?;
    let mut hasher = Hasher::default();
    let mut buffer = vec![0u8; STEP_BYTES];
    loop {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        match file.read(&mut buffer) {
            Ok(0) => return Ok(Some(hasher.name())),
            Ok(n) => {
                hasher.update(buffer.get(..n).unwrap_or(&[]));
            }
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(Fault::io("read", &name, &e)),
        }
    }
}

/// Name of a stream that can be read only once: the hash of its first bytes (at most 1 MiB).
pub fn stream_id(head: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(head.get(..HEAD_BYTES).unwrap_or(head));
    short(&hasher)
}

fn short(hasher: &blake3::Hasher) -> String {
    hasher.finalize().to_hex().chars().take(DIGITS).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_the_head_of_the_blake3() {
        // BLAKE3 of no bytes, from the reference test vectors.
        assert_eq!(stream_id(b""), "af1349b9f5f9a1a6");
        let missing = capture_id(Path::new("/nowhere/at/all"), &AtomicBool::new(false)).unwrap_err();
        assert!(missing.sentence.contains("no such file"));
    }
}
