//! What hellos and certificates let out.

use super::{Certificate, ClientHello, ServerHello, version_word};
use crate::Cx;
use hinomi_model::{Host, NoteKind};

/// What a ClientHello lets out, also inside QUIC and DTLS.
pub fn said_by_client(hello: &ClientHello, transport: char, cx: &mut Cx<'_>) {
    let ja4 = hello.ja4(transport);
    cx.clue(Host::Client, "tls.ja4", &ja4, None);
    cx.clue(Host::Client, "tls.ja3", &hello.ja3(), None);
    cx.clue(Host::Client, "tls.client_version", version_word(hello.offered()).unwrap_or("unknown"), None);
    cx.out.ja4 = Some(ja4);
    if let Some(sni) = &hello.sni {
        cx.out.sni = Some(crate::tidy(sni, 255));
    }
}

pub fn said_by_server(answer: &ServerHello, cx: &mut Cx<'_>) {
    let port = Some(cx.ends.server.port);
    if let Some(word) = version_word(answer.agreed) {
        cx.out.tls_version = Some(word);
        cx.clue(Host::Server, "tls.server_version", word, port);
        if matches!(word, "SSL3" | "1.0" | "1.1") {
            cx.note(NoteKind::Odd, "tls.old_version", 0, format!("version {word} was agreed upon"));
        }
    }
    cx.clue(Host::Server, "tls.cipher", &format!("{:04x}", answer.cipher), port);
    cx.clue(Host::Server, "tls.ja3s", &answer.ja3s(), port);
}

pub fn said_of_certificate(certificate: &Certificate, cx: &mut Cx<'_>) {
    let port = Some(cx.ends.server.port);
    for (attribute, value) in [
        ("tls.certificate.subject", &certificate.subject),
        ("tls.certificate.issuer", &certificate.issuer),
        ("tls.certificate.serial", &certificate.serial),
        ("tls.certificate.not_before", &certificate.not_before),
        ("tls.certificate.not_after", &certificate.not_after),
        ("tls.certificate.sha256", &certificate.sha256),
        ("tls.certificate.key", &certificate.key),
    ] {
        cx.clue(Host::Server, attribute, value, port);
    }
    for name in &certificate.names {
        cx.clue(Host::Server, "tls.certificate.san", name, port);
    }
    if certificate.self_signed {
        cx.clue(Host::Server, "tls.certificate.self_signed", "yes", port);
    }
}

/// RFC 8446 §6.
pub fn alert_name(code: u8) -> String {
    let known = match code {
        0 => "close_notify",
        10 => "unexpected_message",
        20 => "bad_record_mac",
        22 => "record_overflow",
        40 => "handshake_failure",
        42 => "bad_certificate",
        43 => "unsupported_certificate",
        44 => "certificate_revoked",
        45 => "certificate_expired",
        46 => "certificate_unknown",
        47 => "illegal_parameter",
        48 => "unknown_ca",
        49 => "access_denied",
        50 => "decode_error",
        51 => "decrypt_error",
        70 => "protocol_version",
        71 => "insufficient_security",
        80 => "internal_error",
        86 => "inappropriate_fallback",
        90 => "user_canceled",
        109 => "missing_extension",
        110 => "unsupported_extension",
        112 => "unrecognized_name",
        115 => "unknown_psk_identity",
        116 => "certificate_required",
        120 => "no_application_protocol",
        other => return other.to_string(),
    };
    known.to_string()
}
