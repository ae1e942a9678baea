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
pub static HOOKS: &[&Hook] = &[&crate::sdc::HOOK, &crate::fhir::HOOK, &super::title::TITLE, &super::devices::UPNP, &super::devices::ONVIF, &super::devices::IPP, &super::devices::WINRM];
