//! DHCPv4 and BOOTP.

use super::Asked;
use crate::read::{self, Rd, Waiting};
use crate::{Cx, Datagram, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Host, Mac, NoteKind, Outcome};
use std::net::{IpAddr, Ipv4Addr};

/// RFC 2131 §3: the options field starts with these four bytes.
const COOKIE: [u8; 4] = [99, 130, 83, 99];
/// RFC 2131 §2: fixed part, with the cookie.
const FIXED: usize = 240;

pub fn probe(_dir: Dir, datagram: &[u8], ends: &Ends) -> Probe {
    // A port of DHCP is part of the protocol (RFC 2131 §4.1), so it is asked for besides the content.
    let ports = [ends.client.port, ends.server.port];
    let head = datagram.first_chunk::<4>();
    let fixed = matches!(head, Some([1 | 2, 1 | 6, 6, 0..=16]));
    let cookie = datagram.get(236..FIXED) == Some(&COOKIE[..]);
    if fixed && cookie && ports.iter().any(|p| matches!(p, 67 | 68 | 4011)) { Probe::Yes } else { Probe::No }
}

#[derive(Default)]
pub struct V4 {
    asked: Waiting<u32, Asked>,
}

#[derive(Default)]
struct Options<'a> {
    order: Vec<String>,
    kind: Option<u8>,
    host_name: Option<&'a [u8]>,
    vendor_class: Option<&'a [u8]>,
    parameters: Option<&'a [u8]>,
    client_id: Option<&'a [u8]>,
    fqdn: Option<&'a [u8]>,
    user_class: Option<&'a [u8]>,
    requested: Option<Ipv4Addr>,
    server: Option<Ipv4Addr>,
    routers: Vec<Ipv4Addr>,
    dns: Vec<Ipv4Addr>,
    domain: Option<&'a [u8]>,
    lease_s: Option<u32>,
    circuit: Option<&'a [u8]>,
    overload: u8,
}

fn addresses(bytes: &[u8]) -> Vec<Ipv4Addr> {
    bytes.chunks_exact(4).filter_map(|c| <[u8; 4]>::try_from(c).ok().map(Ipv4Addr::from)).collect()
}

impl<'a> Options<'a> {
    /// RFC 2132 §2. `false` when the field ends without the end option.
    fn read(&mut self, rd: &mut Rd<'a>) -> Option<bool> {
        while let Some(tag) = rd.u8() {
            match tag {
                0 => continue,
                255 => return Some(true),
                _ => {}
            }
            let value = rd.vec8()?;
            if self.order.len() < 256 {
                self.order.push(tag.to_string());
            }
            match tag {
                3 => self.routers = addresses(value),
                6 => self.dns = addresses(value),
                12 => self.host_name = Some(value),
                15 => self.domain = Some(value),
                50 => self.requested = addresses(value).first().copied(),
                51 => self.lease_s = Rd::new(value).u32(),
                52 => self.overload = value.first().copied().unwrap_or(0),
                53 => self.kind = value.first().copied(),
                54 => self.server = addresses(value).first().copied(),
                55 => self.parameters = Some(value),
                60 => self.vendor_class = Some(value),
                61 => self.client_id = Some(value),
                77 => self.user_class = Some(value),
                81 => self.fqdn = Some(value),
                82 => self.circuit = sub_option(value, 1), // RFC 3046 §3.1
                _ => {}
            }
        }
        Some(false)
    }
}

fn sub_option(bytes: &[u8], wanted: u8) -> Option<&[u8]> {
    let mut rd = Rd::new(bytes);
    loop {
        let tag = rd.u8()?;
        let value = rd.vec8()?;
        if tag == wanted {
            return Some(value);
        }
    }
}

/// RFC 2132 §9.6.
fn word(kind: Option<u8>, op: u8) -> &'static str {
    match kind {
        Some(1) => "DISCOVER",
        Some(2) => "OFFER",
        Some(3) => "REQUEST",
        Some(4) => "DECLINE",
        Some(5) => "ACK",
        Some(6) => "NAK",
        Some(7) => "RELEASE",
        Some(8) => "INFORM",
        Some(9) => "FORCERENEW",
        Some(10) => "LEASEQUERY",
        _ if op == 1 => "BOOTREQUEST",
        _ => "BOOTREPLY",
    }
}

fn joined<T: ToString>(items: &[T]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// RFC 4702 §2.2: flags, two result codes, then the name: text, or DNS labels when flag E is set.
fn fqdn(bytes: &[u8]) -> Option<String> {
    let mut rd = Rd::new(bytes);
    let flags = rd.u8()?;
    rd.skip(2)?;
    if flags & 4 == 0 {
        return Some(read::text(rd.rest()));
    }
    let mut labels = Vec::new();
    while let Some(label) = rd.vec8() {
        if label.is_empty() {
            break;
        }
        labels.push(read::text(label));
    }
    Some(labels.join("."))
}

/// RFC 2132 §9.14: a type byte and the identifier; 0 is often followed by text.
fn client_id(bytes: &[u8]) -> String {
    match bytes.split_first() {
        Some((0, rest)) if !rest.is_empty() && read::printable(rest) => read::text(rest),
        _ => read::hex(bytes),
    }
}

impl Datagram for V4 {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let mut rd = Rd::new(bytes);
        match self.read(dir, bytes, &mut rd, cx) {
            Some(verdict) => verdict,
            None => Verdict::Malformed { at: rd.pos(), name: "dhcp.malformed", why: "the message ends inside its fixed part or an option" },
        }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, asked)) = self.asked.first() {
            let mut outcome = read::silence(heard, asked.dir);
            // The answer to a broadcast goes to another address, so it is on another flow.
            let to = cx.ends.receiver(asked.dir).ip;
            if matches!(to, IpAddr::V4(ip) if ip.is_broadcast()) {
                outcome = Outcome::HalfHeard;
            }
            cx.exchange(asked.unanswered(outcome));
        }
    }
}

impl V4 {
    fn read<'a>(&mut self, dir: Dir, bytes: &'a [u8], rd: &mut Rd<'a>, cx: &mut Cx<'_>) -> Option<Verdict> {
        // RFC 2131 §2, figure 1.
        let op = rd.u8()?; // 0: 1 request, 2 reply
        let hardware = rd.u8()?; // 1
        let hardware_len = rd.u8()?; // 2
        rd.skip(1)?; // 3 hops
        let xid = rd.u32()?; // 4-7
        rd.skip(4)?; // 8-11 secs, flags
        let ciaddr = Ipv4Addr::from(rd.array::<4>()?); // 12-15
        let yiaddr = Ipv4Addr::from(rd.array::<4>()?); // 16-19
        rd.skip(4)?; // 20-23 siaddr
        let giaddr = Ipv4Addr::from(rd.array::<4>()?); // 24-27
        let chaddr = rd.array::<16>()?; // 28-43
        let sname = rd.take(64)?; // 44-107
        let file = rd.take(128)?; // 108-235
        if rd.array::<4>()? != COOKIE || !matches!(op, 1 | 2) {
            return Some(Verdict::NotMine);
        }
        let mut options = Options::default();
        let closed = options.read(rd)?;
        if !closed {
            cx.note(NoteKind::Odd, "dhcp.no_end", read::wide(bytes.len()), "the options do not close with the end option");
        }
        // RFC 2132 §9.3: options go on in the fields of the boot file and the server name.
        if options.overload & 1 != 0 {
            options.read(&mut Rd::new(file));
        }
        if options.overload & 2 != 0 {
            options.read(&mut Rd::new(sname));
        }
        let mac = match chaddr.first_chunk::<6>() {
            Some(m) if hardware_len == 6 && matches!(hardware, 1 | 6) => Mac(*m),
            _ => Mac::NONE,
        };
        let operation = word(options.kind, op);
        let mut exchange = Exchange {
            operation: operation.to_string(),
            client_name: options.host_name.map(read::text).unwrap_or_default(),
            server_name: options.server.map(|s| s.to_string()).unwrap_or_default(),
            object: mac.to_string(),
            ..Exchange::default()
        };
        exchange.detail.push(("xid", format!("{xid:08x}")));
        exchange.detail.push(("mac", mac.to_string()));
        let mut detail = |name: &'static str, value: String| {
            if !value.is_empty() {
                exchange.detail.push((name, value));
            }
        };
        let shown = [yiaddr, ciaddr].into_iter().find(|a| !a.is_unspecified()).or(options.requested);
        detail("ip", shown.map(|a| a.to_string()).unwrap_or_default());
        detail("server", options.server.map(|a| a.to_string()).unwrap_or_default());
        if !giaddr.is_unspecified() {
            detail("relay", giaddr.to_string());
            cx.clue(Host::Other { mac: Mac::NONE, ip: Some(IpAddr::V4(giaddr)) }, "dhcp.relay", &giaddr.to_string(), Some(67));
        }
        detail("relay_circuit", options.circuit.map(read::hex).unwrap_or_default());
        if op == 2 {
            detail("lease_s", options.lease_s.map(|s| s.to_string()).unwrap_or_default());
            detail("router", joined(&options.routers));
            detail("dns", joined(&options.dns));
            detail("domain", options.domain.map(read::text).unwrap_or_default());
        }
        let size = read::wide(bytes.len());
        if op == 1 {
            exchange.request_bytes = size;
            self.question(dir, xid, mac, ciaddr, &options, exchange, cx);
        } else {
            exchange.response_bytes = size;
            self.answer(dir, xid, mac, yiaddr, &options, exchange, cx);
        }
        Some(Verdict::Read)
    }

    #[allow(clippy::too_many_arguments)]
    fn question(&mut self, dir: Dir, xid: u32, mac: Mac, ciaddr: Ipv4Addr, o: &Options<'_>, exchange: Exchange, cx: &mut Cx<'_>) {
        let ip = (!ciaddr.is_unspecified()).then_some(IpAddr::V4(ciaddr));
        let host = Host::Other { mac, ip };
        if mac != Mac::NONE || ip.is_some() {
            for (attribute, value) in [
                ("dhcp.host_name", o.host_name.map(read::text)),
                ("dhcp.vendor_class", o.vendor_class.map(read::text)),
                ("dhcp.parameter_list", o.parameters.map(joined)),
                ("dhcp.option_order", Some(o.order.join(","))),
                ("dhcp.client_id", o.client_id.map(client_id)),
                ("dhcp.fqdn", o.fqdn.and_then(fqdn)),
                ("dhcp.user_class", o.user_class.map(user_class)),
                ("dhcp.requested_ip", o.requested.map(|a| a.to_string())),
            ] {
                if let Some(value) = value {
                    cx.clue(host, attribute, &value, None);
                }
            }
        }
        let asked = Asked { time: cx.time, exchange, dir };
        if matches!(o.kind, Some(4 | 7)) {
            // DECLINE and RELEASE have no answer (RFC 2131 §4.4.4, §4.4.6).
            cx.exchange(asked.unanswered(Outcome::Ok));
            return;
        }
        // The same question again (RFC 2131 §4.1: retransmission keeps the xid) replaces the first;
        // a REQUEST that follows the DISCOVER on this flow leaves it without an answer here.
        if let Some(before) = self.asked.take(&xid)
            && before.exchange.operation != asked.exchange.operation
        {
            cx.exchange(before.unanswered(Outcome::HalfHeard));
        }
        if let Some((_, oldest)) = self.asked.put(xid, asked, cx.limits.pending_max) {
            cx.note(NoteKind::OverLimit, "dhcp.pending_max", 0, "too many requests wait for an answer");
            cx.exchange(oldest.unanswered(Outcome::Unanswered));
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn answer(&mut self, dir: Dir, xid: u32, mac: Mac, yiaddr: Ipv4Addr, o: &Options<'_>, mut exchange: Exchange, cx: &mut Cx<'_>) {
        // Through a relay the sender may be the relay: the server is who option 54 says.
        let from = cx.ends.sender(dir).ip;
        let server = match o.server {
            Some(named) if IpAddr::V4(named) != from => Host::Other { mac: Mac::NONE, ip: Some(IpAddr::V4(named)) },
            _ => read::sender(dir),
        };
        let named = o.server.map_or_else(|| from.to_string(), |a| a.to_string());
        cx.clue(server, "dhcp.server", &named, Some(67));
        for router in &o.routers {
            cx.clue(server, "dhcp.gives_router", &router.to_string(), Some(67));
        }
        for dns in &o.dns {
            cx.clue(server, "dhcp.gives_dns", &dns.to_string(), Some(67));
        }
        if let Some(domain) = o.domain {
            cx.clue(server, "dhcp.gives_domain", &read::text(domain), Some(67));
        }
        if o.kind == Some(5) && !yiaddr.is_unspecified() && mac != Mac::NONE {
            cx.clue(Host::Other { mac, ip: Some(IpAddr::V4(yiaddr)) }, "dhcp.ip", &yiaddr.to_string(), None);
        }
        exchange.status.clone_from(&exchange.operation);
        exchange.outcome = if o.kind == Some(6) { Outcome::Refused } else { Outcome::Ok };
        if let Some(asked) = self.asked.take(&xid) {
            exchange.operation = asked.exchange.operation;
            exchange.client_name = asked.exchange.client_name;
            exchange.request_bytes = asked.exchange.request_bytes;
            exchange.time = asked.time;
            exchange.duration_ns = read::lapse(asked.time, cx.time);
        }
        exchange.reversed = dir == Dir::ToServer;
        cx.exchange(exchange);
    }
}

/// RFC 3004 §4: length-prefixed classes; Microsoft and iPXE send bare text.
fn user_class(bytes: &[u8]) -> String {
    match bytes.split_first() {
        Some((n, rest)) if usize::from(*n) == rest.len() => read::text(rest),
        _ => read::text(bytes),
    }
}
