//! TFTP: settings and firmware of switches, phones and devices that start over the network (RFC 1350).
//! The request is read; the file itself comes from another port (§4) and is counted there.

use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict, mask};
use hinomi_model::{Dir, Ends, Exchange, Outcome};

pub static TFTP: Dissector = Dissector {
    meta: &Meta {
        name: "tftp",
        title: "Trivial File Transfer Protocol",
        standard: "RFC 1350 §5, RFC 2347",
        tier: 'B',
        clues: &[],
        operations: &["read", "write"],
        details: &[("ending", "ending of the file name, in lower case"), ("mode", "octet, netascii or mail")],
        notes: &[],
        readings: false,
        tshark: "tftp",
    },
    entries: &[Entry::Datagram { hints: &[69], probe, open: || Box::new(Tftp) }],
};

/// §5: operation, file name, mode, each ended by a zero byte.
fn request(bytes: &[u8]) -> Option<(bool, &str, &str)> {
    let [0, operation @ (1 | 2), rest @ ..] = bytes else { return None };
    let mut words = rest.split(|b| *b == 0).map(std::str::from_utf8);
    let (name, mode) = (words.next()?.ok()?, words.next()?.ok()?);
    let named = !name.is_empty() && name.len() <= 512 && !name.bytes().any(|b| b.is_ascii_control());
    let meant = ["octet", "netascii", "mail"].iter().any(|known| known.eq_ignore_ascii_case(mode));
    (named && meant).then_some((*operation == 2, name, mode))
}

fn probe(dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    if dir == Dir::ToServer && request(bytes).is_some() { Probe::Yes } else { Probe::No }
}

struct Tftp;

impl Datagram for Tftp {
    fn datagram(&mut self, _dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        // The answer comes from another port; on this one only requests are heard.
        let Some((write, name, mode)) = request(bytes) else { return Verdict::Read };
        let mut said = Exchange {
            operation: if write { "write" } else { "read" }.into(),
            object: crate::tidy(&mask::file(name, cx.keys), cx.limits.value_chars_max),
            outcome: Outcome::HalfHeard, // by this flow; the answer has one of its own
            ..Exchange::default()
        };
        if let Some((_, ending)) = name.rsplit_once('.').filter(|(_, ending)| ending.len() <= 8 && ending.is_ascii()) {
            said.detail.push(("ending", ending.to_ascii_lowercase()));
        }
        said.detail.push(("mode", mode.to_ascii_lowercase()));
        cx.exchange(said);
        Verdict::Read
    }
}
