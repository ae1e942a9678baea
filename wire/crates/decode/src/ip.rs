//! IPv4 (RFC 791) and IPv6 (RFC 8200).

use crate::{Fault, fault};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Both families as one number: IPv4 as ::ffff:a.b.c.d.
pub type Addr = u128;

const V4_PREFIX: u128 = 0xffff_0000_0000;

#[inline]
pub fn addr_v4(octets: [u8; 4]) -> Addr {
    V4_PREFIX | u128::from(u32::from_be_bytes(octets))
}

/// The address as people know it.
#[inline]
pub fn ip_addr(addr: Addr) -> IpAddr {
    match v4_bits(addr) {
        Some(bits) => IpAddr::V4(Ipv4Addr::from_bits(bits)),
        None => IpAddr::V6(Ipv6Addr::from_bits(addr)),
    }
}

#[inline]
fn v4_bits(addr: Addr) -> Option<u32> {
    if addr >> 32 == V4_PREFIX >> 32 { u32::try_from(addr & 0xffff_ffff).ok() } else { None }
}

/// Multicast or the limited broadcast: nobody answers from such an address.
#[inline]
pub fn is_multicast(addr: Addr) -> bool {
    match v4_bits(addr) {
        Some(bits) => bits >> 28 == 0xe || bits == u32::MAX,
        None => addr >> 120 == 0xff,
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fragment {
    pub id: u32,
    /// Offset of this piece (bytes).
    pub offset: u32,
    pub more: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct Ip<'a> {
    pub src: Addr,
    pub dst: Addr,
    pub v6: bool,
    pub proto: u8,
    pub ttl: u8,
    /// IPv4 identification; 0 for IPv6.
    pub id: u16,
    pub fragment: Option<Fragment>,
    /// Length of the whole IP packet by its header (bytes).
    pub len: u32,
    /// Length of what follows the header and extension headers, by the header (bytes).
    pub body_len: u32,
    /// As much of it as was captured.
    pub body: &'a [u8],
}

/// Read the header that `bytes` begins with; the version says which.
#[inline]
pub fn ip(bytes: &[u8]) -> Result<Ip<'_>, Fault> {
    match bytes.first().map(|b| b >> 4) {
        Some(4) => ipv4(bytes),
        Some(6) => ipv6(bytes),
        _ => fault("ip", 0, "the version is neither 4 nor 6"),
    }
}

fn len_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// RFC 791 §3.1.
#[inline]
fn ipv4(bytes: &[u8]) -> Result<Ip<'_>, Fault> {
    let Some((&[first, _, l0, l1, i0, i1, f0, f1, ttl, proto, _, _, a, b, c, d, e, f, g, h], _)) =
        bytes.split_first_chunk::<20>()
    else {
        return fault("ipv4", 0, "shorter than its header");
    };
    let header = usize::from(first & 0x0f) * 4;
    if header < 20 {
        return fault("ipv4", 0, "the header says it is shorter than 20 bytes");
    }
    let said = usize::from(u16::from_be_bytes([l0, l1]));
    // 0: the capture was taken before segmentation offload wrote the length.
    let total = if said == 0 { bytes.len() } else { said };
    if total < header {
        return fault("ipv4", 2, "the total length is shorter than the header");
    }
    let Some(body) = bytes.get(header..total.min(bytes.len())) else {
        return fault("ipv4", 20, "cut inside its options");
    };
    let id = u16::from_be_bytes([i0, i1]);
    let frag = u16::from_be_bytes([f0, f1]);
    let fragment = (frag & 0x3fff != 0).then(|| Fragment {
        id: u32::from(id),
        offset: u32::from(frag & 0x1fff) * 8,
        more: frag & 0x2000 != 0,
    });
    Ok(Ip {
        src: addr_v4([a, b, c, d]),
        dst: addr_v4([e, f, g, h]),
        v6: false,
        proto,
        ttl,
        id,
        fragment,
        len: len_u32(total),
        body_len: len_u32(total - header),
        body,
    })
}

/// RFC 8200 §3, extension headers §4.
fn ipv6(bytes: &[u8]) -> Result<Ip<'_>, Fault> {
    let Some((&[_, _, _, _, l0, l1, next, ttl, ref addrs @ ..], rest)) = bytes.split_first_chunk::<40>() else {
        return fault("ipv6", 0, "shorter than its header");
    };
    let addrs: &[u8; 32] = addrs;
    let (src, dst) = match (addrs.first_chunk::<16>(), addrs.last_chunk::<16>()) {
        (Some(s), Some(d)) => (u128::from_be_bytes(*s), u128::from_be_bytes(*d)),
        _ => return fault("ipv6", 8, "shorter than its addresses"),
    };
    let said = usize::from(u16::from_be_bytes([l0, l1]));
    // 0: jumbogram (RFC 2675) or segmentation offload; take what is there.
    let total = if said == 0 { rest.len() } else { said };
    let mut body = rest.get(..total.min(rest.len())).unwrap_or(rest);
    let mut left = total;
    let mut proto = next;
    let mut fragment = None;
    for _ in 0..crate::link::DEPTH_MAX {
        let header = match proto {
            // Hop-by-hop, routing, destination options, mobility, HIP, shim: length in words of 8 less one.
            0 | 43 | 60 | 135 | 139 | 140 => {
                let Some(&[n, words]) = body.first_chunk::<2>() else {
                    return fault("ipv6", 40, "cut inside an extension header");
                };
                proto = n;
                (usize::from(words) + 1) * 8
            }
            // Authentication header (RFC 4302 §2.2): length in words of 4 less two.
            51 => {
                let Some(&[n, words]) = body.first_chunk::<2>() else {
                    return fault("ipv6", 40, "cut inside an extension header");
                };
                proto = n;
                (usize::from(words) + 2) * 4
            }
            // Fragment (§4.5).
            44 => {
                let Some(&[n, _, o0, o1, a, b, c, d]) = body.first_chunk::<8>() else {
                    return fault("ipv6", 40, "cut inside the fragment header");
                };
                let word = u16::from_be_bytes([o0, o1]);
                let piece = Fragment {
                    id: u32::from_be_bytes([a, b, c, d]),
                    offset: u32::from(word & 0xfff8),
                    more: word & 1 == 1,
                };
                // An atomic fragment (RFC 6946) is whole.
                if piece.offset != 0 || piece.more {
                    fragment = Some(piece);
                }
                proto = n;
                8
            }
            _ => break,
        };
        let Some(deeper) = body.get(header..) else {
            return fault("ipv6", 40, "an extension header is longer than the packet");
        };
        body = deeper;
        left = left.saturating_sub(header);
        if fragment.is_some() {
            break;
        }
    }
    Ok(Ip { src, dst, v6: true, proto, ttl, id: 0, fragment, len: len_u32(total + 40), body_len: len_u32(left), body })
}
