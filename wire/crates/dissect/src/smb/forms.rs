//! Small forms of version 2 ([MS-SMB2] 2.2) and their words.

use crate::Cx;
use crate::read::{self, Rd};
use hinomi_model::Host;

/// Offset and length as they stand in session setup messages, from the header on.
pub fn security_blob<'a>(rd: &mut Rd<'_>, bytes: &'a [u8]) -> Option<&'a [u8]> {
    let (offset, length) = (rd.u16_le()?, rd.u16_le()?);
    slice(bytes, usize::from(offset), usize::from(length))
}

pub fn slice(bytes: &[u8], offset: usize, length: usize) -> Option<&[u8]> {
    bytes.get(offset..offset.checked_add(length)?)
}

pub fn dialect(number: u16) -> String {
    match number {
        0x0202 => "2.0.2".into(),
        0x0210 => "2.1".into(),
        0x0300 => "3.0".into(),
        0x0302 => "3.0.2".into(),
        0x0311 => "3.1.1".into(),
        0x02ff => "2.???".into(),
        other => format!("0x{other:04x}"),
    }
}

pub fn signing(host: Host, mode: u16, cx: &mut Cx<'_>) {
    let word = if mode & 2 != 0 { "required" } else if mode & 1 != 0 { "enabled" } else { "off" };
    cx.clue(host, "smb.signing", word, None);
}

/// 2.2.13 CreateDisposition.
pub fn disposition_word(number: u32) -> String {
    match number {
        0 => "supersede".into(),
        1 => "open".into(),
        2 => "create".into(),
        3 => "open_if".into(),
        4 => "overwrite".into(),
        5 => "overwrite_if".into(),
        other => other.to_string(),
    }
}

/// [MS-DTYP] 2.3.4.2: the first three fields are little-endian.
pub fn uuid(bytes: [u8; 16]) -> String {
    let [a, b, c, d, e, f, g, h, rest @ ..] = bytes;
    let hex = read::hex(&rest);
    let (clock, node) = hex.split_at(4);
    format!("{:08x}-{:04x}-{:04x}-{clock}-{node}", u32::from_le_bytes([a, b, c, d]), u16::from_le_bytes([e, f]), u16::from_le_bytes([g, h]))
}

/// [MS-DTYP] 2.3.3: 100 ns since 1601, zero when not told.
pub fn filetime(value: u64) -> Option<i64> {
    let seconds = i64::try_from(value / 10_000_000).ok()?;
    (value != 0).then(|| seconds.saturating_sub(11_644_473_600))
}
