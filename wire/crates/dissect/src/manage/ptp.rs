//! Precision Time Protocol (IEEE 1588-2019), over UDP and Ethernet.

use crate::read::{self, Rd};
use crate::{Cx, Datagram, Dissector, Entry, Frame, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends, Host};

pub static PTP: Dissector = Dissector {
    meta: &Meta {
        name: "ptp",
        title: "Precision Time Protocol",
        standard: "IEEE 1588-2019 clause 13; Annex C, E",
        tier: 'B',
        clues: &[
            ("ptp.clock_identity", "identity of the host's clock, hex (13.3.2.8)"),
            ("ptp.domain", "domain number (13.3.2.5)"),
            ("ptp.grandmaster", "identity of the grandmaster it announces (13.5)"),
            ("ptp.clock_class", "class of the grandmaster (13.5, 7.6.2.5)"),
            ("ptp.role", "master (sends Announce or Sync) or slave (sends Delay_Req)"),
        ],
        operations: &[],
        details: &[],
        notes: &[("ptp.malformed", "the message ends too early")],
        readings: false,
        tshark: "ptp",
    },
    entries: &[
        Entry::Datagram { hints: &[319, 320], probe, open: || Box::new(Ptp) },
        Entry::Frame { ethertypes: &[0x88f7], open: || Box::new(Ptp) },
    ],
};

/// 13.3.1: message type, version 2, length, domain.
fn probe(_dir: Dir, bytes: &[u8], ends: &Ends) -> Probe {
    let port = [ends.client.port, ends.server.port].iter().any(|p| matches!(p, 319 | 320));
    let mut rd = Rd::new(bytes);
    let (Some(kind), Some(version), Some(length)) = (rd.u8(), rd.u8(), rd.u16()) else { return Probe::No };
    let known = matches!(kind & 15, 0..=3 | 8..=13) && version & 15 == 2;
    if port && known && usize::from(length) >= 44 && usize::from(length) <= bytes.len() { Probe::Yes } else { Probe::No }
}

struct Ptp;

impl Ptp {
    fn read(rd: &mut Rd<'_>, host: Host, cx: &mut Cx<'_>) -> Option<()> {
        let kind = rd.u8()? & 15;
        if rd.u8()? & 15 != 2 {
            return Some(());
        }
        rd.skip(2)?;
        let domain = rd.u8()?;
        rd.skip(15)?;
        let identity = rd.array::<8>()?; // 20-27
        cx.clue(host, "ptp.clock_identity", &read::hex(&identity), None);
        cx.clue(host, "ptp.domain", &domain.to_string(), None);
        match kind {
            0 => cx.clue(host, "ptp.role", "master", None),
            1 => cx.clue(host, "ptp.role", "slave", None),
            11 => {
                // 13.5.1: origin time, UTC offset, reserved, priority, quality, priority, identity.
                rd.skip(2 + 4 + 10 + 2 + 1 + 1)?;
                let class = rd.u8()?;
                rd.skip(1 + 2 + 1)?;
                let grandmaster = rd.array::<8>()?;
                cx.clue(host, "ptp.role", "master", None);
                cx.clue(host, "ptp.clock_class", &class.to_string(), None);
                cx.clue(host, "ptp.grandmaster", &read::hex(&grandmaster), None);
            }
            _ => {}
        }
        Some(())
    }
}

impl Datagram for Ptp {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let mut rd = Rd::new(bytes);
        match Ptp::read(&mut rd, read::sender(dir), cx) {
            Some(()) => Verdict::Read,
            None => Verdict::Malformed { at: rd.pos(), name: "ptp.malformed", why: "the message ends too early" },
        }
    }
}

impl Frame for Ptp {
    fn frame(&mut self, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let mut rd = Rd::new(bytes);
        match Ptp::read(&mut rd, Host::Client, cx) {
            Some(()) => Verdict::Read,
            None => Verdict::Malformed { at: rd.pos(), name: "ptp.malformed", why: "the message ends too early" },
        }
    }
}
