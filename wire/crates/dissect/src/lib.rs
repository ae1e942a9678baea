//! Dissectors: pure readers of one protocol each. Bytes and a context come in, what was said goes
//! out; no I/O, no clock, no threads. Recognition is by content; a port is only a hint of order.
//!
//! A dissector stops in three ways only: it needs more bytes (`Step::Need`), the bytes are
//! malformed at an offset for a reason (`Step::Malformed`), or a named limit is reached
//! (`Step::OverLimit`). What is odd but readable becomes a note and reading goes on.

pub mod read;
mod registry;

mod arp;
mod astm;
mod bcap;
mod ber;
mod database;
mod dcerpc;
pub mod charset;
mod dhcp;
mod directory;
pub mod dicom;
pub mod fhir;
pub mod hl7;
mod igtl;
mod intellivue;
mod mder;
mod phd;
mod poct1a;
pub mod sdc;
mod xml;
mod dns;
pub mod http;
mod link;
mod manage;
pub mod mask;
pub mod mfer;
pub mod nameplate;
mod ntlm;
mod plant;
mod print;
mod quic;
mod rdp;
mod seen;
mod smb;
mod ssh;
pub mod ssmix2;
mod text;
mod tls;
mod vnc;
mod vpn;

pub use registry::{all, by_name};

use hinomi_model::{Again, Clue, Dir, Ends, Exchange, Host, Keys, Nanos, Note, NoteKind, Out, PacketRef, Reading};
use std::sync::Arc;

/// What a dissector is, says and rests on; documentation and tests are made from it.
pub struct Meta {
    /// Service name in flow rows, first part of attribute and note names: `dicom`.
    pub name: &'static str,
    /// Plain English name.
    pub title: &'static str,
    /// Standard with its edition: `DICOM PS3.8 2025a`.
    pub standard: &'static str,
    /// 'A' complete, 'B' identity and session fields, 'C' recognised only.
    pub tier: char,
    /// Attributes it can give, with what they mean and the section they come from.
    pub clues: &'static [(&'static str, &'static str)],
    /// Operations of its exchanges (a final `*` stands for any ending).
    pub operations: &'static [&'static str],
    /// Names in `Exchange::detail`, with their meaning.
    pub details: &'static [(&'static str, &'static str)],
    /// Notes it can raise, with the meaning.
    pub notes: &'static [(&'static str, &'static str)],
    /// Whether it gives readings.
    pub readings: bool,
    /// tshark's name for the protocol (`_ws.col.protocol` filter name), '' where it has none.
    pub tshark: &'static str,
}

/// What surrounds the bytes at hand.
pub struct Cx<'a> {
    /// Tap time of the packet that completed the bytes.
    pub time: Nanos,
    pub packet: PacketRef,
    pub ends: &'a Ends,
    pub keys: &'a Keys,
    pub limits: &'a Limits,
    pub out: &'a mut Out,
}

/// Named limits of dissectors. Each has a counter in the notes it raises (`over_limit`).
#[derive(Clone, Debug)]
pub struct Limits {
    /// Longest single message a stream dissector may ask the engine to hold (bytes).
    pub message_bytes_max: usize,
    /// Most requests that wait for their answer on one flow; the oldest is then said as unanswered.
    pub pending_max: usize,
    /// Longest text of one value (characters); longer ones are cut with a final `…`.
    pub value_chars_max: usize,
    /// Most samples kept of one waveform block.
    pub samples_max: usize,
    /// Most lines of syslog handed out of one connection; 0, the default, hands out none.
    pub log_lines_max: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { message_bytes_max: 1 << 20, pending_max: 256, value_chars_max: 512, samples_max: 65_536, log_lines_max: 0 }
    }
}

impl Cx<'_> {
    /// Say a clue; empty values are dropped, long ones cut, control characters replaced by spaces.
    pub fn clue(&mut self, host: Host, attribute: &'static str, value: &str, port: Option<u16>) {
        let value = tidy(value, self.limits.value_chars_max);
        if !value.is_empty() {
            self.out.clues.push(Clue { host, attribute, value, port });
        }
    }

    pub fn exchange(&mut self, exchange: Exchange) {
        self.out.exchanges.push(exchange);
    }

    pub fn reading(&mut self, reading: Reading) {
        self.in_order();
        self.out.readings.push(reading);
    }

    /// Say a reading that differs from `like` in its value and its time only.
    pub fn again(&mut self, like: &Arc<Reading>, value: Option<f64>, device_time: Option<Nanos>) {
        self.out.again.push(Again { like: Arc::clone(like), value, device_time });
    }

    /// Say clues that were said before on this connection.
    pub fn clues_again(&mut self, clues: &Arc<[Clue]>) {
        if !clues.is_empty() {
            self.out.clues_again.push(Arc::clone(clues));
        }
    }

    /// What comes now stands behind all that was said.
    pub fn in_order(&mut self) {
        if !self.out.again.is_empty() {
            self.out.readings.extend(self.out.again.drain(..).map(Reading::from));
        }
    }

    pub fn note(&mut self, kind: NoteKind, name: &'static str, at: u64, text: impl Into<String>) {
        self.out.notes.push(Note { kind, name, at, text: text.into() });
    }
}

/// Trim, fold control characters to spaces, cut at `chars_max` characters.
pub fn tidy(value: &str, chars_max: usize) -> String {
    // Most values are as they shall be.
    if let [first, .., last] = value.as_bytes()
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
        && value.len() <= chars_max
        && value.bytes().all(|b| matches!(b, b' '..=b'~'))
    {
        return value.to_string();
    }
    let mut out = String::with_capacity(value.len().min(chars_max));
    let trimmed = value.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    for (n, c) in trimmed.chars().enumerate() {
        if n >= chars_max {
            out.push('…');
            break;
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}

/// First look at the bytes of an unknown flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Probe {
    No,
    /// Cannot tell yet, ask again with more bytes of this direction.
    More,
    Yes,
}

/// How a stream dissector leaves a piece.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Read `n` bytes (> 0); call again with what follows, if anything does.
    Took(usize),
    /// Nothing can be read until `n` bytes in all stand at this position (n > what was offered).
    Need(usize),
    /// The next `n` bytes (from this position, may be far more than was offered) are of no
    /// interest: count them, do not copy them.
    Skip(u64),
    /// Nothing more is wanted of this direction (the flow goes on being counted).
    Done,
    /// The stream goes on in another protocol (STARTTLS, upgrade) after `n` bytes.
    Handover { took: usize, to: &'static str },
    /// The bytes at `at` (from this position) cannot be what the standard says; the engine raises
    /// the note `name`, and gives this direction up unless the dissector finds its feet in `resync`.
    Malformed { at: usize, name: &'static str, why: &'static str },
    /// A named limit is reached: the engine raises the note, and gives this direction up.
    OverLimit { name: &'static str, limit: u64 },
}

/// Reader of one TCP (or otherwise ordered) flow, both directions.
pub trait Stream: Send {
    /// Contiguous bytes of one direction, from the first that was not yet taken. Called repeatedly
    /// until it returns other than `Took` or the bytes are used up.
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step;

    /// `missing` bytes of this direction were not heard (or the start of the flow was not). Return
    /// true to go on at the next byte heard (the dissector must find its own feet in `feed`, where
    /// `Took` may pass over bytes), false to give the direction up.
    fn gap(&mut self, dir: Dir, missing: u64, cx: &mut Cx<'_>) -> bool {
        let _ = (dir, missing, cx);
        false
    }

    /// The flow ended (or is cut off): say what is still pending. `heard` tells for each direction
    /// (to server, to client) whether the tap heard any packet of it.
    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        let _ = (heard, cx);
    }
}

/// Reader of datagrams of one UDP (or ICMP …) flow, both directions.
pub trait Datagram: Send {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict;

    /// Whether what was read so far is enough to name the flow. A protocol with too little in one datagram answers
    /// `Probe::More`, is shown the following ones, says nothing, and is sure once they fit together.
    fn sure(&self) -> bool {
        true
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        let _ = (heard, cx);
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    Read,
    /// This datagram is not of the protocol; the flow's service stays what it was.
    NotMine,
    Malformed { at: usize, name: &'static str, why: &'static str },
}

/// Reader of non-IP frames (ARP, LLDP, CDP, STP, EAPOL …). `cx.ends` bears the MAC addresses.
pub trait Frame: Send {
    fn frame(&mut self, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict;
}

/// How a dissector enters the engine.
pub enum Entry {
    Stream {
        /// TCP ports where it is asked first. Never enough to recognise it.
        hints: &'static [u16],
        probe: fn(dir: Dir, head: &[u8], ends: &Ends) -> Probe,
        open: fn() -> Box<dyn Stream>,
    },
    Datagram {
        hints: &'static [u16],
        probe: fn(dir: Dir, datagram: &[u8], ends: &Ends) -> Probe,
        open: fn() -> Box<dyn Datagram>,
    },
    /// EtherTypes (values from 0x0600), or LLC/SNAP protocol ids as the decoder names them.
    Frame { ethertypes: &'static [u16], open: fn() -> Box<dyn Frame> },
}

/// A dissector as the registry lists it. One protocol may have several entries (DNS on UDP and TCP).
pub struct Dissector {
    pub meta: &'static Meta,
    pub entries: &'static [Entry],
}
