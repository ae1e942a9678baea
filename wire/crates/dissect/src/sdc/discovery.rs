//! WS-Discovery messages (WS-Discovery 1.1 §4 to §6): Hello, Bye, Probe, ProbeMatches, Resolve,
//! ResolveMatches, in SOAP over UDP.

use crate::read::{Waiting, find, lapse, sender, silence, wide};
use crate::xml::{Document, Fault};
use crate::{Cx, Datagram, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, NoteKind, Outcome};

/// Namespaces of version 1.1 and of April 2005.
const NAMESPACES: &[&[u8]] = &[b"ws-dd/ns/discovery/2009/01", b"schemas.xmlsoap.org/ws/2005/04/discovery"];

pub fn probe(_dir: Dir, datagram: &[u8], _ends: &Ends) -> Probe {
    let start = datagram.iter().position(|b| !matches!(b, b' ' | b'\r' | b'\n' | 0xef | 0xbb | 0xbf)).unwrap_or(0);
    if datagram.get(start) != Some(&b'<') {
        return Probe::No;
    }
    if NAMESPACES.iter().any(|n| find(datagram, n).is_some()) { Probe::Yes } else { Probe::No }
}

#[derive(Default)]
pub struct Discovery {
    waiting: Waiting<String, (Exchange, Dir, u64)>,
}

impl Datagram for Discovery {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        if probe(dir, bytes, cx.ends) != Probe::Yes {
            return Verdict::NotMine;
        }
        let doc = Document::read(bytes);
        if doc.fault == Some(Fault::Malformed) || doc.elements.is_empty() {
            cx.note(NoteKind::Malformed, "wsd.malformed", 0, "A datagram is not well-formed XML.");
        }
        let action = doc.text("Action").rsplit('/').next().unwrap_or("").to_string();
        let id = doc.text("MessageID").to_string();
        let mut exchange = Exchange { time: cx.time, operation: action.clone(), request_bytes: wide(bytes.len()), reversed: dir == Dir::ToClient, ..Exchange::default() };
        match action.as_str() {
            "Hello" | "Bye" => {
                service(dir, &doc, "Hello", cx);
                service(dir, &doc, "Bye", cx);
                put(&mut exchange, "epr", doc.text("Address"));
                put(&mut exchange, "types", &types(doc.text("Types")));
                exchange.object = types(doc.text("Types"));
                cx.exchange(exchange);
            }
            "Probe" | "Resolve" => {
                let wanted = types(doc.text("Types"));
                cx.clue(sender(dir), "wsd.looks_for", &wanted, None);
                if is_medical(doc.text("Types")) {
                    cx.clue(sender(dir), "sdc.role", "consumer", None);
                }
                put(&mut exchange, "types", &wanted);
                put(&mut exchange, "epr", if action == "Resolve" { doc.text("Address") } else { "" });
                exchange.object = wanted;
                // SOAP over UDP repeats each message (§3.1.1.3): one question, several datagrams.
                if let Some((_, _, n)) = self.waiting.get_mut(&id) {
                    *n = n.saturating_add(1);
                } else if let Some((_, (old, asked, n))) = self.waiting.put(id, (exchange, dir, 1), cx.limits.pending_max) {
                    cx.note(NoteKind::OverLimit, "wsd.pending_max", 0, format!("More than {} questions wait for an answer.", cx.limits.pending_max));
                    finish(old, n, silence([true, true], asked), cx);
                }
            }
            "ProbeMatches" | "ResolveMatches" => {
                let name = action.trim_end_matches("es");
                let found = service(dir, &doc, name, cx);
                let first = doc.text("Address").to_string();
                let of = doc.text("RelatesTo").to_string();
                if let Some((mut asked, _, n)) = self.waiting.take(&of) {
                    asked.response_bytes = wide(bytes.len());
                    asked.duration_ns = lapse(asked.time, cx.time);
                    asked.detail.push(("matches", found.to_string()));
                    finish(asked, n, Outcome::Ok, cx);
                } else {
                    // The question went to a group address: the answer is a flow of its own.
                    exchange.response_bytes = exchange.request_bytes;
                    exchange.request_bytes = 0;
                    exchange.reversed = dir == Dir::ToServer;
                    exchange.object = types(doc.text("Types"));
                    put(&mut exchange, "epr", if first.starts_with("http://www.w3.org") { "" } else { &first });
                    exchange.detail.push(("matches", found.to_string()));
                    cx.exchange(exchange);
                }
            }
            _ => return Verdict::NotMine,
        }
        Verdict::Read
    }

    fn end(&mut self, _heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, (exchange, _, n))) = self.waiting.first() {
            // Answers to a group question go elsewhere; that none came on this flow says nothing.
            let outcome = if is_group(cx) { Outcome::Ok } else { Outcome::Unanswered };
            finish(exchange, n, outcome, cx);
        }
    }
}

fn is_group(cx: &Cx<'_>) -> bool {
    cx.ends.server.ip.is_multicast()
}

fn finish(mut exchange: Exchange, count: u64, outcome: Outcome, cx: &mut Cx<'_>) {
    exchange.outcome = outcome;
    if count > 1 {
        exchange.detail.push(("count", count.to_string()));
    }
    cx.exchange(exchange);
}

/// Every service that stands in elements of that name; how many there are.
fn service(dir: Dir, doc: &Document, name: &str, cx: &mut Cx<'_>) -> usize {
    let who = sender(dir);
    let mut count = 0usize;
    for (n, _) in doc.named(name) {
        count = count.saturating_add(1);
        let inner = |name: &str| doc.within(n).find(|(_, e)| e.name == name).map_or("", |(_, e)| e.text.trim());
        let (epr, kinds, scopes) = (inner("Address"), inner("Types"), inner("Scopes"));
        cx.clue(who, "wsd.epr", epr, None);
        cx.clue(who, "wsd.types", &types(kinds), None);
        for address in inner("XAddrs").split_whitespace().take(8) {
            cx.clue(who, "wsd.xaddrs", address, None);
        }
        let medical = is_medical(kinds) || scopes.contains("sdc.");
        if medical {
            cx.clue(who, "sdc.epr", epr, None);
            cx.clue(who, "sdc.role", "provider", None);
        }
        for scope in scopes.split_whitespace().take(32) {
            // Patient, operator and workflow contexts may name a person (11073-20701 §9.4).
            if ["sdc.ctxt.pat", "sdc.ctxt.opr", "sdc.ctxt.wfl", "sdc.ctxt.ens"].iter().any(|p| scope.starts_with(p)) {
                continue;
            }
            cx.clue(who, "wsd.scope", scope, None);
            if let Some(place) = scope.strip_prefix("sdc.ctxt.loc:") {
                cx.clue(who, "sdc.location", &location(place), None);
            }
            if let Some(code) = scope.strip_prefix("sdc.cdc.type:") {
                cx.clue(who, "sdc.mds_type", code.trim_start_matches('/'), None);
            }
        }
    }
    count
}

/// Local names of qualified types, joined by a blank.
fn types(raw: &str) -> String {
    raw.split_whitespace().map(|t| t.rsplit(':').next().unwrap_or(t)).collect::<Vec<_>>().join(" ")
}

fn is_medical(raw: &str) -> bool {
    raw.split_whitespace().any(|t| t.rsplit(':').next() == Some("MedicalDevice"))
}

/// Parameters `fac`, `poc`, `rm`, `bed` of the location scope (11073-20701 §9.4.1.2).
fn location(scope: &str) -> String {
    let query = scope.split_once('?').map_or("", |(_, q)| q);
    let part = |key: &str| {
        let found = query.split('&').filter_map(|p| p.split_once('=')).find(|(k, _)| *k == key);
        found.map_or_else(String::new, |(_, v)| percent(v))
    };
    [part("poc"), part("rm"), part("bed"), part("fac")].join("^").trim_end_matches('^').to_string()
}

fn percent(raw: &str) -> String {
    let mut out = Vec::new();
    let mut rest = raw.as_bytes();
    while let Some((&b, after)) = rest.split_first() {
        let pair = after.get(..2).and_then(|p| std::str::from_utf8(p).ok()).and_then(|p| u8::from_str_radix(p, 16).ok());
        match (b, pair) {
            (b'%', Some(byte)) => {
                out.push(byte);
                rest = after.get(2..).unwrap_or(&[]);
            }
            _ => {
                out.push(if b == b'+' { b' ' } else { b });
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn put(exchange: &mut Exchange, name: &'static str, value: &str) {
    if !value.is_empty() {
        exchange.detail.push((name, value.to_string()));
    }
}
