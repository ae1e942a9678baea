//! Small judgements about hosts: their TCP stack, their addresses, and the identity of a flow.

use crate::flow::Key;
use hinomi_decode::Tcp;
use hinomi_model::{Dir, Nanos};
use std::fmt::Write as _;
use std::net::IpAddr;

/// Identity of a flow: the same whenever the same capture is read. 63 bits, so that every database can
/// hold it as a signed number.
pub fn flow_id(key: &Key, start: Nanos, packet: u64) -> u64 {
    let half = |n: u128, shift: u32| u64::try_from(n >> shift & u128::from(u64::MAX)).unwrap_or(0);
    let ports = u64::from(key.low.1) << 48 | u64::from(key.high.1) << 32 | u64::from(key.proto) << 16 | u64::from(key.vlan);
    let words = [half(key.low.0, 0), half(key.low.0, 64), half(key.high.0, 0), half(key.high.0, 64), ports, start.cast_unsigned(), packet];
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    for word in words {
        // The finaliser of splitmix64 over each word.
        let mut z = state ^ word;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state = (z ^ (z >> 31)).wrapping_add(0x9e37_79b9_7f4a_7c15);
    }
    (state >> 1).max(1)
}

/// Whether the source asks, and the type under which request and reply are one flow
/// (RFC 792, RFC 4443, RFC 4861).
pub fn icmp_request(v6: bool, kind: u8) -> (bool, u8) {
    let reply_of = if v6 {
        match kind {
            129 => Some(128),
            134 => Some(133),
            136 => Some(135),
            140 => Some(139),
            _ => None,
        }
    } else {
        match kind {
            0 => Some(8),
            14 => Some(13),
            16 => Some(15),
            18 => Some(17),
            _ => None,
        }
    };
    match reply_of {
        Some(request) => (false, request),
        None => (true, kind),
    }
}

/// RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291 §2.5.6: addresses of one's own networks.
pub fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, _, _] = ip.octets();
            ip.is_private() || ip.is_link_local() || ip.is_loopback() || (a == 100 && b & 0xc0 == 64)
        }
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_loopback(),
    }
}

/// A text being made, without a new allocation for each.
#[derive(Default)]
pub struct Text(String);

impl Text {
    pub fn address(&mut self, ip: IpAddr) -> &str {
        self.0.clear();
        let _ = write!(self.0, "{ip}");
        &self.0
    }

    pub fn number(&mut self, n: u8) -> &str {
        self.0.clear();
        let _ = write!(self.0, "{n}");
        &self.0
    }

    pub fn subnet(&mut self, ip: IpAddr, private: bool) -> &str {
        self.0.clear();
        match ip {
            _ if !private => self.0.push_str("internet"),
            IpAddr::V4(ip) => {
                let [a, b, c, _] = ip.octets();
                let _ = write!(self.0, "{a}.{b}.{c}.0/24");
            }
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                let _ = write!(self.0, "{a:x}:{b:x}:{c:x}:{d:x}::/64");
            }
        }
        &self.0
    }

    /// `ttl:window:options`, options in their order: `m1460` maximum segment size, `s7` window scale, `S`
    /// SACK permitted, `T` time stamps, `N` no operation, `E` end, a number for another kind. A SYN+ACK
    /// has `a:` in front, because stacks answer otherwise than they ask.
    pub fn syn(&mut self, ttl: u8, tcp: &Tcp<'_>, dir: Dir) -> &str {
        self.0.clear();
        if dir == Dir::ToClient {
            self.0.push_str("a:");
        }
        let _ = write!(self.0, "{ttl}:{}:", tcp.window);
        let mut rest = tcp.options;
        let mut before = false;
        loop {
            let (name, after) = match rest {
                [0, ..] => ("E", &[][..]),
                [1, after @ ..] => ("N", after),
                [kind, len, ..] if *len >= 2 => {
                    let value = rest.get(2..usize::from(*len)).unwrap_or(&[]);
                    let after = rest.get(usize::from(*len)..).unwrap_or(&[]);
                    if before {
                        self.0.push('-');
                    }
                    before = true;
                    let _ = match (kind, value) {
                        (2, [a, b]) => write!(self.0, "m{}", u16::from_be_bytes([*a, *b])),
                        (3, [scale]) => write!(self.0, "s{scale}"),
                        (4, _) => write!(self.0, "S"),
                        (8, _) => write!(self.0, "T"),
                        (kind, _) => write!(self.0, "{kind}"),
                    };
                    rest = after;
                    continue;
                }
                _ => break,
            };
            if before {
                self.0.push('-');
            }
            before = true;
            self.0.push_str(name);
            rest = after;
        }
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hinomi_decode::flags;

    #[test]
    fn a_linux_syn_reads_as_its_stack() {
        let options = [2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7];
        let tcp = Tcp { src_port: 1, dst_port: 2, seq: 0, ack: 0, flags: flags::SYN, window: 64240, options: &options, payload: &[], payload_len: 0 };
        assert_eq!(Text::default().syn(64, &tcp, Dir::ToServer), "64:64240:m1460-S-T-N-s7");
        assert_eq!(Text::default().syn(64, &tcp, Dir::ToClient), "a:64:64240:m1460-S-T-N-s7");
        let broken = Tcp { options: &[2, 0, 9, 9], ..tcp };
        assert_eq!(Text::default().syn(64, &broken, Dir::ToServer), "64:64240:");
    }

    #[test]
    fn replies_join_their_requests() {
        assert_eq!(icmp_request(false, 0), (false, 8));
        assert_eq!(icmp_request(false, 8), (true, 8));
        assert_eq!(icmp_request(true, 136), (false, 135));
    }
}
