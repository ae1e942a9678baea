//! DTLS 1.0 to 1.3 (RFC 4347, RFC 6347, RFC 9147): the hellos.

use super::hello::{ClientHello, ServerHello, version_word};
use crate::read::{self, Rd};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, Outcome};

pub static DTLS: Dissector = Dissector {
    meta: &Meta {
        name: "dtls",
        title: "Datagram Transport Layer Security",
        standard: "RFC 6347, RFC 9147",
        tier: 'B',
        clues: &[],
        operations: &["handshake"],
        details: &[("sni", "server name asked for"), ("ja4", "JA4 of the client"), ("version", "version agreed upon"), ("cipher", "cipher suite chosen, hex")],
        notes: &[("dtls.malformed", "a hello ends too early")],
        readings: false,
        tshark: "dtls",
    },
    entries: &[Entry::Datagram { hints: &[4433, 5684, 443], probe, open: || Box::new(Dtls::default()) }],
};

/// RFC 6347 §4.1: type, version, epoch, sequence number, length.
fn record<'a>(rd: &mut Rd<'a>) -> Option<(u8, u16, &'a [u8])> {
    let mut ahead = *rd;
    let (kind, version) = (ahead.u8()?, ahead.u16()?);
    if !matches!(kind, 20..=26) || !matches!(version, 0xfeff | 0xfefd | 0x0100) {
        return None;
    }
    let epoch = ahead.u16()?;
    ahead.skip(6)?;
    let body = ahead.vec16()?;
    *rd = ahead;
    Some((kind, epoch, body))
}

fn probe(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    match record(&mut Rd::new(bytes)) {
        // A hello or a request for a cookie in the first epoch.
        Some((22, 0, [1..=3, 0, _, _, 0, _, 0, 0, 0, 0, ..])) => Probe::Yes,
        _ => Probe::No,
    }
}

#[derive(Default)]
struct Dtls {
    begun: Nanos,
    hello: Option<ClientHello>,
    answer: Option<ServerHello>,
    encrypted: [bool; 2],
    said: bool,
}

impl Datagram for Dtls {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        if self.begun == 0 {
            self.begun = cx.time;
        }
        let mut rd = Rd::new(bytes);
        while let Some((kind, epoch, body)) = record(&mut rd) {
            if epoch > 0 || kind == 23 {
                let [up, down] = self.encrypted;
                self.encrypted = [up || dir == Dir::ToServer, down || dir == Dir::ToClient];
                if self.encrypted == [true, true] && self.hello.is_some() {
                    self.say(Outcome::Ok, String::new(), cx);
                }
                continue;
            }
            if kind == 21 && body.first() == Some(&2) {
                self.say(Outcome::Failed, format!("alert {}", body.get(1).copied().unwrap_or(0)), cx);
            }
            if kind != 22 {
                continue;
            }
            // §4.2.2: type, length, message number, fragment offset and length; only whole ones are read.
            let mut message = Rd::new(body);
            let (Some(kind), Some(length), Some(_), Some(offset), Some(size)) = (message.u8(), message.u24(), message.u16(), message.u24(), message.u24()) else { continue };
            if offset != 0 || size != length {
                continue;
            }
            let read = match (kind, dir) {
                (1, Dir::ToServer) => ClientHello::read(message.rest(), true).map(|hello| {
                    if self.hello.is_none() {
                        super::said_by_client(&hello, 'd', cx);
                    }
                    self.hello = Some(hello);
                }),
                (2, Dir::ToClient) => ServerHello::read(message.rest()).map(|answer| {
                    cx.out.tls_version = version_word(answer.agreed);
                    cx.clue(Host::Server, "tls.server_version", version_word(answer.agreed).unwrap_or("unknown"), Some(cx.ends.server.port));
                    self.answer = Some(answer);
                }),
                _ => Ok(()),
            };
            if let Err(at) = read {
                return Verdict::Malformed { at: at.min(bytes.len()), name: "dtls.malformed", why: "a hello ends too early" };
            }
        }
        Verdict::Read
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if self.hello.is_some() || self.answer.is_some() {
            let outcome = if heard == [true, true] { Outcome::Aborted } else { read::silence(heard, Dir::ToServer) };
            self.say(outcome, String::new(), cx);
        }
    }
}

impl Dtls {
    fn say(&mut self, outcome: Outcome, status: String, cx: &mut Cx<'_>) {
        if std::mem::replace(&mut self.said, true) {
            return;
        }
        let mut said = Exchange { operation: "handshake".into(), time: self.begun, duration_ns: read::lapse(self.begun, cx.time), outcome, status, ..Exchange::default() };
        if let Some(hello) = &self.hello {
            said.detail.push(("ja4", hello.ja4('d')));
            if let Some(sni) = &hello.sni {
                said.server_name.clone_from(sni);
                said.detail.push(("sni", sni.clone()));
            }
        }
        if let Some(answer) = &self.answer {
            said.detail.push(("version", version_word(answer.agreed).unwrap_or("unknown").into()));
            said.detail.push(("cipher", format!("{:04x}", answer.cipher)));
        }
        cx.exchange(said);
    }
}
