//! Community ID flow hashing, version 1, seed 0 (github.com/corelight/community-id-spec).

use base64::Engine as _;
use hinomi_decode::{Addr, ip_addr};
use sha1::{Digest, Sha1};
use std::net::IpAddr;

/// One-way or not, the id is the same for both directions. ICMP types with a known counterpart are
/// put in its place as the spec's tables say.
pub fn community_id(proto: u8, a: (Addr, u16), b: (Addr, u16)) -> String {
    let (a, b, one_way) = match proto {
        1 => icmp(a, b, ICMP4),
        58 => icmp(a, b, ICMP6),
        _ => (a, b, false),
    };
    let (low, high) = if one_way || order(a) <= order(b) { (a, b) } else { (b, a) };
    let mut hasher = Sha1::new();
    hasher.update([0u8, 0]);
    put(&mut hasher, low.0);
    put(&mut hasher, high.0);
    hasher.update([proto, 0]);
    // Protocols without ports leave them out.
    if matches!(proto, 1 | 6 | 17 | 58 | 132) {
        hasher.update(low.1.to_be_bytes());
        hasher.update(high.1.to_be_bytes());
    }
    let mut out = String::with_capacity(30);
    out.push_str("1:");
    base64::engine::general_purpose::STANDARD.encode_string(hasher.finalize(), &mut out);
    out
}

fn order(end: (Addr, u16)) -> (Addr, u16) {
    end
}

fn put(hasher: &mut Sha1, addr: Addr) {
    match ip_addr(addr) {
        IpAddr::V4(ip) => hasher.update(ip.octets()),
        IpAddr::V6(ip) => hasher.update(ip.octets()),
    }
}

/// Pairs of request and reply.
const ICMP4: &[(u16, u16)] = &[(8, 0), (0, 8), (13, 14), (14, 13), (15, 16), (16, 15), (10, 9), (9, 10), (17, 18), (18, 17)];
const ICMP6: &[(u16, u16)] =
    &[(128, 129), (129, 128), (133, 134), (134, 133), (135, 136), (136, 135), (130, 131), (131, 130), (144, 145), (145, 144), (139, 140), (140, 139)];

type End = (Addr, u16);

/// `a.1` is the type, `b.1` the code.
fn icmp(a: End, b: End, pairs: &[(u16, u16)]) -> (End, End, bool) {
    match pairs.iter().find(|(kind, _)| *kind == a.1) {
        Some((_, counterpart)) => (a, (b.0, *counterpart), false),
        None => (a, b, true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hinomi_decode::addr_v4;

    #[test]
    fn the_examples_of_the_specification_hold() {
        // From the baseline of the specification's own test set.
        let tcp = community_id(6, (addr_v4([128, 232, 110, 120]), 34855), (addr_v4([66, 35, 250, 204]), 80));
        assert_eq!(tcp, "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
        let back = community_id(6, (addr_v4([66, 35, 250, 204]), 80), (addr_v4([128, 232, 110, 120]), 34855));
        assert_eq!(back, tcp);
        let udp = community_id(17, (addr_v4([192, 168, 1, 52]), 54585), (addr_v4([8, 8, 8, 8]), 53));
        assert_eq!(udp, "1:d/FP5EW3wiY1vCndhwleRRKHowQ=");
    }
}
