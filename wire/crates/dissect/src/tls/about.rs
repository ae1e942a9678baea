//! What the reader of TLS is and how it is recognised.

use super::Tls;
use crate::{Dissector, Entry, Meta, Probe};
use hinomi_model::{Dir, Ends};

pub static DISSECTOR: Dissector = Dissector {
    meta: &Meta {
        name: "tls",
        title: "Transport Layer Security",
        standard: "RFC 8446, RFC 5246, RFC 5280, RFC 6066, RFC 7301; JA4 (FoxIO)",
        tier: 'A',
        clues: &[
            ("tls.ja4", "JA4 of the client"),
            ("tls.ja3", "JA3 of the client"),
            ("tls.client_version", "highest version the client offers"),
            ("tls.server_version", "version the server agreed to (RFC 8446 §4.1.3, §4.2.1)"),
            ("tls.cipher", "cipher suite the server chose, IANA number in hex"),
            ("tls.ja3s", "JA3S of the server"),
            ("tls.certificate.subject", "subject of the server's leaf certificate (RFC 5280 §4.1.2.6)"),
            ("tls.certificate.issuer", "its issuer (§4.1.2.4)"),
            ("tls.certificate.san", "one of its alternative names (§4.2.1.6)"),
            ("tls.certificate.serial", "its serial number, hex (§4.1.2.2)"),
            ("tls.certificate.not_before", "start of its validity (§4.1.2.5)"),
            ("tls.certificate.not_after", "end of its validity (§4.1.2.5)"),
            ("tls.certificate.sha256", "SHA-256 of its DER form"),
            ("tls.certificate.key", "algorithm and size of its public key"),
            ("tls.certificate.self_signed", "yes, when subject and issuer are the same"),
            ("tls.client_certificate.sha256", "SHA-256 of the client's leaf certificate"),
            ("tls.client_certificate.issuer", "issuer of the client's leaf certificate"),
        ],
        operations: &["handshake"],
        details: &[
            ("sni", "server name asked for (RFC 6066 §3)"),
            ("alpn", "application protocol agreed upon, or those offered, joined by `,`"),
            ("version", "version agreed upon"),
            ("client_version", "highest version offered"),
            ("cipher", "cipher suite chosen, hex"),
            ("ja4", "JA4 of the client"),
            ("ech", "yes, when the true name may be hidden in an encrypted ClientHello"),
            ("resumed", "yes, when an earlier session was taken up (no certificate is shown then)"),
            ("certificate", "SHA-256 of the server's leaf certificate"),
            ("subject", "subject of that certificate"),
            ("client_certificate", "SHA-256 of the client's leaf certificate"),
            ("chain", "certificates sent by the server"),
            ("alert", "fatal alert by its name"),
            ("alert_from", "client or server"),
        ],
        notes: &[
            ("tls.malformed", "a record or handshake message cannot be read from this offset on"),
            ("tls.handshake_bytes_max", "over the limit of bytes held of one side's handshake"),
            ("tls.certificate_unreadable", "a certificate is not what RFC 5280 says"),
            ("tls.old_version", "SSL 3.0, TLS 1.0 or TLS 1.1 was agreed upon (RFC 8996 forbids them)"),
        ],
        readings: false,
        tshark: "tls",
    },
    entries: &[Entry::Stream { hints: &[443, 2762, 8443, 636, 853, 993, 995, 5986], probe, open: || Box::new(Tls::default()) }],
};

/// RFC 8446 §5.2: 2^14 + 256; RFC 5246 §6.2.3: 2^14 + 2048.
const RECORD_MAX: usize = 16_384 + 2048;

/// RFC 8446 §5.1: content type, version, length. `None` when it cannot be a record.
pub fn record(head: &[u8]) -> Option<(u8, usize)> {
    match head {
        [kind @ 20..=24, 3, 0..=4, high, low, ..] => {
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            (length <= RECORD_MAX && (length > 0 || *kind == 23)).then_some((*kind, length))
        }
        _ => None,
    }
}

fn probe(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    let short = head.len() < 11;
    match (head, dir) {
        ([], _) => Probe::More,
        ([22, rest @ ..], _) => {
            let wanted = if dir == Dir::ToServer { 1 } else { 2 };
            match rest {
                [] | [3] => Probe::More,
                [3, 0..=4, ..] if short => Probe::More,
                [3, 0..=4, high, low, kind, 0, h, l, 3 | 0x7f, 0..=4, ..] if *kind == wanted => {
                    let record = u16::from_be_bytes([*high, *low]);
                    let message = u16::from_be_bytes([*h, *l]);
                    if record >= 38 && message >= 34 && usize::from(record) <= RECORD_MAX { Probe::Yes } else { Probe::No }
                }
                _ => Probe::No,
            }
        }
        // RFC 5246 Appendix E.2: the form of SSL 2; lengths of ciphers (of three bytes), session and challenge.
        ([0x80, length, 1, 3, 0..=3, 0, ciphers, 0, 0 | 16, 0, 16..=32, ..], Dir::ToServer) => {
            if *ciphers >= 3 && ciphers % 3 == 0 && *length > *ciphers { Probe::Yes } else { Probe::No }
        }
        ([0x80] | [0x80, _] | [0x80, _, 1] | [0x80, _, 1, 3, ..], Dir::ToServer) if short => Probe::More,
        // A server that refuses at once (RFC 8446 §6).
        ([21, 3, 0..=4, 0, 2, 1 | 2, _, ..], Dir::ToClient) => Probe::Yes,
        // The middle of a session: two application records in a row.
        ([23, 3, 1..=3, ..], _) => match record(head) {
            Some((_, length)) if length >= 17 => match head.get(length.saturating_add(5)..) {
                Some([23, 3, 1..=3, _, _, ..]) => Probe::Yes,
                Some(rest) if rest.len() >= 5 => Probe::No,
                _ => Probe::More,
            },
            _ if head.len() < 5 => Probe::More,
            _ => Probe::No,
        },
        ([21, ..], Dir::ToClient) if head.len() < 7 => Probe::More,
        _ => Probe::No,
    }
}
