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
        notes: &[("telnet.cleartext_credentials", "somebody typed on a connection in clear, most likely a user name and a password")],
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
    over: bool,
    /// Negotiations that go on in the next piece, of the client and of the server.
    in_option: [u8; 2],
}

impl Stream for Telnet {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.begun == 0 {
            self.begun = cx.time;
        }
        if self.over {
            return Step::Done;
        }
        // RFC 854, RFC 855: options are passed over; sub-negotiations (250 … 240) end with 255 240.
        let state = if dir == Dir::ToServer { self.in_option.first_mut() } else { self.in_option.last_mut() };
        let Some(state) = state else { return Step::Done };
        for b in bytes {
            match (*state, b) {
                (0, 255) => *state = 1,
                (0, _) if dir == Dir::ToServer => {
                    // Something is typed: what the server shows from here on may echo it.
                    self.typed = true;
                    break;
                }
                (0, _) => self.text.push(*b),
                (1, 251..=254) => *state = 2,
                (1, 250) => *state = 3,
                (1 | 2, _) | (3, 240) => *state = 0,
                _ => {}
            }
        }
        if self.typed {
            self.banner(cx);
            cx.note(NoteKind::Odd, "telnet.cleartext_credentials", 0, "somebody typed on a connection in clear");
            self.over = true;
            return Step::Done;
        }
        if dir == Dir::ToServer {
            return Step::Took(bytes.len());
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
        if self.over || text.is_empty() {
            return;
        }
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|l| !l.is_empty()).take(4).collect();
        let shown = lines.iter().copied().filter(|l| !l.to_ascii_lowercase().contains("password")).collect::<Vec<_>>().join(" / ");
        cx.clue(Host::Server, "telnet.banner", &shown, Some(cx.ends.server.port));
        self.over = true;
    }
}
