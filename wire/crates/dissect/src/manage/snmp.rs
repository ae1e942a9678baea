//! SNMP 1, 2c and 3 (RFC 1157, RFC 3416, RFC 3412).

use crate::ber::{self, Tlv};
use crate::read::{self, Rd};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos, NoteKind, Outcome};

pub static SNMP: Dissector = Dissector {
    meta: &Meta {
        name: "snmp",
        title: "Simple Network Management Protocol 1, 2c and 3",
        standard: "RFC 1157, RFC 3416, RFC 3412, RFC 3414, RFC 3418",
        tier: 'B',
        clues: &[
            ("snmp.version", "version the host answers in"),
            ("snmp.sys_descr", "sysDescr (RFC 3418)"),
            ("snmp.sys_object_id", "sysObjectID (RFC 3418): the maker's number for the product"),
            ("snmp.sys_name", "sysName (RFC 3418)"),
            ("snmp.sys_location", "sysLocation (RFC 3418)"),
            ("snmp.sys_uptime", "sysUpTime in hundredths of a second (RFC 3418)"),
            ("snmp.serial", "serial number (RFC 6933 entPhysicalSerialNum, RFC 3805 prtGeneralSerialNumber)"),
            ("snmp.model", "model (RFC 6933 entPhysicalModelName, RFC 2790 hrDeviceDescr)"),
            ("snmp.firmware", "firmware or software revision (RFC 6933)"),
            ("snmp.engine_id", "authoritative engine id, hex (RFC 3411 §5)"),
            ("snmp.agent_address", "address a trap of version 1 speaks for (RFC 1157 §4.1.6)"),
            ("snmp.manager", "the host asks others by SNMP"),
        ],
        operations: &["get", "get-next", "get-bulk", "set", "trap", "inform", "report"],
        details: &[
            ("version", "1, 2c or 3"),
            ("community", "keyed hash of the community"),
            ("user", "keyed hash of the user of version 3"),
            ("oids", "first object identifiers asked for, joined by `,`"),
            ("error", "error status (RFC 3416 §3)"),
            ("encrypted", "yes, when the content of version 3 is encrypted"),
        ],
        notes: &[
            ("snmp.malformed", "a message is not what its RFC says"),
            ("snmp.default_community", "the community is public or private"),
            ("snmp.pending_max", "over the limit of requests that wait for an answer"),
        ],
        readings: false,
        tshark: "snmp",
    },
    entries: &[Entry::Datagram { hints: &[161, 162], probe, open: || Box::new(Snmp::default()) }],
};

fn probe(_dir: Dir, bytes: &[u8], _ends: &Ends) -> Probe {
    let mut rd = Rd::new(bytes);
    let Some(mut seq) = ber::expect(&mut rd, 0x30) else { return Probe::No };
    if !rd.is_empty() {
        return Probe::No;
    }
    let second = match ber::integer(&mut seq) {
        // Version 1 and 2c: community, then a PDU with a context tag.
        Some(0 | 1) => ber::expect(&mut seq, 4).is_some() && ber::tlv(&mut seq).is_some_and(|t| matches!(t.tag, 0xa0..=0xa8)),
        // Version 3: global data, security parameters.
        Some(3) => ber::expect(&mut seq, 0x30).is_some() && ber::expect(&mut seq, 4).is_some(),
        _ => false,
    };
    if second { Probe::Yes } else { Probe::No }
}

#[derive(Default)]
struct Snmp {
    asked: read::Waiting<i64, (Nanos, Exchange)>,
    noted: bool,
}

struct Binding {
    oid: String,
    tag: u8,
    value: Vec<u8>,
}

impl Datagram for Snmp {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        if bytes.first() != Some(&0x30) {
            return Verdict::NotMine;
        }
        match self.message(dir, bytes, cx) {
            Some(()) => Verdict::Read,
            None => Verdict::Malformed { at: 0, name: "snmp.malformed", why: "a field of the message is missing or cut" },
        }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, (time, mut said))) = self.asked.first() {
            said.time = time;
            said.outcome = read::silence(heard, Dir::ToServer);
            cx.exchange(said);
        }
    }
}

impl Snmp {
    fn message(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Option<()> {
        let mut seq = ber::expect(&mut Rd::new(bytes), 0x30)?;
        let version = ber::integer(&mut seq)?;
        let mut said = Exchange::default();
        if version == 3 {
            said.detail.push(("version", "3".into()));
            return self.version3(dir, seq, bytes.len(), said, cx);
        }
        said.detail.push(("version", if version == 0 { "1" } else { "2c" }.into()));
        let community = ber::expect(&mut seq, 4)?.rest();
        said.detail.push(("community", cx.keys.secret(community).as_str().to_string()));
        if (community == b"public" || community == b"private") && !self.noted {
            self.noted = true;
            cx.note(NoteKind::Odd, "snmp.default_community", 0, "the community is public or private");
        }
        let pdu = ber::tlv(&mut seq)?;
        self.pdu(dir, pdu, bytes.len(), said, if version == 0 { "1" } else { "2c" }, cx)
    }

    /// RFC 3412 §6: global data, security parameters, scoped PDU.
    fn version3(&mut self, dir: Dir, mut seq: Rd<'_>, size: usize, mut said: Exchange, cx: &mut Cx<'_>) -> Option<()> {
        let mut global = ber::expect(&mut seq, 0x30)?;
        let id = ber::integer(&mut global)?;
        let mut security = ber::expect(&mut seq, 4)?;
        // RFC 3414 §2.4: engine id, boots, time, user name.
        if let Some(mut usm) = ber::expect(&mut security, 0x30) {
            let engine = ber::expect(&mut usm, 4)?.rest();
            ber::integer(&mut usm)?;
            ber::integer(&mut usm)?;
            let user = ber::expect(&mut usm, 4)?.rest();
            if !engine.is_empty() {
                let host = if cx.ends.sender(dir).port == 161 { read::sender(dir) } else { read::receiver(dir) };
                cx.clue(host, "snmp.engine_id", &read::hex(engine), Some(161));
            }
            if !user.is_empty() {
                said.client_name = crate::mask::user(&String::from_utf8_lossy(user), cx.keys);
                said.detail.push(("user", said.client_name.clone()));
            }
        }
        if let Some(mut scoped) = ber::expect(&mut seq, 0x30) {
            ber::expect(&mut scoped, 4)?;
            ber::expect(&mut scoped, 4)?;
            let pdu = ber::tlv(&mut scoped)?;
            return self.pdu(dir, pdu, size, said, "3", cx);
        }
        said.detail.push(("encrypted", "yes".into()));
        said.operation = "get".into();
        let answers = self.asked.get(&id).is_some();
        self.settle_or_ask(dir, id, answers, size, said, cx);
        Some(())
    }

    fn pdu(&mut self, dir: Dir, pdu: Tlv<'_>, size: usize, mut said: Exchange, version: &str, cx: &mut Cx<'_>) -> Option<()> {
        let mut rd = Rd::new(pdu.body);
        said.operation = match pdu.tag {
            0xa0 => "get",
            0xa1 => "get-next",
            0xa5 => "get-bulk",
            0xa3 => "set",
            0xa4 | 0xa7 => "trap",
            0xa6 => "inform",
            0xa8 => "report",
            0xa2 => "get",
            _ => return None,
        }
        .into();
        if pdu.tag == 0xa4 {
            // RFC 1157 §4.1.6: enterprise, agent address, kinds, time, bindings.
            let enterprise = ber::oid(ber::expect(&mut rd, 6)?.rest());
            let agent = ber::expect(&mut rd, 0x40)?.rest();
            if let Ok(ip) = <[u8; 4]>::try_from(agent) {
                cx.clue(read::sender(dir), "snmp.agent_address", &std::net::Ipv4Addr::from(ip).to_string(), None);
            }
            cx.clue(read::sender(dir), "snmp.sys_object_id", &enterprise, None);
            said.object = enterprise;
            said.request_bytes = read::wide(size);
            said.reversed = dir == Dir::ToClient;
            cx.exchange(said);
            return Some(());
        }
        let id = ber::integer(&mut rd)?;
        let error = ber::integer(&mut rd)?;
        ber::integer(&mut rd)?;
        let bindings = bindings(ber::expect(&mut rd, 0x30)?);
        let oids: Vec<&str> = bindings.iter().take(8).map(|b| b.oid.as_str()).collect();
        said.object = oids.first().map(|o| (*o).to_string()).unwrap_or_default();
        match pdu.tag {
            0xa2 | 0xa8 => {
                let port = Some(cx.ends.sender(dir).port);
                cx.clue(read::sender(dir), "snmp.version", version, port);
                for binding in &bindings {
                    identity(read::sender(dir), binding, port, cx);
                }
                said.status = error.to_string();
                if error != 0 {
                    said.detail.push(("error", error.to_string()));
                }
                said.outcome = match error {
                    0 if pdu.tag == 0xa8 => Outcome::Warning,
                    0 => Outcome::Ok,
                    2 | 6 | 16 | 17 => Outcome::Refused,
                    _ => Outcome::Failed,
                };
                self.settle_or_ask(dir, id, true, size, said, cx);
            }
            0xa7 => {
                // RFC 3416 §4.2.6: a trap of version 2 is not answered.
                for binding in &bindings {
                    identity(read::sender(dir), binding, None, cx);
                    if binding.oid.starts_with("1.3.6.1.6.3.1.1.4.1") {
                        said.object = ber::oid(&binding.value);
                    }
                }
                said.request_bytes = read::wide(size);
                said.reversed = dir == Dir::ToClient;
                cx.exchange(said);
            }
            _ => {
                said.detail.push(("oids", oids.join(",")));
                if pdu.tag != 0xa6 {
                    cx.clue(read::sender(dir), "snmp.manager", "yes", None);
                }
                self.settle_or_ask(dir, id, false, size, said, cx);
            }
        }
        Some(())
    }

    fn settle_or_ask(&mut self, dir: Dir, id: i64, answers: bool, size: usize, mut said: Exchange, cx: &mut Cx<'_>) {
        if answers {
            if let Some((time, asked)) = self.asked.take(&id) {
                said.time = time;
                said.duration_ns = read::lapse(time, cx.time);
                said.operation = asked.operation;
                said.object = asked.object;
                said.request_bytes = asked.request_bytes;
                said.client_name = if said.client_name.is_empty() { asked.client_name } else { said.client_name };
                said.detail.extend(asked.detail.into_iter().filter(|(n, _)| *n == "oids"));
            }
            said.response_bytes = read::wide(size);
            said.reversed = dir == Dir::ToServer;
            cx.exchange(said);
            return;
        }
        said.request_bytes = read::wide(size);
        if let Some((_, (time, mut oldest))) = self.asked.put(id, (cx.time, said), cx.limits.pending_max) {
            cx.note(NoteKind::OverLimit, "snmp.pending_max", 0, "too many requests wait for an answer");
            oldest.time = time;
            oldest.outcome = Outcome::Unanswered;
            cx.exchange(oldest);
        }
    }
}

fn bindings(mut list: Rd<'_>) -> Vec<Binding> {
    let mut out = Vec::new();
    while let Some(mut pair) = ber::expect(&mut list, 0x30) {
        let (Some(name), Some(value)) = (ber::expect(&mut pair, 6), ber::tlv(&mut pair)) else { break };
        if out.len() >= 128 {
            break;
        }
        out.push(Binding { oid: ber::oid(name.rest()), tag: value.tag, value: value.body.to_vec() });
    }
    out
}

fn identity(host: Host, binding: &Binding, port: Option<u16>, cx: &mut Cx<'_>) {
    let oid = binding.oid.as_str();
    let is_text = binding.tag == 4;
    let attribute = match oid {
        "1.3.6.1.2.1.1.1.0" => "snmp.sys_descr",
        "1.3.6.1.2.1.1.2.0" => {
            cx.clue(host, "snmp.sys_object_id", &ber::oid(&binding.value), port);
            return;
        }
        "1.3.6.1.2.1.1.3.0" => {
            if let Some(ticks) = ber::int(&binding.value) {
                cx.clue(host, "snmp.sys_uptime", &ticks.to_string(), port);
            }
            return;
        }
        "1.3.6.1.2.1.1.5.0" => "snmp.sys_name",
        "1.3.6.1.2.1.1.6.0" => "snmp.sys_location",
        _ if oid.starts_with("1.3.6.1.2.1.47.1.1.1.1.11.") || oid.starts_with("1.3.6.1.2.1.43.5.1.1.17.") => "snmp.serial",
        _ if oid.starts_with("1.3.6.1.2.1.47.1.1.1.1.13.") || oid.starts_with("1.3.6.1.2.1.25.3.2.1.3.") => "snmp.model",
        _ if oid.starts_with("1.3.6.1.2.1.47.1.1.1.1.9.") || oid.starts_with("1.3.6.1.2.1.47.1.1.1.1.10.") => "snmp.firmware",
        _ => return,
    };
    if is_text {
        cx.clue(host, attribute, &read::text(&binding.value), port);
    }
}
