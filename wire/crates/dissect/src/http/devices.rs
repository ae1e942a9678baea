//! Bodies by which devices introduce themselves: UPnP descriptions, ONVIF answers, IPP attributes,
//! WinRM identification.

use super::bodies::{Body, Head, Hook};
use crate::Cx;
use crate::nameplate;
use crate::read::{self, Rd};
use hinomi_model::{Dir, Host};

pub static JSON: Hook = Hook { name: "json", wants: json_wanted, read: json };
pub static UPNP: Hook = Hook { name: "upnp", wants: |h| h.status.is_some() && xml(h), read: upnp };
pub static ONVIF: Hook = Hook { name: "onvif", wants: |h| h.status.is_some() && xml(h), read: onvif };
pub static IPP: Hook = Hook { name: "ipp", wants: |h| h.content_type.starts_with("application/ipp"), read: ipp };
pub static WINRM: Hook = Hook { name: "winrm", wants: |h| h.target.starts_with("/wsman"), read: winrm };

/// What a device posts of itself, or answers when it is asked plainly. Searches and single records of others
/// (a query, an identifier in the path) are not looked at.
fn json_wanted(head: &Head) -> bool {
    let kind = head.content_type.to_ascii_lowercase();
    let short = head.length.is_some_and(|n| n <= read::wide(nameplate::JSON_BYTES_MAX));
    let plain = || !head.target.contains('?') && !head.target.split('/').any(crate::mask::looks_like_id);
    short && kind.starts_with("application/json") && match head.status {
        None => matches!(head.method.as_str(), "POST" | "PUT" | "PATCH"),
        Some(status) => status == 200 && head.method == "GET" && plain(),
    }
}

fn json(body: &Body<'_>, cx: &mut Cx<'_>) {
    const CLUES: nameplate::Clues = ["http.device.manufacturer", "http.device.model", "http.device.serial", "http.device.software"];
    if let Some(plate) = nameplate::json(body.bytes) {
        let port = (body.dir == Dir::ToClient).then_some(cx.ends.server.port);
        plate.say(read::sender(body.dir), &CLUES, port, cx);
    }
}

fn xml(head: &Head) -> bool {
    let kind = head.content_type.to_ascii_lowercase();
    kind.starts_with("text/xml") || kind.starts_with("application/xml") || kind.starts_with("application/soap+xml")
}

/// Text of the first element with this local name (any prefix); no nesting is needed here.
fn element(text: &str, name: &str) -> Option<String> {
    let mut from = 0usize;
    while let Some(at) = text.get(from..)?.find(name) {
        let start = from.saturating_add(at);
        let after = start.saturating_add(name.len());
        let before = text.get(..start)?.chars().next_back()?;
        let opens = text.get(after..)?.chars().next()?;
        if matches!(before, '<' | ':') && matches!(opens, '>' | ' ') {
            let body = text.get(after..)?.split_once('>')?.1;
            let value = body.split_once('<')?.0;
            let value = value.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            return (!value.trim().is_empty()).then(|| value.trim().to_string());
        }
        from = after;
    }
    None
}

/// UPnP Device Architecture 2.0 §2.3.
fn upnp(body: &Body<'_>, cx: &mut Cx<'_>) {
    let text = String::from_utf8_lossy(body.bytes);
    if !text.contains("urn:schemas-upnp-org:device-1-0") {
        return;
    }
    for (name, attribute) in [
        ("deviceType", "upnp.device_type"),
        ("friendlyName", "upnp.friendly_name"),
        ("manufacturer", "upnp.manufacturer"),
        ("modelName", "upnp.model_name"),
        ("modelNumber", "upnp.model_number"),
        ("modelDescription", "upnp.model_description"),
        ("serialNumber", "upnp.serial"),
        ("UDN", "upnp.udn"),
    ] {
        if let Some(value) = element(&text, name) {
            cx.clue(Host::Server, attribute, &value, Some(cx.ends.server.port));
        }
    }
}

/// ONVIF Core Specification §8.3.1 GetDeviceInformation.
fn onvif(body: &Body<'_>, cx: &mut Cx<'_>) {
    let text = String::from_utf8_lossy(body.bytes);
    if !text.contains("http://www.onvif.org/ver10/device/wsdl") || !text.contains("GetDeviceInformationResponse") {
        return;
    }
    for (name, attribute) in [
        ("Manufacturer", "onvif.manufacturer"),
        ("Model", "onvif.model"),
        ("FirmwareVersion", "onvif.firmware"),
        ("SerialNumber", "onvif.serial"),
        ("HardwareId", "onvif.hardware"),
    ] {
        if let Some(value) = element(&text, name) {
            cx.clue(Host::Server, attribute, &value, Some(cx.ends.server.port));
        }
    }
}

/// DMTF DSP0226 §11: Identify.
fn winrm(body: &Body<'_>, cx: &mut Cx<'_>) {
    let port = Some(cx.ends.server.port);
    if body.dir == Dir::ToServer {
        cx.clue(Host::Client, "winrm.client", "yes", None);
        return;
    }
    cx.clue(Host::Server, "winrm.server", "yes", port);
    let text = String::from_utf8_lossy(body.bytes);
    if let Some(version) = element(&text, "ProductVersion") {
        cx.clue(Host::Server, "winrm.product_version", &version, port);
    }
}

/// RFC 8010 §3.1: version, operation or status, request id, then groups of attributes.
fn ipp(body: &Body<'_>, cx: &mut Cx<'_>) {
    let mut rd = Rd::new(body.bytes);
    attributes(body.dir, &mut rd, cx);
}

fn attributes(dir: Dir, rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<()> {
    rd.skip(8)?;
    let port = Some(cx.ends.server.port);
    let mut last = String::new();
    for _ in 0..512 {
        let tag = rd.u8()?;
        if tag == 3 {
            return Some(()); // end of attributes
        }
        if tag < 0x10 {
            continue; // a group begins
        }
        let name = read::text(rd.vec16()?);
        let value = rd.vec16()?;
        if !name.is_empty() {
            last = name;
        }
        let attribute = match (dir, last.as_str()) {
            (Dir::ToClient, "printer-make-and-model") => "ipp.model",
            (Dir::ToClient, "printer-name") => "ipp.name",
            (Dir::ToClient, "printer-info") => "ipp.info",
            (Dir::ToClient, "printer-location") => "ipp.location",
            (Dir::ToClient, "printer-device-id") => "ipp.device_id",
            (Dir::ToClient, "printer-uuid") => "ipp.uuid",
            (Dir::ToClient, "printer-firmware-string-version") => "ipp.firmware",
            _ => continue,
        };
        cx.clue(Host::Server, attribute, &read::text(value), port);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::element;

    #[test]
    fn elements_are_found_by_their_local_name() {
        let text = "<r><tds:Model>C-1</tds:Model><modelName a='1'>X &amp; Y</modelName><other/></r>";
        assert_eq!(element(text, "Model").as_deref(), Some("C-1"));
        assert_eq!(element(text, "modelName").as_deref(), Some("X & Y"));
        assert_eq!(element(text, "none"), None);
    }
}
