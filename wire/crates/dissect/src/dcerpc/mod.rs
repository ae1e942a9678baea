//! DCE/RPC (C706 chapter 12, [MS-RPCE]) over TCP and inside named pipes of SMB: which interfaces are bound,
//! by whom, and what is called.
//!
//! Two kinds of exchange, the same whatever carries them (flows of pipes keep the service `smb`):
//! - `bind`, `alter`: one for each association, said when it ends. `object` is the first interface, `interfaces`
//!   all that were asked for, `operations` the numbers called on any of them, `calls` how often in all.
//! - `call`: one for each operation of an interface. `object` is `svcctl.CreateServiceW`, `interface` and `call`
//!   the same apart, `opnum` the number. The first call is said at once when it is answered, those that follow
//!   together (`calls`), at least once a minute while they go on; so the sum of `calls` is the number of calls.
//!   `outcome` is `ok` when one of them succeeded, `refused` when access was denied; `returned` holds what the
//!   operations returned or the fault, as `0xc0000022:249,0x00000000:1`. Of calls that start or point to something
//!   `name`, `program`, `points_to` and `zero_challenge` are read where they are not encrypted (`level` privacy).

mod args;
mod names;
mod pipes;
mod talk;

pub use pipes::{Pipes, opens};

use crate::read;
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends};
use talk::Talk;

pub static DCERPC: Dissector = Dissector {
    meta: &Meta {
        name: "dcerpc",
        title: "DCE/RPC",
        standard: "The Open Group C706 chapter 12; [MS-RPCE]",
        tier: 'B',
        clues: &[("dcerpc.interface", "interface the host serves, by name or UUID")],
        operations: &["bind", "alter", "call"],
        details: &[
            ("interfaces", "interfaces asked for, joined by `,`"),
            ("user", "keyed hash of the user of NTLM"),
            ("host", "workstation named in NTLM"),
            ("calls", "calls made in all"),
            ("operations", "operation numbers called, joined by `,`"),
            ("pipe", "named pipe of SMB that carries it, in lower case"),
            ("security", "who proves who speaks: ntlm, kerberos, spnego, netlogon, schannel ([MS-RPCE] 2.2.1.1.7)"),
            ("level", "how much is protected: connect, call, packet, integrity, privacy (2.2.1.1.8)"),
            ("interface", "interface of the operation called"),
            ("call", "name of the operation, or its number behind `#`"),
            ("opnum", "number of the operation"),
            ("answers", "calls that were answered, faults with them"),
            ("faults", "calls answered with a fault"),
            ("returned", "what was returned (NTSTATUS, HRESULT, error of Windows, status of a fault) and how often, joined by `,`"),
            ("name", "service or task the call is about"),
            ("program", "program a new service starts (identifiers replaced, without what it is told)"),
            ("points_to", "machine to which the server is told to turn (EFSRPC, print system, DFS, shadow copies)"),
            ("zero_challenge", "yes, when the proof to netlogon is all zeros"),
        ],
        notes: &[
            ("dcerpc.malformed", "this is no header"),
            ("dcerpc.contexts_max", "over the limit of interfaces kept of one association"),
            ("dcerpc.pipes_max", "over the limit of pipes kept of one connection; the oldest was said as it stood"),
        ],
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
        // The tap came later: a request or an answer, whose context and operation are small numbers.
        [5, 0, 0 | 2 | 3, ..] if head.len() < 24 => Probe::More,
        [5, 0, 0 | 2 | 3, flags, 0x10, 0, 0, 0, ..] if flags & 0x7c == 0 && talk::fits(head) => Probe::Yes,
        _ => Probe::No,
    }
}

/// Where the next message begins, after a part was not heard.
fn find_header(bytes: &[u8]) -> Option<usize> {
    bytes.windows(24).position(|w| matches!(w, [5, 0, 0 | 2 | 3 | 11..=16, _, 0x10 | 0, 0, 0, 0, ..]) && talk::fits(w))
}

#[derive(Default)]
struct DceRpc {
    talk: Talk,
    lost: [bool; 2],
}

impl DceRpc {
    fn lost(&mut self, dir: Dir) -> &mut bool {
        let [to_server, to_client] = &mut self.lost;
        if dir == Dir::ToServer { to_server } else { to_client }
    }
}

impl Stream for DceRpc {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if *self.lost(dir) {
            match find_header(bytes) {
                Some(0) => *self.lost(dir) = false,
                Some(at) => return Step::Took(at),
                None if bytes.len() < 24 => return Step::Need(24),
                None => return Step::Took(bytes.len().saturating_sub(23)),
            }
        }
        let Some(start) = bytes.get(..16) else { return Step::Need(16) };
        let Some(header) = talk::header(start) else {
            return Step::Malformed { at: 0, name: "dcerpc.malformed", why: "this is no header" };
        };
        // Numbers of context and operation stand in the first 24 bytes; most of what follows is of no interest.
        let beginning = header.length.min(24);
        let Some(head) = bytes.get(..beginning) else { return Step::Need(beginning) };
        if self.talk.wants_whole(&header, head) {
            let Some(whole) = bytes.get(..header.length) else { return Step::Need(header.length) };
            self.talk.message(dir, &header, whole, whole, cx);
        } else {
            self.talk.message(dir, &header, head, &[], cx);
        }
        Step::Skip(read::wide(header.length))
    }

    fn gap(&mut self, dir: Dir, _missing: u64, _cx: &mut Cx<'_>) -> bool {
        *self.lost(dir) = true;
        true
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        self.talk.end(heard, cx);
    }
}
