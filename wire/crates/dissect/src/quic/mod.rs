//! QUIC 1 and 2, and drafts 23 to 34 (RFC 9000, RFC 9001, RFC 9369): the Initial packets, whose keys anybody can derive,
//! hold the ClientHello. Nothing behind them can be read.

mod keys;

use crate::read::{self, Rd};
use crate::tls::{ClientHello, ServerHello, version_word};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Nanos, NoteKind, Outcome};
use keys::{Initial, Version};

pub static QUIC: Dissector = Dissector {
    meta: &Meta {
        name: "quic",
        title: "QUIC",
        standard: "RFC 9000, RFC 9001, RFC 9369; drafts 23 to 34",
        tier: 'B',
        clues: &[("quic.version", "version the client opens with (RFC 9000 §15)")],
        operations: &["handshake"],
        details: &[
            ("sni", "server name asked for"),
            ("alpn", "application protocols offered, joined by `,`"),
            ("ja4", "JA4 of the client"),
            ("version", "QUIC version"),
            ("cipher", "cipher suite chosen, hex"),
            ("ech", "yes, when the true name may be hidden in an encrypted ClientHello"),
        ],
        notes: &[
            ("quic.crypto_bytes_max", "over the limit of bytes held of one handshake message"),
            ("quic.unreadable", "an Initial packet cannot be opened with the keys of its connection id"),
        ],
        readings: false,
        tshark: "quic",
    },
    entries: &[Entry::Datagram { hints: &[443, 784, 853], probe, open: || Box::new(Quic::default()) }],
};

/// Named limit: bytes of one side's handshake message.
const CRYPTO_BYTES_MAX: usize = 16 * 1024;

/// RFC 9000 §17.2: a long header of an Initial packet. Gives the packet without what follows it.
struct Header {
    version: Version,
    destination: Vec<u8>,
    /// Where the packet number begins, and where the packet ends.
    number_at: usize,
    end: usize,
    initial: bool,
}

fn header(bytes: &[u8], at: usize) -> Option<Header> {
    let mut rd = Rd::at(bytes, at);
    let first = rd.u8()?;
    if first & 0xc0 != 0xc0 {
        return None;
    }
    let version = Version::of(rd.u32()?)?;
    let destination = rd.vec8()?.to_vec();
    let source = rd.vec8()?;
    if destination.len() > 20 || source.len() > 20 {
        return None;
    }
    // RFC 9369 §3.2: version 2 counts its types differently.
    let kind = (first >> 4) & 3;
    let initial = kind == if version == Version::Two { 1 } else { 0 };
    if initial {
        let token = varint(&mut rd)?;
        rd.skip(token)?;
    }
    let length = varint(&mut rd)?;
    let number_at = rd.pos();
    let end = number_at.checked_add(length)?;
    (end <= bytes.len() && length >= 20).then_some(Header { version, destination, number_at, end, initial })
}

/// RFC 9000 §16.
fn varint(rd: &mut Rd<'_>) -> Option<usize> {
    let first = rd.u8()?;
    let mut value = u64::from(first & 0x3f);
    for _ in 1..(1u32 << (first >> 6)) {
        value = (value << 8) | u64::from(rd.u8()?);
    }
    usize::try_from(value).ok()
}

fn probe(dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    match header(bytes, 0) {
        // RFC 9000 §14.1, §7.2: the first datagram is padded, its connection id has eight bytes at least.
        Some(h) if h.initial && (dir == Dir::ToClient || (bytes.len() >= 1200 && h.destination.len() >= 8)) => Probe::Yes,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Quic {
    begun: Nanos,
    /// Connection id of the client's first packet: the keys come from it (RFC 9001 §5.2).
    first: Option<(Version, Vec<u8>)>,
    client: Crypto,
    server: Crypto,
    hello: Option<ClientHello>,
    said: bool,
    noted: bool,
    bytes: [u64; 2],
}

/// CRYPTO frames in any order (RFC 9000 §19.6).
#[derive(Default)]
struct Crypto {
    parts: Vec<(usize, Vec<u8>)>,
    held: usize,
}

impl Crypto {
    fn put(&mut self, offset: usize, data: &[u8]) -> bool {
        if self.held.saturating_add(data.len()) > CRYPTO_BYTES_MAX || offset > CRYPTO_BYTES_MAX {
            return false;
        }
        self.held = self.held.saturating_add(data.len());
        self.parts.push((offset, data.to_vec()));
        true
    }

    /// The first handshake message of this kind, when it is whole.
    fn message(&self, kind: u8) -> Option<Vec<u8>> {
        let mut parts: Vec<_> = self.parts.iter().collect();
        parts.sort_by_key(|(offset, _)| *offset);
        let mut whole: Vec<u8> = Vec::new();
        for (offset, data) in parts {
            let known = whole.len().checked_sub(*offset)?; // a part is missing
            whole.extend_from_slice(data.get(known..).unwrap_or(&[]));
        }
        let mut rd = Rd::new(&whole);
        (rd.u8()? == kind).then_some(())?;
        rd.vec24().map(<[u8]>::to_vec)
    }
}

impl Datagram for Quic {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        if self.begun == 0 {
            self.begun = cx.time;
        }
        let count = if dir == Dir::ToServer { self.bytes.first_mut() } else { self.bytes.last_mut() };
        if let Some(count) = count {
            *count = count.saturating_add(read::wide(bytes.len()));
        }
        if self.said {
            return Verdict::Read;
        }
        // §12.2: packets may share a datagram.
        let mut at = 0usize;
        for _ in 0..8 {
            let Some(h) = header(bytes, at) else { break };
            if h.initial {
                self.initial(dir, &h, bytes.get(at..h.end).unwrap_or(&[]), at, cx);
            }
            at = h.end;
        }
        Verdict::Read
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if !self.said && (self.hello.is_some() || self.first.is_some()) {
            let outcome = if heard == [true, true] { Outcome::Aborted } else { read::silence(heard, Dir::ToServer) };
            self.say(outcome, None, cx);
        }
    }
}

impl Quic {
    fn initial(&mut self, dir: Dir, h: &Header, packet: &[u8], at: usize, cx: &mut Cx<'_>) {
        if dir == Dir::ToServer && self.first.is_none() {
            self.first = Some((h.version, h.destination.clone()));
            cx.clue(read::sender(dir), "quic.version", &h.version.word(), None);
        }
        let Some((version, id)) = &self.first else { return };
        let keys = Initial::derive(*version, id, dir == Dir::ToServer);
        let Some(plain) = keys.and_then(|k| k.open(packet, h.number_at.saturating_sub(at))) else {
            // After a Retry the keys come from the new connection id (RFC 9001 §5.2).
            if dir == Dir::ToServer && *id != h.destination {
                self.first = Some((h.version, h.destination.clone()));
            } else if !self.noted {
                self.noted = true;
                cx.note(NoteKind::Odd, "quic.unreadable", read::wide(at), "an Initial packet cannot be opened");
            }
            return;
        };
        let side = if dir == Dir::ToServer { &mut self.client } else { &mut self.server };
        if frames(&plain, side).is_none() && side.held >= CRYPTO_BYTES_MAX && !self.noted {
            self.noted = true;
            cx.note(NoteKind::OverLimit, "quic.crypto_bytes_max", 0, "a handshake message is longer than the limit");
        }
        if dir == Dir::ToServer && self.hello.is_none() {
            if let Some(hello) = self.client.message(1).and_then(|m| ClientHello::read(&m, false).ok()) {
                crate::tls::said_by_client(&hello, 'q', cx);
                self.hello = Some(hello);
            }
        } else if dir == Dir::ToClient
            && let Some(answer) = self.server.message(2).and_then(|m| ServerHello::read(&m).ok())
        {
            cx.out.tls_version = version_word(answer.agreed);
            self.say(Outcome::Ok, Some(&answer), cx);
        }
    }

    fn say(&mut self, outcome: Outcome, answer: Option<&ServerHello>, cx: &mut Cx<'_>) {
        self.said = true;
        let [up, down] = self.bytes;
        let mut said = Exchange { operation: "handshake".into(), time: self.begun, duration_ns: read::lapse(self.begun, cx.time), outcome, request_bytes: up, response_bytes: down, ..Exchange::default() };
        if let Some((version, _)) = &self.first {
            said.detail.push(("version", version.word()));
        }
        if let Some(hello) = &self.hello {
            said.server_name = hello.sni.clone().unwrap_or_default();
            said.object.clone_from(&said.server_name);
            let alpn = hello.alpn.iter().map(|a| String::from_utf8_lossy(a).into_owned()).collect::<Vec<_>>().join(",");
            for (name, value) in [("sni", said.server_name.clone()), ("alpn", alpn), ("ja4", hello.ja4('q')), ("ech", if hello.ech { "yes".into() } else { String::new() })] {
                if !value.is_empty() {
                    said.detail.push((name, value));
                }
            }
        }
        if let Some(answer) = answer {
            said.detail.push(("cipher", format!("{:04x}", answer.cipher)));
        }
        cx.exchange(said);
    }
}

/// RFC 9000 §12.4, §19: only PADDING, PING, ACK, CRYPTO and CONNECTION_CLOSE stand in Initial packets.
fn frames(plain: &[u8], side: &mut Crypto) -> Option<()> {
    let mut rd = Rd::new(plain);
    while let Some(kind) = rd.u8() {
        match kind {
            0 | 1 => {}
            2 | 3 => {
                varint(&mut rd)?;
                varint(&mut rd)?;
                let ranges = varint(&mut rd)?;
                varint(&mut rd)?;
                for _ in 0..ranges.min(1024) {
                    varint(&mut rd)?;
                    varint(&mut rd)?;
                }
                if kind == 3 {
                    for _ in 0..3 {
                        varint(&mut rd)?;
                    }
                }
            }
            6 => {
                let (offset, length) = (varint(&mut rd)?, varint(&mut rd)?);
                let data = rd.take(length)?;
                side.put(offset, data).then_some(())?;
            }
            _ => return None,
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handshake_message_is_put_together_and_limited() {
        let mut crypto = Crypto::default();
        assert!(crypto.put(4, &[9, 9]));
        assert_eq!(crypto.message(1), None, "its start is missing");
        assert!(crypto.put(0, &[1, 0, 0, 2]));
        assert_eq!(crypto.message(1), Some(vec![9, 9]));
        assert!(!crypto.put(CRYPTO_BYTES_MAX + 1, &[0]), "beyond the limit");
        assert!(!crypto.put(0, &vec![0; CRYPTO_BYTES_MAX]), "too many bytes");
    }
}
