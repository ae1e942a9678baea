//! What is said on one association (C706 chapter 12), whatever carries it: TCP or a named pipe.

use super::{args, names};
use crate::read::{self, Rd, Waiting};
use crate::smb::uuid;
use crate::{Cx, ntlm};
use hinomi_model::{Dir, Exchange, Host, Nanos, NoteKind, Outcome};

/// Of a message this much of its beginning is looked at, where its carrier keeps no more.
pub const HEAD_BYTES: usize = 2048;
/// And of its end: the return value stands there, before the padding and the proof of integrity.
pub const TAIL_BYTES: usize = 160;
/// Named limit: contexts of one association.
const CONTEXTS_MAX: usize = 32;
/// Named limit: different operations counted of one association at a time.
const OPERATIONS_MAX: usize = 64;
/// Named limit: different values returned that are counted of one operation.
const RETURNED_MAX: usize = 8;
/// Calls of one operation within this time are said together.
const TOGETHER_NS: Nanos = 60_000_000_000;
/// [MS-RPCE] 2.2.1.1.8: what is said is encrypted.
const PRIVACY: u8 = 6;

const REQUEST: u8 = 0;
const RESPONSE: u8 = 2;
const FAULT: u8 = 3;
const FIRST: u8 = 1;
const LAST: u8 = 2;
const OBJECT: u8 = 0x80;

/// 12.6.3.1: the sixteen bytes that all messages have.
#[derive(Clone, Copy, Debug)]
pub struct Header {
    pub kind: u8,
    flags: u8,
    little: bool,
    pub length: usize,
    auth: usize,
    call: u32,
}

pub fn header(bytes: &[u8]) -> Option<Header> {
    let mut rd = Rd::new(bytes);
    let (version, minor, kind, flags) = (rd.u8()?, rd.u8()?, rd.u8()?, rd.u8()?);
    let little = rd.u32()? >> 28 == 1;
    let mut header = Header { kind, flags, little, length: 0, auth: 0, call: 0 };
    header.length = usize::from(header.word(&mut rd)?);
    header.auth = usize::from(header.word(&mut rd)?);
    header.call = header.long(&mut rd)?;
    (version == 5 && minor <= 1 && kind <= 19 && header.length >= 16).then_some(header)
}

/// Whether 24 bytes can begin a message: its parts fit into its length, numbers are as small as they are in life.
pub fn fits(bytes: &[u8]) -> bool {
    let Some(header) = header(bytes) else { return false };
    let small = |at: usize, max: u16| header.word(&mut Rd::at(bytes, at)).is_some_and(|n| n <= max);
    let numbers = match header.kind {
        REQUEST => small(20, 255) && small(22, 511),
        RESPONSE | FAULT => small(20, 255),
        _ => true,
    };
    (24..=8192).contains(&header.length) && header.trailer() <= header.length.saturating_sub(24) && numbers
}

impl Header {
    fn word(&self, rd: &mut Rd<'_>) -> Option<u16> {
        if self.little { rd.u16_le() } else { rd.u16() }
    }

    fn long(&self, rd: &mut Rd<'_>) -> Option<u32> {
        if self.little { rd.u32_le() } else { rd.u32() }
    }

    /// Bytes of the proof of integrity with its head, 0 without one (12.6.3: `auth_verifier`).
    fn trailer(&self) -> usize {
        if self.auth == 0 { 0 } else { self.auth.saturating_add(8) }
    }

    /// The part of a request or an answer that belongs to the operation, with its padding.
    fn stub<'a>(&self, head: &'a [u8], from: usize) -> &'a [u8] {
        let end = self.length.saturating_sub(self.trailer()).min(head.len());
        head.get(from..end).unwrap_or(&[])
    }

    /// The last four bytes of an answer before its padding: what the operation returns.
    fn returned(&self, tail: &[u8]) -> Option<u32> {
        let padding = match tail.len().checked_sub(self.trailer()) {
            Some(at) if self.auth > 0 => usize::from(*tail.get(at.checked_add(2)?)?),
            _ => 0,
        };
        let behind = self.trailer().checked_add(padding)?.checked_add(4)?;
        if self.length < behind.checked_add(24)? {
            return None;
        }
        self.long(&mut Rd::at(tail, tail.len().checked_sub(behind)?))
    }
}

/// An interface that was agreed upon.
#[derive(Debug, Clone)]
struct Context {
    id: u16,
    interface: String,
    listed: bool,
}

/// Calls of one operation that are not said yet.
#[derive(Debug, Default)]
struct Calls {
    since: Nanos,
    first_said: bool,
    calls: u64,
    answers: u64,
    faults: u64,
    fine: u64,
    refused: u64,
    requested: u64,
    answered: u64,
    duration_ns: Option<u64>,
    /// What was returned, with how often.
    returned: Vec<(u32, u64)>,
    told: Vec<(&'static str, String)>,
    status: u32,
}

#[derive(Default)]
pub struct Talk {
    /// Name of the pipe, empty over TCP.
    pipe: String,
    asked: Waiting<u32, (Nanos, Exchange, Vec<Context>)>,
    bound: Option<(Nanos, Exchange)>,
    contexts: Vec<Context>,
    level: u8,
    /// The user and the workstation the association itself names.
    user: String,
    calls: u64,
    numbers: Vec<u16>,
    waiting: Waiting<u32, (Nanos, String, u16)>,
    counted: Waiting<(String, u16), Calls>,
}

impl Talk {
    pub fn of_pipe(name: String) -> Talk {
        Talk { pipe: name, ..Talk::default() }
    }

    /// Whether more than the first 24 bytes of a message tell something.
    pub fn wants_whole(&self, header: &Header, head: &[u8]) -> bool {
        let context = self.context(header, head);
        match header.kind {
            REQUEST => {
                let number = header.word(&mut Rd::at(head, 22)).unwrap_or(0);
                self.level != PRIVACY && header.flags & FIRST != 0 && context.is_some_and(|c| args::wanted(&c.interface, number))
            }
            RESPONSE => self.level != PRIVACY && header.flags & LAST != 0 && context.is_some_and(|c| c.listed),
            FAULT | 11..=16 => true,
            _ => false,
        }
    }

    fn context(&self, header: &Header, head: &[u8]) -> Option<&Context> {
        let id = header.word(&mut Rd::at(head, 20))?;
        self.contexts.iter().find(|c| c.id == id)
    }

    /// One message: its beginning and its end (the same bytes when it is whole).
    pub fn message(&mut self, dir: Dir, header: &Header, head: &[u8], tail: &[u8], cx: &mut Cx<'_>) {
        match header.kind {
            11..=16 => self.bind(dir, header, head.get(16..).unwrap_or(&[]), cx),
            REQUEST if dir == Dir::ToServer => self.request(header, head, cx),
            RESPONSE | FAULT if dir == Dir::ToClient => self.answer(header, head, tail, cx),
            _ => {}
        }
    }

    pub fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, (time, mut said, _))) = self.asked.first() {
            said.time = time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
        while let Some(((interface, number), calls)) = self.counted.first() {
            self.say_calls(&interface, number, calls, read::silence(heard, Dir::ToServer), cx);
        }
        self.say(cx);
    }

    fn bind(&mut self, dir: Dir, header: &Header, body: &[u8], cx: &mut Cx<'_>) {
        let ntlm = ntlm::token(dir, body, cx);
        let security = header.security(body);
        match header.kind {
            11 | 14 => {
                let offered = offered(body, header.little).unwrap_or_default();
                let ids = joined(&offered);
                let mut said = Exchange {
                    protocol: "dcerpc",
                    operation: if header.kind == 11 { "bind" } else { "alter" }.into(),
                    object: offered.first().map(|c| c.interface.clone()).unwrap_or_default(),
                    request_bytes: read::wide(header.length),
                    ..Exchange::default()
                };
                said.detail.push(("interfaces", ids));
                if !self.pipe.is_empty() {
                    said.detail.push(("pipe", self.pipe.clone()));
                }
                if let Some((kind, level)) = security {
                    said.detail.push(("security", kind.into()));
                    said.detail.push(("level", level_word(level).into()));
                    self.level = level;
                }
                if let Some((_, (time, mut oldest, _))) = self.asked.put(header.call, (cx.time, said, offered), 64) {
                    oldest.time = time;
                    oldest.outcome = Outcome::Unanswered;
                    cx.exchange(oldest);
                }
            }
            12 | 13 | 15 => {
                let Some((time, mut said, offered)) = self.asked.take(&header.call) else { return };
                said.time = time;
                said.duration_ns = read::lapse(time, cx.time);
                said.response_bytes = read::wide(header.length);
                self.say(cx);
                let accepted = if header.kind == 13 { Some(Vec::new()) } else { accepted(body, header.little) };
                let mut taken = false;
                for (at, context) in offered.into_iter().enumerate() {
                    if accepted.as_ref().is_some_and(|list| list.get(at) != Some(&true)) {
                        continue;
                    }
                    taken = true;
                    cx.clue(Host::Server, "dcerpc.interface", &context.interface, Some(cx.ends.server.port));
                    self.contexts.retain(|c| c.id != context.id);
                    if self.contexts.len() < CONTEXTS_MAX {
                        self.contexts.push(context);
                    } else {
                        cx.note(NoteKind::OverLimit, "dcerpc.contexts_max", 0, "too many interfaces on one association");
                    }
                }
                said.outcome = if taken { Outcome::Ok } else { Outcome::Refused };
                self.bound = Some((time, said));
            }
            16 => {
                if let (Some(ntlm), Some((_, said))) = (ntlm, &mut self.bound) {
                    self.user.clone_from(&ntlm.user);
                    said.client_name.clone_from(&ntlm.user);
                    said.detail.push(("user", ntlm.user));
                    said.detail.push(("host", ntlm.host));
                    said.detail.retain(|(_, v)| !v.is_empty());
                }
            }
            _ => {}
        }
    }

    /// 12.6.4.9: allocation hint, context, operation number, and an object's id where a flag says so.
    fn request(&mut self, header: &Header, head: &[u8], cx: &mut Cx<'_>) {
        let Some(number) = header.word(&mut Rd::at(head, 22)) else { return };
        if header.flags & FIRST == 0 && self.waiting.get(&header.call).is_some() {
            return; // the rest of a request in several messages
        }
        self.calls = self.calls.saturating_add(1);
        if !self.numbers.contains(&number) && self.numbers.len() < 32 {
            self.numbers.push(number);
        }
        // Where the tap came after the bind, the number is all there is.
        let interface = self.context(header, head).map(|c| c.interface.clone()).unwrap_or_default();
        let told = if self.level != PRIVACY && header.little && args::wanted(&interface, number) {
            args::read(&interface, number, header.stub(head, if header.flags & OBJECT == 0 { 24 } else { 40 }), cx.keys)
        } else {
            Vec::new()
        };
        let key = (interface, number);
        // What is told of it changes (another service is made): the calls before it were others.
        let other = self.counted.get(&key).is_some_and(|c| c.calls > 0 && c.told != told);
        let old = self.counted.get(&key).is_some_and(|c| c.calls > 0 && cx.time.saturating_sub(c.since) >= TOGETHER_NS);
        if (old || other)
            && let Some(calls) = self.counted.get_mut(&key)
        {
            let fresh = Calls { first_said: !other, ..Calls::default() };
            let calls = std::mem::replace(calls, fresh);
            self.say_calls(&key.0, number, calls, Outcome::Unanswered, cx);
        }
        if self.counted.get(&key).is_none()
            && let Some(((interface, number), calls)) = self.counted.put(key.clone(), Calls::default(), OPERATIONS_MAX)
        {
            self.say_calls(&interface, number, calls, Outcome::Unanswered, cx);
        }
        if let Some(calls) = self.counted.get_mut(&key) {
            if calls.calls == 0 {
                calls.since = cx.time;
                calls.told = told;
            }
            calls.calls = calls.calls.saturating_add(1);
            calls.requested = calls.requested.saturating_add(read::wide(header.length));
        }
        self.waiting.put(header.call, (cx.time, key.0, number), cx.limits.pending_max);
    }

    /// 12.6.4.10 and 12.6.4.7: an answer, or a fault with its status.
    fn answer(&mut self, header: &Header, head: &[u8], tail: &[u8], cx: &mut Cx<'_>) {
        if header.flags & LAST == 0 && header.kind == RESPONSE {
            return; // the answer goes on in the next message
        }
        let Some((time, interface, number)) = self.waiting.take(&header.call) else { return };
        let listed = self.contexts.iter().any(|c| c.listed && c.interface == interface);
        let returned = match header.kind {
            FAULT => header.long(&mut Rd::at(head, 24)),
            _ if self.level == PRIVACY || !listed => None,
            _ => header.returned(tail),
        };
        let Some(calls) = self.counted.get_mut(&(interface.clone(), number)) else { return };
        calls.answers = calls.answers.saturating_add(1);
        calls.answered = calls.answered.saturating_add(read::wide(header.length));
        calls.duration_ns = read::lapse(time, cx.time);
        let outcome = if header.kind == FAULT {
            calls.faults = calls.faults.saturating_add(1);
            if returned == Some(5) { Outcome::Refused } else { Outcome::Failed }
        } else {
            returned.map_or(Outcome::Ok, verdict)
        };
        match outcome {
            Outcome::Ok | Outcome::Warning => calls.fine = calls.fine.saturating_add(1),
            Outcome::Refused => calls.refused = calls.refused.saturating_add(1),
            _ => {}
        }
        if let Some(code) = returned {
            if code != 0 {
                calls.status = code;
            }
            let kinds = calls.returned.len();
            match calls.returned.iter_mut().find(|(known, _)| *known == code) {
                Some((_, count)) => *count = count.saturating_add(1),
                None if kinds < RETURNED_MAX => calls.returned.push((code, 1)),
                None => {}
            }
        }
        // The first is said at once, the others together.
        if !calls.first_said {
            let fresh = Calls { first_said: true, told: calls.told.clone(), ..Calls::default() };
            let calls = std::mem::replace(calls, fresh);
            self.say_calls(&interface, number, calls, Outcome::Unanswered, cx);
        }
    }

    fn say_calls(&self, interface: &str, number: u16, calls: Calls, silent: Outcome, cx: &mut Cx<'_>) {
        if calls.calls == 0 && calls.answers == 0 {
            return;
        }
        let name = names::operation(interface, number);
        let mut said = Exchange {
            protocol: "dcerpc",
            operation: "call".into(),
            object: if interface.is_empty() { name.clone() } else { format!("{interface}.{name}") },
            time: if calls.since == 0 { cx.time } else { calls.since },
            duration_ns: calls.duration_ns,
            request_bytes: calls.requested,
            response_bytes: calls.answered,
            client_name: self.user.clone(),
            ..Exchange::default()
        };
        said.outcome = match (calls.answers, calls.fine, calls.refused) {
            (0, ..) => silent,
            (_, 1.., _) => Outcome::Ok,
            (_, _, 1..) => Outcome::Refused,
            _ => Outcome::Failed,
        };
        if calls.status != 0 {
            said.status = format!("0x{:08x}", calls.status);
        }
        let returned: Vec<String> = calls.returned.iter().map(|(code, count)| format!("0x{code:08x}:{count}")).collect();
        said.detail = vec![
            ("interface", interface.to_string()),
            ("call", name),
            ("opnum", number.to_string()),
            ("calls", calls.calls.to_string()),
            ("answers", calls.answers.to_string()),
        ];
        said.detail.retain(|(_, value)| !value.is_empty());
        if calls.faults > 0 {
            said.detail.push(("faults", calls.faults.to_string()));
        }
        for (name, value) in [("returned", returned.join(",")), ("pipe", self.pipe.clone())] {
            if !value.is_empty() {
                said.detail.push((name, value));
            }
        }
        if self.level > 1 {
            said.detail.push(("level", level_word(self.level).into()));
        }
        said.detail.extend(calls.told);
        cx.exchange(said);
    }

    /// A bind is said when the next one is answered or the association ends, with the calls made on it.
    fn say(&mut self, cx: &mut Cx<'_>) {
        if let Some((_, mut said)) = self.bound.take() {
            let operations: Vec<String> = self.numbers.iter().map(u16::to_string).collect();
            said.detail.push(("calls", self.calls.to_string()));
            if !operations.is_empty() {
                said.detail.push(("operations", operations.join(",")));
            }
            self.calls = 0;
            self.numbers.clear();
            cx.exchange(said);
        }
    }
}

/// [MS-ERREF]: an NTSTATUS, an HRESULT or an error of Windows.
fn verdict(code: u32) -> Outcome {
    match code {
        0 => Outcome::Ok,
        // Access denied, in its two forms.
        5 | 0x8007_0005 => Outcome::Refused,
        // S_FALSE; buffer too small, more data, no more items; more entries, some or none mapped: asked again or done.
        1 | 122 | 234 | 259 | 0x105 | 0x107 | 0x108 | 0x8000_0005 | 0x8000_001a => Outcome::Warning,
        code if code >> 30 == 3 => crate::smb::outcome(code),
        _ => Outcome::Failed,
    }
}

impl Header {
    /// 12.6.3.4, [MS-RPCE] 2.2.1.1.7: who proves who speaks, and how much is protected.
    fn security(&self, body: &[u8]) -> Option<(&'static str, u8)> {
        if self.auth == 0 {
            return None;
        }
        let mut rd = Rd::at(body, self.length.checked_sub(16)?.checked_sub(self.trailer())?);
        let kind = match rd.u8()? {
            9 => "spnego",
            10 => "ntlm",
            14 => "schannel",
            16 => "kerberos",
            68 => "netlogon",
            _ => "other",
        };
        Some((kind, rd.u8()?))
    }
}

fn level_word(level: u8) -> &'static str {
    match level {
        2 => "connect",
        3 => "call",
        4 => "packet",
        5 => "integrity",
        PRIVACY => "privacy",
        _ => "none",
    }
}

fn joined(contexts: &[Context]) -> String {
    let mut out: Vec<&str> = Vec::new();
    for context in contexts {
        if !out.contains(&context.interface.as_str()) {
            out.push(&context.interface);
        }
    }
    out.join(",")
}

/// 12.6.4.3: sizes, group, then contexts with an abstract and its transfer syntaxes.
fn offered(body: &[u8], little: bool) -> Option<Vec<Context>> {
    let mut rd = Rd::new(body);
    rd.skip(8)?;
    let count = rd.u8()?;
    rd.skip(3)?;
    let mut out: Vec<Context> = Vec::new();
    for _ in 0..count {
        let Some(id) = (if little { rd.u16_le() } else { rd.u16() }) else { break };
        let Some(transfers) = rd.u8() else { break };
        let Some(mut bytes) = rd.skip(1).and_then(|()| rd.array::<16>()) else { break };
        if !little {
            // Fields of the UUID stand in the sender's byte order.
            let [a, b, c, d, e, f, g, h, ..] = &mut bytes;
            std::mem::swap(a, d);
            std::mem::swap(b, c);
            std::mem::swap(e, f);
            std::mem::swap(g, h);
        }
        let interface = names::interface(&uuid(bytes));
        let listed = names::known(&interface) && interface != "mgmt";
        out.push(Context { id, interface, listed });
        if rd.skip(4).is_none() || rd.skip(usize::from(transfers).checked_mul(20)?).is_none() {
            break;
        }
    }
    Some(out)
}

/// 12.6.4.4: sizes, group, second address, then one result for each context, 0 when it is accepted.
fn accepted(body: &[u8], little: bool) -> Option<Vec<bool>> {
    let word = |rd: &mut Rd<'_>| if little { rd.u16_le() } else { rd.u16() };
    let mut rd = Rd::new(body);
    rd.skip(8)?;
    let address = usize::from(word(&mut rd)?);
    rd.skip(address)?;
    rd.skip(rd.pos().wrapping_neg() % 4)?;
    let count = rd.u8()?;
    rd.skip(3)?;
    let mut out = Vec::new();
    for _ in 0..count {
        out.push(word(&mut rd)? == 0);
        rd.skip(22)?;
    }
    Some(out)
}
