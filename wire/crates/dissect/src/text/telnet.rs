//! Telnet (RFC 854): that it is used, and what the terminal says before anybody logs on.

use crate::read;
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, NoteKind, Outcome};

pub static TELNET: Dissector = Dissector {
    meta: &Meta {
        name: "telnet",
        title: "Telnet",
        standard: "RFC 854, RFC 855",
        tier: 'B',
        clues: &[("telnet.banner", "first text of the server before anything is typed")],
        operations: &["session"],
        details: &[],
        notes: &[("telnet.cleartext_credentials", "a password was asked for on a connection in clear")],
        readings: false,
        tshark: "telnet",
    },
    entries: &[Entry::Stream { hints: &[23, 2323], probe, open: || Box::new(Telnet::default()) }],
};

/// RFC 854: IAC (255), WILL to DONT (251 to 254), option; at least two in a row.
fn probe(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    match head {
        [255, 251..=254, 0..=49, 255, 250..=254, ..] => Probe::Yes,
        [] | [255] | [255, 251..=254] | [255, 251..=254, 0..=49] | [255, 251..=254, 0..=49, 255] => Probe::More,
        _ => Probe::No,
    }
}

/// Named limit: text of the server that is looked at.
const BANNER_BYTES_MAX: usize = 2048;

#[derive(Default)]
struct Telnet {
    begun: Nanos,
    text: Vec<u8>,
    typed: bool,
    asked_password: bool,
    over: bool,
    /// Bytes of a negotiation that goes on in the next piece.
    in_option: u8,
}

impl Stream for Telnet {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.begun == 0 {
            self.begun = cx.time;
        }
        if self.over {
            return Step::Done;
        }
        if dir == Dir::ToServer {
            if bytes.first() != Some(&255) && !self.typed && self.in_option == 0 {
                self.typed = true;
                self.banner(cx);
            }
            return Step::Took(bytes.len());
        }
        // Options are passed over; sub-negotiations (250 … 240) end with 255 240.
        for b in bytes {
            match (self.in_option, b) {
                (0, 255) => self.in_option = 1,
                (0, _) => self.text.push(*b),
                (1, 251..=254) => self.in_option = 2,
                (1, 250) => self.in_option = 3,
                (1 | 2, _) => self.in_option = 0,
                (3, 240) => self.in_option = 0,
                _ => {}
            }
        }
        let lower = self.text.to_ascii_lowercase();
        if !self.asked_password && read::find(&lower, b"assword").is_some() {
            self.asked_password = true;
            cx.note(NoteKind::Odd, "telnet.cleartext_credentials", 0, "a password was asked for on a connection in clear");
            self.banner(cx);
            self.over = true;
        }
        if self.text.len() > BANNER_BYTES_MAX {
            self.banner(cx);
            self.over = true;
        }
        Step::Took(bytes.len())
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        self.banner(cx);
        let outcome = if heard.contains(&false) { Outcome::HalfHeard } else { Outcome::Ok };
        cx.exchange(Exchange { operation: "session".into(), time: self.begun, duration_ns: read::lapse(self.begun, cx.time), outcome, ..Exchange::default() });
    }
}

impl Telnet {
    fn banner(&mut self, cx: &mut Cx<'_>) {
        let text = String::from_utf8_lossy(&self.text).into_owned();
        self.text.clear();
        if self.over || self.typed && text.is_empty() {
            return;
        }
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|l| !l.is_empty()).take(4).collect();
        let shown = lines.iter().copied().filter(|l| !l.to_ascii_lowercase().contains("password")).collect::<Vec<_>>().join(" / ");
        cx.clue(Host::Server, "telnet.banner", &shown, Some(cx.ends.server.port));
        self.over = true;
    }
}
