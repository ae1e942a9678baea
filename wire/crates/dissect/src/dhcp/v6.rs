//! DHCPv6 (RFC 8415).

use super::Asked;
use crate::read::{self, Rd, Waiting};
use crate::{Cx, Datagram, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Host, Mac, NoteKind, Outcome};
use std::net::{IpAddr, Ipv6Addr};

/// Named limit: relays within relays (RFC 8415 §7.6 HOP_COUNT_LIMIT is 8).
const RELAY_DEPTH_MAX: u32 = 8;

pub fn probe(_dir: Dir, datagram: &[u8], ends: &Ends) -> Probe {
    let ports = [ends.client.port, ends.server.port];
    if !ports.iter().any(|p| matches!(p, 546 | 547)) || !ends.client.ip.is_ipv6() {
        return Probe::No;
    }
    let mut rd = Rd::new(datagram);
    let header = match rd.u8() {
        Some(1..=11) => 3,
        Some(12 | 13) => 33,
        _ => return Probe::No,
    };
    if rd.skip(header).is_none() || rd.is_empty() {
        return Probe::No;
    }
    while !rd.is_empty() {
        if rd.u16().is_none_or(|code| code == 0 || code > 200) || rd.vec16().is_none() {
            return Probe::No;
        }
    }
    Probe::Yes
}

#[derive(Default)]
pub struct V6 {
    asked: Waiting<u32, Asked>,
}

#[derive(Default)]
struct Options {
    client_duid: Vec<u8>,
    server_duid: Vec<u8>,
    addresses: Vec<Ipv6Addr>,
    order: Vec<String>,
    asked_for: String,
    vendor_class: String,
    user_class: String,
    fqdn: String,
    dns: Vec<Ipv6Addr>,
    domain: String,
    status: Option<u16>,
    lease_s: Option<u32>,
}

fn addresses(bytes: &[u8]) -> Vec<Ipv6Addr> {
    bytes.chunks_exact(16).filter_map(|c| <[u8; 16]>::try_from(c).ok().map(Ipv6Addr::from)).collect()
}

/// RFC 1035 §3.1 labels without compression (RFC 8415 §10).
fn labels(bytes: &[u8]) -> String {
    let mut rd = Rd::new(bytes);
    let mut out = Vec::new();
    while let Some(label) = rd.vec8() {
        if label.is_empty() {
            break;
        }
        out.push(read::text(label));
    }
    out.join(".")
}

impl Options {
    fn read(&mut self, rd: &mut Rd<'_>, depth: u32) -> Option<()> {
        while !rd.is_empty() {
            let code = rd.u16()?;
            let value = rd.vec16()?;
            let mut inner = Rd::new(value);
            if depth == 0 && self.order.len() < 256 {
                self.order.push(code.to_string());
            }
            match code {
                1 => self.client_duid = value.to_vec(), // §21.2
                2 => self.server_duid = value.to_vec(), // §21.3
                3 | 25 if depth == 0 => {
                    inner.skip(12)?; // §21.4: IAID, T1, T2
                    self.read(&mut inner, 1)?;
                }
                4 if depth == 0 => {
                    inner.skip(4)?; // §21.5: IAID
                    self.read(&mut inner, 1)?;
                }
                5 => {
                    self.addresses.push(Ipv6Addr::from(inner.array::<16>()?)); // §21.6
                    inner.skip(4)?;
                    self.lease_s = inner.u32();
                }
                6 => {
                    let codes: Vec<String> = std::iter::from_fn(|| inner.u16()).map(|c| c.to_string()).collect();
                    self.asked_for = codes.join(","); // §21.7
                }
                13 => self.status = inner.u16(), // §21.13
                15 => self.user_class = read::text(inner.vec16()?), // §21.15
                16 => {
                    inner.skip(4)?; // §21.16: enterprise number
                    self.vendor_class = read::text(inner.vec16()?);
                }
                23 => self.dns = addresses(value), // RFC 3646 §3
                24 => self.domain = labels(value), // RFC 3646 §4
                39 => self.fqdn = labels(value.get(1..)?), // RFC 4704 §4.1
                _ => {}
            }
        }
        Some(())
    }
}

/// RFC 8415 §7.3.
fn word(kind: u8) -> &'static str {
    match kind {
        1 => "SOLICIT",
        2 => "ADVERTISE",
        3 => "REQUEST",
        4 => "CONFIRM",
        5 => "RENEW",
        6 => "REBIND",
        7 => "REPLY",
        8 => "RELEASE",
        9 => "DECLINE",
        10 => "RECONFIGURE",
        _ => "INFORMATION-REQUEST",
    }
}

/// RFC 8415 §11.2, §11.4: a DUID of link layer holds the hardware address.
fn duid_mac(duid: &[u8]) -> Mac {
    let mut rd = Rd::new(duid);
    let mac = match (rd.u16(), rd.u16()) {
        (Some(1), Some(1)) => rd.skip(4).and_then(|()| rd.array()),
        (Some(3), Some(1)) => rd.array(),
        _ => None,
    };
    mac.map(Mac).unwrap_or_default()
}

impl Datagram for V6 {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let mut rd = Rd::new(bytes);
        match self.read(dir, &mut rd, cx, 0, None) {
            Some(verdict) => verdict,
            None => Verdict::Malformed { at: rd.pos(), name: "dhcp.malformed", why: "the message ends inside an option" },
        }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, asked)) = self.asked.first() {
            let mut outcome = read::silence(heard, asked.dir);
            if matches!(cx.ends.receiver(asked.dir).ip, IpAddr::V6(ip) if ip.is_multicast()) {
                outcome = Outcome::HalfHeard; // the answer is on another flow
            }
            cx.exchange(asked.unanswered(outcome));
        }
    }
}

impl V6 {
    fn read(&mut self, dir: Dir, rd: &mut Rd<'_>, cx: &mut Cx<'_>, depth: u32, peer: Option<Ipv6Addr>) -> Option<Verdict> {
        let size = read::wide(rd.left());
        let kind = rd.u8()?;
        if matches!(kind, 12 | 13) {
            // §9: hop count, link address, peer address, then options with the relayed message (9).
            if depth >= RELAY_DEPTH_MAX {
                cx.note(NoteKind::OverLimit, "dhcp.relay_depth_max", read::wide(rd.pos()), "too many relays within relays");
                return Some(Verdict::Read);
            }
            rd.skip(17)?;
            let peer = Ipv6Addr::from(rd.array::<16>()?);
            let relay = if kind == 12 { read::sender(dir) } else { read::receiver(dir) };
            cx.clue(relay, "dhcp.relay", &cx.ends.client.ip.to_string(), Some(547));
            while !rd.is_empty() {
                let code = rd.u16()?;
                let value = rd.vec16()?;
                if code == 9 {
                    return self.read(dir, &mut Rd::new(value), cx, depth.saturating_add(1), Some(peer));
                }
            }
            return Some(Verdict::Read);
        }
        if !(1..=11).contains(&kind) {
            return Some(Verdict::NotMine);
        }
        let xid = rd.u24()?;
        let mut o = Options::default();
        o.read(rd, 0)?;

        let server_speaks = matches!(kind, 2 | 7 | 10);
        let mac = duid_mac(&o.client_duid);
        let mut exchange = Exchange { operation: word(kind).to_string(), client_name: o.fqdn.clone(), ..Exchange::default() };
        exchange.object = read::hex(&o.client_duid);
        exchange.detail.push(("xid", format!("{xid:06x}")));
        let ip = o.addresses.first().map(ToString::to_string).unwrap_or_default();
        for (name, value) in [
            ("mac", if mac == Mac::NONE { String::new() } else { mac.to_string() }),
            ("ip", ip),
            ("server", read::hex(&o.server_duid)),
            ("lease_s", o.lease_s.map(|s| s.to_string()).unwrap_or_default()),
            ("dns", o.dns.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")),
            ("domain", o.domain.clone()),
        ] {
            if !value.is_empty() {
                exchange.detail.push((name, value));
            }
        }
        if server_speaks {
            cx.clue(read::sender(dir), "dhcp.server", &read::hex(&o.server_duid), Some(547));
            for dns in &o.dns {
                cx.clue(read::sender(dir), "dhcp.gives_dns", &dns.to_string(), Some(547));
            }
            cx.clue(read::sender(dir), "dhcp.gives_domain", &o.domain, Some(547));
            if kind == 7 {
                for address in &o.addresses {
                    let host = Host::Other { mac, ip: Some(IpAddr::V6(*address)) };
                    cx.clue(host, "dhcp.ip", &address.to_string(), None);
                    cx.clue(host, "dhcp.duid", &read::hex(&o.client_duid), None);
                }
            }
            exchange.status = o.status.map_or_else(|| exchange.operation.clone(), |s| format!("{} {s}", exchange.operation));
            exchange.outcome = if o.status.unwrap_or(0) == 0 { Outcome::Ok } else { Outcome::Refused };
            exchange.response_bytes = size;
            exchange.reversed = dir == Dir::ToServer;
            if let Some(asked) = self.asked.take(&xid) {
                exchange.operation = asked.exchange.operation;
                exchange.request_bytes = asked.exchange.request_bytes;
                exchange.time = asked.time;
                exchange.duration_ns = read::lapse(asked.time, cx.time);
            }
            cx.exchange(exchange);
            return Some(Verdict::Read);
        }
        let host = match peer {
            Some(ip) => Host::Other { mac, ip: Some(IpAddr::V6(ip)) },
            None => read::sender(dir),
        };
        for (attribute, value) in [
            ("dhcp.duid", read::hex(&o.client_duid)),
            ("dhcp.fqdn", o.fqdn.clone()),
            ("dhcp.vendor_class", o.vendor_class.clone()),
            ("dhcp.user_class", o.user_class.clone()),
            ("dhcp.parameter_list", o.asked_for.clone()),
            ("dhcp.option_order", o.order.join(",")),
        ] {
            cx.clue(host, attribute, &value, None);
        }
        exchange.request_bytes = size;
        let asked = Asked { time: cx.time, exchange, dir };
        if let Some(before) = self.asked.take(&xid)
            && before.exchange.operation != asked.exchange.operation
        {
            cx.exchange(before.unanswered(Outcome::HalfHeard));
        }
        if let Some((_, oldest)) = self.asked.put(xid, asked, cx.limits.pending_max) {
            cx.note(NoteKind::OverLimit, "dhcp.pending_max", 0, "too many requests wait for an answer");
            cx.exchange(oldest.unanswered(Outcome::Unanswered));
        }
        Some(Verdict::Read)
    }
}
