//! Packets inside packets: IP in IP (RFC 2003, RFC 4213), GRE (RFC 2784, RFC 2890), ERSPAN
//! (draft-foschiano-erspan), VXLAN (RFC 7348), GENEVE (RFC 8926).

use crate::ip::{Ip, ip};
use crate::link::{Ether, Net, above, ethernet};
use crate::transport::Transport;

/// What a tunnel carries.
#[derive(Clone, Copy, Debug)]
pub struct Inner<'a> {
    /// `gre`, `vxlan` …: the service of the outer flow.
    pub tunnel: &'static str,
    /// The inner link layer; `None` when the tunnel carries bare IP.
    pub ether: Option<Ether>,
    pub net: Net<'a>,
}

const VXLAN_PORTS: [u16; 2] = [4789, 8472];
const GENEVE_PORT: u16 = 6081;

/// The packet inside `outer`, if it is a tunnel that can be read.
#[inline]
pub fn inner<'a>(outer: &Ip<'a>, transport: &Transport<'a>) -> Option<Inner<'a>> {
    match (outer.proto, transport) {
        (17, Transport::Udp { dst_port, payload, .. }) => {
            if VXLAN_PORTS.contains(dst_port) {
                vxlan(payload)
            } else if *dst_port == GENEVE_PORT {
                geneve(payload)
            } else {
                None
            }
        }
        (47, _) => gre(outer.body),
        (4, _) => Some(Inner { tunnel: "ipip", ether: None, net: Net::Ip(ip(outer.body).ok()?) }),
        (41, _) => Some(Inner { tunnel: "6in4", ether: None, net: Net::Ip(ip(outer.body).ok()?) }),
        _ => None,
    }
}

fn framed<'a>(tunnel: &'static str, bytes: &'a [u8]) -> Option<Inner<'a>> {
    let (ether, net) = ethernet(bytes).ok()?;
    Some(Inner { tunnel, ether: Some(ether), net })
}

/// RFC 7348 §5: flags with only the I bit, reserved zero, network id, reserved zero.
fn vxlan(payload: &[u8]) -> Option<Inner<'_>> {
    match payload.split_first_chunk::<8>()? {
        (&[0x08, 0, 0, 0, _, _, _, 0], frame) => framed("vxlan", frame),
        _ => None,
    }
}

/// RFC 8926 §3.4: version and option length (words of 4), flags, protocol, network id.
fn geneve(payload: &[u8]) -> Option<Inner<'_>> {
    let (&[first, _, p, q, _, _, _, 0], rest) = payload.split_first_chunk::<8>()? else {
        return None;
    };
    if first >> 6 != 0 {
        return None;
    }
    let inner = rest.get(usize::from(first & 0x3f) * 4..)?;
    match u16::from_be_bytes([p, q]) {
        0x6558 => framed("geneve", inner),
        0x0800 | 0x86dd => Some(Inner { tunnel: "geneve", ether: None, net: Net::Ip(ip(inner).ok()?) }),
        _ => None,
    }
}

/// RFC 2784 §2.1 and RFC 2890 §2: checksum, key and sequence number are there if their bits are set.
fn gre(body: &[u8]) -> Option<Inner<'_>> {
    let (&[bits, version, p, q], rest) = body.split_first_chunk::<4>()?;
    if version & 7 != 0 {
        return None;
    }
    let has_sequence = bits & 0x10 != 0;
    let extra = [bits & 0x80 != 0, bits & 0x20 != 0, has_sequence].iter().filter(|b| **b).count() * 4;
    let payload = rest.get(extra..)?;
    match u16::from_be_bytes([p, q]) {
        // ERSPAN type II has a header of 8 bytes if the sequence bit is set, type I none.
        0x88be => framed("erspan", payload.get(if has_sequence { 8 } else { 0 }..)?),
        // Type III: 12 bytes, and 8 more if the lowest bit (O) is set.
        0x22eb => {
            let optional = payload.get(11)? & 1 == 1;
            framed("erspan", payload.get(if optional { 20 } else { 12 }..)?)
        }
        0x6558 => framed("gre", payload),
        kind @ (0x0800 | 0x86dd | 0x8847) => {
            let (_, net) = above(Ether::default(), kind, payload).ok()?;
            Some(Inner { tunnel: "gre", ether: None, net })
        }
        _ => None,
    }
}
