//! OPC UA over TCP (OPC 10000-6 §7.1): hello, acknowledge, the policy of the secure channel; and where it is
//! not encrypted, who server and client say that they are.

use super::opcua_identity::Identity;
use crate::mask;
use crate::read::{self, Rd};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, NoteKind, Outcome};

pub static OPCUA: Dissector = Dissector {
    meta: &Meta {
        name: "opcua",
        title: "OPC Unified Architecture",
        standard: "OPC 10000-6 §6.7, §7.1",
        tier: 'B',
        clues: &[
            ("opcua.endpoint", "endpoint the client asks for (7.1.2.3)"),
            ("opcua.policy", "security policy of the channel (6.7.2.3)"),
            ("opcua.application", "name in the application description of server or client (OPC 10000-4 §7.2)"),
            ("opcua.product_uri", "product's URI (OPC 10000-4 §7.2, OPC 10000-5 §12.4)"),
            ("opcua.manufacturer", "BuildInfo ManufacturerName of the server (OPC 10000-5 §12.4)"),
            ("opcua.product", "BuildInfo ProductName of the server"),
            ("opcua.software", "BuildInfo SoftwareVersion of the server"),
            ("opcua.device.manufacturer", "Manufacturer of a device's nameplate (OPC 10000-100 §4.5), read by the name of its node"),
            ("opcua.device.model", "Model of such a nameplate"),
            ("opcua.device.serial", "SerialNumber of such a nameplate"),
            ("opcua.device.software", "SoftwareRevision of such a nameplate"),
        ],
        operations: &["hello", "open"],
        details: &[("endpoint", "endpoint asked for"), ("policy", "security policy")],
        notes: &[("opcua.malformed", "this is no message"), ("opcua.no_security", "the channel is neither signed nor encrypted")],
        readings: false,
        tshark: "opcua",
    },
    entries: &[Entry::Stream { hints: &[4840], probe, open: || Box::new(OpcUa::default()) }],
};

/// 7.1.2.2: three letters, final, size.
fn probe(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    match head {
        [b'H', b'E', b'L', b'F', _, _, 0, 0, ..] | [b'A', b'C', b'K', b'F', 28, 0, 0, 0, ..] | [b'O', b'P', b'N', b'F', _, _, 0, 0, ..] => Probe::Yes,
        _ if head.len() < 8 && (b"HELF".starts_with(head.get(..4.min(head.len())).unwrap_or(&[])) || b"ACKF".starts_with(head.get(..4.min(head.len())).unwrap_or(&[]))) => Probe::More,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct OpcUa {
    hello: Option<(Nanos, Exchange)>,
    open: Option<(Nanos, Exchange)>,
    messages: u32,
    /// The channel is not encrypted: bodies can be read.
    plain: bool,
    identity: Identity,
}

/// Named limit: messages of one connection that are looked into; identity is asked for at the beginning.
const MESSAGES_MAX: u32 = 64;
/// Named limit: bytes of one message that are looked into.
const MESSAGE_BYTES_MAX: usize = 65_536;

impl Stream for OpcUa {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let Some(head) = bytes.get(..8) else { return Step::Need(8) };
        let size = Rd::at(head, 4).u32_le().map(read::size).unwrap_or(0);
        let kind = head.get(..3).unwrap_or(&[]);
        if size < 8 || !matches!(kind, b"HEL" | b"ACK" | b"ERR" | b"RHE" | b"OPN" | b"CLO" | b"MSG") {
            return Step::Malformed { at: 0, name: "opcua.malformed", why: "this is no message header" };
        }
        if !matches!(kind, b"HEL" | b"ACK" | b"ERR" | b"OPN") {
            self.messages = self.messages.saturating_add(1);
            if self.messages > if self.plain { MESSAGES_MAX } else { 8 } {
                return Step::Done;
            }
            // A body in several chunks is passed over.
            if !self.plain || kind != b"MSG" || head.get(3) != Some(&b'F') || size > MESSAGE_BYTES_MAX {
                return Step::Skip(read::wide(size));
            }
            let Some(message) = bytes.get(..size) else { return Step::Need(size) };
            // 6.7.2: channel, token, sequence number, request.
            if let (Some(request), Some(body)) = (Rd::at(message, 20).u32_le(), message.get(24..)) {
                let _ = self.identity.message(request, body, cx);
            }
            return Step::Took(size);
        }
        if size > MESSAGE_BYTES_MAX {
            return Step::Malformed { at: 4, name: "opcua.malformed", why: "a hello or opening message is longer than 64 KiB" };
        }
        let Some(message) = bytes.get(..size) else { return Step::Need(size) };
        let mut rd = Rd::at(message, 8);
        match (kind, dir) {
            (b"HEL", Dir::ToServer) => {
                let _ = rd.skip(20);
                let url = string(&mut rd).map(|u| mask::target(&u, cx.keys)).unwrap_or_default();
                cx.clue(Host::Server, "opcua.endpoint", &url, Some(cx.ends.server.port));
                let said = Exchange { operation: "hello".into(), object: url.clone(), request_bytes: read::wide(size), detail: vec![("endpoint", url)], ..Exchange::default() };
                self.hello = Some((cx.time, said));
            }
            (b"ACK", Dir::ToClient) => {
                if let Some((time, said)) = self.hello.take() {
                    say(time, said, Outcome::Ok, String::new(), cx);
                }
            }
            (b"ERR", Dir::ToClient) => {
                let code = rd.u32_le().map(|c| format!("0x{c:08x}")).unwrap_or_default();
                if let Some((time, said)) = self.hello.take().or_else(|| self.open.take()) {
                    say(time, said, Outcome::Refused, code, cx);
                }
            }
            (b"OPN", _) => {
                let _ = rd.skip(4);
                let policy = string(&mut rd).unwrap_or_default();
                let policy = policy.rsplit('#').next().unwrap_or("").to_string();
                self.plain = policy == "None";
                if dir == Dir::ToServer && self.open.is_none() {
                    cx.clue(Host::Client, "opcua.policy", &policy, None);
                    if policy == "None" {
                        cx.note(NoteKind::Odd, "opcua.no_security", 0, "the channel is neither signed nor encrypted");
                    }
                    let said = Exchange { operation: "open".into(), request_bytes: read::wide(size), detail: vec![("policy", policy)], ..Exchange::default() };
                    self.open = Some((cx.time, said));
                } else if let (Dir::ToClient, Some((time, said))) = (dir, self.open.take()) {
                    say(time, said, Outcome::Ok, String::new(), cx);
                }
            }
            _ => {}
        }
        Step::Took(size)
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        for (time, said) in [self.hello.take(), self.open.take()].into_iter().flatten() {
            say(time, said, read::silence(heard, Dir::ToServer), String::new(), cx);
        }
    }
}

fn say(time: Nanos, mut said: Exchange, outcome: Outcome, status: String, cx: &mut Cx<'_>) {
    said.time = time;
    said.duration_ns = read::lapse(time, cx.time);
    said.outcome = outcome;
    said.status = status;
    cx.exchange(said);
}

/// 5.2.2.4: length (−1 for none), UTF-8.
fn string(rd: &mut Rd<'_>) -> Option<String> {
    let length = rd.u32_le()?;
    if length > 4096 {
        return None;
    }
    rd.take(read::size(length)).map(read::text)
}
