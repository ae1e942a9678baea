//! SMB 2.0.2 to 3.1.1 ([MS-SMB2]).

use super::files::{self, File};
use super::forms::{dialect, disposition_word, filetime, security_blob, signing, slice, uuid};
use super::{Common, mechanism, outcome, status_text};
use crate::read::{self, Rd, Waiting, utf16};
use crate::{Cx, ntlm};
use hinomi_model::{Dir, Exchange, Host, Nanos, NoteKind, Outcome};

/// Named limit: shares kept of one connection.
const TREES_MAX: usize = 64;

const NEGOTIATE: u16 = 0;
const SESSION_SETUP: u16 = 1;
const LOGOFF: u16 = 2;
const TREE_CONNECT: u16 = 3;
const CREATE: u16 = 5;
const CLOSE: u16 = 6;
const READ: u16 = 8;
const WRITE: u16 = 9;
const IOCTL: u16 = 11;
const QUERY_DIRECTORY: u16 = 14;
const SET_INFO: u16 = 17;
/// [MS-FSCC] 2.3: FSCTL_PIPE_TRANSCEIVE writes to a pipe and reads from it in one step.
const PIPE_TRANSCEIVE: u32 = 0x0011_c017;

/// 2.2.1.2: the packet header.
#[derive(Clone, Copy)]
struct Header {
    status: u32,
    command: u16,
    is_answer: bool,
    next: usize,
    message_id: u64,
    tree: u32,
}

fn header(rd: &mut Rd<'_>) -> Option<Header> {
    if rd.array::<4>()? != [0xfe, b'S', b'M', b'B'] || rd.u16_le()? != 64 {
        return None;
    }
    rd.skip(2)?; // credit charge
    let status = rd.u32_le()?; // 8-11
    let command = rd.u16_le()?; // 12-13
    rd.skip(2)?;
    let flags = rd.u32_le()?; // 16-19
    let next = read::size(rd.u32_le()?); // 20-23
    let message_id = rd.u64_le()?; // 24-31
    rd.skip(4)?;
    let tree = rd.u32_le()?; // 36-39 of a synchronous message
    rd.skip(8 + 16)?; // session, signature
    Some(Header { status, command, is_answer: flags & 1 != 0, next, message_id, tree })
}

/// Whether a message carries the bytes of a file, so that its head is enough.
pub fn is_bulk(dir: Dir, head: &[u8]) -> bool {
    let Some(header) = header(&mut Rd::new(head)) else { return false };
    match header.command {
        READ => dir == Dir::ToClient && header.next == 0,
        WRITE => dir == Dir::ToServer && header.next == 0,
        _ => false,
    }
}

impl V2 {
    /// Whether a READ answer or a WRITE belongs to a pipe, whose bytes are read.
    pub fn of_pipe(&self, head: &[u8], common: &Common) -> bool {
        let mut rd = Rd::new(head);
        let Some(header) = header(&mut rd) else { return false };
        if header.is_answer {
            return self.waiting.get(&(header.message_id, header.command)).and_then(|a| a.file).is_some_and(|id| common.pipes.is_open(&id));
        }
        let (Some(()), Some(offset), Some(()), Some(id)) = (rd.skip(2), rd.u16_le(), rd.skip(12), rd.array()) else { return false };
        common.pipes.is_open(&id) || head.get(usize::from(offset)..).is_some_and(crate::dcerpc::opens)
    }
}

#[derive(Debug)]
struct Asked {
    time: Nanos,
    said: Exchange,
    path: String,
    share: String,
    file: Option<[u8; 16]>,
    delete_on_close: bool,
    new_name: Option<String>,
    delete: bool,
}

#[derive(Default)]
pub struct V2 {
    waiting: Waiting<(u64, u16), Asked>,
    trees: Waiting<u32, String>,
    /// Who opens the session, kept from the AUTHENTICATE message to the answer.
    logon: Option<ntlm::Said>,
    /// A negotiation was answered that had no question of version 2.
    pub answered_v1: bool,
    /// File of the message before in a compound (2.2.1.2: related operations use 0xff…).
    last_file: Option<[u8; 16]>,
    last_created: Option<(String, String)>,
}

impl V2 {
    pub fn message(&mut self, dir: Dir, bytes: &[u8], common: &mut Common, cx: &mut Cx<'_>) {
        let mut at = 0usize;
        // 3.2.4.1.4: messages may be chained; a chain is never longer than this.
        for _ in 0..64 {
            let part = bytes.get(at..).unwrap_or(&[]);
            let mut rd = Rd::new(part);
            let Some(header) = header(&mut rd) else {
                if !part.is_empty() {
                    cx.note(NoteKind::Malformed, "smb.malformed", read::wide(at), "a message of version 2 has no header");
                }
                return;
            };
            let body = if header.next > 64 { part.get(..header.next).unwrap_or(part) } else { part };
            if header.is_answer != (dir == Dir::ToClient) {
                return;
            }
            let done = if header.is_answer { self.answer(header, body, common, cx) } else { self.request(header, body, common, cx) };
            if done.is_none() && !is_bulk(dir, part) && header.status == 0 {
                cx.note(NoteKind::Malformed, "smb.malformed", read::wide(at), "a message of version 2 ends too early");
            }
            if header.next == 0 {
                return;
            }
            at = at.saturating_add(header.next);
        }
    }

    pub fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, asked)) = self.waiting.first() {
            let mut said = asked.said;
            if said.operation.is_empty() {
                continue;
            }
            said.time = asked.time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
    }

    fn request(&mut self, header: Header, bytes: &[u8], common: &mut Common, cx: &mut Cx<'_>) -> Option<()> {
        let mut rd = Rd::at(bytes, 64);
        let share = self.trees.get(&header.tree).cloned().unwrap_or_default();
        let mut asked = Asked {
            time: cx.time,
            said: Exchange::default(),
            path: String::new(),
            share: share.clone(),
            file: None,
            delete_on_close: false,
            new_name: None,
            delete: false,
        };
        match header.command {
            NEGOTIATE => {
                // 2.2.3
                rd.skip(2)?;
                let count = rd.u16_le()?;
                let mode = rd.u16_le()?;
                rd.skip(2 + 4)?;
                let guid = rd.array::<16>()?;
                rd.skip(8)?;
                let dialects: Vec<String> = (0..count.min(16)).map_while(|_| rd.u16_le()).map(dialect).collect();
                cx.clue(Host::Client, "smb.client_dialects", &dialects.join(","), None);
                if guid != [0; 16] {
                    cx.clue(Host::Client, "smb.client_guid", &uuid(guid), None);
                }
                signing(Host::Client, mode, cx);
                asked.said.operation = "NEGOTIATE".into();
                asked.said.object = dialects.join(",");
            }
            SESSION_SETUP => {
                // 2.2.5
                rd.skip(12)?;
                let blob = security_blob(&mut rd, bytes)?;
                asked.said.operation = "SESSION_SETUP".into();
                let mechanism = mechanism(blob);
                if let Some(said) = ntlm::token(Dir::ToServer, blob, cx).filter(|s| s.kind == 3) {
                    self.logon = Some(said);
                }
                if !mechanism.is_empty() {
                    asked.said.detail.push(("mechanism", mechanism.into()));
                }
            }
            LOGOFF => asked.said.operation = "LOGOFF".into(),
            TREE_CONNECT => {
                // 2.2.9
                rd.skip(4)?;
                let (offset, length) = (rd.u16_le()?, rd.u16_le()?);
                let path = utf16(slice(bytes, usize::from(offset), usize::from(length))?);
                asked.share = super::share(&path);
                asked.said.operation = "TREE_CONNECT".into();
                asked.said.object = path.clone();
                asked.said.server_name = path.trim_start_matches('\\').split('\\').next().unwrap_or("").to_string();
            }
            CREATE => {
                // 2.2.13
                rd.skip(24)?;
                let access = rd.u32_le()?;
                rd.skip(8)?;
                let disposition = rd.u32_le()?;
                let options = rd.u32_le()?;
                let (offset, length) = (rd.u16_le()?, rd.u16_le()?);
                let path = utf16(slice(bytes, usize::from(offset), usize::from(length)).unwrap_or(&[]));
                asked.said = files::about("CREATE", &path, &share, cx);
                asked.said.detail.push(("disposition", disposition_word(disposition)));
                asked.said.detail.push(("access", format!("{access:08x}")));
                asked.delete_on_close = options & 0x1000 != 0;
                self.last_created = Some((path.clone(), share.clone()));
                self.last_file = None;
                asked.path = path;
            }
            CLOSE => {
                rd.skip(8)?; // 2.2.15
                asked.file = Some(self.file(rd.array()?));
            }
            READ => {
                rd.skip(16)?; // 2.2.19: structure, padding, flags, length, offset
                asked.file = Some(self.file(rd.array()?));
            }
            WRITE => {
                // 2.2.21
                rd.skip(4)?;
                let length = u64::from(rd.u32_le()?);
                rd.skip(8)?;
                let id = self.file(rd.array()?);
                if let Some(file) = common.files.get(&id) {
                    file.writes = file.writes.saturating_add(1);
                    file.written_bytes = file.written_bytes.saturating_add(length);
                }
                // 2.2.21: the data stand where the second word says.
                let offset = usize::from(Rd::at(bytes, 66).u16_le()?);
                let data = bytes.get(offset..bytes.len().min(offset.saturating_add(usize::try_from(length).ok()?)));
                common.pipes.heard(id, Dir::ToServer, data.unwrap_or(&[]), cx);
                return Some(());
            }
            IOCTL => {
                // 2.2.31
                rd.skip(4)?;
                if rd.u32_le()? != PIPE_TRANSCEIVE {
                    return Some(());
                }
                let id = self.file(rd.array()?);
                let (offset, length) = (read::size(rd.u32_le()?), read::size(rd.u32_le()?));
                common.pipes.heard(id, Dir::ToServer, slice(bytes, offset, length).unwrap_or(&[]), cx);
                asked.file = Some(id);
            }
            QUERY_DIRECTORY => {
                // 2.2.33
                rd.skip(8)?;
                let id = self.file(rd.array()?);
                let path = common.files.get(&id).map(|f| f.path.clone()).unwrap_or_default();
                asked.said = files::about("QUERY_DIRECTORY", &path, &share, cx);
            }
            SET_INFO => self.set_info(&mut rd, bytes, common, &mut asked, cx)?,
            _ => return Some(()),
        }
        if asked.said.operation.is_empty() && asked.file.is_none() && !asked.delete && asked.new_name.is_none() {
            return Some(());
        }
        asked.said.request_bytes = read::wide(bytes.len());
        if let Some((_, oldest)) = self.waiting.put((header.message_id, header.command), asked, cx.limits.pending_max) {
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

    /// 2.2.39: rename ([MS-FSCC] 2.4.42) and delete (2.4.11, 2.4.12).
    fn set_info(&mut self, rd: &mut Rd<'_>, bytes: &[u8], common: &mut Common, asked: &mut Asked, cx: &mut Cx<'_>) -> Option<()> {
        rd.skip(2)?;
        let (kind, class) = (rd.u8()?, rd.u8()?);
        let length = read::size(rd.u32_le()?);
        let offset = rd.u16_le()?;
        rd.skip(2 + 4)?;
        let id = self.file(rd.array()?);
        if kind != 1 {
            return Some(());
        }
        let buffer = slice(bytes, usize::from(offset), length)?;
        let file = common.files.get(&id);
        let (path, share) = match (file, &self.last_created) {
            (Some(f), _) => (f.path.clone(), f.share.clone()),
            (None, Some((path, share))) => (path.clone(), share.clone()),
            _ => (String::new(), asked.share.clone()),
        };
        match class {
            10 => {
                let mut inner = Rd::new(buffer);
                inner.skip(16)?;
                let length = read::size(inner.u32_le()?);
                let new_name = utf16(inner.take(length)?);
                asked.said = files::about("RENAME", &path, &share, cx);
                asked.said.detail.push(("new_name", crate::mask::file(&new_name, cx.keys)));
                asked.said.detail.push(("new_ending", files::ending(&new_name)));
                asked.new_name = Some(new_name);
                asked.file = Some(id);
            }
            13 | 64 if buffer.first().is_some_and(|b| b & 1 == 1) => {
                asked.delete = true;
                asked.file = Some(id);
            }
            _ => {}
        }
        Some(())
    }

    /// 3.3.5.2.7.2: a related operation names the file of the one before by all ones.
    fn file(&mut self, id: [u8; 16]) -> [u8; 16] {
        if id == [0xff; 16] { self.last_file.unwrap_or(id) } else { id }
    }

    fn answer(&mut self, header: Header, bytes: &[u8], common: &mut Common, cx: &mut Cx<'_>) -> Option<()> {
        // STATUS_PENDING: the answer proper comes later (3.3.4.2).
        if header.status == 0x0000_0103 {
            return Some(());
        }
        let mut rd = Rd::at(bytes, 64);
        let asked = self.waiting.take(&(header.message_id, header.command));
        let failed = header.status >> 30 == 3;
        let Some(mut asked) = asked else {
            // 2.2.4: the answer to a version 1 negotiation has no request of version 2.
            if header.command == NEGOTIATE && !failed {
                self.answered_v1 = true;
                let mut said = Exchange { operation: "NEGOTIATE".into(), time: cx.time, ..Exchange::default() };
                self.negotiated(&mut rd, bytes, &mut said, cx)?;
                cx.exchange(said);
            }
            return Some(());
        };
        let said = &mut asked.said;
        said.time = asked.time;
        said.duration_ns = read::lapse(asked.time, cx.time);
        said.status = status_text(header.status);
        said.outcome = outcome(header.status);
        said.response_bytes = read::wide(bytes.len());
        match header.command {
            NEGOTIATE if !failed => self.negotiated(&mut rd, bytes, said, cx)?,
            // More processing required: the next message settles it.
            SESSION_SETUP if !self.session(&mut rd, bytes, header, said, common, cx) => return Some(()),
            TREE_CONNECT if !failed => {
                cx.clue(Host::Server, "smb.share", &asked.share, Some(cx.ends.server.port));
                if self.trees.put(header.tree, asked.share.clone(), TREES_MAX).is_some() {
                    cx.note(NoteKind::OverLimit, "smb.trees_max", 0, "too many shares are open");
                }
            }
            CREATE if !failed => {
                rd.skip(2 + 2 + 4 + 32 + 16 + 8)?; // 2.2.14: structure, oplock, action, times, sizes, attributes
                let id = rd.array::<16>()?;
                self.last_file = Some(id);
                if files::is_pipe(&asked.share) {
                    common.pipes.opened(id, &asked.path, cx);
                }
                let file = File { opened: asked.time, path: asked.path, share: asked.share, to_delete: asked.delete_on_close, ..File::default() };
                common.files.open(id, file, cx);
            }
            READ if !failed => {
                rd.skip(2)?; // 2.2.20
                let offset = usize::from(rd.u8()?);
                rd.skip(1)?;
                let length = u64::from(rd.u32_le()?);
                if let Some(file) = asked.file.and_then(|id| common.files.get(&id)) {
                    file.reads = file.reads.saturating_add(1);
                    file.read_bytes = file.read_bytes.saturating_add(length);
                }
                if let Some(id) = asked.file {
                    let data = bytes.get(offset..bytes.len().min(offset.saturating_add(usize::try_from(length).ok()?)));
                    common.pipes.heard(id, Dir::ToClient, data.unwrap_or(&[]), cx);
                }
            }
            IOCTL if !failed => {
                // 2.2.32
                // The file is the one of the request: some servers answer with a part of its number.
                rd.skip(8 + 16 + 8)?;
                let (offset, length) = (read::size(rd.u32_le()?), read::size(rd.u32_le()?));
                let Some(id) = asked.file else { return Some(()) };
                common.pipes.heard(id, Dir::ToClient, slice(bytes, offset, length).unwrap_or(&[]), cx);
            }
            CLOSE if !failed => {
                let id = asked.file.map(|id| if id == [0xff; 16] { self.last_file.unwrap_or(id) } else { id });
                if let Some(id) = id {
                    common.pipes.closed(&id, cx);
                    common.files.close(&id, cx);
                }
            }
            SET_INFO if !failed => {
                if let Some(file) = asked.file.and_then(|id| common.files.get(&id)) {
                    if let Some(new_name) = asked.new_name {
                        file.path = new_name;
                    }
                    file.to_delete |= asked.delete;
                }
            }
            _ => {}
        }
        if !said.operation.is_empty() {
            cx.exchange(std::mem::take(said));
        }
        Some(())
    }

    /// 2.2.4.
    fn negotiated(&mut self, rd: &mut Rd<'_>, bytes: &[u8], said: &mut Exchange, cx: &mut Cx<'_>) -> Option<()> {
        rd.skip(2)?;
        let mode = rd.u16_le()?;
        let chosen = dialect(rd.u16_le()?);
        rd.skip(2)?;
        let guid = rd.array::<16>()?;
        rd.skip(16 + 8)?; // capabilities, sizes, system time
        let started = rd.u64_le()?;
        let port = Some(cx.ends.server.port);
        cx.clue(Host::Server, "smb.dialect", &chosen, port);
        cx.clue(Host::Server, "smb.server_guid", &uuid(guid), port);
        signing(Host::Server, mode, cx);
        if let Some(seconds) = filetime(started) {
            cx.clue(Host::Server, "smb.boot_time", &read::utc(seconds), port);
        }
        said.detail.push(("dialect", chosen));
        said.detail.push(("version", "2".into()));
        let _ = security_blob(rd, bytes);
        Some(())
    }

    /// 2.2.6. Returns whether the session setup is settled.
    fn session(&mut self, rd: &mut Rd<'_>, bytes: &[u8], header: Header, said: &mut Exchange, common: &mut Common, cx: &mut Cx<'_>) -> bool {
        let _ = rd.skip(2);
        let flags = rd.u16_le().unwrap_or(0);
        let blob = security_blob(rd, bytes).unwrap_or(&[]);
        ntlm::token(Dir::ToClient, blob, cx);
        if header.status == 0xc000_0016 {
            return false;
        }
        if let Some(logon) = self.logon.take() {
            said.client_name.clone_from(&logon.user);
            for (name, value) in [("user", logon.user), ("domain", logon.domain), ("host", logon.host)] {
                if !value.is_empty() {
                    said.detail.push((name, value));
                }
            }
        }
        // 2.2.6: guest 1, null session 2, encryption 4.
        if header.status == 0 && flags & 3 != 0 && !common.guest_noted {
            common.guest_noted = true;
            cx.note(NoteKind::Odd, "smb.guest", 0, "a session was opened as guest or without a name");
        }
        if flags & 4 != 0 {
            said.detail.push(("encrypted", "yes".into()));
        }
        true
    }
}
