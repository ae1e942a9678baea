//! Server Message Block: version 1 ([MS-CIFS], [MS-SMB]) and 2 to 3.1.1 ([MS-SMB2]), over TCP or the
//! NetBIOS session service (RFC 1002 §4.3). Contents of files are not read.

mod files;
mod forms;
mod v1;
mod v2;

pub use forms::uuid;

use crate::read::{self, Rd};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, NoteKind, Outcome};

pub static DISSECTOR: Dissector = Dissector {
    meta: &Meta {
        name: "smb",
        title: "Server Message Block 1, 2 and 3",
        standard: "[MS-SMB2], [MS-SMB], [MS-CIFS], RFC 1002 §4.3",
        tier: 'A',
        clues: &[
            ("smb.dialect", "dialect the server chose ([MS-SMB2] 2.2.4; [MS-SMB] 2.2.4.5.2)"),
            ("smb.client_dialects", "dialects the client offers, joined by `,` ([MS-SMB2] 2.2.3)"),
            ("smb.server_guid", "GUID of the server ([MS-SMB2] 2.2.4 ServerGuid)"),
            ("smb.client_guid", "GUID of the client ([MS-SMB2] 2.2.3 ClientGuid)"),
            ("smb.signing", "required or enabled, by the side that says so"),
            ("smb.boot_time", "start of the server ([MS-SMB2] 2.2.4 ServerStartTime)"),
            ("smb.os", "operating system of version 1 ([MS-CIFS] 2.2.4.53 NativeOS)"),
            ("smb.lan_manager", "software of version 1 (NativeLanMan)"),
            ("smb.domain", "primary domain of version 1"),
            ("smb.share", "share of the server that a client connected to (2.2.9)"),
            ("smb.called_name", "NetBIOS name the client calls (RFC 1002 §4.3.2)"),
            ("smb.calling_name", "NetBIOS name the client gives itself (RFC 1002 §4.3.2)"),
        ],
        operations: &[
            "NEGOTIATE", "SESSION_SETUP", "LOGOFF", "TREE_CONNECT", "CREATE", "READ", "WRITE", "RENAME", "DELETE", "QUERY_DIRECTORY", "IOCTL", "SESSION_REQUEST",
            "TRANS2_SESSION_SETUP",
        ],
        details: &[
            ("dialect", "dialect chosen"),
            ("user", "keyed hash of the user name"),
            ("domain", "domain or workgroup of the user"),
            ("host", "workstation the user logged on from, as it says"),
            ("mechanism", "ntlm or kerberos"),
            ("share", "share the operation ran on"),
            ("pipe", "yes, when the share is IPC$ and the file a named pipe"),
            ("disposition", "what was to be done when the file exists or not ([MS-SMB2] 2.2.13)"),
            ("access", "desired access, hex ([MS-SMB2] 2.2.13.1)"),
            ("ending", "ending of the file name, in lower case"),
            ("new_name", "new name of a renamed file (identifiers replaced)"),
            ("new_ending", "ending of the new name, in lower case"),
            ("operations", "how often this operation was done on the file"),
            ("bytes", "bytes read or written in all"),
            ("encrypted", "yes, when what follows is encrypted"),
            ("version", "1 or 2 (which stands for 2 and 3)"),
        ],
        notes: &[
            ("smb.malformed", "a message is not what its specification says"),
            ("smb.files_max", "over the limit of open files kept of one connection; the oldest was said as it stood"),
            ("smb.trees_max", "over the limit of shares kept of one connection"),
            ("smb.pending_max", "over the limit of requests that wait for an answer; the oldest was said as unanswered"),
            ("smb.message_bytes_max", "a message is longer than the limit; its rest was passed over"),
            ("smb.version_1", "version 1 was agreed upon, which has no protection against tampering"),
            ("smb.guest", "a session was opened as guest or without a name"),
            ("smb.encrypted", "what follows is encrypted ([MS-SMB2] 2.2.41)"),
        ],
        readings: false,
        tshark: "smb2",
    },
    entries: &[Entry::Stream { hints: &[445, 139], probe, open: || Box::new(Smb::default()) }],
};

/// What of a message is looked at before its bulk is passed over.
const HEAD_BYTES: usize = 4 + 64 + 64;

fn probe(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    match head {
        // RFC 1002 §4.3.2: session request, with two encoded names of 34 bytes.
        [0x81, 0, 0, 68, 32, rest @ ..] if dir == Dir::ToServer => {
            let seen = rest.iter().take(32).all(|b| (b'A'..=b'P').contains(b));
            match (seen, rest.len() >= 32) {
                (false, _) => Probe::No,
                (true, true) => Probe::Yes,
                (true, false) => Probe::More,
            }
        }
        [0, _, _, _, 0xfe | 0xff, b'S', b'M', b'B', ..] => Probe::Yes,
        _ if head.len() < 8 => {
            let begins = matches!(head, [] | [0] | [0, _] | [0, _, _] | [0, _, _, _] | [0, _, _, _, 0xfe | 0xff]);
            let more = matches!(head, [0, _, _, _, 0xfe | 0xff, b'S'] | [0, _, _, _, 0xfe | 0xff, b'S', b'M']);
            let request = dir == Dir::ToServer && matches!(head, [0x81] | [0x81, 0] | [0x81, 0, 0] | [0x81, 0, 0, 68] | [0x81, 0, 0, 68, 32, ..]);
            if begins || more || request { Probe::More } else { Probe::No }
        }
        _ => Probe::No,
    }
}

/// What both versions share.
#[derive(Default)]
struct Common {
    files: files::Files,
    pipes: crate::dcerpc::Pipes,
    /// Version noted once.
    v1_noted: bool,
    guest_noted: bool,
    encrypted_noted: bool,
}

#[derive(Default)]
struct Smb {
    common: Common,
    v1: v1::V1,
    v2: v2::V2,
    called: Option<(Nanos, Exchange)>,
    /// Directions of which a part was not heard: the next header is looked for.
    lost: [bool; 2],
}

/// Where the next message begins: a session header with the magic number of a version behind it.
fn find_header(bytes: &[u8]) -> Option<usize> {
    bytes.windows(8).position(|w| matches!(w, [0, _, _, _, 0xfc..=0xff, b'S', b'M', b'B']))
}

impl Stream for Smb {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if *self.lost(dir) {
            match find_header(bytes) {
                Some(0) => *self.lost(dir) = false,
                Some(at) => return Step::Took(at),
                None if bytes.len() < 8 => return Step::Need(8),
                None => return Step::Took(bytes.len().saturating_sub(7)),
            }
        }
        // RFC 1002 §4.3.1, [MS-SMB2] 2.1: type, then three bytes of length.
        let mut rd = Rd::new(bytes);
        let Some((kind, length)) = rd.u8().zip(rd.u24()) else { return Step::Need(4) };
        let length = read::size(length);
        let whole = length.saturating_add(4);
        match kind {
            0 => {}
            0x81..=0x85 if length <= 256 => {
                let Some(body) = rd.take(length) else { return Step::Need(whole) };
                self.session(kind, body, cx);
                return Step::Took(whole);
            }
            _ => return Step::Malformed { at: 0, name: "smb.malformed", why: "this is no NetBIOS session message" },
        }
        if length == 0 {
            return Step::Took(4);
        }
        let wanted = whole.min(HEAD_BYTES);
        let Some(head) = bytes.get(4..wanted) else { return Step::Need(wanted) };
        let bulk = match head {
            [0xfe, b'S', b'M', b'B', ..] => v2::is_bulk(dir, head) && !self.v2.of_pipe(head, &self.common),
            [0xff, b'S', b'M', b'B', ..] => v1::is_bulk(dir, head) && !self.v1.of_pipe(head, &self.common),
            [0xfd, b'S', b'M', b'B', ..] => {
                if !self.common.encrypted_noted {
                    self.common.encrypted_noted = true;
                    cx.note(NoteKind::Odd, "smb.encrypted", 0, "what follows is encrypted");
                }
                return Step::Skip(read::wide(whole));
            }
            [0xfc, b'S', b'M', b'B', ..] => return Step::Skip(read::wide(whole)),
            _ => return Step::Malformed { at: 4, name: "smb.malformed", why: "this is no SMB header" },
        };
        let message = if bulk {
            head
        } else if whole > cx.limits.message_bytes_max {
            cx.note(NoteKind::OverLimit, "smb.message_bytes_max", 0, "a message is longer than the limit");
            return Step::Skip(read::wide(whole));
        } else {
            match bytes.get(4..whole) {
                Some(message) => message,
                None => return Step::Need(whole),
            }
        };
        if head.first() == Some(&0xfe) {
            self.v2.message(dir, message, &mut self.common, cx);
            self.v1.superseded |= self.v2.answered_v1;
        } else {
            self.v1.message(dir, message, &mut self.common, cx);
        }
        Step::Skip(read::wide(whole))
    }

    fn gap(&mut self, dir: Dir, _missing: u64, _cx: &mut Cx<'_>) -> bool {
        *self.lost(dir) = true;
        self.common.pipes.lost(dir);
        true
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if let Some((time, mut said)) = self.called.take() {
            said.time = time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
        self.v2.end(heard, cx);
        self.v1.end(heard, cx);
        self.common.pipes.end(heard, cx);
        self.common.files.end(cx);
    }
}

impl Smb {
    fn lost(&mut self, dir: Dir) -> &mut bool {
        let [to_server, to_client] = &mut self.lost;
        if dir == Dir::ToServer { to_server } else { to_client }
    }

    /// RFC 1002 §4.3.2 to §4.3.5.
    fn session(&mut self, kind: u8, body: &[u8], cx: &mut Cx<'_>) {
        match kind {
            0x81 => {
                let name = |at: usize| body.get(at.saturating_add(1)..at.saturating_add(33)).and_then(|b| crate::dns::nbns::decode(&read::text(b)));
                let called = name(0).map(|(n, _)| n).unwrap_or_default();
                let calling = name(34).map(|(n, _)| n).unwrap_or_default();
                cx.clue(Host::Server, "smb.called_name", &called, Some(cx.ends.server.port));
                cx.clue(Host::Client, "smb.calling_name", &calling, None);
                let said = Exchange { operation: "SESSION_REQUEST".into(), client_name: calling, server_name: called, ..Exchange::default() };
                self.called = Some((cx.time, said));
            }
            0x82 | 0x83 => {
                if let Some((time, mut said)) = self.called.take() {
                    said.time = time;
                    said.duration_ns = read::lapse(time, cx.time);
                    said.outcome = if kind == 0x82 { Outcome::Ok } else { Outcome::Refused };
                    said.status = body.first().map(|code| format!("0x{code:02x}")).filter(|_| kind == 0x83).unwrap_or_default();
                    cx.exchange(said);
                }
            }
            _ => {}
        }
    }
}

/// [MS-ERREF] 2.3: severity in the two highest bits.
pub fn outcome(status: u32) -> Outcome {
    match status {
        0 => Outcome::Ok,
        // access denied, log-on failures, account states, no such name, bad network name, sharing violation
        0xc000_0022 | 0xc000_0034 | 0xc000_003a | 0xc000_006a..=0xc000_0073 | 0xc000_00cc | 0xc000_0043 | 0xc000_015b | 0xc000_0193 | 0xc000_0224
        | 0xc000_0234 | 0xc000_0064 | 0xc000_00ca | 0xc000_0035 | 0xc000_000f | 0xc000_018b => Outcome::Refused,
        s if s >> 30 == 2 => Outcome::Warning,
        s if s >> 30 == 3 => Outcome::Failed,
        _ => Outcome::Ok,
    }
}

fn status_text(status: u32) -> String {
    format!("0x{status:08x}")
}

/// Which mechanism a security blob speaks (RFC 4178, [MS-SPNG]): NTLM, Kerberos 5 or none told.
fn mechanism(blob: &[u8]) -> &'static str {
    if read::find(blob, b"NTLMSSP\0").is_some() {
        return "ntlm";
    }
    // 1.2.840.113554.1.2.2 and Microsoft's 1.2.840.48018.1.2.2, with a token behind them.
    let kerberos: [&[u8]; 2] = [
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02],
        &[0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 0x01, 0x02, 0x02],
    ];
    if kerberos.iter().any(|oid| read::find(blob, oid).is_some()) { "kerberos" } else { "" }
}

/// Share of `\\server\share`, in the case it was sent.
fn share(path: &str) -> String {
    path.rsplit('\\').next().unwrap_or(path).to_string()
}
