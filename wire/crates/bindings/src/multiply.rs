//! A long capture out of a short one, for the benchmark: the same conversations again and again, each
//! time between other hosts and later. Payload stays as it is, byte for byte.

use crate::reader::raise;
use hinomi_capture::{Fault, Packet, Packets, PcapWriter, Source};
use pyo3::prelude::*;
use std::path::{Path, PathBuf};

/// Shift of copy `n`: private IPv4 addresses move in their second octet (10/8) or third (192.168/16,
/// 172.16/12), other unicast addresses in the second; MACs in their fourth byte.
fn move_v4(addr: &mut [u8], n: u8) {
    match addr {
        [0 | 127 | 224..=255, ..] => {}
        [192, 168, c, _] => *c = c.wrapping_add(n),
        [172, 16..=31, c, _] => *c = c.wrapping_add(n),
        [_, b, _, _] => *b = b.wrapping_add(n),
        _ => {}
    }
}

fn move_v6(addr: &mut [u8], n: u8) {
    // Multicast and the unspecified and loopback addresses stay.
    let is_special = addr.iter().take(8).all(|b| *b == 0);
    if let [first, _, _, _, _, _, g, ..] = addr
        && *first != 0xff
        && !is_special
    {
        *g = g.wrapping_add(n);
    }
}

fn move_mac(mac: &mut [u8], n: u8) {
    if let [a, _, _, d, _, _] = mac
        && *a & 1 == 0
    {
        *d = d.wrapping_add(n);
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(|b| b.first_chunk::<2>()).map_or(0, |b| u16::from_be_bytes(*b))
}

fn put_u16(bytes: &mut [u8], at: usize, value: u16) {
    if let Some(place) = bytes.get_mut(at..).and_then(|b| b.first_chunk_mut::<2>()) {
        *place = value.to_be_bytes();
    }
}

/// Sum of 16-bit words (RFC 1071 §1).
fn sum(bytes: &[u8]) -> u32 {
    bytes.chunks(2).map(|c| u32::from(u16::from_be_bytes([c.first().copied().unwrap_or(0), c.get(1).copied().unwrap_or(0)]))).sum()
}

fn fold(mut n: u32) -> u16 {
    while n > 0xffff {
        n = (n & 0xffff) + (n >> 16);
    }
    u16::try_from(n).unwrap_or(0)
}

/// RFC 1624 §3: the new checksum from the old one and the sums of what changed.
fn correct(old: u16, before: u32, after: u32) -> u16 {
    !fold(u32::from(!old) + u32::from(!fold(before)) + u32::from(fold(after)))
}

/// Change the addresses of an Ethernet frame, and the checksums with them.
fn change(frame: &mut [u8], n: u8) {
    let (Some(dst), true) = (frame.get_mut(0..6), n != 0) else { return };
    move_mac(dst, n);
    if let Some(src) = frame.get_mut(6..12) {
        move_mac(src, n);
    }
    let mut at = 12;
    while matches!(u16_at(frame, at), 0x8100 | 0x88a8 | 0x9100) {
        at += 4;
    }
    let kind = u16_at(frame, at);
    let Some(packet) = frame.get_mut(at + 2..) else { return };
    match kind {
        0x0800 => change_v4(packet, n),
        0x86dd => change_v6(packet, n),
        0x0806 => {
            for (from, to, is_mac) in [(8, 14, true), (14, 18, false), (18, 24, true), (24, 28, false)] {
                if let Some(addr) = packet.get_mut(from..to) {
                    if is_mac { move_mac(addr, n) } else { move_v4(addr, n) }
                }
            }
        }
        _ => {}
    }
}

fn change_v4(packet: &mut [u8], n: u8) {
    let header = usize::from(packet.first().copied().unwrap_or(0) & 15) * 4;
    let before = sum(packet.get(12..20).unwrap_or(&[]));
    for from in [12, 16] {
        if let Some(addr) = packet.get_mut(from..from + 4) {
            move_v4(addr, n);
        }
    }
    let after = sum(packet.get(12..20).unwrap_or(&[]));
    put_u16(packet, 10, correct(u16_at(packet, 10), before, after));
    let is_first_piece = u16_at(packet, 6) & 0x1fff == 0;
    let proto = packet.get(9).copied().unwrap_or(0);
    if let (true, Some(body)) = (is_first_piece, packet.get_mut(header..)) {
        change_checksum(body, proto, before, after);
    }
}

fn change_v6(packet: &mut [u8], n: u8) {
    let before = sum(packet.get(8..40).unwrap_or(&[]));
    for from in [8, 24] {
        if let Some(addr) = packet.get_mut(from..from + 16) {
            move_v6(addr, n);
        }
    }
    let after = sum(packet.get(8..40).unwrap_or(&[]));
    let proto = packet.get(6).copied().unwrap_or(0);
    if let Some(body) = packet.get_mut(40..) {
        change_checksum(body, proto, before, after);
    }
}

/// Transport checksums cover the addresses (pseudo header).
fn change_checksum(body: &mut [u8], proto: u8, before: u32, after: u32) {
    let at = match proto {
        6 => 16,
        17 => 6,
        58 => 2,
        _ => return,
    };
    let old = u16_at(body, at);
    // 0: UDP without a checksum (RFC 768).
    if !(proto == 17 && old == 0) {
        put_u16(body, at, correct(old, before, after));
    }
}

fn write(src: &Path, out: &Path, copies: u32) -> Result<u64, Fault> {
    let mut held: Vec<(i64, u32, u32, Vec<u8>)> = Vec::new();
    let mut packets = Packets::open(Source::open(src)?)?;
    while let Some(p) = packets.next_packet() {
        held.push((p.time, p.link, p.wire_len, p.bytes.to_vec()));
    }
    held.retain(|(_, link, _, _)| *link == 1);
    let (Some((first, ..)), Some((last, ..))) = (held.first(), held.last()) else {
        return Err(Fault::new(format!("{} holds no Ethernet packets.", src.display()), "give an Ethernet capture"));
    };
    // Copies run side by side, each a little later: many connections live at once, as in a hospital.
    let span = last.saturating_sub(*first).max(1);
    let mut writer = PcapWriter::create(out, 1)?;
    let mut written = 0;
    let per_round = 8u32;
    let mut copy = 0u32;
    while copy < copies {
        let together = per_round.min(copies - copy);
        let start = i64::from(copy / per_round).saturating_mul(span + 1_000_000_000);
        for (time, link, wire_len, bytes) in &held {
            for k in 0..together {
                let n = u8::try_from((copy + k) % 256).unwrap_or(0);
                let mut moved = bytes.clone();
                change(&mut moved, n);
                let time = time.saturating_add(start).saturating_add(i64::from(k) * 1000);
                writer.packet(&Packet { at: hinomi_model::PacketRef::default(), time, link: *link, wire_len: *wire_len, from: 0, bytes: &moved })?;
                written += 1;
            }
        }
        copy += together;
    }
    writer.finish()?;
    Ok(written)
}

/// Write `copies` copies of an Ethernet capture with other addresses; tells how many packets.
#[pyfunction]
pub fn multiply(py: Python<'_>, src: PathBuf, out: PathBuf, copies: u32) -> PyResult<u64> {
    py.detach(|| write(&src, &out, copies)).map_err(|fault| raise(py, &fault))
}
