//! Plant control and media beside the protocols that are read.

use super::{datagram, seen, stream};
use crate::read::Rd;
use crate::{Cx, Datagram, Entry, Probe, Verdict};
use hinomi_model::{Dir, Ends};

seen!(DNP3, "dnp3", "DNP3 plant control", "IEEE 1815-2012 clause 9", "dnp3", [stream(&[20000], dnp3_stream), datagram(&[20000], dnp3)]);
seen!(IEC104, "iec104", "IEC 60870-5-104 plant control", "IEC 60870-5-104 clause 5", "iec60870_104", [stream(&[2404], iec104)]);
seen!(RTP, "rtp", "Real-time sound and pictures", "RFC 3550 §5.1, §6.4; RFC 3551 §6", "rtp", [Entry::Datagram { hints: &[], probe: rtp, open: || Box::new(Rtp::default()) }]);

/// Clause 9.2.8: the check over start, length, control and both addresses.
fn crc(bytes: &[u8]) -> u16 {
    let mut sum = 0u16;
    for byte in bytes {
        sum ^= u16::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { (sum >> 1) ^ 0xa6bc } else { sum >> 1 };
        }
    }
    !sum
}

fn dnp3(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    let mut rd = Rd::new(bytes);
    match (rd.take(8), rd.u16_le()) {
        (Some(head @ [0x05, 0x64, 5..=255, ..]), Some(check)) if crc(head) == check => Probe::Yes,
        _ => Probe::No,
    }
}

fn dnp3_stream(dir: Dir, head: &[u8], ends: &Ends) -> Probe {
    match head {
        [] | [0x05] => Probe::More,
        [0x05, 0x64, ..] if head.len() < 10 => Probe::More,
        _ => dnp3(dir, head, ends),
    }
}

/// Control field of the unnumbered kind (start, stop, test), or a numbered one with a known type at the known port.
fn iec104(_dir: Dir, head: &[u8], ends: &Ends) -> Probe {
    match head {
        [0x68, 4, 0x07 | 0x0b | 0x13 | 0x23 | 0x43 | 0x83, 0, 0, 0, ..] => Probe::Yes,
        [0x68, 4..=253, a, _, c, _, 1..=127, 1..=127, ..] if a & 1 == 0 && c & 1 == 0 && ends.server.port == 2404 => Probe::Yes,
        [] => Probe::More,
        [0x68, ..] if head.len() < 8 => Probe::More,
        _ => Probe::No,
    }
}

/// §6.4: a compound of reports begins with a sender's or receiver's report whose length fits. One packet of sound or
/// pictures is too little to go by.
fn rtp(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    match bytes {
        [0x80..=0x9f, 200 | 201, high, low, ..] => {
            let end = usize::from(u16::from_be_bytes([*high, *low])).saturating_add(1).saturating_mul(4);
            // Behind it stands the source description, which every compound holds (§6.1).
            match bytes.get(end..) {
                Some([0x80..=0x9f, 202, ..]) => Probe::Yes,
                _ => Probe::No,
            }
        }
        _ if Sound::of(bytes).is_some() => Probe::More,
        _ => Probe::No,
    }
}

/// What stays the same, and what counts, in the packets of one source (§5.1).
#[derive(Clone, Copy, PartialEq, Eq)]
struct Sound {
    source: u32,
    sequence: u16,
}

impl Sound {
    fn of(bytes: &[u8]) -> Option<Sound> {
        let mut rd = Rd::new(bytes);
        let (first, second, sequence) = (rd.u8()?, rd.u8()?, rd.u16()?);
        let (_stamp, source) = (rd.u32()?, rd.u32()?);
        // Version 2, and none of the numbers that RTCP uses (RFC 5761 §4).
        let meant = first >> 6 == 2 && !(64..=95).contains(&(second & 0x7f));
        (meant && source != 0 && !rd.is_empty()).then_some(Sound { source, sequence })
    }
}

/// Two packets of one source, one shortly after the other, make sure.
#[derive(Default)]
struct Rtp {
    /// By direction: both sides of a call speak, each as a source of its own.
    last: [Option<Sound>; 2],
    sure: bool,
}

/// How far the next packet that is heard may be ahead.
const SEQUENCE_STEP_MAX: u16 = 32;

impl Datagram for Rtp {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], _cx: &mut Cx<'_>) -> Verdict {
        if self.sure {
            return Verdict::Read;
        }
        if matches!(bytes, [0x80..=0x9f, 200 | 201, ..]) {
            self.sure = true;
            return Verdict::Read;
        }
        let Some(sound) = Sound::of(bytes) else { return Verdict::NotMine };
        let [up, down] = &mut self.last;
        let last = if dir == Dir::ToServer { up } else { down }.replace(sound);
        self.sure = last.is_some_and(|last| last.source == sound.source && (1..=SEQUENCE_STEP_MAX).contains(&sound.sequence.wrapping_sub(last.sequence)));
        Verdict::Read
    }

    fn sure(&self) -> bool {
        self.sure
    }
}
