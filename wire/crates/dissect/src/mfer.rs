//! MFER (ISO 22077-1): the head of a waveform file, wherever one is carried. Of the patient only a
//! pseudonym is read.

use crate::read::{Rd, text};
use hinomi_model::Keys;

/// Most items of a head that are read.
const ITEMS_MAX: usize = 256;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Preamble (MWF_PRE, 40H), such as `MFR Standard 12 leads ECG`.
    pub preamble: String,
    /// Manufacturer, model, version, serial number (MWF_MAN, 17H).
    pub manufacturer: String,
    pub model: String,
    pub version: String,
    pub serial: String,
    /// Waveform class (MWF_WFM, 08H): 1 standard ECG, 2 long-term, 20 monitoring …
    pub waveform: Option<u16>,
    pub patient: String,
}

/// Read the head; `None` when the bytes do not start with a preamble.
pub fn head(bytes: &[u8], keys: &Keys) -> Option<Head> {
    // ISO 22077-1 §5: tag, length, value; the preamble comes first and says MFR.
    if !matches!(bytes, [0x40, _, b'M', b'F', b'R', b' ', ..]) {
        return None;
    }
    let mut rd = Rd::new(bytes);
    let mut out = Head::default();
    let mut little = false;
    for _ in 0..ITEMS_MAX {
        let Some((tag, value)) = item(&mut rd) else { break };
        match tag {
            0x40 => out.preamble = text(value),
            // MWF_BLE: 0 big endian, 1 little endian.
            0x01 => little = value.first() == Some(&1),
            0x08 => {
                out.waveform = match value {
                    [a] => Some(u16::from(*a)),
                    [a, b, ..] => Some(if little { u16::from_le_bytes([*a, *b]) } else { u16::from_be_bytes([*a, *b]) }),
                    [] => None,
                }
            }
            0x17 => {
                let all = text(value);
                let mut parts = all.split('^').map(|p| p.trim().to_string());
                out.manufacturer = parts.next().unwrap_or_default();
                out.model = parts.next().unwrap_or_default();
                out.version = parts.next().unwrap_or_default();
                out.serial = parts.next().unwrap_or_default();
            }
            // MWF_PID
            0x82 => out.patient = keys.patient(&text(value)).as_str().to_string(),
            // MWF_WAV (the samples) and MWF_END close the head.
            0x1e | 0x80 => break,
            _ => {}
        }
    }
    Some(out)
}

/// Tag, length (from 80H on the number of its bytes), value; MWF_ATT (3FH) names a channel before its length.
fn item<'a>(rd: &mut Rd<'a>) -> Option<(u8, &'a [u8])> {
    let tag = rd.u8()?;
    if tag == 0x3f {
        rd.u8()?;
    }
    let short = rd.u8()?;
    let length = match short {
        0x80 => return None,
        0x81..=0x84 => {
            let mut n = 0usize;
            for _ in 0..(short & 0x7f) {
                n = n.checked_mul(256)?.checked_add(usize::from(rd.u8()?))?;
            }
            n
        }
        0x85.. => return None,
        n => usize::from(n),
    };
    rd.take(length).map(|v| (tag, v))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_head_tells_the_recorder_and_no_name() {
        let keys = Keys::new([7; 32]);
        let mut bytes = vec![0x40, 4, b'M', b'F', b'R', b' ', 0x01, 1, 0];
        for (tag, value) in [(0x08u8, &b"\x00\x01"[..]), (0x17, b"Kasumi^EC-9^2.0^K77"), (0x81, b"Yamada^Taro"), (0x82, b"0012")] {
            bytes.extend([tag, u8::try_from(value.len()).unwrap()]);
            bytes.extend(value);
        }
        bytes.extend([0x1e, 0x84, 0, 0, 1, 0]);
        let head = head(&bytes, &keys).unwrap();
        assert_eq!((head.model.as_str(), head.serial.as_str(), head.waveform), ("EC-9", "K77", Some(1)));
        assert_eq!(head.patient, keys.patient("12").as_str());
        assert!(!format!("{head:?}").contains("Yamada"));
        for n in 0..bytes.len() {
            let _ = super::head(bytes.get(..n).unwrap(), &keys);
        }
        assert_eq!(super::head(b"PK\x03\x04", &keys), None);
    }
}
