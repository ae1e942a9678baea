//! OpenVPN (the protocol as its own documentation, `doc_protocol_overview.h`, describes it), over UDP and TCP.

use crate::read::{self, Rd};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Step, Stream, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Nanos};

pub static OPENVPN: Dissector = Dissector {
    meta: &Meta {
        name: "openvpn",
        title: "OpenVPN tunnel",
        standard: "OpenVPN 2.6 network protocol overview",
        tier: 'B',
        clues: &[("openvpn.peer", "client or server of a tunnel")],
        operations: &["session"],
        details: &[("wrapping", "plain, tls-auth or tls-crypt, as the sizes tell; unknown when the start was not heard"), ("packets", "packets heard both ways")],
        notes: &[],
        readings: false,
        tshark: "openvpn",
    },
    entries: &[
        Entry::Datagram { hints: &[1194], probe: probe_udp, open: || Box::new(OpenVpn::default()) },
        Entry::Stream { hints: &[1194], probe: probe_tcp, open: || Box::new(OpenVpn::default()) },
    ],
};

/// Opcode in the five high bits, key id in the three low ones.
const RESET_CLIENT_V2: u8 = 7;
const RESET_SERVER_V2: u8 = 8;
const RESET_CLIENT_V3: u8 = 10;

/// A hard reset of key 0, which starts a session: what wraps it, or `None`.
fn reset(bytes: &[u8]) -> Option<&'static str> {
    let mut rd = Rd::new(bytes);
    let opcode = rd.u8()?;
    if opcode & 7 != 0 || !matches!(opcode >> 3, RESET_CLIENT_V2 | RESET_SERVER_V2 | RESET_CLIENT_V3) {
        return None;
    }
    if rd.u64()? == 0 {
        return None;
    }
    let answer = opcode >> 3 == RESET_SERVER_V2;
    // Without wrapping: number of acknowledgements, (the acknowledged id and the peer's session,) packet id.
    let plain = if answer { bytes.len() == 26 && bytes.get(9) == Some(&1) } else { bytes.len() == 14 && bytes.get(9..14) == Some(&[0; 5]) };
    if plain {
        return Some("plain");
    }
    // tls-crypt: packet id 1, time, a MAC of 32 bytes; the control fields are encrypted.
    let mut crypt = Rd::at(bytes, 9);
    if crypt.u32() == Some(1) && crypt.u32().is_some_and(near) && bytes.len() >= 54 {
        return Some("tls-crypt");
    }
    // tls-auth: a MAC of 16 to 64 bytes, packet id 1, time, then as without wrapping.
    for mac in [16usize, 20, 28, 32, 48, 64] {
        let mut rd = Rd::at(bytes, mac.saturating_add(9));
        if rd.u32() == Some(1) && rd.u32().is_some_and(near) {
            let tail = rd.rest();
            if tail == [0; 5] || (answer && tail.len() == 17 && tail.first() == Some(&1)) {
                return Some("tls-auth");
            }
        }
    }
    None
}

/// A time between 2001 and 2038 in seconds.
fn near(seconds: u32) -> bool {
    (1_000_000_000..2_147_483_648).contains(&seconds)
}

/// A tunnel lives for days, so most are met in the middle: data packets of version 2 (opcode 9, a peer id of three
/// bytes, a packet id, a tag), control packets and acknowledgements. Too little by themselves: the port has to agree.
fn under_way(bytes: &[u8], ends: &Ends) -> bool {
    let at_home = ends.server.port == 1194 || ends.client.port == 1194;
    let size_min = match bytes.first() {
        Some(0x48..=0x4f) => 40,
        Some(0x20..=0x2f) => 50,
        _ => return false,
    };
    at_home && bytes.len() >= size_min
}

fn probe_udp(_dir: Dir, bytes: &[u8], ends: &Ends) -> Probe {
    if reset(bytes).is_some() || under_way(bytes, ends) { Probe::Yes } else { Probe::No }
}

/// Over TCP two bytes of length stand before each packet.
fn probe_tcp(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    let mut rd = Rd::new(head);
    let Some(length) = rd.u16() else { return Probe::More };
    if !(14..=1024).contains(&length) || head.get(2).is_some_and(|b| !matches!(b, 0x38 | 0x40 | 0x50)) {
        return Probe::No;
    }
    match rd.take(usize::from(length)) {
        Some(packet) if reset(packet).is_some() => Probe::Yes,
        Some(_) => Probe::No,
        None => Probe::More,
    }
}

#[derive(Default)]
struct OpenVpn {
    begun: Nanos,
    client: Option<Dir>,
    answered: bool,
    wrapping: &'static str,
    packets: u64,
    bytes: [u64; 2],
}

impl OpenVpn {
    fn packet(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> bool {
        let Some(first) = bytes.first() else { return false };
        if !matches!(first >> 3, 3..=11) {
            return false;
        }
        self.packets = self.packets.saturating_add(1);
        let count = if dir == Dir::ToServer { self.bytes.first_mut() } else { self.bytes.last_mut() };
        if let Some(count) = count {
            *count = count.saturating_add(read::wide(bytes.len()));
        }
        if let Some(wrapping) = reset(bytes) {
            self.wrapping = wrapping;
            if self.begun == 0 {
                self.begun = cx.time;
            }
            if first >> 3 == RESET_SERVER_V2 {
                self.answered = true;
                self.client = Some(dir.reverse());
                let port = cx.ends.sender(dir).port;
                cx.clue(read::sender(dir), "openvpn.peer", "server", Some(port));
            } else {
                self.client = Some(dir);
                cx.clue(read::sender(dir), "openvpn.peer", "client", None);
            }
        } else if self.client.is_none() {
            self.begun = cx.time;
            self.wrapping = "unknown";
            self.client = Some(if cx.ends.server.port == 1194 { Dir::ToServer } else { Dir::ToClient });
        }
        true
    }

    fn say(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        let Some(client) = self.client else { return };
        let [up, down] = self.bytes;
        let both = up > 0 && down > 0;
        let outcome = if self.answered || (self.wrapping == "unknown" && both) { hinomi_model::Outcome::Ok } else { read::silence(heard, client) };
        cx.exchange(Exchange {
            operation: "session".into(),
            time: self.begun,
            duration_ns: read::lapse(self.begun, cx.time),
            outcome,
            reversed: client == Dir::ToClient,
            request_bytes: up,
            response_bytes: down,
            detail: vec![("wrapping", self.wrapping.into()), ("packets", self.packets.to_string())],
            ..Exchange::default()
        });
    }
}

impl Datagram for OpenVpn {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        if self.packet(dir, bytes, cx) { Verdict::Read } else { Verdict::NotMine }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        self.say(heard, cx);
    }
}

impl Stream for OpenVpn {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let mut rd = Rd::new(bytes);
        let Some(length) = rd.u16() else { return Step::Need(2) };
        let whole = usize::from(length).saturating_add(2);
        // Only the start of a packet is looked at.
        let wanted = whole.min(98);
        let Some(packet) = bytes.get(2..wanted) else { return Step::Need(wanted) };
        self.packet(dir, packet, cx);
        Step::Skip(read::wide(whole))
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        self.say(heard, cx);
    }
}
