//! DCE/RPC inside named pipes of SMB ([MS-RPCE] 2.1.1.2): what is written to a pipe and read from it are
//! the two directions of one association. Of each message its beginning and its end are kept.

use super::talk::{HEAD_BYTES, Header, TAIL_BYTES, Talk, header};
use crate::Cx;
use crate::read::Waiting;
use hinomi_model::{Dir, NoteKind};

/// Named limit: pipes kept of one connection.
const PIPES_MAX: usize = 32;

#[derive(Default)]
pub struct Pipes {
    open: Waiting<[u8; 16], Pipe>,
}

#[derive(Default)]
struct Pipe {
    talk: Talk,
    to_server: Side,
    to_client: Side,
}

/// One direction: the message that is being gathered.
#[derive(Default)]
struct Side {
    head: Vec<u8>,
    tail: Vec<u8>,
    header: Option<Header>,
    seen: usize,
}

impl Pipes {
    pub fn opened(&mut self, id: [u8; 16], name: &str, cx: &mut Cx<'_>) {
        let name = name.trim_start_matches('\\').to_ascii_lowercase();
        let pipe = Pipe { talk: Talk::of_pipe(crate::tidy(&name, 64)), ..Pipe::default() };
        if let Some((_, mut oldest)) = self.open.put(id, pipe, PIPES_MAX) {
            cx.note(NoteKind::OverLimit, "dcerpc.pipes_max", 0, "too many pipes are open");
            oldest.talk.end([true, true], cx);
        }
    }

    pub fn is_open(&self, id: &[u8; 16]) -> bool {
        self.open.get(id).is_some()
    }

    /// Bytes written or read. A pipe whose opening was not heard is known by a first message that opens an association.
    pub fn heard(&mut self, id: [u8; 16], dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) {
        if !self.is_open(&id) {
            if !opens(bytes) {
                return;
            }
            self.opened(id, "", cx);
        }
        let Some(pipe) = self.open.get_mut(&id) else { return };
        let side = if dir == Dir::ToServer { &mut pipe.to_server } else { &mut pipe.to_client };
        side.take(bytes, |header, head, tail| pipe.talk.message(dir, header, head, tail, cx));
    }

    /// A part of this direction was not heard: what was gathered of it stays a fragment.
    pub fn lost(&mut self, dir: Dir) {
        for pipe in self.open.values_mut() {
            *(if dir == Dir::ToServer { &mut pipe.to_server } else { &mut pipe.to_client }) = Side::default();
        }
    }

    pub fn closed(&mut self, id: &[u8; 16], cx: &mut Cx<'_>) {
        if let Some(mut pipe) = self.open.take(id) {
            pipe.talk.end([true, true], cx);
        }
    }

    pub fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, mut pipe)) = self.open.first() {
            pipe.talk.end(heard, cx);
        }
    }
}

/// A bind or its answer begins here.
pub fn opens(bytes: &[u8]) -> bool {
    matches!(bytes.get(2), Some(11..=15)) && header(bytes).is_some_and(|h| h.length >= 24)
}

impl Side {
    fn take(&mut self, mut bytes: &[u8], mut each: impl FnMut(&Header, &[u8], &[u8])) {
        while !bytes.is_empty() {
            let wanted = self.header.as_ref().map_or(16, |h| h.length).saturating_sub(self.seen);
            let (part, rest) = bytes.split_at_checked(wanted).unwrap_or((bytes, &[]));
            self.keep(part);
            bytes = rest;
            if part.len() < wanted {
                return;
            }
            if self.header.is_none() {
                match header(&self.head) {
                    Some(found) if found.length > 16 => {
                        self.header = Some(found);
                        continue;
                    }
                    Some(found) => each(&found, &self.head, &self.tail),
                    // Other programs speak through pipes in their own way: the rest of this piece is left alone.
                    None => bytes = &[],
                }
            } else if let Some(found) = &self.header {
                each(found, &self.head, &self.tail);
            }
            *self = Side::default();
        }
    }

    fn keep(&mut self, part: &[u8]) {
        self.seen = self.seen.saturating_add(part.len());
        let room = HEAD_BYTES.saturating_sub(self.head.len());
        self.head.extend_from_slice(part.get(..room).unwrap_or(part));
        let last = part.len().saturating_sub(TAIL_BYTES);
        self.tail.extend_from_slice(part.get(last..).unwrap_or(&[]));
        let over = self.tail.len().saturating_sub(TAIL_BYTES);
        self.tail.drain(..over);
    }
}
