//! Multicast DNS (RFC 6762) and DNS service discovery (RFC 6763): hosts that introduce themselves.

use super::message::{Data, Message, type_name};
use crate::read;
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Host, Mac, NoteKind, Outcome};
use std::net::IpAddr;

pub static MDNS: Dissector = Dissector {
    meta: &Meta {
        name: "mdns",
        title: "Multicast DNS and service discovery",
        standard: "RFC 6762, RFC 6763",
        tier: 'A',
        clues: &[
            ("mdns.name", "host name that owns the address (RFC 6762 §3: A and AAAA records)"),
            ("mdns.service", "service type offered: _dicom._tcp, _printer._tcp … (RFC 6763 §7)"),
            ("mdns.instance", "name of a service instance (RFC 6763 §4.1)"),
            ("mdns.txt", "attribute of a service as `type key=value` (RFC 6763 §6)"),
            ("mdns.model", "model the host gives in its TXT record (keys model, md, ty, usb_MDL, product)"),
            ("mdns.manufacturer", "manufacturer in its TXT record (keys mfg, usb_MFG, manufacturer)"),
            ("mdns.hardware", "CPU of the HINFO record (RFC 1035 §3.3.2)"),
            ("mdns.os", "operating system of the HINFO record (RFC 1035 §3.3.2)"),
            ("mdns.looks_for", "service type the host looks for (RFC 6763 §4)"),
        ],
        operations: &["*"],
        details: &[("qname_len", "characters of the name asked for")],
        notes: &[
            ("mdns.malformed", "a message cannot be read from this offset on"),
            ("mdns.questions_max", "over the limit of distinct questions kept of one flow"),
        ],
        readings: false,
        tshark: "mdns",
    },
    entries: &[Entry::Datagram { hints: &[5353], probe, open: || Box::new(Mdns::default()) }],
};

/// Named limit: distinct questions said of one flow.
const QUESTIONS_MAX: usize = 64;

fn probe(_dir: Dir, datagram: &[u8], ends: &Ends) -> Probe {
    // RFC 6762 §3: the port is part of the protocol; §18.3: opcode is zero.
    let port = [ends.client.port, ends.server.port].contains(&5353);
    if port && Message::plausible(datagram) { Probe::Yes } else { Probe::No }
}

#[derive(Default)]
struct Mdns {
    asked: Vec<(String, u16)>,
    over: bool,
}

impl Datagram for Mdns {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        if bytes.len() < 12 {
            return Verdict::NotMine;
        }
        let message = match Message::read(bytes) {
            Ok(message) => message,
            Err(fault) => return Verdict::Malformed { at: fault.at, name: "mdns.malformed", why: fault.why },
        };
        if !message.header.is_response() {
            self.questions(dir, &message, cx);
        }
        // The authority section of a probe (RFC 6762 §8.1) says what the host is about to claim.
        records(dir, &message, cx);
        Verdict::Read
    }
}

/// `_http._tcp.local` of `Name._http._tcp.local` or of itself.
fn service_type(name: &str) -> Option<&str> {
    let mut at = name.find("._tcp.").or_else(|| name.find("._udp."))?;
    let head = name.get(..at)?;
    at = head.rfind('.').map_or(0, |n| n.saturating_add(1));
    let service = name.get(at..)?;
    service.starts_with('_').then_some(service)
}

fn short(service: &str) -> &str {
    service.strip_suffix(".local").unwrap_or(service)
}

impl Mdns {
    fn questions(&mut self, dir: Dir, message: &Message, cx: &mut Cx<'_>) {
        for question in &message.questions {
            let known = self.asked.iter().any(|(name, qtype)| *qtype == question.qtype && *name == question.name);
            if known {
                continue;
            }
            if self.asked.len() >= QUESTIONS_MAX {
                if !self.over {
                    cx.note(NoteKind::OverLimit, "mdns.questions_max", 0, "more distinct questions than are kept");
                }
                self.over = true;
                return;
            }
            self.asked.push((question.name.clone(), question.qtype));
            if let Some(service) = service_type(&question.name) {
                cx.clue(read::sender(dir), "mdns.looks_for", short(service), None);
            }
            // The answers of the group come on flows of their own (RFC 6762 §6).
            cx.exchange(Exchange {
                operation: type_name(question.qtype),
                object: question.name.clone(),
                outcome: Outcome::HalfHeard,
                reversed: dir == Dir::ToClient,
                detail: vec![("qname_len", question.name.chars().count().to_string())],
                ..Exchange::default()
            });
        }
    }
}

fn records(dir: Dir, message: &Message, cx: &mut Cx<'_>) {
    let from = cx.ends.sender(dir);
    let (from_mac, from_ip) = (from.mac, from.ip);
    for record in &message.records {
        // Known answers of a question (RFC 6762 §7.1) are what others said.
        if record.section == 1 && !message.header.is_response() {
            continue;
        }
        if record.ttl == 0 {
            continue; // §10.1: goodbye
        }
        let sender = read::sender(dir);
        match &record.data {
            Data::Ip(ip) => {
                let mac = if *ip == from_ip || same_family_differs(*ip, from_ip) { from_mac } else { Mac::NONE };
                let host = if *ip == from_ip { sender } else { Host::Other { mac, ip: Some(*ip) } };
                cx.clue(host, "mdns.name", &record.name, None);
            }
            Data::Service { port, .. } => {
                if let Some(service) = service_type(&record.name) {
                    cx.clue(sender, "mdns.service", short(service), Some(*port));
                }
            }
            Data::Name(target) if record.rtype == 12 => {
                if record.name.starts_with("_services._dns-sd.") {
                    cx.clue(sender, "mdns.service", short(target), None); // RFC 6763 §9
                } else if let Some(service) = service_type(target) {
                    let instance = target.strip_suffix(service).unwrap_or("").trim_end_matches('.');
                    cx.clue(sender, "mdns.service", short(service), None);
                    cx.clue(sender, "mdns.instance", &instance.replace("\\.", "."), None);
                }
            }
            Data::Text(parts) => texts(sender, &record.name, parts, cx),
            Data::Host { cpu, os } => {
                cx.clue(sender, "mdns.hardware", cpu, None);
                cx.clue(sender, "mdns.os", os, None);
            }
            _ => {}
        }
    }
}

/// A host that announces its other family's address in the same message owns both.
fn same_family_differs(a: IpAddr, b: IpAddr) -> bool {
    a.is_ipv4() != b.is_ipv4()
}

fn texts(host: Host, name: &str, parts: &[String], cx: &mut Cx<'_>) {
    let service = service_type(name).map(short).unwrap_or("");
    for part in parts.iter().take(64) {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let secret = matches!(key.to_ascii_lowercase().as_str(), "user" | "u" | "password" | "p" | "token" | "auth");
        if key.is_empty() || secret {
            continue; // RFC 6763 §6.4; user and password keys are registered for some services
        }
        cx.clue(host, "mdns.txt", &format!("{service} {part}"), None);
        match key.to_ascii_lowercase().as_str() {
            "model" | "md" | "ty" | "usb_mdl" | "product" => {
                cx.clue(host, "mdns.model", value.trim_matches(|c| c == '(' || c == ')'), None);
            }
            "mfg" | "usb_mfg" | "manufacturer" => cx.clue(host, "mdns.manufacturer", value, None),
            _ => {}
        }
    }
}
