//! HTTP/1.0 and 1.1 (RFC 9110, RFC 9112), with `httparse` for the heads.

mod about;
pub mod bodies;
mod devices;
mod forms;
pub mod h2;
mod head;
mod title;

pub use about::DISSECTOR;

use about::METHODS;
use head::{Fields, action};
use crate::mask;
use crate::read;
use crate::{Cx, Step, Stream};
use bodies::{BODY_BYTES_MAX, Body, Coding, HOOKS, Head};
use hinomi_model::{Dir, Exchange, Host, Nanos, NoteKind, Outcome};
use std::collections::VecDeque;

/// Named limit: bytes of one head.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Named limit: fields of one head.
const HEADERS_MAX: usize = 128;

/// Where one direction stands.
#[derive(Default, Debug, PartialEq)]
enum State {
    #[default]
    Head,
    /// Bytes of a body of known length that are still to come.
    Length(u64),
    ChunkSize,
    /// Bytes of a chunk, with its line end.
    Chunk(u64),
    Trailer,
    /// Until the connection closes.
    ToEnd,
    /// Behind a gap: look for the next head.
    Lost,
    /// The connection carries something else now.
    Other,
}

#[derive(Default)]
struct Side {
    state: State,
    head: Head,
    /// Held for readers; `None` when nobody wants it.
    body: Option<Vec<u8>>,
    coding: Coding,
}

struct Request {
    time: Nanos,
    method: String,
    target: String,
    host: String,
    said: Exchange,
}

#[derive(Default)]
struct Http {
    client: Side,
    server: Side,
    waiting: VecDeque<Request>,
    upload: u64,
    credentials_noted: bool,
}

impl Stream for Http {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let state = std::mem::take(&mut self.side(dir).state);
        match state {
            State::Head => self.head(dir, bytes, cx),
            State::Length(left) => self.length(dir, left, bytes, cx),
            State::ChunkSize => self.chunk_size(dir, bytes, cx),
            State::Chunk(left) => self.chunk(dir, left, bytes, cx),
            State::Trailer => self.trailer(dir, bytes, cx),
            State::ToEnd => {
                self.side(dir).state = State::ToEnd;
                self.hold(dir, bytes, cx);
                if self.side(dir).body.is_none() { Step::Done } else { Step::Took(bytes.len()) }
            }
            State::Lost => self.look(dir, bytes, cx),
            State::Other => {
                self.side(dir).state = State::Other;
                Step::Done
            }
        }
    }

    fn gap(&mut self, dir: Dir, missing: u64, cx: &mut Cx<'_>) -> bool {
        let side = self.side(dir);
        side.body = None;
        match &mut side.state {
            // The gap lies within a body that nobody reads, or is the rest of it.
            State::Length(left) if missing == *left => side.state = State::Head,
            State::Length(left) if missing < *left => *left = left.saturating_sub(missing),
            State::Chunk(left) if missing < *left => *left = left.saturating_sub(missing),
            State::ToEnd | State::Other => {}
            state => *state = State::Lost,
        }
        if self.side(dir).state == State::Lost && dir == Dir::ToClient {
            // Which answer belongs to which request cannot be told any more.
            while let Some(request) = self.waiting.pop_front() {
                unanswered(request, Outcome::HalfHeard, cx);
            }
        }
        true
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        for dir in [Dir::ToServer, Dir::ToClient] {
            let cut = self.side(dir).state != State::ToEnd;
            self.finish(dir, !cut, cx);
        }
        while let Some(request) = self.waiting.pop_front() {
            unanswered(request, read::silence(heard, Dir::ToServer), cx);
        }
    }
}

fn unanswered(request: Request, outcome: Outcome, cx: &mut Cx<'_>) {
    let mut said = request.said;
    said.time = request.time;
    said.outcome = outcome;
    cx.exchange(said);
}

fn need_more(bytes: &[u8]) -> Step {
    if bytes.len() >= HEAD_BYTES_MAX {
        return Step::OverLimit { name: "http.head_bytes_max", limit: read::wide(HEAD_BYTES_MAX) };
    }
    Step::Need(bytes.len().saturating_add(1))
}

fn fault(error: httparse::Error) -> Step {
    match error {
        httparse::Error::TooManyHeaders => Step::OverLimit { name: "http.headers_max", limit: read::wide(HEADERS_MAX) },
        _ => Step::Malformed { at: 0, name: "http.malformed", why: "this is no request or status line with fields" },
    }
}

impl Http {
    fn side(&mut self, dir: Dir) -> &mut Side {
        match dir {
            Dir::ToServer => &mut self.client,
            Dir::ToClient => &mut self.server,
        }
    }

    fn head(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        // RFC 9112 §2.2: empty lines before a request line are passed over.
        if let Some(b'\r' | b'\n') = bytes.first() {
            let blank = bytes.iter().take_while(|b| matches!(**b, b'\r' | b'\n')).count();
            return Step::Took(blank);
        }
        let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
        if dir == Dir::ToServer {
            let mut request = httparse::Request::new(&mut headers);
            match request.parse(bytes) {
                Ok(httparse::Status::Complete(n)) => {
                    let fields = Fields::read(request.headers);
                    let (method, target) = (request.method.unwrap_or("").to_string(), request.path.unwrap_or("").to_string());
                    self.request(method, target, fields, n, cx)
                }
                Ok(httparse::Status::Partial) => need_more(bytes),
                Err(error) => fault(error),
            }
        } else {
            let mut response = httparse::Response::new(&mut headers);
            match response.parse(bytes) {
                Ok(httparse::Status::Complete(n)) => {
                    let fields = Fields::read(response.headers);
                    let code = response.code.unwrap_or(0);
                    self.response(code, fields, n, bytes.get(n..).unwrap_or(&[]), cx)
                }
                Ok(httparse::Status::Partial) => need_more(bytes),
                Err(error) => fault(error),
            }
        }
    }

    fn request(&mut self, method: String, target: String, mut fields: Fields, size: usize, cx: &mut Cx<'_>) -> Step {
        let host = fields.host.clone();
        cx.clue(Host::Client, "http.user_agent", &fields.user_agent, None);
        if !host.is_empty() {
            let bare = host.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok()).map_or(host.as_str(), |(h, _)| h);
            cx.out.sni = Some(crate::tidy(bare, 255));
        }
        let mut said = Exchange {
            operation: method.clone(),
            object: crate::tidy(&mask::target(&target, cx.keys), cx.limits.value_chars_max),
            server_name: host.clone(),
            request_bytes: read::wide(size).saturating_add(fields.length.unwrap_or(0)),
            ..Exchange::default()
        };
        for (name, value) in [("host", &host), ("user_agent", &fields.user_agent), ("content_type", &fields.content_type)] {
            if !value.is_empty() {
                said.detail.push((name, crate::tidy(value, cx.limits.value_chars_max)));
            }
        }
        let mut forms = std::mem::take(&mut fields.forms);
        forms.target(&target);
        forms.said(&mut said.detail);
        if let Some(authorization) = &fields.authorization {
            self.credentials(authorization, &mut said, cx);
        }
        if method == "CONNECT" {
            cx.out.sni = Some(crate::tidy(target.split(':').next().unwrap_or(""), 255));
        }
        let side = &mut self.client;
        side.state = match (fields.chunked, fields.length) {
            _ if method == "CONNECT" => State::Head,
            (true, _) => State::ChunkSize,
            (false, Some(n)) if n > 0 => State::Length(n),
            _ => State::Head,
        };
        side.head = Head { method: method.clone(), target: target.clone(), host: host.clone(), status: None, action: action(&fields), content_type: fields.content_type, length: fields.length };
        side.coding = fields.coding;
        side.body = (side.state != State::Head && fields.coding != Coding::Other && wanted(&side.head)).then(Vec::new);
        self.upload = 0;
        self.waiting.push_back(Request { time: cx.time, method, target, host, said });
        if self.waiting.len() > cx.limits.pending_max
            && let Some(oldest) = self.waiting.pop_front()
        {
            cx.note(NoteKind::OverLimit, "http.pending_max", 0, "too many requests wait for an answer");
            unanswered(oldest, Outcome::Unanswered, cx);
        }
        Step::Took(size)
    }

    /// RFC 9110 §11.4. User names leave only as keyed hashes, tokens not at all.
    fn credentials(&mut self, authorization: &str, said: &mut Exchange, cx: &mut Cx<'_>) {
        let (scheme, rest) = authorization.split_once(' ').unwrap_or((authorization, ""));
        let scheme = scheme.to_ascii_lowercase();
        let user = match scheme.as_str() {
            "basic" => mask::base64(rest).map(|b| String::from_utf8_lossy(&b).split(':').next().unwrap_or("").to_string()),
            "digest" => rest.split(',').find_map(|p| p.trim().strip_prefix("username=").map(|u| u.trim_matches('"').to_string())),
            "ntlm" | "negotiate" => {
                if let Some(token) = mask::base64(rest) {
                    crate::ntlm::token(Dir::ToServer, &token, cx);
                }
                None
            }
            _ => None,
        };
        if let Some(user) = user.filter(|u| !u.is_empty()) {
            said.detail.push(("user", mask::user(&user, cx.keys)));
        }
        if matches!(scheme.as_str(), "basic" | "bearer") && !self.credentials_noted {
            self.credentials_noted = true;
            cx.note(NoteKind::Odd, "http.cleartext_credentials", 0, format!("{scheme} credentials crossed the wire in clear"));
        }
        if scheme.len() <= 16 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            said.detail.push(("auth", scheme));
        }
    }

    /// `body`: what was heard of it together with the head.
    fn response(&mut self, code: u16, fields: Fields, size: usize, body: &[u8], cx: &mut Cx<'_>) -> Step {
        let port = Some(cx.ends.server.port);
        cx.clue(Host::Server, "http.server", &fields.server, port);
        cx.clue(Host::Server, "http.x_powered_by", &fields.powered_by, port);
        for challenge in &fields.challenges {
            if let Some(realm) = challenge.split("realm=").nth(1) {
                let realm = realm.strip_prefix('"').map_or(realm, |r| r.split('"').next().unwrap_or(""));
                cx.clue(Host::Server, "http.realm", realm, port);
            }
            let offer = challenge.split_once(' ').filter(|(s, _)| matches!(s.to_ascii_lowercase().as_str(), "ntlm" | "negotiate"));
            if let Some(token) = offer.and_then(|(_, token)| mask::base64(token)) {
                crate::ntlm::token(Dir::ToClient, &token, cx);
            }
        }
        // RFC 9110 §15.2: an interim answer; only 101 settles the request.
        if (100..200).contains(&code) && code != 101 {
            return Step::Took(size);
        }
        let request = self.waiting.pop_front();
        let method = request.as_ref().map(|r| r.method.clone()).unwrap_or_default();
        let (target, host) = request.as_ref().map(|r| (r.target.clone(), r.host.clone())).unwrap_or_default();
        let tunnel = code == 101 || (method == "CONNECT" && (200..300).contains(&code));
        // RFC 9112 §6.3: length of the body.
        let bodiless = method == "HEAD" || matches!(code, 204 | 304) || tunnel;
        let state = match (fields.chunked, fields.length) {
            _ if bodiless => State::Head,
            (true, _) => State::ChunkSize,
            (false, Some(0)) => State::Head,
            (false, Some(n)) => State::Length(n),
            _ => State::ToEnd,
        };
        let known = request.is_some();
        let (time, mut said) = match request {
            Some(request) => (request.time, request.said),
            None => (cx.time, Exchange { operation: "response".into(), ..Exchange::default() }),
        };
        said.time = time;
        said.duration_ns = if known { read::lapse(time, cx.time) } else { None };
        said.request_bytes = said.request_bytes.saturating_add(self.upload);
        said.response_bytes = read::wide(size).saturating_add(if bodiless { 0 } else { fields.length.unwrap_or(0) });
        said.status = code.to_string();
        said.outcome = match code {
            100..=399 => Outcome::Ok,
            400..=499 => Outcome::Refused,
            _ => Outcome::Failed,
        };
        for (name, value) in [
            ("response_content_type", fields.content_type.clone()),
            ("server", fields.server.clone()),
            ("upgrade", if code == 101 { fields.upgrade.clone() } else { String::new() }),
            ("length", match state { State::ChunkSize => "chunked", State::ToEnd => "close", _ => "" }.to_string()),
            ("body", if bodiless { "" } else { bodies::kind(body, state == State::ChunkSize) }.to_string()),
        ] {
            if !value.is_empty() {
                said.detail.push((name, crate::tidy(&value, cx.limits.value_chars_max)));
            }
        }
        cx.exchange(said);

        let side = &mut self.server;
        side.head = Head { method: method.clone(), target, host, status: Some(code), action: action(&fields), content_type: fields.content_type, length: fields.length };
        side.state = state;
        side.coding = fields.coding;
        side.body = (side.state != State::Head && fields.coding != Coding::Other && wanted(&side.head)).then(Vec::new);
        if tunnel {
            self.client.state = State::Other;
            self.server.state = State::Other;
            if method == "CONNECT" || fields.upgrade.starts_with("tls/") {
                return Step::Handover { took: size, to: "tls" };
            }
        }
        Step::Took(size)
    }

    fn length(&mut self, dir: Dir, left: u64, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.side(dir).body.is_none() {
            return Step::Skip(left); // the state is Head again
        }
        let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        self.hold(dir, bytes.get(..here).unwrap_or(&[]), cx);
        let left = left.saturating_sub(read::wide(here));
        if left == 0 {
            self.finish(dir, true, cx);
        } else {
            self.side(dir).state = State::Length(left);
        }
        if here == 0 { Step::Need(1) } else { Step::Took(here) }
    }

    /// RFC 9112 §7.1.
    fn chunk_size(&mut self, dir: Dir, bytes: &[u8], _cx: &mut Cx<'_>) -> Step {
        match httparse::parse_chunk_size(bytes) {
            Ok(httparse::Status::Complete((n, 0))) => {
                self.side(dir).state = State::Trailer;
                Step::Took(n)
            }
            Ok(httparse::Status::Complete((n, size))) => {
                if dir == Dir::ToServer {
                    self.upload = self.upload.saturating_add(size);
                }
                self.side(dir).state = State::Chunk(size.saturating_add(2));
                Step::Took(n)
            }
            Ok(httparse::Status::Partial) => {
                self.side(dir).state = State::ChunkSize;
                if bytes.len() > 1024 { malformed_chunk() } else { Step::Need(bytes.len().saturating_add(1)) }
            }
            Err(_) => malformed_chunk(),
        }
    }

    fn chunk(&mut self, dir: Dir, left: u64, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.side(dir).body.is_none() {
            self.side(dir).state = State::ChunkSize;
            return Step::Skip(left);
        }
        let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        let data = usize::try_from(left.saturating_sub(2)).unwrap_or(usize::MAX).min(here);
        self.hold(dir, bytes.get(..data).unwrap_or(&[]), cx);
        let left = left.saturating_sub(read::wide(here));
        self.side(dir).state = if left == 0 { State::ChunkSize } else { State::Chunk(left) };
        if here == 0 { Step::Need(1) } else { Step::Took(here) }
    }

    /// RFC 9112 §7.1.2: fields until an empty line.
    fn trailer(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let Some(line) = bytes.iter().position(|b| *b == b'\n') else {
            self.side(dir).state = State::Trailer;
            return need_more(bytes);
        };
        let empty = bytes.get(..line).is_some_and(|l| l.iter().all(|b| *b == b'\r'));
        if empty {
            self.finish(dir, true, cx);
        } else {
            self.side(dir).state = State::Trailer;
        }
        Step::Took(line.saturating_add(1))
    }

    fn hold(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) {
        let side = self.side(dir);
        let Some(body) = &mut side.body else { return };
        let room = BODY_BYTES_MAX.saturating_sub(body.len());
        body.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or(&[]));
        if bytes.len() > room {
            cx.note(NoteKind::OverLimit, "http.body_bytes_max", 0, "a reader got only the start of a body");
            self.finish(dir, false, cx);
        }
    }

    /// Show the held body to those who want it.
    fn finish(&mut self, dir: Dir, whole: bool, cx: &mut Cx<'_>) {
        let Some(bytes) = self.side(dir).body.take() else { return };
        let head = self.side(dir).head.clone();
        let (bytes, whole) = self.side(dir).coding.undo(bytes, whole);
        let body = Body { dir, head: &head, bytes: &bytes, whole };
        for hook in HOOKS.iter().filter(|h| (h.wants)(&head)) {
            (hook.read)(&body, cx);
        }
    }

    /// Behind a gap: pass over bytes until a line that can only be the start of a head.
    fn look(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let found = (0..bytes.len()).find(|n| {
            let at = bytes.get(*n..).unwrap_or(&[]);
            match dir {
                Dir::ToClient => at.starts_with(b"HTTP/1."),
                Dir::ToServer => METHODS.iter().any(|m| at.starts_with(m) && at.get(m.len()) == Some(&b'/')),
            }
        });
        match found {
            Some(n) => {
                cx.note(NoteKind::Gap, "http.resync", 0, "reading went on at the next head behind a gap");
                if n == 0 { self.head(dir, bytes, cx) } else { Step::Took(n) }
            }
            None => {
                self.side(dir).state = State::Lost;
                Step::Took(bytes.len().max(1))
            }
        }
    }
}

fn malformed_chunk() -> Step {
    Step::Malformed { at: 0, name: "http.malformed", why: "this is no chunk size" }
}

fn wanted(head: &Head) -> bool {
    HOOKS.iter().any(|h| (h.wants)(head))
}
