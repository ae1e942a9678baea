//! ORiN b-CAP over TCP or UDP: who connects to which controller by which provider, what variables
//! are read and written, what commands are executed.
//!
//! A frame (b-CAP communication specification, §3): SOH, length of 4 bytes (of the whole frame),
//! serial of 2, reserved or version of 2, function id or result of 4, number of arguments of 2,
//! arguments, EOT. All little endian.

mod session;
mod variant;

use crate::read::Rd;
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Step, Stream, Verdict};
use hinomi_model::{Dir, Ends, NoteKind};
use session::Session;

const SOH: u8 = 0x01;
const EOT: u8 = 0x04;
/// Bytes of a frame around its arguments.
const FRAME_MIN: u32 = 16;
/// Longest frame whose arguments are read; longer ones are passed over.
const FRAME_BYTES_MAX: u32 = 64 << 10;
/// Longest frame the specification allows.
const FRAME_LIMIT: u32 = 16 << 20;

pub static DISSECTOR: Dissector = Dissector {
    meta: &Meta {
        name: "bcap",
        title: "ORiN b-CAP",
        standard: "ORiN 2 b-CAP communication specification",
        tier: 'A',
        clues: &[
            ("bcap.role", "client or controller, and what it did: connect, read, write, execute"),
            ("bcap.provider", "CAO provider a client asked for, said of the controller's host (Controller_Connect)"),
            ("bcap.controller", "controller name a client asked for (Controller_Connect)"),
            ("bcap.machine", "machine a client asked the provider to work on (Controller_Connect)"),
            ("bcap.robot", "robot name a client asked for (Controller_GetRobot)"),
            ("bcap.variable", "variable name a client asked for (GetVariable)"),
            ("bcap.maker", "value of a variable that names the maker"),
            ("bcap.model", "value of a variable that names the model or type"),
            ("bcap.serial", "value of a variable that names the serial number"),
            ("bcap.version", "value of a variable that names the version"),
        ],
        operations: &["Service_*", "Controller_*", "Extension_*", "File_*", "Robot_*", "Task_*", "Variable_*", "Command_*", "Message_*", "function *"],
        details: &[
            ("serial", "serial of the request"),
            ("provider", "CAO provider"),
            ("machine", "machine the provider works on"),
            ("name", "name of the object or command asked for"),
            ("arguments", "number of arguments"),
            ("count", "times the same operation on the same object went well after the first; the row stands for all of them"),
        ],
        notes: &[
            ("bcap.malformed_frame", "bytes that cannot be a frame"),
            ("bcap.malformed_argument", "an argument longer than its frame"),
            ("bcap.frame_bytes_max", "a frame over the limit of bytes held; its arguments were not read"),
            ("bcap.pending_max", "more requests waiting for an answer than the limit"),
            ("bcap.handles_max", "more handles in use than are remembered"),
            ("bcap.gap", "a part of the stream was not heard"),
        ],
        readings: true,
        tshark: "",
    },
    entries: &[
        Entry::Stream { hints: &[5007], probe, open: || Box::new(Bcap::default()) },
        Entry::Datagram { hints: &[5007], probe: probe_datagram, open: || Box::new(Bcap::default()) },
    ],
};

/// A frame whose end stands where its length says, or as much of it as there is.
fn probe(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    look(head).unwrap_or(Probe::More)
}

fn probe_datagram(dir: Dir, datagram: &[u8], ends: &Ends) -> Probe {
    match probe(dir, datagram, ends) {
        Probe::Yes => Probe::Yes,
        _ => Probe::No,
    }
}

fn look(head: &[u8]) -> Option<Probe> {
    let mut rd = Rd::new(head);
    if rd.u8()? != SOH {
        return Some(Probe::No);
    }
    let length = rd.u32_le()?;
    if !(FRAME_MIN..=FRAME_LIMIT).contains(&length) {
        return Some(Probe::No);
    }
    rd.skip(2)?;
    let version = rd.u16_le()?;
    let function = rd.u32_le()?;
    let arguments = rd.u16_le()?;
    // A request names a function; an answer bears an HRESULT.
    let is_function = session::name(function).is_some();
    let is_result = function == 0 || function >> 16 == 0x8000 || function >> 16 == 0x8007 || function >> 31 == 1;
    if version > 16 || arguments > 64 || !(is_function || is_result) {
        return Some(Probe::No);
    }
    let length = crate::read::size(length);
    match head.get(length.saturating_sub(1)) {
        Some(&EOT) => Some(Probe::Yes),
        Some(_) => Some(Probe::No),
        None if head.len() > 256 && is_function => Some(Probe::Yes),
        None => None,
    }
}

#[derive(Default)]
struct Bcap {
    session: Session,
    at: [u64; 2],
    /// After a gap, to the server and to the client: a frame is looked for.
    lost: [bool; 2],
}

impl Bcap {
    fn at(&mut self, dir: Dir) -> &mut u64 {
        let [up, down] = &mut self.at;
        if dir == Dir::ToServer { up } else { down }
    }
}

impl Bcap {
    fn lost(&mut self, dir: Dir) -> &mut bool {
        let [up, down] = &mut self.lost;
        if dir == Dir::ToServer { up } else { down }
    }

    /// After a gap: pass over bytes until a whole frame whose end stands where its length says.
    fn find_feet(&mut self, dir: Dir, bytes: &[u8]) -> Step {
        for n in 0..bytes.len() {
            let rest = bytes.get(n..).unwrap_or(&[]);
            let fits = Rd::at(rest, 1).u32_le().is_none_or(|length| length <= FRAME_BYTES_MAX);
            match look(rest).filter(|_| fits) {
                Some(Probe::Yes) => {
                    *self.lost(dir) = false;
                    return self.pass(dir, n);
                }
                None if fits => return if n > 0 { self.pass(dir, n) } else { Step::Need(bytes.len().saturating_add(1)) },
                _ => {}
            }
        }
        self.pass(dir, bytes.len())
    }

    fn pass(&mut self, dir: Dir, n: usize) -> Step {
        let at = self.at(dir);
        *at = at.saturating_add(crate::read::wide(n));
        Step::Took(n)
    }
}

impl Stream for Bcap {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if *self.lost(dir) {
            match self.find_feet(dir, bytes) {
                // The frame stands right here.
                Step::Took(0) => {}
                other => return other,
            }
        }
        let mut rd = Rd::new(bytes);
        let at = *self.at(dir);
        let (Some(mark), Some(length)) = (rd.u8(), rd.u32_le()) else { return Step::Need(5) };
        if mark != SOH {
            return Step::Malformed { at: 0, name: "bcap.malformed_frame", why: "a frame does not begin with SOH" };
        }
        if !(FRAME_MIN..=FRAME_LIMIT).contains(&length) {
            return Step::Malformed { at: 1, name: "bcap.malformed_frame", why: "a frame has an impossible length" };
        }
        if length > FRAME_BYTES_MAX {
            cx.note(NoteKind::OverLimit, "bcap.frame_bytes_max", at, format!("A frame has {length} bytes."));
            *self.at(dir) = at.saturating_add(u64::from(length));
            return Step::Skip(u64::from(length));
        }
        let whole = crate::read::size(length);
        let Some(frame) = bytes.get(..whole) else { return Step::Need(whole) };
        if frame.last() != Some(&EOT) {
            return Step::Malformed { at: whole.saturating_sub(1), name: "bcap.malformed_frame", why: "a frame does not end in EOT" };
        }
        self.session.frame(dir, frame, at, cx);
        *self.at(dir) = at.saturating_add(u64::from(length));
        Step::Took(whole)
    }

    fn gap(&mut self, dir: Dir, missing: u64, cx: &mut Cx<'_>) -> bool {
        let at = self.at(dir);
        cx.note(NoteKind::Gap, "bcap.gap", *at, format!("{missing} bytes were not heard."));
        *at = at.saturating_add(missing);
        *self.lost(dir) = true;
        true
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        self.session.end(heard, cx);
    }
}

impl Datagram for Bcap {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        if look(bytes) != Some(Probe::Yes) {
            return Verdict::NotMine;
        }
        let mut rd = Rd::at(bytes, 1);
        let whole = rd.u32_le().map_or(0, crate::read::size);
        match bytes.get(..whole) {
            Some(frame) => {
                self.session.frame(dir, frame, 0, cx);
                Verdict::Read
            }
            None => Verdict::Malformed { at: 1, name: "bcap.malformed_frame", why: "a frame is longer than its datagram" },
        }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        self.session.end(heard, cx);
    }
}
