//! DCE/RPC over TCP (C706 chapter 12, [MS-RPCE]): which interfaces are bound, and who binds them.

use crate::read::{self, Rd};
use crate::smb::uuid;
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream, ntlm};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, Outcome};

pub static DCERPC: Dissector = Dissector {
    meta: &Meta {
        name: "dcerpc",
        title: "DCE/RPC",
        standard: "The Open Group C706 chapter 12; [MS-RPCE]",
        tier: 'B',
        clues: &[("dcerpc.interface", "interface the host serves, by name or UUID")],
        operations: &["bind", "alter"],
        details: &[("interfaces", "interfaces asked for, joined by `,`"), ("user", "keyed hash of the user of NTLM"), ("host", "workstation named in NTLM"), ("calls", "calls made in all"), ("operations", "operation numbers called, joined by `,`")],
        notes: &[("dcerpc.malformed", "this is no header")],
        readings: false,
        tshark: "dcerpc",
    },
    entries: &[
        Entry::Stream { hints: &[135, 593, 49664, 49665, 49666, 49667], probe, open: || Box::new(DceRpc::default()) },
        // Without a connection (PROFINET's set-up, old Windows): recognised only.
        crate::seen::datagram(&[135, 34964], connectionless),
    ],
};

/// 12.5.1: version 4, type, flags, data representation, and a body as long as the header says (§12.5.2).
fn connectionless(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    let (Some([4, 0..=10, flags, second, order @ (0x00 | 0x10), float @ 0..=3, 0]), Some([a, b])) = (bytes.get(..7), bytes.get(74..76)) else {
        return Probe::No;
    };
    let _ = float;
    let length = if *order == 0 { u16::from_be_bytes([*a, *b]) } else { u16::from_le_bytes([*a, *b]) };
    let whole = bytes.len().checked_sub(80).is_some_and(|body| body >= usize::from(length));
    if whole && flags & 0x81 == 0 && second & 0xfc == 0 { Probe::Yes } else { Probe::No }
}

/// 12.6.3.1: version 5.0 or 5.1, type, flags, data representation, fragment length.
fn probe(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    match head {
        [5, 0 | 1, 11..=15, _, 0x10 | 0, 0, 0, 0, low, high, _, _, ..] => {
            let length = u16::from_le_bytes([*low, *high]);
            if (24..=8192).contains(&length) || head.get(4) == Some(&0) { Probe::Yes } else { Probe::No }
        }
        [] | [5] | [5, 0 | 1] => Probe::More,
        [5, 0 | 1, 11..=15, ..] if head.len() < 12 => Probe::More,
        _ => Probe::No,
    }
}

/// Interfaces that matter for an attack or for identity; others stay as UUID.
fn interface(id: &str) -> String {
    let known = match id {
        "e1af8308-5d1f-11c9-91a4-08002b14a0fa" => "epmapper",
        "367abb81-9844-35f1-ad32-98f038001003" => "svcctl",
        "1ff70682-0a51-30e8-076d-740be8cee98b" => "atsvc",
        "86d35949-83c9-4044-b424-db363231fd0c" => "ITaskSchedulerService",
        "12345778-1234-abcd-ef00-0123456789ac" => "samr",
        "12345778-1234-abcd-ef00-0123456789ab" => "lsarpc",
        "12345678-1234-abcd-ef00-01234567cffb" => "netlogon",
        "e3514235-4b06-11d1-ab04-00c04fc2dcd2" => "drsuapi",
        "338cd001-2244-31f1-aaaa-900038001003" => "winreg",
        "4b324fc8-1670-01d3-1278-5a47bf6ee188" => "srvsvc",
        "6bffd098-a112-3610-9833-46c3f87e345a" => "wkssvc",
        "12345678-1234-abcd-ef00-0123456789ab" => "spoolss",
        "000001a0-0000-0000-c000-000000000046" => "ISystemActivator",
        "99fcfec4-5260-101b-bbcb-00aa0021347a" => "IObjectExporter",
        "9556dc99-828c-11cf-a37e-00aa003240c7" => "IWbemServices",
        "f309ad18-d86a-11d0-a075-00c04fb68820" => "IWbemLevel1Login",
        "82273fdc-e32a-18c3-3f78-827929dc23ea" => "eventlog",
        "c681d488-d850-11d0-8c52-00c04fd90f7e" => "efsrpc",
        other => return other.to_string(),
    };
    known.to_string()
}

#[derive(Default)]
struct DceRpc {
    asked: read::Waiting<u32, (Nanos, Exchange)>,
    bound: Option<(Nanos, Exchange)>,
    calls: u64,
    operations: Vec<u16>,
}

impl Stream for DceRpc {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let mut rd = Rd::new(bytes);
        let (Some(5), Some(0 | 1), Some(kind), Some(_), Some(representation)) = (rd.u8(), rd.u8(), rd.u8(), rd.u8(), rd.u32()) else {
            if bytes.len() < 16 {
                return Step::Need(16);
            }
            return Step::Malformed { at: 0, name: "dcerpc.malformed", why: "this is no header" };
        };
        let little = representation >> 28 == 1;
        let word = |rd: &mut Rd<'_>| if little { rd.u16_le() } else { rd.u16() };
        let long = |rd: &mut Rd<'_>| if little { rd.u32_le() } else { rd.u32() };
        let (Some(length), Some(_), Some(call)) = (word(&mut rd), word(&mut rd), long(&mut rd)) else { return Step::Need(16) };
        let length = usize::from(length);
        if length < 16 {
            return Step::Malformed { at: 8, name: "dcerpc.malformed", why: "the fragment is shorter than its header" };
        }
        match kind {
            11..=16 => {
                let Some(body) = bytes.get(16..length) else { return Step::Need(length) };
                self.bind(dir, kind, call, body, little, cx);
            }
            0 if dir == Dir::ToServer => {
                // 12.6.4.9: allocation hint, context, operation number.
                if bytes.len() < 24 && length >= 24 {
                    return Step::Need(24);
                }
                let operation = Rd::at(bytes, 22).u16_le().unwrap_or(0);
                self.calls = self.calls.saturating_add(1);
                if !self.operations.contains(&operation) && self.operations.len() < 32 {
                    self.operations.push(operation);
                }
            }
            _ => {}
        }
        Step::Skip(read::wide(length))
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, (time, mut said))) = self.asked.first() {
            said.time = time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
        self.say(cx);
    }
}

impl DceRpc {
    fn bind(&mut self, dir: Dir, kind: u8, call: u32, body: &[u8], little: bool, cx: &mut Cx<'_>) {
        let ntlm = ntlm::token(dir, body, cx);
        match kind {
            11 | 14 => {
                let ids = interfaces(body, little).unwrap_or_default();
                for id in &ids {
                    cx.clue(Host::Server, "dcerpc.interface", id, Some(cx.ends.server.port));
                }
                let mut said = Exchange { operation: if kind == 11 { "bind" } else { "alter" }.into(), object: ids.first().cloned().unwrap_or_default(), request_bytes: read::wide(body.len()), ..Exchange::default() };
                said.detail.push(("interfaces", ids.join(",")));
                self.asked.put(call, (cx.time, said), 64);
            }
            12 | 13 | 15 => {
                let Some((time, mut said)) = self.asked.take(&call) else { return };
                said.time = time;
                said.duration_ns = read::lapse(time, cx.time);
                said.response_bytes = read::wide(body.len());
                said.outcome = if kind == 13 { Outcome::Refused } else { Outcome::Ok };
                self.say(cx);
                self.bound = Some((time, said));
            }
            16 => {
                if let (Some(ntlm), Some((_, said))) = (ntlm, &mut self.bound) {
                    said.client_name.clone_from(&ntlm.user);
                    said.detail.push(("user", ntlm.user));
                    said.detail.push(("host", ntlm.host));
                    said.detail.retain(|(_, v)| !v.is_empty());
                }
            }
            _ => {}
        }
    }

    /// A bind is said when the next one comes or the connection ends, with the calls made on it.
    fn say(&mut self, cx: &mut Cx<'_>) {
        if let Some((_, mut said)) = self.bound.take() {
            let operations: Vec<String> = self.operations.iter().map(u16::to_string).collect();
            said.detail.push(("calls", self.calls.to_string()));
            if !operations.is_empty() {
                said.detail.push(("operations", operations.join(",")));
            }
            self.calls = 0;
            self.operations.clear();
            cx.exchange(said);
        }
    }
}

/// 12.6.4.3: sizes, group, then contexts with an abstract and its transfer syntaxes.
fn interfaces(body: &[u8], little: bool) -> Option<Vec<String>> {
    let mut rd = Rd::new(body);
    rd.skip(8)?;
    let count = rd.u8()?;
    rd.skip(3)?;
    let mut out: Vec<String> = Vec::new();
    for _ in 0..count.min(32) {
        rd.skip(2)?;
        let transfers = rd.u8()?;
        rd.skip(1)?;
        let mut id = rd.array::<16>()?;
        if !little {
            // Fields of the UUID stand in the sender's byte order.
            let [a, b, c, d, e, f, g, h, ..] = &mut id;
            std::mem::swap(a, d);
            std::mem::swap(b, c);
            std::mem::swap(e, f);
            std::mem::swap(g, h);
        }
        let name = interface(&uuid(id));
        if !out.contains(&name) {
            out.push(name);
        }
        rd.skip(4)?;
        rd.skip(usize::from(transfers).checked_mul(20)?)?;
    }
    Some(out)
}
