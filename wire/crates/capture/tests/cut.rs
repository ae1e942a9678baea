//! A capture cut at any byte never panics, and what came before is kept; damage is told.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use hinomi_capture::{Fault, Packet, Packets, PcapWriter, PcapngWriter, Source};
use hinomi_model::PacketRef;
use proptest::prelude::*;
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

fn written(ng: bool, lens: &[usize]) -> Vec<u8> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let file = format!("hinomi-cut-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
    let path: PathBuf = std::env::temp_dir().join(file);
    let packets = lens.iter().enumerate().map(|(n, len)| {
        let n = i64::try_from(n).unwrap();
        (1_700_000_000_123_456_789 + n * 1_000_000_001, vec![u8::try_from(n % 251).unwrap(); *len])
    });
    let of = |time: i64, bytes: &[u8]| -> (i64, u32) { (time, u32::try_from(bytes.len()).unwrap()) };
    if ng {
        let mut out = PcapngWriter::create(&path).unwrap();
        for (time, bytes) in packets {
            let (time, wire_len) = of(time, &bytes);
            out.packet(&Packet { at: PacketRef::default(), time, link: 1, wire_len, from: 0, bytes: &bytes }).unwrap();
        }
        out.finish().unwrap();
    } else {
        let mut out = PcapWriter::create(&path, 1).unwrap();
        for (time, bytes) in packets {
            let (time, wire_len) = of(time, &bytes);
            out.packet(&Packet { at: PacketRef::default(), time, link: 1, wire_len, from: 0, bytes: &bytes }).unwrap();
        }
        out.finish().unwrap();
    }
    let bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    bytes
}

type Read = (Vec<(i64, u64, usize)>, Option<u64>);

fn read(bytes: &[u8]) -> Result<Read, Fault> {
    let source = Source::from_reader("test", 0, Box::new(Cursor::new(bytes.to_vec())), false)?;
    let mut packets = Packets::open(source)?;
    let mut out = Vec::new();
    while let Some(p) = packets.next_packet() {
        out.push((p.time, p.at.offset, p.bytes.len()));
    }
    Ok((out, packets.truncation().map(|t| t.at)))
}

#[test]
fn cut_at_every_byte() {
    for ng in [false, true] {
        let whole = written(ng, &[60, 0, 1, 1514, 7]);
        let (all, cut) = read(&whole).unwrap();
        assert_eq!((all.len(), cut), (5, None));
        assert_eq!(all[4].0, 1_700_000_000_123_456_789 + 4 * 1_000_000_001);
        for n in 0..whole.len() {
            match read(&whole[..n]) {
                Err(fault) => {
                    assert!(n < 28, "only the file header may fail: {n}");
                    assert!(fault.sentence.ends_with('.') && !fault.hint.is_empty());
                }
                Ok((some, cut)) => {
                    assert_eq!(some, all[..some.len()]);
                    // Whole records are kept, and a cut inside a record is told with its place.
                    let next = all.get(some.len()).map(|p| p.1);
                    match cut {
                        Some(at) => assert!(at <= u64::try_from(n).unwrap() && next.is_none_or(|o| at <= o)),
                        None => assert!(u64::try_from(n).unwrap() <= next.unwrap_or(u64::MAX)),
                    }
                }
            }
        }
    }
}

#[test]
fn records_longer_than_a_block_of_the_reader() {
    let lens = [3_000_000, 10, 2_000_000, 0, 5];
    for ng in [false, true] {
        let (all, cut) = read(&written(ng, &lens)).unwrap();
        assert_eq!(all.iter().map(|p| p.2).collect::<Vec<_>>(), lens);
        assert_eq!(cut, None);
    }
}

#[test]
fn what_is_no_capture_is_said_plainly() {
    let said = |bytes: &[u8]| read(bytes).unwrap_err().sentence;
    assert!(said(b"").contains("it is empty"));
    assert!(said("これは文章です\n".as_bytes()).contains("text file"));
    assert!(said(&[0xde, 0xad, 0xbe, 0xef, 0, 0]).contains("starts with de ad be ef"));
    assert!(said(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0]).contains("compressed content"));
    assert!(said(&[0xd4, 0xc3, 0xb2, 0xa1, 2]).contains("after 5 bytes"));
    let directory = Source::open(&std::env::temp_dir()).err().unwrap();
    assert!(directory.sentence.contains("it is a directory"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bent_bytes_never_panic(ng in any::<bool>(), at in 0usize..4000, to in any::<[u8; 4]>()) {
        let mut whole = written(ng, &[60, 200, 1000, 33]);
        let at = at % (whole.len() - 4);
        whole[at..at + 4].copy_from_slice(&to);
        let _ = read(&whole);
    }
}
