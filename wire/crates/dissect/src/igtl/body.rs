//! Bodies of OpenIGTLink messages. All numbers big-endian; matrices are sent column by column.

use crate::Cx;
use crate::read::{Rd, receiver, sender, size, text};
use hinomi_model::{Dir, Exchange, Nanos, Outcome, Reading, ReadingKind};

/// Types that the specification names, beside their GET_, STT_, STP_ and RTS_ forms.
const KNOWN: &[&str] = &[
    "TRANSFORM", "POSITION", "QTRANS", "IMAGE", "STATUS", "CAPABILITY", "IMGMETA", "LBMETA", "COLORTABLE", "COLORT", "POINT", "TRAJ", "TDATA",
    "QTDATA", "SENSOR", "STRING", "NDARRAY", "BIND", "POLYDATA", "COMMAND", "VIDEO", "VIDEOMETA", "TRACKINGDATA", "UNIT", "PLANE",
];

fn bare(kind: &str) -> &str {
    ["GET_", "STT_", "STP_", "RTS_"].iter().find_map(|p| kind.strip_prefix(p)).unwrap_or(kind)
}

pub fn is_known(kind: &str) -> bool {
    KNOWN.contains(&bare(kind))
}

pub fn is_bulk(kind: &str) -> bool {
    matches!(kind, "IMAGE" | "VIDEO" | "POLYDATA" | "NDARRAY" | "LBMETA" | "IMGMETA" | "COLORTABLE" | "COLORT")
}

/// Seconds since 1970 in the upper half, fractions of 2^-32 s in the lower.
fn nanos(stamp: u64) -> Option<Nanos> {
    let seconds = i64::try_from(stamp >> 32).ok()?;
    let fraction = i64::try_from(((stamp & 0xffff_ffff).checked_mul(1_000_000_000)?) >> 32).ok()?;
    (seconds > 0).then(|| seconds.saturating_mul(1_000_000_000).saturating_add(fraction))
}

/// Keys and values behind the content of a version 3 body.
type Metadata = Vec<(String, String)>;

/// Version 3 bodies have an extended header, the content, then metadata (§Extended header).
fn unwrap(version: u16, body: &[u8]) -> Option<(&[u8], Metadata)> {
    if version < 2 {
        return Some((body, Vec::new()));
    }
    let mut rd = Rd::new(body);
    let extended = rd.u16()?;
    let head = rd.u16()?;
    let meta = rd.u32()?;
    if usize::from(extended) < 12 || usize::from(extended) > body.len() {
        // Version 2 bodies have no extended header.
        return Some((body, Vec::new()));
    }
    let tail = usize::from(head).saturating_add(size(meta));
    let content = body.get(usize::from(extended)..body.len().saturating_sub(tail)).unwrap_or_else(|| body.get(usize::from(extended)..).unwrap_or(&[]));
    let start = usize::from(extended).saturating_add(content.len());
    Some((content, metadata(body.get(start..).unwrap_or(&[])).unwrap_or_default()))
}

fn metadata(bytes: &[u8]) -> Option<Metadata> {
    let mut rd = Rd::new(bytes);
    let count = rd.u16()?;
    let mut sizes = Vec::new();
    for _ in 0..count.min(64) {
        // Key size, value encoding, value size.
        let key = rd.u16()?;
        rd.u16()?;
        sizes.push((key, rd.u32()?));
    }
    let mut out = Vec::new();
    for (key, value) in sizes {
        let key = text(rd.take(usize::from(key))?);
        out.push((key, text(rd.take(size(value))?)));
    }
    Some(out)
}

/// Read one body; false when it is shorter than its type asks for.
#[allow(clippy::too_many_arguments)]
pub fn read(dir: Dir, version: u16, kind: &str, device: &str, stamp: u64, body: &[u8], is_new: bool, exchange: Option<&mut Exchange>, cx: &mut Cx<'_>) -> bool {
    let Some((content, meta)) = unwrap(version, body) else { return version < 2 || body.is_empty() };
    let port = (dir == Dir::ToClient).then_some(cx.ends.server.port);
    let mut spare = Exchange::default();
    let exchange = exchange.unwrap_or(&mut spare);
    for (key, value) in &meta {
        identity(dir, key, value, port, cx);
    }
    if is_new {
        let names: Vec<&str> = meta.iter().map(|(k, _)| k.as_str()).collect();
        put(exchange, "metadata", &names.join(" "));
        let role = match kind {
            "TRANSFORM" | "POSITION" | "QTRANS" | "TDATA" | "QTDATA" => "positions",
            "IMAGE" | "VIDEO" => "images",
            "STRING" => "texts",
            "SENSOR" => "sensors",
            "COMMAND" => "commands",
            _ => "",
        };
        if !role.is_empty() {
            let other = (dir == Dir::ToServer).then_some(cx.ends.server.port);
            cx.clue(sender(dir), "igtl.role", &format!("source of {role}"), port);
            cx.clue(receiver(dir), "igtl.role", &format!("receiver of {role}"), other);
        }
    }
    let mut rd = Rd::new(content);
    let base = Reading {
        device_time: nanos(stamp),
        source: device.to_string(),
        kind: ReadingKind::Transform,
        code: kind.to_string(),
        name: device.to_string(),
        unit: "mm".to_string(),
        ..Reading::default()
    };
    let done = match kind {
        "TRANSFORM" => matrix(&mut rd).map(|samples| cx.reading(Reading { samples, ..base })),
        // Position, then a quaternion of four (or its first three) numbers.
        "POSITION" | "QTRANS" => numbers(&mut rd, 3).map(|mut samples| {
            while let Some(n) = float(&mut rd).filter(|_| samples.len() < 7) {
                samples.push(n);
            }
            cx.reading(Reading { samples, ..base });
        }),
        // Name of 20, type, reserved, matrix of 12 numbers.
        "TDATA" => tools(&mut rd, cx, &base, 12),
        // Name of 20, type, reserved, position of 3, quaternion of 4.
        "QTDATA" => tools(&mut rd, cx, &base, 7),
        "STATUS" => status(&mut rd, exchange),
        "IMAGE" => image(&mut rd, exchange),
        "CAPABILITY" => capability(&mut rd, dir, port, exchange, cx),
        "STRING" => {
            // Encoding, length, text.
            let found = rd.u16().and_then(|_| rd.vec16()).map(text);
            found.map(|value| {
                let known = identity(dir, device, &value, port, cx);
                let word = device.to_ascii_lowercase();
                let tells = ["info", "system", "about", "device"].iter().any(|w| word.contains(w)) && !word.contains("patient");
                if (known || tells) && value.len() <= 256 {
                    cx.clue(sender(dir), "igtl.text", &format!("{}|{value}", device.replace('|', "/")), port);
                }
            })
        }
        // Array length, status, unit (64 bits), values in 64-bit floats.
        "SENSOR" => sensor(&mut rd, &base, cx),
        _ => Some(()),
    };
    done.is_some()
}

fn float(rd: &mut Rd<'_>) -> Option<f32> {
    rd.array().map(f32::from_be_bytes)
}

fn numbers(rd: &mut Rd<'_>, n: usize) -> Option<Vec<f32>> {
    (0..n).map(|_| float(rd)).collect()
}

/// Twelve numbers column by column, turned into rows: rotation and, in the fourth column, position.
fn matrix(rd: &mut Rd<'_>) -> Option<Vec<f32>> {
    let [a, b, c, d, e, f, g, h, i, x, y, z]: [f32; 12] = numbers(rd, 12)?.try_into().ok()?;
    Some(vec![a, d, g, x, b, e, h, y, c, f, i, z])
}

fn tools(rd: &mut Rd<'_>, cx: &mut Cx<'_>, base: &Reading, n: usize) -> Option<()> {
    while !rd.is_empty() {
        let name = text(rd.take(20)?);
        rd.skip(2)?;
        let samples = if n == 12 { matrix(rd)? } else { numbers(rd, n)? };
        cx.reading(Reading { name, samples, ..base.clone() });
    }
    Some(())
}

/// Code, sub-code, name of the error (its text may say anything, and is not read).
fn status(rd: &mut Rd<'_>, exchange: &mut Exchange) -> Option<()> {
    let code = rd.u16()?;
    rd.u64()?;
    let name = text(rd.take(20)?);
    let word = match code {
        1 => "ok",
        2 => "unknown error",
        3 => "panic",
        4 => "not found",
        5 => "access denied",
        6 => "busy",
        7 => "time out",
        8 => "overflow",
        9 => "checksum error",
        10 => "configuration error",
        11 => "not enough resource",
        12 => "unknown instruction",
        13 => "device not ready",
        14 => "manual mode",
        15 => "disabled",
        16 => "device not present",
        17 => "unknown device version",
        18 => "hardware failure",
        19 => "exiting",
        _ => "other",
    };
    exchange.status = code.to_string();
    exchange.outcome = if code == 1 { Outcome::Ok } else { Outcome::Failed };
    exchange.detail.retain(|(n, _)| *n != "code");
    put(exchange, "code", format!("{code} {word} {name}").trim());
    Some(())
}

/// Image head: version 2, components, scalar type, byte order, coordinates, size of three (2 each).
fn image(rd: &mut Rd<'_>, exchange: &mut Exchange) -> Option<()> {
    rd.skip(2)?;
    rd.u8()?;
    let scalar = rd.u8()?;
    rd.skip(2)?;
    let size = [rd.u16()?, rd.u16()?, rd.u16()?];
    exchange.detail.retain(|(n, _)| *n != "size" && *n != "scalar");
    put(exchange, "size", &size.map(|n| n.to_string()).join("x"));
    let word = match scalar {
        2 => "int8",
        3 => "uint8",
        4 => "int16",
        5 => "uint16",
        6 => "int32",
        7 => "uint32",
        10 => "float32",
        11 => "float64",
        _ => "other",
    };
    put(exchange, "scalar", word);
    Some(())
}

fn capability(rd: &mut Rd<'_>, dir: Dir, port: Option<u16>, exchange: &mut Exchange, cx: &mut Cx<'_>) -> Option<()> {
    let mut types = Vec::new();
    while !rd.is_empty() && types.len() < 64 {
        let kind = text(rd.take(12)?);
        cx.clue(sender(dir), "igtl.capability", &kind, port);
        types.push(kind);
    }
    exchange.detail.retain(|(n, _)| *n != "types");
    put(exchange, "types", &types.join(" "));
    Some(())
}

fn sensor(rd: &mut Rd<'_>, base: &Reading, cx: &mut Cx<'_>) -> Option<()> {
    let count = rd.u8()?;
    let status = rd.u8()?;
    rd.u64()?;
    for n in 0..count {
        let value = f64::from_be_bytes(rd.array()?);
        cx.reading(Reading {
            kind: ReadingKind::Numeric,
            name: if count > 1 { format!("{}[{n}]", base.name) } else { base.name.clone() },
            value: Some(value).filter(|v| v.is_finite()),
            unit: String::new(),
            status: status.to_string(),
            ..base.clone()
        });
    }
    Some(())
}

/// Texts by which a navigation system says what it is; true when the name told so.
fn identity(dir: Dir, name: &str, value: &str, port: Option<u16>, cx: &mut Cx<'_>) -> bool {
    let word = name.to_ascii_lowercase();
    // A patient's name, number or the like is never said.
    if word.contains("patient") || word.contains("subject") || value.len() > 128 {
        return false;
    }
    let attribute = if word.contains("manufacturer") || word.contains("maker") || word.contains("vendor") {
        "igtl.manufacturer"
    } else if word.contains("serial") {
        "igtl.serial"
    } else if word.contains("model") || word.contains("product") {
        "igtl.model"
    } else if word.contains("version") || word.contains("software") {
        "igtl.software"
    } else {
        return false;
    };
    cx.clue(sender(dir), attribute, value, port);
    true
}

fn put(exchange: &mut Exchange, name: &'static str, value: &str) {
    if !value.is_empty() {
        exchange.detail.push((name, value.to_string()));
    }
}
