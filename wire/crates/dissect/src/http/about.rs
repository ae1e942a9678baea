//! What the reader of HTTP is and how it is recognised.

use super::Http;
use crate::read;
use crate::{Dissector, Entry, Meta, Probe};
use hinomi_model::{Dir, Ends};

pub static DISSECTOR: Dissector = Dissector {
    meta: &Meta {
        name: "http",
        title: "Hypertext Transfer Protocol 1.0 and 1.1",
        standard: "RFC 9110, RFC 9112",
        tier: 'A',
        clues: &[
            ("http.user_agent", "software of the client (RFC 9110 §10.1.5)"),
            ("http.server", "software of the server (RFC 9110 §10.2.4)"),
            ("http.x_powered_by", "framework of the server (X-Powered-By)"),
            ("http.realm", "realm of a challenge (RFC 9110 §11.5)"),
            ("http.device.manufacturer", "maker in a JSON nameplate that the host sent of itself"),
            ("http.device.model", "model in such a nameplate"),
            ("http.device.serial", "serial number in such a nameplate"),
            ("http.device.software", "software or firmware version in such a nameplate"),
            ("http.title", "title of a page the host serves"),
            ("upnp.device_type", "deviceType (UPnP Device Architecture 2.0 §2.3)"),
            ("upnp.friendly_name", "friendlyName"),
            ("upnp.manufacturer", "manufacturer"),
            ("upnp.model_name", "modelName"),
            ("upnp.model_number", "modelNumber"),
            ("upnp.model_description", "modelDescription"),
            ("upnp.serial", "serialNumber"),
            ("upnp.udn", "UDN, the device's unique name"),
            ("onvif.manufacturer", "Manufacturer (ONVIF Core §8.3.1)"),
            ("onvif.model", "Model"),
            ("onvif.firmware", "FirmwareVersion"),
            ("onvif.serial", "SerialNumber"),
            ("onvif.hardware", "HardwareId"),
            ("winrm.client", "the host manages others by WinRM (DMTF DSP0226)"),
            ("winrm.server", "the host is managed by WinRM"),
            ("winrm.product_version", "ProductVersion of its identification (DSP0226 §11)"),
            ("ipp.model", "printer-make-and-model (RFC 8011 §5.4.9)"),
            ("ipp.name", "printer-name (§5.4.4)"),
            ("ipp.info", "printer-info (§5.4.6)"),
            ("ipp.location", "printer-location (§5.4.5)"),
            ("ipp.device_id", "printer-device-id (PWG 5107.2)"),
            ("ipp.uuid", "printer-uuid (PWG 5100.13)"),
            ("ipp.firmware", "printer-firmware-string-version (PWG 5100.13)"),
            ("http.host", "name by which the server is called (RFC 9110 §7.2)"),
        ],
        operations: &["*"],
        details: &[
            ("host", "host the client asked for"),
            ("user_agent", "software of the client"),
            ("content_type", "media type of the request"),
            ("response_content_type", "media type of the answer"),
            ("auth", "scheme of the credentials: basic, bearer, digest, ntlm, negotiate …"),
            ("user", "keyed hash of the user name of basic or digest credentials"),
            ("upgrade", "protocol the connection changed to"),
            ("length", "chunked or close, where the answer's length was not told"),
            ("server", "software of the server"),
            ("body", "program, where the answer's first bytes, heard together with its head, are those of one (PE, ELF)"),
            ("forms", "forms that a program may take for a command: up (steps above the path), lookup (`${…:…}`), shell, query; joined by `,`"),
            ("forms_in", "where they stand: target, or names of fields, joined by `,`"),
        ],
        notes: &[
            ("http.malformed", "a head or chunk is not what RFC 9112 says"),
            ("http.head_bytes_max", "over the limit of bytes of one head"),
            ("http.headers_max", "over the limit of fields of one head"),
            ("http.pending_max", "over the limit of requests that wait for an answer; the oldest was said as unanswered"),
            ("http.body_bytes_max", "a reader got only the start of a body"),
            ("http.cleartext_credentials", "credentials crossed the wire in clear"),
            ("http.resync", "heads were looked for again behind a gap"),
        ],
        readings: false,
        tshark: "http",
    },
    entries: &[Entry::Stream {
        hints: &[80, 8080, 8000, 8042, 8081, 3128, 5985, 631, 5357, 49152],
        probe,
        open: || Box::new(Http::default()),
    }],
};

/// RFC 9110 §9.3, RFC 5789, RFC 4918, RFC 3253, UPnP and WinRM use these and no others on the wire.
pub const METHODS: &[&[u8]] = &[
    b"GET ", b"POST ", b"HEAD ", b"PUT ", b"DELETE ", b"OPTIONS ", b"PATCH ", b"CONNECT ", b"TRACE ", b"PROPFIND ", b"PROPPATCH ", b"MKCOL ", b"COPY ",
    b"MOVE ", b"LOCK ", b"UNLOCK ", b"REPORT ", b"SEARCH ", b"SUBSCRIBE ", b"UNSUBSCRIBE ", b"NOTIFY ", b"CCM_POST ", b"BITS_POST ", b"RPC_IN_DATA ", b"RPC_OUT_DATA ",
];

fn probe(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    if dir == Dir::ToClient {
        return match head {
            [b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'0' | b'1', b' ', b'1'..=b'5', b'0'..=b'9', b'0'..=b'9', ..] => Probe::Yes,
            _ if head.len() < 12 && b"HTTP/1.".starts_with(head.get(..7.min(head.len())).unwrap_or(&[])) => Probe::More,
            _ => Probe::No,
        };
    }
    let Some(method) = METHODS.iter().find(|m| head.starts_with(m)) else {
        return if METHODS.iter().any(|m| m.starts_with(head)) { Probe::More } else { Probe::No };
    };
    // RFC 9112 §3: the request line ends in the version; RTSP and SIP end in theirs.
    let line = head.iter().position(|b| *b == b'\n');
    let shown = head.get(method.len()..line.unwrap_or(head.len())).unwrap_or(&[]);
    match line {
        Some(_) => {
            let version = read::find(shown, b" HTTP/1.").is_some();
            if version { Probe::Yes } else { Probe::No }
        }
        None if head.len() > 8192 => Probe::No,
        None if shown.iter().any(|b| *b < 0x20 && *b != b'\r') => Probe::No,
        None => Probe::More,
    }
}
