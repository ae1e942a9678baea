//! What a device says of itself in words of its program's own: keys whose meaning does not depend on
//! the program (`manufacturer`, `model`, `serialNumber`, `fwVersion` …), in JSON and in `key=value` texts.
//! One key proves nothing; two of them side by side are a nameplate.

use crate::Cx;
use crate::read;
use hinomi_model::Host;
use serde_json::Value;

/// Named limit: bytes of one text that are read as JSON.
pub const JSON_BYTES_MAX: usize = 16 * 1024;
/// Named limit: objects of one JSON text that are looked at.
const OBJECTS_MAX: usize = 256;
/// Named limit: characters of a value; longer ones are descriptions.
const VALUE_CHARS_MAX: usize = 64;

const MAKER: &[&str] = &["manufacturer", "manufacturername", "devicemanufacturer", "maker", "vendor", "vendorname", "devicevendor", "mfr", "mfg", "mf", "hardwaremake", "メーカー", "製造元", "製造者"];
const MODEL: &[&str] = &["model", "modelname", "modelnumber", "modelid", "modelno", "devicemodel", "productmodel", "mdl", "hardwaremodel", "productname", "型式", "型番", "機種", "機種名"];
const SERIAL: &[&str] = &["serial", "serialnumber", "serialno", "deviceserial", "deviceserialnumber", "sn", "devid", "製造番号", "シリアル番号"];
const SOFTWARE: &[&str] = &[
    "firmware", "firmwareversion", "firmwarerevision", "fw", "fwver", "fwversion", "software", "softwareversion", "softwarerevision", "sw", "swver", "swversion", "appversion",
];
/// The text is about another device than its sender (Home Assistant's MQTT discovery).
const OF_OTHERS: &[&str] = &["viadevice"];

/// Names of the four clues, in the order maker, model, serial number, software.
pub type Clues = [&'static str; 4];

/// What was read so far. `other` is set where the text says that it is about somebody else.
#[derive(Default, Clone, PartialEq, Eq, Debug)]
pub struct Plate {
    values: [String; 4],
    other: bool,
}

/// Letters and digits of a key alone, small: `Serial-Number`, `serial_number` and `serialNumber` are one.
fn plain(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Plate {
    /// Take one key and its value in; says whether the key belongs on a nameplate.
    pub fn take(&mut self, key: &str, value: &str) -> bool {
        let key = plain(key);
        if OF_OTHERS.contains(&key.as_str()) {
            self.other = true;
            return false;
        }
        let Some(at) = [MAKER, MODEL, SERIAL, SOFTWARE].iter().position(|names| names.contains(&key.as_str())) else { return false };
        let value = value.trim();
        if value.is_empty() || value.chars().count() > VALUE_CHARS_MAX {
            return false;
        }
        if let Some(slot) = self.values.get_mut(at).filter(|slot| slot.is_empty()) {
            slot.push_str(value);
        }
        true
    }

    /// Whether maker or model stands beside one more.
    pub fn tells(&self) -> bool {
        let [maker, model, ..] = &self.values;
        let is_named = !maker.is_empty() || !model.is_empty();
        is_named && !self.other && self.values.iter().filter(|v| !v.is_empty()).count() >= 2
    }

    /// Say it of a host.
    pub fn say(&self, host: Host, clues: &Clues, port: Option<u16>, cx: &mut Cx<'_>) {
        for (value, clue) in self.values.iter().zip(clues) {
            cx.clue(host, clue, value, port);
        }
    }
}

/// The one nameplate of a JSON text; none when there are several: then it is a list of other devices.
pub fn json(bytes: &[u8]) -> Option<Plate> {
    if bytes.len() > JSON_BYTES_MAX || !worth(bytes) {
        return None;
    }
    let root: Value = serde_json::from_slice(bytes).ok()?;
    let mut found: Option<Plate> = None;
    let mut waiting = vec![&root];
    let mut seen = 0usize;
    while let Some(value) = waiting.pop() {
        seen = seen.saturating_add(1);
        if seen > OBJECTS_MAX {
            return None;
        }
        match value {
            Value::Array(rows) => waiting.extend(rows.iter().filter(|v| v.is_object() || v.is_array()).take(OBJECTS_MAX)),
            Value::Object(fields) => {
                let mut plate = Plate::default();
                for (key, inner) in fields {
                    match inner {
                        Value::String(text) => _ = plate.take(key, text),
                        Value::Number(number) => _ = plate.take(key, &number.to_string()),
                        Value::Object(_) | Value::Array(_) => waiting.push(inner),
                        _ => {}
                    }
                }
                if plate.tells() {
                    if found.as_ref().is_some_and(|before| *before != plate) {
                        return None;
                    }
                    found = Some(plate);
                }
            }
            _ => {}
        }
    }
    found
}

/// A cheap look before the text is taken apart: two thirds of all JSON has nothing of the kind.
fn worth(bytes: &[u8]) -> bool {
    bytes.iter().find(|b| !b.is_ascii_whitespace()).is_some_and(|b| matches!(b, b'{' | b'['))
        && [&b"odel"[..], b"aker", b"anufacturer", b"endor", b"\"mf", b"\"mdl", "型".as_bytes(), "機種".as_bytes(), "メーカー".as_bytes(), "製造".as_bytes()].iter().any(|word| read::find(bytes, word).is_some())
}

/// The nameplate of a text of `key=value` pairs apart by white space, as log messages have it; values may stand
/// in quotation marks.
pub fn pairs(text: &str) -> Option<Plate> {
    let mut plate = Plate::default();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('=') {
        let key = before.rsplit(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).next().unwrap_or("");
        let (value, left) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_at(after.find([' ', '\t', ',', ';', ']']).unwrap_or(after.len())),
        };
        plate.take(key, value);
        rest = left;
    }
    plate.tells().then_some(plate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(plate: Option<Plate>) -> Option<[String; 4]> {
        plate.map(|p| p.values)
    }

    fn four(values: [&str; 4]) -> Option<[String; 4]> {
        Some(values.map(str::to_string))
    }

    #[test]
    fn two_keys_side_by_side_are_a_nameplate_and_one_is_none() {
        assert_eq!(told(json(br#"{"maker":"A","model":"B-1","fw":"1.1","t":4.1}"#)), four(["A", "B-1", "", "1.1"]));
        assert_eq!(told(json(br#"{"name":"x","device":{"mf":"A","mdl":"B","sw":"2","ids":["q"]}}"#)), four(["A", "B", "", "2"]));
        assert_eq!(told(json(br#"{"model":"large","messages":[]}"#)), None);
        assert_eq!(told(json(br#"{"serial":7,"sw":"1"}"#)), None);
    }

    #[test]
    fn a_list_of_devices_and_a_device_behind_another_say_nothing_of_the_sender() {
        assert_eq!(told(json(br#"[{"vendor":"A","model":"B"},{"vendor":"C","model":"D"}]"#)), None);
        assert_eq!(told(json(br#"{"device":{"manufacturer":"A","model":"B","via_device":"bridge"}}"#)), None);
    }

    #[test]
    fn pairs_of_a_log_message() {
        assert_eq!(told(pairs(r#"date=2026-11-23 devname="fw" devid="AB12" model=F-60 vendor="A B" msg="x y""#)), four(["A B", "F-60", "AB12", ""]));
        assert_eq!(told(pairs("user=x action=deny")), None);
    }

    #[test]
    fn what_is_broken_or_too_long_says_nothing() {
        assert_eq!(told(json(br#"{"maker":"A","model":"#)), None);
        let long = format!("{{\"maker\":\"A\",\"model\":\"B\",\"x\":\"{}\"}}", "y".repeat(JSON_BYTES_MAX));
        assert_eq!(told(json(long.as_bytes())), None);
    }
}
