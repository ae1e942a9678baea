//! EAP over LAN (IEEE 802.1X-2020 clause 11, RFC 3748): who asks to enter the wired network.

use crate::mask;
use crate::read::{self, Rd};
use crate::{Cx, Dissector, Entry, Frame, Meta, Verdict};
use hinomi_model::{Exchange, Host, Outcome};

pub static EAPOL: Dissector = Dissector {
    meta: &Meta {
        name: "eapol",
        title: "EAP over LAN",
        standard: "IEEE 802.1X-2020 clause 11; RFC 3748",
        tier: 'B',
        clues: &[
            ("eapol.supplicant", "the host asks to enter by 802.1X"),
            ("eapol.authenticator", "the host decides who enters by 802.1X"),
            ("eapol.identity", "identity given: a computer's name, or a keyed hash (RFC 3748 §5.1)"),
            ("eapol.method", "EAP method, IANA number (RFC 3748 §5)"),
        ],
        operations: &["eap"],
        details: &[],
        notes: &[("eapol.malformed", "the frame ends too early")],
        readings: false,
        tshark: "eapol",
    },
    entries: &[Entry::Frame { ethertypes: &[0x888e], open: || Box::new(Eapol) }],
};

struct Eapol;

impl Frame for Eapol {
    fn frame(&mut self, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let mut rd = Rd::new(bytes);
        match read(&mut rd, cx) {
            Some(()) => Verdict::Read,
            None => Verdict::Malformed { at: rd.pos(), name: "eapol.malformed", why: "the frame ends too early" },
        }
    }
}

fn read(rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<()> {
    rd.skip(1)?; // version
    let kind = rd.u8()?;
    let body = rd.vec16()?;
    if kind == 1 {
        cx.clue(Host::Client, "eapol.supplicant", "yes", None); // EAPOL-Start
        return Some(());
    }
    if kind != 0 {
        return Some(());
    }
    // RFC 3748 §4: code, identifier, length, type.
    let mut eap = Rd::new(body);
    let code = eap.u8()?;
    eap.skip(3)?;
    match code {
        1 => cx.clue(Host::Client, "eapol.authenticator", "yes", None),
        2 => cx.clue(Host::Client, "eapol.supplicant", "yes", None),
        3 | 4 => {
            let outcome = if code == 3 { Outcome::Ok } else { Outcome::Refused };
            cx.exchange(Exchange { operation: "eap".into(), outcome, reversed: true, ..Exchange::default() });
            return Some(());
        }
        _ => return Some(()),
    }
    match eap.u8() {
        Some(1) if code == 2 => {
            let name = read::text(eap.rest());
            let shown = if name.starts_with("host/") || name.contains('$') { name } else { mask::user(&name, cx.keys) };
            cx.clue(Host::Client, "eapol.identity", &shown, None);
        }
        Some(method) if method >= 4 => cx.clue(Host::Client, "eapol.method", &method.to_string(), None),
        _ => {}
    }
    Some(())
}
