//! SMB 1 ([MS-CIFS] 2.2, [MS-SMB]): still spoken by old modalities and scanners.

use super::files::{self, File};
use super::{Common, mechanism, outcome, share, status_text};
use crate::read::{self, Rd, Waiting, utf16};
use crate::{Cx, ntlm};
use hinomi_model::{Dir, Exchange, Host, Nanos, NoteKind, Outcome};

const DELETE: u8 = 0x06;
const RENAME: u8 = 0x07;
const CLOSE: u8 = 0x04;
const READ: u8 = 0x2e;
const WRITE: u8 = 0x2f;
const NEGOTIATE: u8 = 0x72;
const SESSION_SETUP: u8 = 0x73;
const TREE_CONNECT: u8 = 0x75;
const CREATE: u8 = 0xa2;
const TRANSACTION: u8 = 0x25;
const TRANSACTION2: u8 = 0x32;
/// [MS-CIFS] 2.2.5.6: TRANS_TRANSACT_NMPIPE writes to a pipe and reads from it in one step.
const TRANSACT_PIPE: u16 = 0x0026;
/// [MS-CIFS] 2.2.6.15: TRANS2_SESSION_SETUP was never put to use and may not be sent.
const RESERVED_SETUP: u16 = 0x000e;

/// 2.2.3.1.
struct Header {
    command: u8,
    status: u32,
    is_answer: bool,
    unicode: bool,
    tree: u16,
    id: (u16, u16),
}

fn header(rd: &mut Rd<'_>) -> Option<Header> {
    if rd.array::<4>()? != [0xff, b'S', b'M', b'B'] {
        return None;
    }
    let command = rd.u8()?; // 4
    let status = rd.u32_le()?; // 5-8
    let flags = rd.u8()?; // 9
    let flags2 = rd.u16_le()?; // 10-11
    rd.skip(2 + 8 + 2)?; // process id high, signature, reserved
    let tree = rd.u16_le()?; // 24-25
    let process = rd.u16_le()?; // 26-27
    rd.skip(2)?; // user id
    let multiplex = rd.u16_le()?; // 30-31
    Some(Header { command, status, is_answer: flags & 0x80 != 0, unicode: flags2 & 0x8000 != 0, tree, id: (process, multiplex) })
}

pub fn is_bulk(dir: Dir, head: &[u8]) -> bool {
    let command = head.get(4).copied();
    (command == Some(READ) && dir == Dir::ToClient) || (command == Some(WRITE) && dir == Dir::ToServer)
}

impl V1 {
    /// Whether a READ answer or a WRITE belongs to a pipe, whose bytes are read.
    pub fn of_pipe(&self, head: &[u8], common: &Common) -> bool {
        let mut rd = Rd::new(head);
        let Some(header) = header(&mut rd) else { return false };
        if header.is_answer {
            return self.waiting.get(&(header.id, header.command)).and_then(|a| a.file).is_some_and(|id| common.pipes.is_open(&id));
        }
        // 2.2.4.43.1: count of words, then what follows each command, the file; later where the data stand.
        let (Some(()), Some(id), Some(()), Some(offset)) = (rd.skip(5), rd.u16_le(), rd.skip(16), rd.u16_le()) else { return false };
        common.pipes.is_open(&file_id(id)) || head.get(usize::from(offset)..).is_some_and(crate::dcerpc::opens)
    }
}

/// The data a message says it has, or what is there of them.
fn data_at(bytes: &[u8], offset: u16, length: usize) -> &[u8] {
    let offset = usize::from(offset);
    bytes.get(offset..bytes.len().min(offset.saturating_add(length))).unwrap_or(&[])
}

#[derive(Debug)]
struct Asked {
    time: Nanos,
    said: Exchange,
    path: String,
    share: String,
    file: Option<[u8; 16]>,
    dialects: Vec<String>,
}

#[derive(Default)]
pub struct V1 {
    waiting: Waiting<((u16, u16), u8), Asked>,
    trees: Waiting<u16, String>,
    logon: Option<ntlm::Said>,
    /// The server answered the negotiation in version 2 ([MS-SMB2] 3.3.5.3).
    pub superseded: bool,
}

/// A string of the data part: UTF-16 aligned to two bytes of the header, or OEM.
fn string(bytes: &[u8], at: &mut usize, unicode: bool) -> Option<String> {
    if unicode {
        if *at % 2 == 1 {
            *at = at.saturating_add(1);
        }
        let rest = bytes.get(*at..)?;
        let units = rest.chunks_exact(2).position(|c| c == [0, 0]).unwrap_or(rest.len() / 2);
        let text = utf16(rest.get(..units.saturating_mul(2))?);
        *at = at.saturating_add(units.saturating_mul(2)).saturating_add(2);
        return Some(text);
    }
    let rest = bytes.get(*at..)?;
    let end = rest.iter().position(|b| *b == 0).unwrap_or(rest.len());
    let text = read::text(rest.get(..end)?);
    *at = at.saturating_add(end).saturating_add(1);
    Some(text)
}

fn file_id(fid: u16) -> [u8; 16] {
    let [a, b] = fid.to_le_bytes();
    [a, b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
}

impl V1 {
    pub fn message(&mut self, dir: Dir, bytes: &[u8], common: &mut Common, cx: &mut Cx<'_>) {
        let mut rd = Rd::new(bytes);
        let Some(header) = header(&mut rd) else {
            cx.note(NoteKind::Malformed, "smb.malformed", 0, "a message of version 1 has no header");
            return;
        };
        if header.is_answer != (dir == Dir::ToClient) {
            return;
        }
        // 2.2.3.2, 2.2.3.3: words with their count, then bytes with theirs.
        let Some(words) = rd.u8().and_then(|n| rd.take(usize::from(n).saturating_mul(2))) else { return };
        let data = rd.pos().saturating_add(2);
        let done = if header.is_answer { self.answer(&header, words, bytes, data, common, cx) } else { self.request(&header, words, bytes, data, common, cx) };
        if done.is_none() && header.status == 0 && !is_bulk(dir, bytes) {
            cx.note(NoteKind::Malformed, "smb.malformed", 32, "a message of version 1 ends too early");
        }
    }

    pub fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, asked)) = self.waiting.first() {
            if asked.said.operation.is_empty() || (self.superseded && asked.said.operation == "NEGOTIATE") {
                continue;
            }
            let mut said = asked.said;
            said.time = asked.time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
    }

    fn request(&mut self, header: &Header, words: &[u8], bytes: &[u8], data: usize, common: &mut Common, cx: &mut Cx<'_>) -> Option<()> {
        let mut rd = Rd::new(words);
        let mut at = data;
        let tree = self.trees.get(&header.tree).cloned().unwrap_or_default();
        let mut asked = Asked { time: cx.time, said: Exchange::default(), path: String::new(), share: tree.clone(), file: None, dialects: Vec::new() };
        match header.command {
            NEGOTIATE => {
                // 2.2.4.52: each dialect is 0x02 and a string.
                let mut list = Rd::at(bytes, data);
                while list.u8() == Some(2) && asked.dialects.len() < 32 {
                    asked.dialects.push(read::text(list.until(0)?));
                }
                asked.said.operation = "NEGOTIATE".into();
                asked.said.object = asked.dialects.join(",");
                cx.clue(Host::Client, "smb.client_dialects", &asked.said.object.clone(), None);
            }
            SESSION_SETUP => {
                asked.said.operation = "SESSION_SETUP".into();
                if words.len() == 24 {
                    // [MS-SMB] 2.2.4.6.1: extended security.
                    rd.skip(14)?;
                    let length = usize::from(rd.u16_le()?);
                    let blob = bytes.get(data..data.checked_add(length)?)?;
                    if let Some(said) = ntlm::token(Dir::ToServer, blob, cx).filter(|s| s.kind == 3) {
                        self.logon = Some(said);
                    }
                    asked.said.detail.push(("mechanism", mechanism(blob).into()));
                    at = at.saturating_add(length);
                } else {
                    // [MS-CIFS] 2.2.4.53.1: two passwords, account, domain.
                    rd.skip(14)?;
                    let (oem, unicode) = (usize::from(rd.u16_le()?), usize::from(rd.u16_le()?));
                    at = at.saturating_add(oem).saturating_add(unicode);
                    let user = string(bytes, &mut at, header.unicode)?;
                    let domain = string(bytes, &mut at, header.unicode)?;
                    if !user.is_empty() {
                        asked.said.client_name = crate::mask::user(&user, cx.keys);
                        asked.said.detail.push(("user", asked.said.client_name.clone()));
                        asked.said.detail.push(("domain", domain));
                    }
                }
                if let Some(os) = string(bytes, &mut at, header.unicode) {
                    cx.clue(Host::Client, "smb.os", &os, None);
                }
                if let Some(software) = string(bytes, &mut at, header.unicode) {
                    cx.clue(Host::Client, "smb.lan_manager", &software, None);
                }
            }
            TREE_CONNECT => {
                // 2.2.4.55.1: password, path, service.
                rd.skip(6)?;
                at = at.saturating_add(usize::from(rd.u16_le()?));
                let path = string(bytes, &mut at, header.unicode)?;
                asked.share = share(&path);
                asked.said.operation = "TREE_CONNECT".into();
                asked.said.server_name = path.trim_start_matches('\\').split('\\').next().unwrap_or("").to_string();
                asked.said.object = path;
            }
            CREATE => {
                // 2.2.4.64.1
                rd.skip(15)?;
                let access = rd.u32_le()?;
                let path = string(bytes, &mut at, header.unicode)?;
                asked.said = files::about("CREATE", &path, &tree, cx);
                asked.said.detail.push(("access", format!("{access:08x}")));
                asked.path = path;
            }
            DELETE | RENAME => {
                at = at.saturating_add(1); // 2.2.4.7.1, 2.2.4.8.1: buffer format 0x04
                let path = string(bytes, &mut at, header.unicode)?;
                asked.said = files::about(if header.command == DELETE { "DELETE" } else { "RENAME" }, &path, &tree, cx);
                if header.command == RENAME {
                    at = at.saturating_add(1);
                    let new_name = string(bytes, &mut at, header.unicode)?;
                    asked.said.detail.push(("new_name", crate::mask::file(&new_name, cx.keys)));
                    asked.said.detail.push(("new_ending", files::ending(&new_name)));
                }
            }
            CLOSE => asked.file = Some(file_id(rd.u16_le()?)),
            READ => {
                rd.skip(4)?;
                asked.file = Some(file_id(rd.u16_le()?));
            }
            WRITE => {
                // 2.2.4.43.1
                rd.skip(4)?;
                let id = file_id(rd.u16_le()?);
                rd.skip(4 + 4)?;
                let mode = rd.u16_le()?;
                rd.skip(2)?;
                let high = rd.u16_le()?;
                let low = rd.u16_le()?;
                let offset = rd.u16_le()?;
                if let Some(file) = common.files.get(&id) {
                    file.writes = file.writes.saturating_add(1);
                    file.written_bytes = file.written_bytes.saturating_add(u64::from(high) << 16 | u64::from(low));
                }
                // WriteMode RAW_MODE with MSG_START: the length of the message stands before it.
                let data = data_at(bytes, offset, usize::from(low));
                let data = if mode & 0x000c == 0x000c { data.get(2..).unwrap_or(&[]) } else { data };
                common.pipes.heard(id, Dir::ToServer, data, cx);
                return Some(());
            }
            TRANSACTION => {
                // 2.2.4.33.1: the function is the first word of the set-up, the pipe the second.
                rd.skip(22)?;
                let (length, offset) = (rd.u16_le()?, rd.u16_le()?);
                if rd.u16_le()? < 2 || rd.u16_le()? != TRANSACT_PIPE {
                    return Some(());
                }
                let id = file_id(rd.u16_le()?);
                common.pipes.heard(id, Dir::ToServer, data_at(bytes, offset, usize::from(length)), cx);
                asked.file = Some(id);
            }
            TRANSACTION2 => {
                rd.skip(28)?; // 2.2.4.46.1: the subcommand is the first word of the set-up
                if rd.u16_le()? != RESERVED_SETUP {
                    return Some(());
                }
                asked.said.operation = "TRANS2_SESSION_SETUP".into();
            }
            _ => return Some(()),
        }
        asked.said.request_bytes = read::wide(bytes.len());
        if let Some((_, oldest)) = self.waiting.put((header.id, header.command), asked, cx.limits.pending_max) {
            cx.note(NoteKind::OverLimit, "smb.pending_max", 0, "too many requests wait for an answer");
            if !oldest.said.operation.is_empty() {
                let mut said = oldest.said;
                said.time = oldest.time;
                said.outcome = Outcome::Unanswered;
                cx.exchange(said);
            }
        }
        Some(())
    }

    fn answer(&mut self, header: &Header, words: &[u8], bytes: &[u8], data: usize, common: &mut Common, cx: &mut Cx<'_>) -> Option<()> {
        let mut rd = Rd::new(words);
        let mut at = data;
        let Some(mut asked) = self.waiting.take(&(header.id, header.command)) else { return Some(()) };
        let failed = header.status >> 30 == 3;
        let port = Some(cx.ends.server.port);
        let said = &mut asked.said;
        said.time = asked.time;
        said.duration_ns = read::lapse(asked.time, cx.time);
        said.status = status_text(header.status);
        said.outcome = outcome(header.status);
        said.response_bytes = read::wide(bytes.len());
        match header.command {
            NEGOTIATE if !failed => {
                let index = usize::from(rd.u16_le()?);
                let dialect = asked.dialects.get(index).cloned().unwrap_or_default();
                cx.clue(Host::Server, "smb.dialect", &dialect, port);
                said.detail.push(("dialect", dialect));
                said.detail.push(("version", "1".into()));
                if !common.v1_noted {
                    common.v1_noted = true;
                    cx.note(NoteKind::Odd, "smb.version_1", 0, "version 1 was agreed upon");
                }
            }
            SESSION_SETUP => {
                let mut guest = false;
                if words.len() >= 8 {
                    // [MS-SMB] 2.2.4.6.2
                    rd.skip(4)?;
                    guest = rd.u16_le()? & 1 != 0;
                    let length = usize::from(rd.u16_le()?);
                    let blob = bytes.get(data..data.checked_add(length)?)?;
                    ntlm::token(Dir::ToClient, blob, cx);
                    at = at.saturating_add(length);
                } else if words.len() >= 6 {
                    rd.skip(4)?;
                    guest = rd.u16_le()? & 1 != 0;
                }
                for attribute in ["smb.os", "smb.lan_manager", "smb.domain"] {
                    if let Some(text) = string(bytes, &mut at, header.unicode) {
                        cx.clue(Host::Server, attribute, &text, port);
                    }
                }
                if header.status == 0xc000_0016 {
                    return Some(());
                }
                if let Some(logon) = self.logon.take() {
                    said.client_name.clone_from(&logon.user);
                    for (name, value) in [("user", logon.user), ("domain", logon.domain), ("host", logon.host)] {
                        if !value.is_empty() {
                            said.detail.push((name, value));
                        }
                    }
                }
                if guest && !failed && !common.guest_noted {
                    common.guest_noted = true;
                    cx.note(NoteKind::Odd, "smb.guest", 0, "a session was opened as guest");
                }
            }
            TREE_CONNECT if !failed => {
                cx.clue(Host::Server, "smb.share", &asked.share, port);
                if self.trees.put(header.tree, asked.share.clone(), 64).is_some() {
                    cx.note(NoteKind::OverLimit, "smb.trees_max", 0, "too many shares are open");
                }
            }
            CREATE if !failed => {
                rd.skip(5)?; // 2.2.4.64.2
                let id = file_id(rd.u16_le()?);
                if files::is_pipe(&asked.share) {
                    common.pipes.opened(id, &asked.path, cx);
                }
                common.files.open(id, File { opened: asked.time, path: asked.path, share: asked.share, ..File::default() }, cx);
            }
            READ if !failed => {
                rd.skip(10)?; // 2.2.4.42.2
                let low = u64::from(rd.u16_le()?);
                if let Some(file) = asked.file.and_then(|id| common.files.get(&id)) {
                    file.reads = file.reads.saturating_add(1);
                    file.read_bytes = file.read_bytes.saturating_add(low);
                }
                let offset = rd.u16_le().unwrap_or(0);
                if let Some(id) = asked.file {
                    common.pipes.heard(id, Dir::ToClient, data_at(bytes, offset, usize::try_from(low).ok()?), cx);
                }
            }
            TRANSACTION if !failed => {
                // 2.2.4.33.2
                rd.skip(12)?;
                let (length, offset) = (rd.u16_le()?, rd.u16_le()?);
                if let Some(id) = asked.file {
                    common.pipes.heard(id, Dir::ToClient, data_at(bytes, offset, usize::from(length)), cx);
                }
            }
            CLOSE => {
                if let Some(id) = asked.file {
                    common.pipes.closed(&id, cx);
                    common.files.close(&id, cx);
                }
            }
            _ => {}
        }
        if !said.operation.is_empty() {
            cx.exchange(std::mem::take(said));
        }
        Some(())
    }
}
