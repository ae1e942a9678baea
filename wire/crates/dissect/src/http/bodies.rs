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
