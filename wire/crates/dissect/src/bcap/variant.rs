//! Arguments: length of 4 bytes, VARIANT type of 2, element count of 4, value (b-CAP specification §3.3).

use crate::read::{Rd, size, utf16};

const ARRAY: u16 = 0x2000;

#[derive(Clone, Debug, PartialEq)]
pub enum Variant {
    Empty,
    Number(f64),
    Numbers(Vec<f32>),
    Text(String),
    Texts(Vec<String>),
    Other(u16),
}

impl Variant {
    pub fn text(&self) -> String {
        match self {
            Variant::Text(text) => text.clone(),
            Variant::Number(n) => n.to_string(),
            _ => String::new(),
        }
    }

    /// Value as a handle (VT_UI4 or VT_I4).
    pub fn handle(&self) -> Option<u32> {
        match self {
            Variant::Number(n) if *n >= 0.0 && n.fract() == 0.0 => format!("{n:.0}").parse().ok(),
            _ => None,
        }
    }
}

/// All arguments of a frame; `Err` is the offset of the one that does not fit.
pub fn arguments(rd: &mut Rd<'_>, count: u16, samples_max: usize) -> Result<Vec<Variant>, usize> {
    let mut out = Vec::new();
    for _ in 0..count {
        let at = rd.pos();
        let Some(mut argument) = rd.u32_le().and_then(|n| rd.sub(size(n))) else { return Err(at) };
        out.push(one(&mut argument, samples_max).ok_or(at)?);
    }
    Ok(out)
}

fn one(rd: &mut Rd<'_>, samples_max: usize) -> Option<Variant> {
    let kind = rd.u16_le()?;
    let count = rd.u32_le()?;
    if kind & ARRAY == 0 {
        return Some(scalar(rd, kind).unwrap_or(Variant::Other(kind)));
    }
    let kind = kind & !ARRAY;
    let room = size(count).min(samples_max).min(rd.left());
    if kind == 8 {
        let mut texts = Vec::new();
        for _ in 0..room.min(64) {
            match scalar(rd, kind) {
                Some(Variant::Text(text)) => texts.push(text),
                _ => break,
            }
        }
        return Some(Variant::Texts(texts));
    }
    let mut numbers = Vec::new();
    for _ in 0..room {
        match scalar(rd, kind) {
            Some(Variant::Number(n)) => numbers.push(narrow(n)),
            _ => break,
        }
    }
    Some(Variant::Numbers(numbers))
}

/// Samples are kept as 32-bit floats (record `reading`).
fn narrow(n: f64) -> f32 {
    format!("{n:e}").parse().unwrap_or(f32::NAN)
}

fn scalar(rd: &mut Rd<'_>, kind: u16) -> Option<Variant> {
    let int = |n: i64| Variant::Number(i32::try_from(n).map_or(f64::NAN, f64::from));
    Some(match kind {
        // VT_EMPTY, VT_NULL
        0 | 1 => Variant::Empty,
        // VT_I2, VT_BOOL
        2 | 11 => int(i64::from(i16::from_le_bytes(rd.array()?))),
        // VT_I4
        3 => int(i64::from(i32::from_le_bytes(rd.array()?))),
        // VT_R4
        4 => Variant::Number(f64::from(f32::from_le_bytes(rd.array()?))),
        // VT_R8, VT_DATE (days since 1899-12-30)
        5 | 7 => Variant::Number(f64::from_le_bytes(rd.array()?)),
        // VT_BSTR: bytes of the UTF-16 text, then the text
        8 => {
            let n = rd.u32_le()?;
            Variant::Text(utf16(rd.take(size(n))?))
        }
        // VT_ERROR
        10 => Variant::Number(f64::from(rd.u32_le()?)),
        // VT_UI1, VT_UI2, VT_UI4
        17 => Variant::Number(f64::from(rd.u8()?)),
        18 => Variant::Number(f64::from(rd.u16_le()?)),
        19 => Variant::Number(f64::from(rd.u32_le()?)),
        other => Variant::Other(other),
    })
}
