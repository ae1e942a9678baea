//! Readers of HTTP bodies (FHIR, SDC over SOAP, DICOMweb, UPnP …). A reader that wants a body gets at
//! most `BODY_BYTES_MAX` of its start; what no reader wants is skipped.

use crate::Cx;
use hinomi_model::Dir;

/// Named limit: bytes of one body that are held for readers.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// What is known of a message before its body. `target` is as sent: never say it without `mask`.
#[derive(Debug, Clone, Default)]
pub struct Head {
    pub method: String,
    pub target: String,
    pub host: String,
    /// `None` in a request.
    pub status: Option<u16>,
    /// With parameters, as sent.
    pub content_type: String,
    /// `SOAPAction`, or the action parameter of the content type.
    pub action: String,
    /// Content-Length, where it is said.
    pub length: Option<u64>,
}

pub struct Body<'a> {
    pub dir: Dir,
    pub head: &'a Head,
    /// Content-Encoding and chunking are undone.
    pub bytes: &'a [u8],
    /// False when the body was longer than `BODY_BYTES_MAX`, or the flow ended within it.
    pub whole: bool,
}

pub struct Hook {
    pub name: &'static str,
    pub wants: fn(&Head) -> bool,
    pub read: fn(&Body<'_>, &mut Cx<'_>),
}

/// Every reader of bodies; add a line to register one.
pub static HOOKS: &[&Hook] = &[&crate::sdc::HOOK, &crate::fhir::HOOK, &super::title::TITLE, &super::devices::JSON, &super::devices::UPNP, &super::devices::ONVIF, &super::devices::IPP, &super::devices::WINRM];

/// What a body is by its first bytes, whatever the head calls it: `program` (Windows PE, ELF), else nothing.
pub fn kind(body: &[u8], chunked: bool) -> &'static str {
    let first = if chunked { body.splitn(2, |byte| *byte == b'\n').nth(1).unwrap_or(&[]) } else { body };
    if first.starts_with(b"\x7fELF") {
        return "program";
    }
    // [PE] "MS-DOS stub": at 0x3c stands where the PE head begins; it is near, and its sign is `PE\0\0`.
    let mut rd = crate::read::Rd::at(first, 0x3c);
    let near = rd.u32_le().map(crate::read::size).filter(|at| first.starts_with(b"MZ") && (0x40..0x1000).contains(at));
    match near {
        Some(at) if first.get(at..at.saturating_add(2)).is_none_or(|sign| sign == b"PE") => "program",
        _ => "",
    }
}

/// Content coding (RFC 9110 §8.4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Coding {
    #[default]
    Plain,
    Gzip,
    /// zlib, or a raw deflate stream, as senders differ.
    Deflate,
    Other,
}

impl Coding {
    pub fn of(value: &str) -> Coding {
        match value.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Coding::Plain,
            "gzip" | "x-gzip" => Coding::Gzip,
            "deflate" => Coding::Deflate,
            _ => Coding::Other,
        }
    }

    /// Undo the coding, at most `BODY_BYTES_MAX` of the result; false when the end was not reached.
    pub fn undo(self, bytes: Vec<u8>, whole: bool) -> (Vec<u8>, bool) {
        use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
        match self {
            Coding::Plain | Coding::Other => (bytes, whole),
            Coding::Gzip => inflated(GzDecoder::new(bytes.as_slice())),
            Coding::Deflate if bytes.first() == Some(&0x78) => inflated(ZlibDecoder::new(bytes.as_slice())),
            Coding::Deflate => inflated(DeflateDecoder::new(bytes.as_slice())),
        }
    }
}

fn inflated(mut reader: impl std::io::Read) -> (Vec<u8>, bool) {
    let mut out = Vec::new();
    let mut window = [0u8; 4096];
    loop {
        match reader.read(&mut window) {
            Ok(0) => return (out, true),
            Ok(n) if out.len().saturating_add(n) <= BODY_BYTES_MAX => out.extend_from_slice(window.get(..n).unwrap_or(&[])),
            _ => return (out, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::kind;

    fn program(stub: u8, sign: &[u8]) -> Vec<u8> {
        let mut bytes = b"MZ".to_vec();
        bytes.resize(0x3c, 0);
        bytes.extend_from_slice(&[stub, 0, 0, 0]);
        bytes.resize(usize::from(stub), 0);
        bytes.extend_from_slice(sign);
        bytes
    }

    #[test]
    fn programs_are_told_by_their_first_bytes() {
        assert_eq!(kind(&program(0x80, b"PE\0\0"), false), "program");
        assert_eq!(kind(&program(0x80, b""), false), "program");
        assert_eq!(kind(b"\x7fELF\x02\x01\x01", false), "program");
        let mut chunked = b"8f\r\n".to_vec();
        chunked.extend_from_slice(&program(0x80, b"PE\0\0"));
        assert_eq!(kind(&chunked, true), "program");
    }

    #[test]
    fn what_only_begins_so_is_none() {
        assert_eq!(kind(b"MZ is short for Mark Zbikowski", false), "");
        assert_eq!(kind(&program(0x80, b"NE\0\0"), false), "");
        assert_eq!(kind(&program(0x10, b""), false), "");
        assert_eq!(kind(b"", false), "");
        assert_eq!(kind(b"8f\r\n", true), "");
    }
}
