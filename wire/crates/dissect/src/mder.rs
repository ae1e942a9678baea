//! Attributes as ISO/IEEE 11073-20101 MDER writes them, shared by IntelliVue and personal health
//! devices: identity of the device, observed values.

use crate::Cx;
use crate::hl7::unit_by_code;
use crate::read::{Rd, hex, text};
use hinomi_model::{CodeSystem, Host, Reading};

static NAMES: &str = include_str!("mder.tsv");

/// Reference id of a code of partition 2 (SCADA), where the table knows it.
pub fn name(code: u32) -> &'static str {
    NAMES
        .lines()
        .filter_map(|l| l.split_once('\t'))
        .find(|(c, _)| c.parse() == Ok(code))
        .map_or("", |(_, n)| n)
}

/// FLOAT-Type: exponent of 8 bits, mantissa of 24, both signed (11073-20601 Annex F.7).
pub fn float(raw: u32) -> Option<f64> {
    let [exponent, a, b, c] = raw.to_be_bytes();
    let mantissa = i32::from_be_bytes([if a & 0x80 == 0 { 0 } else { 0xff }, a, b, c]);
    // NaN, NRes, +INFINITY, -INFINITY and a reserved value.
    if matches!(raw & 0x00ff_ffff, 0x7f_fffe..=0x80_0002) {
        return None;
    }
    Some(f64::from(mantissa) * 10f64.powi(i32::from(i8::from_be_bytes([exponent]))))
}

/// SFLOAT-Type: exponent of 4 bits, mantissa of 12 (11073-20601 Annex F.8).
pub fn short_float(raw: u16) -> Option<f64> {
    if matches!(raw & 0x0fff, 0x7fe..=0x802) {
        return None;
    }
    let signed = |value: u16, bits: u32| {
        let limit = 1i32 << bits;
        let value = i32::from(value);
        if value >= limit / 2 { value - limit } else { value }
    };
    Some(f64::from(signed(raw & 0x0fff, 12)) * 10f64.powi(signed(raw >> 12, 4)))
}

/// Attributes of the clue names for one protocol.
pub struct Identity {
    pub manufacturer: &'static str,
    pub model: &'static str,
    pub serial: &'static str,
    pub part: &'static str,
    pub hardware: &'static str,
    pub software: &'static str,
    pub firmware: &'static str,
    pub system_id: &'static str,
}

/// Attribute list: count, length, then id, length, value each.
pub fn attributes<'a>(rd: &mut Rd<'a>) -> Option<Vec<(u16, &'a [u8])>> {
    let count = rd.u16()?;
    let mut list = Rd::new(rd.vec16()?);
    let mut out = Vec::new();
    for _ in 0..count {
        let id = list.u16()?;
        out.push((id, list.vec16()?));
    }
    Some(out)
}

/// Say what identity attributes tell; others are left alone.
pub fn identify(who: Host, port: Option<u16>, id: u16, value: &[u8], names: &Identity, cx: &mut Cx<'_>) -> Option<()> {
    let mut rd = Rd::new(value);
    match id {
        // MDC_ATTR_ID_MODEL: manufacturer, model
        0x0928 => {
            cx.clue(who, names.manufacturer, &text(rd.vec16()?), port);
            cx.clue(who, names.model, &text(rd.vec16()?), port);
        }
        // MDC_ATTR_ID_PROD_SPECN: type, component, text each
        0x092d => {
            let count = rd.u16()?;
            rd.u16()?;
            for _ in 0..count.min(64) {
                let kind = rd.u16()?;
                rd.u16()?;
                let shown = text(rd.vec16()?);
                let attribute = match kind {
                    1 => names.serial,
                    2 => names.part,
                    3 => names.hardware,
                    4 => names.software,
                    5 => names.firmware,
                    _ => continue,
                };
                cx.clue(who, attribute, &shown, port);
            }
        }
        // MDC_ATTR_SYS_ID: EUI-64
        0x0984 => cx.clue(who, names.system_id, &hex(rd.vec16()?), port),
        _ => {}
    }
    Some(())
}

/// A numeric of partition 2 with a unit of partition 4.
pub fn numeric(physio: u16, unit: u16, value: Option<f64>) -> Reading {
    let code = (2u32 << 16) + u32::from(physio);
    Reading {
        code: code.to_string(),
        code_system: CodeSystem::Mdc,
        name: name(code).to_string(),
        value,
        unit: unit_by_code(u32::from(unit)).unwrap_or_else(|| unit.to_string()),
        status: if value.is_some() { "preliminary" } else { "cannot_obtain" }.to_string(),
        ..Reading::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_decimal() {
        assert_eq!(float(0xff00_016c), Some(36.4));
        assert_eq!(float(0x0000_0048), Some(72.0));
        assert_eq!(float(0x007f_ffff), None);
        assert_eq!(float(0x00ff_ffff), Some(-1.0));
        assert_eq!(short_float(0xf16c), Some(36.4));
        assert_eq!(short_float(0x07ff), None);
        assert_eq!(name(147_842), "MDC_ECG_HEART_RATE");
    }
}
