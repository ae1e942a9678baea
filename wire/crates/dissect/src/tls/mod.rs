//! TLS 1.0 to 1.3 (RFC 2246, 4346, 5246, 8446): what the handshake shows; application data is not
//! read.

mod about;
mod cert;
pub mod dtls;
mod hello;
mod said;

pub use about::DISSECTOR;
pub use cert::Certificate;
pub use hello::{ClientHello, ServerHello, version_word};
pub use said::said_by_client;

use about::record;
use said::{alert_name, said_by_server, said_of_certificate};

use crate::read::{self, Rd};
use crate::{Cx, Step, Stream};
use hinomi_model::{Dir, Exchange, Host, Nanos, NoteKind, Outcome};

/// Named limit: bytes of one side's handshake that are held.
const HANDSHAKE_BYTES_MAX: usize = 128 * 1024;
/// Records of an unsettled handshake that are looked at after encryption began.
const ENCRYPTED_RECORDS_MAX: u32 = 16;

#[derive(Default)]
struct Side {
    handshake: Vec<u8>,
    /// A ChangeCipherSpec was seen (TLS 1.2 and before: what follows is encrypted).
    changed: bool,
    /// Encrypted records after that, or application data.
    encrypted: u32,
    done: bool,
}

#[derive(Default)]
struct Tls {
    client: Side,
    server: Side,
    begun: Nanos,
    hello: Option<ClientHello>,
    answer: Option<ServerHello>,
    certificate: Option<Certificate>,
    client_certificate: Option<String>,
    chain: usize,
    settled: bool,
    gap: bool,
    bytes: [u64; 2],
}

impl Stream for Tls {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.settled || self.side(dir).done {
            return Step::Done;
        }
        if bytes.len() < 5 {
            return Step::Need(5);
        }
        if let ([0x80, length, 1, 3, ..], Dir::ToServer, None) = (bytes, dir, &self.hello) {
            let whole = usize::from(*length).saturating_add(2);
            let Some(message) = bytes.get(2..whole) else { return Step::Need(whole) };
            if let Some(hello) = ClientHello::read_v2(message) {
                self.begun = cx.time;
                said_by_client(&hello, 't', cx);
                self.hello = Some(hello);
            }
            return Step::Took(whole);
        }
        let Some((kind, length)) = record(bytes) else {
            return Step::Malformed { at: 0, name: "tls.malformed", why: "these five bytes are no record header" };
        };
        let whole = length.saturating_add(5);
        if let Some(count) = if dir == Dir::ToServer { self.bytes.first_mut() } else { self.bytes.last_mut() } {
            *count = count.saturating_add(read::wide(whole));
        }
        let sealed = self.sealed(dir);
        match kind {
            20 => {
                self.side(dir).changed = true;
                Step::Skip(read::wide(whole))
            }
            22 if !sealed => match bytes.get(5..whole) {
                Some(body) => self.handshake(dir, body, whole, cx),
                None => Step::Need(whole),
            },
            21 if !sealed => match bytes.get(5..whole) {
                Some(body) => {
                    self.alert(dir, body, cx);
                    Step::Took(whole)
                }
                None => Step::Need(whole),
            },
            _ => {
                self.encrypted(dir, kind, length, cx);
                if self.settled { Step::Done } else { Step::Skip(read::wide(whole)) }
            }
        }
    }

    fn gap(&mut self, _dir: Dir, _missing: u64, _cx: &mut Cx<'_>) -> bool {
        self.gap = true;
        false
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if self.settled || (self.hello.is_none() && self.answer.is_none()) {
            return;
        }
        let outcome = match (&self.hello, &self.answer) {
            _ if self.gap => Outcome::HalfHeard,
            (Some(_), None) => read::silence(heard, Dir::ToServer),
            (None, Some(_)) => Outcome::HalfHeard,
            _ if heard.contains(&false) => Outcome::HalfHeard,
            _ => Outcome::Aborted,
        };
        let status = if self.gap { "gap" } else { "" };
        self.settle(outcome, status.to_string(), cx);
    }
}

impl Tls {
    fn side(&mut self, dir: Dir) -> &mut Side {
        match dir {
            Dir::ToServer => &mut self.client,
            Dir::ToClient => &mut self.server,
        }
    }

    fn is_13(&self) -> bool {
        self.answer.as_ref().is_some_and(|a| version_word(a.agreed) == Some("1.3"))
    }

    /// Whether handshake records of this direction are encrypted by now.
    fn sealed(&mut self, dir: Dir) -> bool {
        // TLS 1.3 sends a ChangeCipherSpec of no meaning (RFC 8446 Appendix D.4); there handshake
        // records in clear are clear.
        !self.is_13() && self.side(dir).changed && self.answer.is_some()
    }

    fn handshake(&mut self, dir: Dir, body: &[u8], whole: usize, cx: &mut Cx<'_>) -> Step {
        let side = self.side(dir);
        if side.handshake.len().saturating_add(body.len()) > HANDSHAKE_BYTES_MAX {
            side.handshake = Vec::new();
            return Step::OverLimit { name: "tls.handshake_bytes_max", limit: read::wide(HANDSHAKE_BYTES_MAX) };
        }
        side.handshake.extend_from_slice(body);
        let mut held = std::mem::take(&mut side.handshake);
        let mut rd = Rd::new(&held);
        let mut used = 0usize;
        let mut fault = None;
        while let Some((kind, message)) = rd.u8().zip(rd.vec24()) {
            used = rd.pos();
            if let Err(why) = self.message(dir, kind, message, cx) {
                fault = Some(why);
                break;
            }
        }
        held.drain(..used);
        self.side(dir).handshake = held;
        match fault {
            Some(why) => Step::Malformed { at: 5, name: "tls.malformed", why },
            None => Step::Took(whole),
        }
    }

    /// RFC 8446 §4: handshake types.
    fn message(&mut self, dir: Dir, kind: u8, body: &[u8], cx: &mut Cx<'_>) -> Result<(), &'static str> {
        match (kind, dir) {
            (1, Dir::ToServer) => {
                let hello = ClientHello::read(body, false).map_err(|_| "the ClientHello ends too early")?;
                if self.hello.is_none() {
                    self.begun = cx.time;
                    said_by_client(&hello, 't', cx);
                    self.hello = Some(hello);
                }
            }
            (2, Dir::ToClient) => {
                let answer = ServerHello::read(body).map_err(|_| "the ServerHello ends too early")?;
                if self.begun == 0 {
                    self.begun = cx.time;
                }
                if !answer.retry {
                    said_by_server(&answer, cx);
                    self.answer = Some(answer);
                }
            }
            (11, Dir::ToClient) => self.server_chain(body, cx),
            (11, Dir::ToServer) => {
                // RFC 5246 §7.4.6; an empty list means that the client has none.
                let first = Rd::new(body).vec24().and_then(|list| Rd::new(list).vec24());
                if let Some(der) = first {
                    let sha256 = cert::fingerprint(der);
                    cx.clue(Host::Client, "tls.client_certificate.sha256", &sha256, None);
                    if let Some(certificate) = Certificate::read(der) {
                        cx.clue(Host::Client, "tls.client_certificate.issuer", &certificate.issuer, None);
                    }
                    self.client_certificate = Some(sha256);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// RFC 5246 §7.4.2: a list of certificates, the sender's own first.
    fn server_chain(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let Some(list) = Rd::new(body).vec24() else { return };
        let mut list = Rd::new(list);
        while let Some(der) = list.vec24() {
            self.chain = self.chain.saturating_add(1);
            if self.certificate.is_some() {
                continue;
            }
            let sha256 = cert::fingerprint(der);
            cx.out.certificate = Some(sha256.clone());
            match Certificate::read(der) {
                Some(certificate) => {
                    said_of_certificate(&certificate, cx);
                    self.certificate = Some(certificate);
                }
                None => {
                    cx.note(NoteKind::Malformed, "tls.certificate_unreadable", 0, "the server's certificate cannot be read");
                    self.certificate = Some(Certificate { sha256, ..Certificate::default() });
                }
            }
        }
    }

    /// RFC 8446 §6.2: level and description.
    fn alert(&mut self, dir: Dir, body: &[u8], cx: &mut Cx<'_>) {
        let Some((level, code)) = Rd::new(body).u8().zip(body.get(1).copied()) else { return };
        let fatal = level == 2 || (self.is_13() && code != 0);
        if fatal && (self.hello.is_some() || self.answer.is_some()) {
            self.fail(dir, alert_name(code), cx);
        }
    }

    fn fail(&mut self, dir: Dir, name: String, cx: &mut Cx<'_>) {
        let from = if dir == Dir::ToServer { "client" } else { "server" };
        self.settle(Outcome::Failed, format!("alert {name} from {from}"), cx);
        if let Some(said) = cx.out.exchanges.last_mut() {
            said.detail.push(("alert", name));
            said.detail.push(("alert_from", from.to_string()));
        }
    }

    fn encrypted(&mut self, dir: Dir, kind: u8, length: usize, cx: &mut Cx<'_>) {
        let is_13 = self.is_13();
        let no_hello = self.hello.is_none() && self.answer.is_none();
        let side = self.side(dir);
        side.encrypted = side.encrypted.saturating_add(1);
        let first = side.encrypted == 1;
        if no_hello || side.encrypted > ENCRYPTED_RECORDS_MAX {
            side.done = true;
            return;
        }
        // An encrypted alert of TLS 1.3 is 2 + 1 + 16 bytes long (RFC 8446 §5.2); a Finished is longer.
        if is_13 && kind == 23 && length == 19 && first && dir == Dir::ToServer {
            self.fail(dir, "encrypted".into(), cx);
            return;
        }
        if self.hello.is_some() && self.answer.is_some() && self.client.encrypted > 0 && self.server.encrypted > 0 {
            self.settle(Outcome::Ok, String::new(), cx);
        }
    }

    fn settle(&mut self, outcome: Outcome, status: String, cx: &mut Cx<'_>) {
        self.settled = true;
        let mut said = Exchange { operation: "handshake".into(), outcome, status, time: self.begun, ..Exchange::default() };
        if outcome != Outcome::Unanswered {
            said.duration_ns = read::lapse(self.begun, cx.time);
        }
        let [to_server, to_client] = self.bytes;
        (said.request_bytes, said.response_bytes) = (to_server, to_client);
        let mut detail = |name: &'static str, value: String| {
            if !value.is_empty() {
                said.detail.push((name, value));
            }
        };
        let offered = |h: &ClientHello| h.alpn.iter().map(|a| String::from_utf8_lossy(a).into_owned()).collect::<Vec<_>>().join(",");
        let mut alpn = String::new();
        let mut resumed = false;
        if let Some(hello) = &self.hello {
            detail("sni", hello.sni.clone().unwrap_or_default());
            detail("client_version", version_word(hello.offered()).unwrap_or("unknown").to_string());
            detail("ja4", hello.ja4('t'));
            detail("ech", if hello.ech { "yes".into() } else { String::new() });
            alpn = offered(hello);
        }
        if let Some(answer) = &self.answer {
            detail("version", version_word(answer.agreed).unwrap_or("unknown").to_string());
            detail("cipher", format!("{:04x}", answer.cipher));
            alpn = answer.alpn.clone().unwrap_or_default();
            let same_id = self.hello.as_ref().is_some_and(|h| h.session_id == answer.session_id && !h.session_id.is_empty());
            resumed = answer.psk || (same_id && version_word(answer.agreed) != Some("1.3"));
        }
        detail("alpn", alpn);
        detail("resumed", if resumed { "yes".into() } else { String::new() });
        if let Some(certificate) = &self.certificate {
            detail("certificate", certificate.sha256.clone());
            detail("subject", certificate.subject.clone());
            detail("chain", self.chain.to_string());
        }
        detail("client_certificate", self.client_certificate.clone().unwrap_or_default());
        said.server_name = self.hello.as_ref().and_then(|h| h.sni.clone()).unwrap_or_default();
        said.object = said.server_name.clone();
        cx.exchange(said);
    }
}
