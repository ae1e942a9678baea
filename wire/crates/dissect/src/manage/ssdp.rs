//! SSDP, the discovery of UPnP (UPnP Device Architecture 2.0, clause 1).

use crate::read;
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends};

pub static SSDP: Dissector = Dissector {
    meta: &Meta {
        name: "ssdp",
        title: "Simple Service Discovery Protocol (UPnP)",
        standard: "UPnP Device Architecture 2.0 §1.2, §1.3",
        tier: 'B',
        clues: &[
            ("ssdp.server", "operating system, UPnP version and product (§1.2.2 SERVER)"),
            ("ssdp.usn", "unique service name (§1.2.2 USN)"),
            ("ssdp.type", "device or service type announced (NT, ST)"),
            ("ssdp.location", "address of the device's description, without what follows the path"),
            ("ssdp.looks_for", "type searched for (§1.3.2 ST)"),
            ("ssdp.user_agent", "software of the searcher (§1.3.2 USER-AGENT)"),
        ],
        operations: &[],
        details: &[],
        notes: &[],
        readings: false,
        tshark: "ssdp",
    },
    entries: &[Entry::Datagram { hints: &[1900], probe, open: || Box::new(Ssdp) }],
};

fn probe(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    let search = bytes.starts_with(b"M-SEARCH * HTTP/1.1\r\n");
    let notify = bytes.starts_with(b"NOTIFY * HTTP/1.1\r\n");
    let answer = bytes.starts_with(b"HTTP/1.1 200 OK\r\n") && find_field(bytes, "usn").is_some();
    if search || notify || answer { Probe::Yes } else { Probe::No }
}

fn find_field(bytes: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    text.lines().skip(1).take(64).find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_string())
    })
}

struct Ssdp;

impl Datagram for Ssdp {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let me = read::sender(dir);
        if bytes.starts_with(b"M-SEARCH ") {
            for (field, attribute) in [("st", "ssdp.looks_for"), ("user-agent", "ssdp.user_agent")] {
                if let Some(value) = find_field(bytes, field) {
                    cx.clue(me, attribute, &value, None);
                }
            }
            return Verdict::Read;
        }
        if !bytes.starts_with(b"NOTIFY ") && !bytes.starts_with(b"HTTP/1.1 ") {
            return Verdict::NotMine;
        }
        for (field, attribute) in [("server", "ssdp.server"), ("usn", "ssdp.usn"), ("nt", "ssdp.type"), ("st", "ssdp.type"), ("location", "ssdp.location")] {
            if let Some(value) = find_field(bytes, field) {
                let value = if field == "location" { crate::mask::target(&value, cx.keys) } else { value };
                cx.clue(me, attribute, &value, None);
            }
        }
        Verdict::Read
    }
}
