//! TCP (RFC 9293), UDP (RFC 768), ICMP (RFC 792, RFC 4443), SCTP (RFC 9260).

use crate::ip::Ip;
use crate::{Fault, fault};

/// TCP control bits (RFC 9293 §3.1).
pub mod flags {
    pub const FIN: u8 = 0x01;
    pub const SYN: u8 = 0x02;
    pub const RST: u8 = 0x04;
    pub const PSH: u8 = 0x08;
    pub const ACK: u8 = 0x10;
}

#[derive(Clone, Copy, Debug)]
pub struct Tcp<'a> {
    pub src_port: u16,
    pub dst_port: u16,
    pub seq: u32,
    pub ack: u32,
    pub flags: u8,
    pub window: u16,
    pub options: &'a [u8],
    /// As much of the payload as was captured.
    pub payload: &'a [u8],
    /// Its length by the headers.
    pub payload_len: u32,
}

#[derive(Clone, Copy, Debug)]
pub enum Transport<'a> {
    Tcp(Tcp<'a>),
    Udp { src_port: u16, dst_port: u16, payload: &'a [u8], payload_len: u32 },
    /// ICMP of either family; `message` is the whole of it, `payload` starts behind type, code and checksum.
    Icmp { kind: u8, code: u8, message: &'a [u8], payload: &'a [u8], payload_len: u32 },
    Sctp { src_port: u16, dst_port: u16, payload_len: u32 },
    /// Anything else: only counted.
    Other { payload_len: u32 },
}

fn len_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[inline]
pub fn transport<'a>(ip: &Ip<'a>) -> Result<Transport<'a>, Fault> {
    match ip.proto {
        6 => tcp(ip.body, ip.body_len),
        17 | 136 => {
            let Some((&[a, b, c, d, l0, l1, _, _], payload)) = ip.body.split_first_chunk::<8>() else {
                return fault("udp", 0, "shorter than its header");
            };
            let said = u32::from(u16::from_be_bytes([l0, l1]));
            let room = ip.body_len.saturating_sub(8);
            // A length of 0 or beyond the packet (jumbogram, offload): what IP says.
            let payload_len = if said >= 8 { (said - 8).min(room) } else { room };
            let end = usize::try_from(payload_len).unwrap_or(usize::MAX).min(payload.len());
            Ok(Transport::Udp {
                src_port: u16::from_be_bytes([a, b]),
                dst_port: u16::from_be_bytes([c, d]),
                payload: payload.get(..end).unwrap_or(payload),
                payload_len,
            })
        }
        1 | 58 => {
            let Some((&[kind, code, _, _], payload)) = ip.body.split_first_chunk::<4>() else {
                return fault("icmp", 0, "shorter than its header");
            };
            Ok(Transport::Icmp { kind, code, message: ip.body, payload, payload_len: ip.body_len.saturating_sub(4) })
        }
        132 => {
            let Some(&[a, b, c, d]) = ip.body.first_chunk::<4>() else {
                return fault("sctp", 0, "shorter than its header");
            };
            Ok(Transport::Sctp {
                src_port: u16::from_be_bytes([a, b]),
                dst_port: u16::from_be_bytes([c, d]),
                payload_len: ip.body_len.saturating_sub(12),
            })
        }
        _ => Ok(Transport::Other { payload_len: ip.body_len }),
    }
}

#[inline]
fn tcp(body: &[u8], body_len: u32) -> Result<Transport<'_>, Fault> {
    let Some((&[a, b, c, d, s0, s1, s2, s3, k0, k1, k2, k3, offset, flags, w0, w1, _, _, _, _], _)) =
        body.split_first_chunk::<20>()
    else {
        return fault("tcp", 0, "shorter than its header");
    };
    let header = usize::from(offset >> 4) * 4;
    if header < 20 || len_u32(header) > body_len {
        return fault("tcp", 12, "the data offset points outside the segment");
    }
    let options = body.get(20..header.min(body.len())).unwrap_or(&[]);
    Ok(Transport::Tcp(Tcp {
        src_port: u16::from_be_bytes([a, b]),
        dst_port: u16::from_be_bytes([c, d]),
        seq: u32::from_be_bytes([s0, s1, s2, s3]),
        ack: u32::from_be_bytes([k0, k1, k2, k3]),
        flags,
        window: u16::from_be_bytes([w0, w1]),
        options,
        payload: body.get(header..).unwrap_or(&[]),
        payload_len: body_len - len_u32(header),
    }))
}
