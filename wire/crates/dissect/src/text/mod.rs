//! Protocols of lines: mail, files, terminals, calls and streams.

pub mod ftp;
pub mod imap;
pub mod pop;
pub mod rtsp;
pub mod sip;
pub mod smtp;
pub mod telnet;

use crate::Step;

/// Named limit: bytes of one line.
pub const LINE_BYTES_MAX: usize = 16 * 1024;

/// The first line without its end, and the bytes it takes; or how the dissector is to stop.
pub fn line<'a>(bytes: &'a [u8], limit: &'static str) -> Result<(&'a [u8], usize), Step> {
    match bytes.iter().position(|b| *b == b'\n') {
        Some(end) => {
            let line = bytes.get(..end).unwrap_or(&[]);
            Ok((line.strip_suffix(b"\r").unwrap_or(line), end.saturating_add(1)))
        }
        None if bytes.len() >= LINE_BYTES_MAX => Err(Step::OverLimit { name: limit, limit: crate::read::wide(LINE_BYTES_MAX) }),
        None => Err(Step::Need(bytes.len().saturating_add(1))),
    }
}

/// First word in upper case, and the rest.
pub fn verb(line: &[u8]) -> (String, String) {
    let text = crate::read::text(line);
    let (head, rest) = text.split_once(' ').unwrap_or((&text, ""));
    (head.to_ascii_uppercase(), rest.trim().to_string())
}

/// A mail or call address as `{hash}@domain`.
pub fn address(raw: &str, keys: &hinomi_model::Keys) -> String {
    let raw = raw.trim().trim_start_matches('<').split('>').next().unwrap_or("").trim();
    match raw.rsplit_once('@') {
        Some((user, domain)) => format!("{}@{domain}", crate::mask::user(user, keys)),
        None if raw.is_empty() => String::new(),
        None => crate::mask::user(raw, keys),
    }
}

/// Three digits and what separates the text: `(code, last line of the reply)`.
pub fn reply(line: &[u8]) -> Option<(u16, bool)> {
    match line {
        [a @ b'1'..=b'5', b @ b'0'..=b'9', c @ b'0'..=b'9', rest @ ..] => {
            let digit = |d: &u8| u16::from(d.wrapping_sub(b'0'));
            let code = digit(a) * 100 + digit(b) * 10 + digit(c);
            Some((code, rest.first() != Some(&b'-')))
        }
        _ => None,
    }
}
