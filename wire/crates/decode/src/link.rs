//! Link layers. Names of link types: the LINKTYPE_ registry of tcpdump.org.

use crate::ip::{Ip, ip};
use crate::{Fault, fault};
use hinomi_model::{Mac, Nanos, PacketRef};

/// Most VLAN tags, labels or tunnels on top of each other.
pub(crate) const DEPTH_MAX: usize = 8;

/// One captured frame.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    pub time: Nanos,
    pub at: PacketRef,
    pub link: Link,
    /// Length on the wire; `bytes` may be cut shorter by the snap length.
    pub wire_len: u32,
    pub bytes: &'a [u8],
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Link {
    Ethernet,
    /// Linux cooked capture, version 1.
    Sll,
    /// Linux cooked capture, version 2.
    Sll2,
    /// IPv4 or IPv6 without a link header.
    RawIp,
    /// BSD loopback: four bytes of address family, in the byte order of the capturing machine.
    Null,
}

impl Link {
    pub fn from_linktype(number: u32) -> Option<Link> {
        Some(match number {
            1 => Link::Ethernet,
            0 | 108 => Link::Null,
            12 | 14 | 101 | 228 | 229 => Link::RawIp,
            113 => Link::Sll,
            276 => Link::Sll2,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Link::Ethernet => "ethernet",
            Link::Sll => "linux_sll",
            Link::Sll2 => "linux_sll2",
            Link::RawIp => "raw_ip",
            Link::Null => "loopback",
        }
    }
}

/// What the link layer tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Ether {
    pub src: Mac,
    pub dst: Mac,
    /// Outermost VLAN id (IEEE 802.1Q-2022 §9.6).
    pub vlan: Option<u16>,
}

/// What the frame carries.
#[derive(Clone, Copy, Debug)]
pub enum Net<'a> {
    Ip(Ip<'a>),
    /// Not IP. `ethertype` below 0x0600 is an LLC destination service point (0x42: spanning tree);
    /// SNAP protocol ids of other organisations (CDP: 0x2000) stand as they are.
    Frame { ethertype: u16, payload: &'a [u8] },
}

/// Read the link layer and the IP header behind it.
#[inline]
pub fn decode<'a>(link: Link, bytes: &'a [u8]) -> Result<(Ether, Net<'a>), Fault> {
    match link {
        Link::Ethernet => ethernet(bytes),
        Link::RawIp => Ok((Ether::default(), Net::Ip(ip(bytes)?))),
        Link::Null => {
            let Some((family, rest)) = bytes.split_first_chunk::<4>() else {
                return fault("loopback", 0, "shorter than its address family");
            };
            let (a, b) = (u32::from_le_bytes(*family), u32::from_be_bytes(*family));
            // AF_INET is 2 everywhere; AF_INET6 is 10, 24, 28 or 30, by system.
            if [a, b].iter().any(|f| matches!(f, 2 | 10 | 24 | 28 | 30)) {
                return Ok((Ether::default(), Net::Ip(ip(rest)?)));
            }
            let ethertype = u16::try_from(a.min(b)).unwrap_or(0);
            Ok((Ether::default(), Net::Frame { ethertype, payload: rest }))
        }
        Link::Sll => {
            // Packet type 0-1, ARPHRD 2-3, address length 4-5, address 6-13, protocol 14-15.
            let Some((&[_, _, _, _, _, len, a, b, c, d, e, f, _, _, p, q], rest)) = bytes.split_first_chunk::<16>() else {
                return fault("linux_sll", 0, "shorter than its header");
            };
            let src = if len == 6 { Mac([a, b, c, d, e, f]) } else { Mac::NONE };
            let ether = Ether { src, ..Ether::default() };
            above(ether, u16::from_be_bytes([p, q]), rest)
        }
        Link::Sll2 => {
            // Protocol 0-1, interface 4-7, ARPHRD 8-9, packet type 10, address length 11, address 12-19.
            let Some((&[p, q, _, _, _, _, _, _, _, _, _, len, a, b, c, d, e, f, _, _], rest)) = bytes.split_first_chunk::<20>()
            else {
                return fault("linux_sll2", 0, "shorter than its header");
            };
            let src = if len == 6 { Mac([a, b, c, d, e, f]) } else { Mac::NONE };
            let ether = Ether { src, ..Ether::default() };
            above(ether, u16::from_be_bytes([p, q]), rest)
        }
    }
}

/// IEEE 802.3-2022 §3.1.1.
#[inline]
pub fn ethernet(bytes: &[u8]) -> Result<(Ether, Net<'_>), Fault> {
    let Some((&[a, b, c, d, e, f, g, h, i, j, k, l, p, q], rest)) = bytes.split_first_chunk::<14>() else {
        return fault("ethernet", 0, "shorter than its header");
    };
    let ether = Ether { dst: Mac([a, b, c, d, e, f]), src: Mac([g, h, i, j, k, l]), vlan: None };
    above(ether, u16::from_be_bytes([p, q]), rest)
}

/// Follow tags and labels up to what they carry.
#[inline]
pub(crate) fn above(mut ether: Ether, mut ethertype: u16, mut rest: &[u8]) -> Result<(Ether, Net<'_>), Fault> {
    for _ in 0..DEPTH_MAX {
        match ethertype {
            0x0800 | 0x86dd => return Ok((ether, Net::Ip(ip(rest)?))),
            // 802.1Q, 802.1ad and the older double tags.
            0x8100 | 0x88a8 | 0x9100 | 0x9200 => {
                let Some((&[t, u, p, q], inner)) = rest.split_first_chunk::<4>() else {
                    return fault("vlan", 0, "shorter than its tag");
                };
                let id = u16::from_be_bytes([t, u]) & 0x0fff;
                // Id 0 is a priority tag only (802.1Q §9.6).
                if ether.vlan.is_none() && id != 0 {
                    ether.vlan = Some(id);
                }
                ethertype = u16::from_be_bytes([p, q]);
                rest = inner;
            }
            // MPLS (RFC 3032 §2.1): labels down to the bottom-of-stack bit; what follows has no type.
            0x8847 | 0x8848 => {
                let mut bottom = false;
                for _ in 0..DEPTH_MAX {
                    let Some((&[_, _, s, _], inner)) = rest.split_first_chunk::<4>() else {
                        return fault("mpls", 0, "shorter than its label");
                    };
                    rest = inner;
                    bottom = s & 1 == 1;
                    if bottom {
                        break;
                    }
                }
                match (bottom, rest.first().map(|b| b >> 4)) {
                    (true, Some(4 | 6)) => return Ok((ether, Net::Ip(ip(rest)?))),
                    // Pseudowire control word (RFC 4385 §3), then Ethernet.
                    (true, Some(0)) => {
                        let inner = rest.get(4..).unwrap_or(&[]);
                        let Some((&[a, b, c, d, e, f, g, h, i, j, k, l, p, q], deeper)) = inner.split_first_chunk::<14>() else {
                            return fault("mpls", 4, "no frame behind the control word");
                        };
                        ether.dst = Mac([a, b, c, d, e, f]);
                        ether.src = Mac([g, h, i, j, k, l]);
                        ethertype = u16::from_be_bytes([p, q]);
                        rest = deeper;
                    }
                    _ => return Ok((ether, Net::Frame { ethertype, payload: rest })),
                }
            }
            // PPPoE session (RFC 2516 §4): version and type, code, session id, length, PPP protocol.
            0x8864 => {
                let Some((&[0x11, 0, _, _, _, _, p, q], inner)) = rest.split_first_chunk::<8>() else {
                    return fault("pppoe", 0, "no session header");
                };
                match u16::from_be_bytes([p, q]) {
                    0x0021 | 0x0057 => return Ok((ether, Net::Ip(ip(inner)?))),
                    _ => return Ok((ether, Net::Frame { ethertype, payload: rest })),
                }
            }
            // A length instead of a type: LLC (IEEE 802.2 §3.2), perhaps SNAP (RFC 1042).
            0..0x0600 => {
                let len = usize::from(ethertype);
                let llc = rest.get(..len).unwrap_or(rest);
                match llc {
                    [0xaa, 0xaa, 3, 0, 0, 0, p, q, inner @ ..] => {
                        ethertype = u16::from_be_bytes([*p, *q]);
                        rest = inner;
                    }
                    [0xaa, 0xaa, 3, _, _, _, p, q, inner @ ..] => {
                        return Ok((ether, Net::Frame { ethertype: u16::from_be_bytes([*p, *q]), payload: inner }));
                    }
                    [dsap, _, _, inner @ ..] => {
                        return Ok((ether, Net::Frame { ethertype: u16::from(*dsap), payload: inner }));
                    }
                    _ => return fault("llc", 0, "shorter than its header"),
                }
            }
            _ => return Ok((ether, Net::Frame { ethertype, payload: rest })),
        }
    }
    fault("vlan", 0, "more tags on top of each other than any network uses")
}

/// A number that is the same for all packets between two hosts, whatever the direction: packets of one
/// flow, their fragments, their routed copies and the ICMP errors about them stay together.
pub fn pair(outer: &Ip<'_>) -> u64 {
    // ICMP errors (RFC 792) and ICMPv6 errors (RFC 4443).
    let is_error = matches!((outer.proto, outer.body.first()), (1, Some(3 | 4 | 5 | 11 | 12)) | (58, Some(1..=4)));
    let quoted = if is_error { outer.body.get(8..).and_then(|b| ip(b).ok()) } else { None };
    let (src, dst) = quoted.map_or((outer.src, outer.dst), |q| (q.src, q.dst));
    let both = src ^ dst;
    let folded = u64::try_from((both >> 64) ^ (both & u128::from(u64::MAX))).unwrap_or(0);
    // Spread over the upper bits (Fibonacci hashing).
    folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32
}
