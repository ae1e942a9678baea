//! RTSP (RFC 2326, RFC 7826): cameras and video encoders. The pictures are not read.

use crate::mask;
use crate::read::{self, Rd, Waiting};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, NoteKind, Outcome};

pub static RTSP: Dissector = Dissector {
    meta: &Meta {
        name: "rtsp",
        title: "Real-Time Streaming Protocol",
        standard: "RFC 2326, RFC 7826",
        tier: 'B',
        clues: &[
            ("rtsp.server", "software of the server (RFC 2326 §12.36)"),
            ("rtsp.user_agent", "software of the client (§12.41)"),
            ("rtsp.realm", "realm of a challenge"),
            ("rtsp.tool", "tool that made the session description (RFC 8866 §6.8)"),
        ],
        operations: &["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "PAUSE", "TEARDOWN", "GET_PARAMETER", "SET_PARAMETER", "ANNOUNCE", "RECORD", "REDIRECT"],
        details: &[("auth", "scheme of the credentials"), ("transport", "transport of a SETUP (§12.39)")],
        notes: &[
            ("rtsp.malformed", "this is no message"),
            ("rtsp.head_bytes_max", "over the limit of bytes of one head"),
            ("rtsp.pending_max", "over the limit of requests that wait for an answer"),
            ("rtsp.cleartext_credentials", "credentials crossed the wire in clear"),
        ],
        readings: false,
        tshark: "rtsp",
    },
    entries: &[Entry::Stream { hints: &[554, 8554], probe, open: || Box::new(Rtsp::default()) }],
};

const METHODS: &[&str] =
    &["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "PAUSE", "TEARDOWN", "GET_PARAMETER", "SET_PARAMETER", "ANNOUNCE", "RECORD", "REDIRECT"];
const HEAD_BYTES_MAX: usize = 16 * 1024;

fn probe(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    if dir == Dir::ToClient {
        return if head.starts_with(b"RTSP/1.0 ") || head.starts_with(b"RTSP/2.0 ") {
            Probe::Yes
        } else if head.len() < 9 && (b"RTSP/1.0 ".starts_with(head) || b"RTSP/2.0 ".starts_with(head)) {
            Probe::More
        } else {
            Probe::No
        };
    }
    let known = METHODS.iter().any(|m| head.strip_prefix(m.as_bytes()).is_some_and(|r| r.starts_with(b" rtsp://") || r.starts_with(b" rtsps://") || r.starts_with(b" * RTSP/")));
    if known {
        return Probe::Yes;
    }
    let begun = METHODS.iter().any(|m| [" rtsp://", " rtsps://", " * RTSP/"].iter().any(|t| format!("{m}{t}").as_bytes().starts_with(head)));
    if begun { Probe::More } else { Probe::No }
}

#[derive(Default)]
struct Rtsp {
    asked: Waiting<String, (Nanos, Exchange)>,
    noted: bool,
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).take(128).find_map(|l| {
        let (key, value) = l.split_once(':')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

impl Stream for Rtsp {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        match bytes.first() {
            // §10.12: interleaved data: dollar, channel, length.
            Some(b'$') => {
                let mut rd = Rd::at(bytes, 2);
                return match rd.u16() {
                    Some(length) => Step::Skip(u64::from(length).saturating_add(4)),
                    None => Step::Need(4),
                };
            }
            Some(b'\r' | b'\n') => return Step::Took(1),
            _ => {}
        }
        let Some(end) = read::find(bytes, b"\r\n\r\n") else {
            if bytes.len() > HEAD_BYTES_MAX {
                return Step::OverLimit { name: "rtsp.head_bytes_max", limit: read::wide(HEAD_BYTES_MAX) };
            }
            return Step::Need(bytes.len().saturating_add(1));
        };
        let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or(&[])).into_owned();
        if !head.lines().next().is_some_and(|l| l.contains("RTSP/")) {
            return Step::Malformed { at: 0, name: "rtsp.malformed", why: "this is no request or status line" };
        }
        let body: u64 = field(&head, "Content-Length").and_then(|l| l.parse().ok()).unwrap_or(0);
        let whole = end.saturating_add(4);
        // A session description is short and names its tool.
        if dir == Dir::ToClient && body > 0 && body <= 16_384 && field(&head, "Content-Type").is_some_and(|t| t.starts_with("application/sdp")) {
            let length = usize::try_from(body).unwrap_or(0);
            let Some(sdp) = bytes.get(whole..whole.saturating_add(length)) else { return Step::Need(whole.saturating_add(length)) };
            let sdp = String::from_utf8_lossy(sdp).into_owned();
            if let Some(tool) = sdp.lines().find_map(|l| l.strip_prefix("a=tool:")) {
                cx.clue(Host::Server, "rtsp.tool", tool, Some(cx.ends.server.port));
            }
        }
        self.message(dir, &head, whole, cx);
        Step::Skip(read::wide(whole).saturating_add(body))
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, (time, mut said))) = self.asked.first() {
            said.time = time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
    }
}

impl Rtsp {
    fn message(&mut self, dir: Dir, head: &str, size: usize, cx: &mut Cx<'_>) {
        let first = head.lines().next().unwrap_or("");
        let sequence = field(head, "CSeq").unwrap_or("").to_string();
        if dir == Dir::ToClient {
            let port = Some(cx.ends.server.port);
            if let Some(server) = field(head, "Server") {
                cx.clue(Host::Server, "rtsp.server", server, port);
            }
            if let Some(realm) = field(head, "WWW-Authenticate").and_then(|c| c.split("realm=\"").nth(1)) {
                cx.clue(Host::Server, "rtsp.realm", realm.split('"').next().unwrap_or(""), port);
            }
            let Some((time, mut said)) = self.asked.take(&sequence) else { return };
            let code: u16 = first.split(' ').nth(1).and_then(|c| c.parse().ok()).unwrap_or(0);
            said.time = time;
            said.duration_ns = read::lapse(time, cx.time);
            said.response_bytes = read::wide(size);
            said.status = code.to_string();
            said.outcome = match code {
                100..=399 => Outcome::Ok,
                400..=499 => Outcome::Refused,
                _ => Outcome::Failed,
            };
            cx.exchange(said);
            return;
        }
        if let Some(agent) = field(head, "User-Agent") {
            cx.clue(Host::Client, "rtsp.user_agent", agent, None);
        }
        let mut words = first.split(' ');
        let (method, uri) = (words.next().unwrap_or("").to_string(), words.next().unwrap_or(""));
        if !METHODS.contains(&method.as_str()) {
            return;
        }
        let mut said = Exchange { operation: method, object: mask::target(uri, cx.keys), request_bytes: read::wide(size), ..Exchange::default() };
        if let Some(auth) = field(head, "Authorization") {
            let scheme = auth.split(' ').next().unwrap_or("").to_ascii_lowercase();
            if scheme == "basic" && !self.noted {
                self.noted = true;
                cx.note(NoteKind::Odd, "rtsp.cleartext_credentials", 0, "credentials crossed the wire in clear");
            }
            said.detail.push(("auth", crate::tidy(&scheme, 16)));
        }
        if let Some(transport) = field(head, "Transport") {
            said.detail.push(("transport", crate::tidy(transport.split(';').next().unwrap_or(""), 32)));
        }
        if let Some((_, (time, mut oldest))) = self.asked.put(sequence, (cx.time, said), cx.limits.pending_max) {
            cx.note(NoteKind::OverLimit, "rtsp.pending_max", 0, "too many requests wait for an answer");
            oldest.time = time;
            oldest.outcome = Outcome::Unanswered;
            cx.exchange(oldest);
        }
    }
}
