//! HTTP/2 in clear (RFC 9113): recognised by its preface; fields are compressed and not read.

use crate::read::{self, Rd};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Nanos, Outcome};

pub static H2: Dissector = Dissector {
    meta: &Meta {
        name: "http2",
        title: "HTTP/2 in clear",
        standard: "RFC 9113",
        tier: 'C',
        clues: &[],
        operations: &["connection"],
        details: &[("streams", "streams the client opened")],
        notes: &[("http2.malformed", "this is no frame")],
        readings: false,
        tshark: "http2",
    },
    entries: &[Entry::Stream { hints: &[80, 8080, 50051], probe, open: || Box::new(H2Stream::default()) }],
};

/// RFC 9113 §3.4.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

fn probe(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    if dir == Dir::ToClient {
        return Probe::No;
    }
    if head.starts_with(PREFACE) {
        Probe::Yes
    } else if PREFACE.starts_with(head) {
        Probe::More
    } else {
        Probe::No
    }
}

#[derive(Default)]
struct H2Stream {
    begun: Nanos,
    greeted: bool,
    streams: u64,
    refused: bool,
    bytes: [u64; 2],
}

impl Stream for H2Stream {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.begun == 0 {
            self.begun = cx.time;
        }
        if dir == Dir::ToServer && !self.greeted {
            if bytes.len() < PREFACE.len() {
                return Step::Need(PREFACE.len());
            }
            self.greeted = true;
            return Step::Took(PREFACE.len());
        }
        if dir == Dir::ToClient && bytes.starts_with(b"HTTP/") {
            self.refused = true; // the server does not speak it
            return Step::Done;
        }
        // §4.1: length, type, flags, stream.
        let mut rd = Rd::new(bytes);
        let (Some(length), Some(kind)) = (rd.u24(), rd.u8()) else { return Step::Need(9) };
        if bytes.len() < 9 {
            return Step::Need(9);
        }
        if kind > 0x20 {
            return Step::Malformed { at: 3, name: "http2.malformed", why: "this is no frame" };
        }
        let whole = u64::from(length).saturating_add(9);
        if let Some(count) = if dir == Dir::ToServer { self.bytes.first_mut() } else { self.bytes.last_mut() } {
            *count = count.saturating_add(whole);
        }
        if kind == 1 && dir == Dir::ToServer {
            self.streams = self.streams.saturating_add(1);
        }
        Step::Skip(whole)
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        let [up, down] = self.bytes;
        let outcome = match () {
            () if self.refused => Outcome::Refused,
            () if heard.contains(&false) => Outcome::HalfHeard,
            () => Outcome::Ok,
        };
        cx.exchange(Exchange {
            operation: "connection".into(),
            time: self.begun,
            duration_ns: read::lapse(self.begun, cx.time),
            outcome,
            request_bytes: up,
            response_bytes: down,
            detail: vec![("streams", self.streams.to_string())],
            ..Exchange::default()
        });
    }
}
