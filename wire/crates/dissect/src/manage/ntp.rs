//! NTP and SNTP, versions 1 to 4 (RFC 5905).

use crate::read::{self, Rd};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Nanos, NoteKind, Outcome};
use std::net::Ipv4Addr;

pub static NTP: Dissector = Dissector {
    meta: &Meta {
        name: "ntp",
        title: "Network Time Protocol",
        standard: "RFC 5905, RFC 4330",
        tier: 'B',
        clues: &[
            ("ntp.server", "the host gives the time; value is its stratum (RFC 5905 §7.3)"),
            ("ntp.reference", "what the server follows: a source's name or an address (§7.3 reference id)"),
            ("ntp.version", "version the host speaks"),
        ],
        operations: &["client", "symmetric", "broadcast", "control", "private"],
        details: &[
            ("version", "version of the answer"),
            ("stratum", "distance from a reference clock"),
            ("reference", "reference id"),
            ("leap", "leap indicator; 3 means not synchronised (§7.3)"),
            ("server_time", "transmit time of the server, another clock than the tap's"),
            ("server_minus_tap_ms", "server's transmit time less the tap's stamp of the answer, milliseconds; the way to the tap is not taken out"),
            ("client_minus_tap_ms", "client's transmit time less the tap's stamp of the request, milliseconds"),
        ],
        notes: &[("ntp.malformed", "the packet ends too early"), ("ntp.unsynchronised", "a server gives a time it does not vouch for (leap 3 or stratum 16)"), ("ntp.monlist", "a private-mode request, as amplification attacks use")],
        readings: false,
        tshark: "ntp",
    },
    entries: &[Entry::Datagram { hints: &[123], probe, open: || Box::new(Ntp::default()) }],
};

fn probe(_dir: Dir, bytes: &[u8], ends: &Ends) -> Probe {
    // The header has no magic: the port is asked for besides (RFC 5905 §7.2).
    let port = [ends.client.port, ends.server.port].contains(&123);
    let Some(first) = bytes.first() else { return Probe::No };
    let (version, mode) = ((first >> 3) & 7, first & 7);
    let sized = match mode {
        1..=5 => bytes.len() >= 48 && bytes.get(1).is_some_and(|s| *s <= 16),
        6 => bytes.len() >= 12,
        7 => bytes.len() >= 8,
        _ => false,
    };
    if port && sized && (1..=4).contains(&version) { Probe::Yes } else { Probe::No }
}

#[derive(Default)]
struct Ntp {
    asked: Option<(Nanos, Dir, Exchange, u64)>,
    monlist_noted: bool,
    unsynced_noted: bool,
}

/// §6: seconds since 1900 and a fraction, of era 0 until 2036.
fn stamp(raw: u64) -> Option<Nanos> {
    let seconds = i64::try_from(raw >> 32).ok()?;
    let fraction = i64::try_from(((raw & 0xffff_ffff) * 1_000_000_000) >> 32).ok()?;
    // §6: a top bit of zero belongs to era 1, from 2036 on.
    let era = if raw >> 63 == 0 { 4_294_967_296 } else { 0 };
    (raw != 0).then(|| (seconds + era - 2_208_988_800).saturating_mul(1_000_000_000).saturating_add(fraction))
}

/// Difference of two clocks in milliseconds; only plausible ones, since many clients send noise (RFC 9109).
fn ahead_ms(device: Option<Nanos>, tap: Nanos) -> String {
    device
        .and_then(|d| d.checked_sub(tap))
        .filter(|d| d.abs() < 10 * 365 * 86_400 * 1_000_000_000)
        .map(|d| (d / 1_000_000).to_string())
        .unwrap_or_default()
}

impl Datagram for Ntp {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let mut rd = Rd::new(bytes);
        match self.read(dir, bytes.len(), &mut rd, cx) {
            Some(verdict) => verdict,
            None => Verdict::Malformed { at: rd.pos(), name: "ntp.malformed", why: "the packet ends too early" },
        }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if let Some((time, dir, mut said, _)) = self.asked.take() {
            said.time = time;
            said.outcome = read::silence(heard, dir);
            said.reversed = dir == Dir::ToClient;
            cx.exchange(said);
        }
    }
}

impl Ntp {
    fn read(&mut self, dir: Dir, size: usize, rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<Verdict> {
        let first = rd.u8()?;
        let (leap, version, mode) = (first >> 6, (first >> 3) & 7, first & 7);
        if mode >= 6 {
            if mode == 7 && !self.monlist_noted {
                self.monlist_noted = true;
                cx.note(NoteKind::Odd, "ntp.monlist", 0, "a private-mode request was sent");
            }
            return Some(Verdict::Read);
        }
        let stratum = rd.u8()?;
        rd.skip(2 + 4 + 4)?; // poll, precision, root delay, root dispersion
        let reference = rd.array::<4>()?; // 12-15
        rd.skip(8)?; // reference time
        let origin = rd.u64()?; // 24-31
        rd.skip(8)?; // receive time
        let transmit = rd.u64()?; // 40-47
        let word = match mode {
            1 | 2 => "symmetric",
            5 => "broadcast",
            _ => "client",
        };
        if mode == 3 || mode == 1 {
            cx.clue(read::sender(dir), "ntp.version", &version.to_string(), None);
            let mut said = Exchange { operation: word.into(), request_bytes: read::wide(size), ..Exchange::default() };
            let ahead = ahead_ms(stamp(transmit), cx.time);
            if !ahead.is_empty() {
                said.detail.push(("client_minus_tap_ms", ahead));
            }
            if let Some((time, dir, mut before, _)) = self.asked.replace((cx.time, dir, said, transmit)) {
                before.time = time;
                before.outcome = Outcome::Unanswered;
                before.reversed = dir == Dir::ToClient;
                cx.exchange(before);
            }
            return Some(Verdict::Read);
        }
        // §7.3: reference id is text for stratum 0 and 1, else an IPv4 address or a hash.
        let reference = if stratum <= 1 { read::text(&reference) } else { Ipv4Addr::from(reference).to_string() };
        let port = Some(cx.ends.sender(dir).port);
        let (host, ahead) = (read::sender(dir), ahead_ms(stamp(transmit), cx.time));
        cx.clue(host, "ntp.server", &stratum.to_string(), port);
        cx.clue(host, "ntp.reference", &reference, port);
        if (leap == 3 || stratum == 16) && !self.unsynced_noted {
            self.unsynced_noted = true;
            cx.note(NoteKind::Odd, "ntp.unsynchronised", 0, "a server gives a time it does not vouch for");
        }
        let (time, mut said) = match self.asked.take() {
            Some((time, _, said, sent)) if sent == origin || mode == 2 => (time, said),
            other => {
                self.asked = other;
                (cx.time, Exchange { operation: word.into(), ..Exchange::default() })
            }
        };
        said.time = time;
        said.duration_ns = read::lapse(time, cx.time).filter(|d| *d > 0);
        said.response_bytes = read::wide(size);
        said.reversed = dir == Dir::ToServer;
        // §7.4: stratum 0 is a kiss of death.
        said.outcome = if stratum == 0 { Outcome::Refused } else { Outcome::Ok };
        said.status = if stratum == 0 { reference.clone() } else { String::new() };
        let server_time = stamp(transmit).map(|t| read::utc(t / 1_000_000_000)).unwrap_or_default();
        for (name, value) in [
            ("version", version.to_string()),
            ("stratum", stratum.to_string()),
            ("reference", reference),
            ("leap", leap.to_string()),
            ("server_time", server_time),
            ("server_minus_tap_ms", ahead),
        ] {
            if !value.is_empty() {
                said.detail.push((name, value));
            }
        }
        cx.exchange(said);
        Some(Verdict::Read)
    }
}
