//! What an OPC UA server and its client say of themselves on a channel without encryption: application
//! descriptions (OPC 10000-4 §7.2), the server's BuildInfo (OPC 10000-5 §12.4), and the nameplate of devices
//! (OPC 10000-100 §4.5) where its nodes are named in words. Binary encoding: OPC 10000-6 §5.2.

use crate::Cx;
use crate::nameplate::{self, Plate};
use crate::read::{self, Rd};
use hinomi_model::Host;

/// Named limit: reads of one connection that wait for their answer.
pub const READS_MAX: usize = 16;
/// Named limit: nodes of one read that are remembered.
const NODES_MAX: usize = 256;

const PLATE: nameplate::Clues = ["opcua.device.manufacturer", "opcua.device.model", "opcua.device.serial", "opcua.device.software"];

/// What a value that was asked for would tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A member of BuildInfo, by the name of its clue.
    Build(&'static str),
    /// BuildInfo, or ServerStatus with BuildInfo in it.
    Structure,
    /// A node whose own name is a key of a nameplate.
    Named(String),
    Nothing,
}

/// The bodies that are read, by the number of their binary encoding (OPC 10000-6, NodeIds.csv).
#[derive(Default)]
pub struct Identity {
    waiting: Vec<(u32, Vec<Asked>)>,
    plate: Plate,
}

impl Identity {
    /// One whole message behind the sequence header; `request` pairs answers with questions.
    pub fn message(&mut self, request: u32, body: &[u8], cx: &mut Cx<'_>) -> Option<()> {
        let mut rd = Rd::new(body);
        let (0, Id::Number(kind)) = node(&mut rd)? else { return None };
        match kind {
            461 => {
                request_header(&mut rd)?;
                application(&mut rd, Host::Client, cx)?;
            }
            464 => {
                response_header(&mut rd)?;
                node(&mut rd)?; // session
                node(&mut rd)?; // token
                rd.skip(8)?; // timeout
                bytes(&mut rd)?; // nonce
                bytes(&mut rd)?; // certificate
                endpoint(&mut rd, cx)?;
            }
            431 => {
                response_header(&mut rd)?;
                endpoint(&mut rd, cx)?;
            }
            631 => {
                request_header(&mut rd)?;
                rd.skip(12)?; // age, timestamps
                let asked = nodes_read(&mut rd)?;
                if asked.iter().any(|a| *a != Asked::Nothing) && self.waiting.len() < READS_MAX {
                    self.waiting.push((request, asked));
                }
            }
            634 => {
                let at = self.waiting.iter().position(|(number, _)| *number == request)?;
                let (_, asked) = self.waiting.swap_remove(at);
                response_header(&mut rd)?;
                self.values(&mut rd, asked, cx)?;
            }
            _ => {}
        }
        Some(())
    }

    fn values(&mut self, rd: &mut Rd<'_>, asked: Vec<Asked>, cx: &mut Cx<'_>) -> Option<()> {
        let port = Some(cx.ends.server.port);
        let count = rd.u32_le()?;
        for (_, wanted) in (0..count).zip(asked) {
            let mask = rd.u8()?;
            let value = if mask & 1 != 0 { variant(rd)? } else { Value::Other };
            rd.skip([(2u8, 4), (4, 8), (16, 2), (8, 8), (32, 2)].into_iter().filter(|(bit, _)| mask & bit != 0).map(|(_, n)| n).sum())?;
            match (wanted, value) {
                (Asked::Build(clue), Value::Text(text)) => cx.clue(Host::Server, clue, &text, port),
                (Asked::Structure, Value::Structure(kind, inner)) => _ = build_info(kind, inner, cx),
                (Asked::Named(key), Value::Text(text)) => _ = self.plate.take(&key, &text),
                _ => {}
            }
        }
        if self.plate.tells() {
            self.plate.say(Host::Server, &PLATE, port, cx);
        }
        Some(())
    }
}

/// OPC 10000-5 §12.4 (340) and §12.10 (864).
fn build_info(kind: u32, inner: &[u8], cx: &mut Cx<'_>) -> Option<()> {
    let mut rd = Rd::new(inner);
    match kind {
        864 => rd.skip(20)?, // started, now, state
        340 => {}
        _ => return None,
    }
    let port = Some(cx.ends.server.port);
    for clue in ["opcua.product_uri", "opcua.manufacturer", "opcua.product", "opcua.software"] {
        let text = string(&mut rd)?;
        cx.clue(Host::Server, clue, &text, port);
    }
    Some(())
}

/// §7.2 ApplicationDescription.
fn application(rd: &mut Rd<'_>, host: Host, cx: &mut Cx<'_>) -> Option<()> {
    let port = (host == Host::Server).then_some(cx.ends.server.port);
    string(rd)?; // the application's URI may hold the name of a person's computer
    let product = string(rd)?;
    let name = localized(rd)?;
    cx.clue(host, "opcua.product_uri", &product, port);
    cx.clue(host, "opcua.application", &name, port);
    Some(())
}

/// The first of a list of endpoint descriptions (§7.14): all are of one server.
fn endpoint(rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<()> {
    if !(1..=256).contains(&rd.u32_le()?) {
        return None;
    }
    string(rd)?;
    application(rd, Host::Server, cx)
}

fn nodes_read(rd: &mut Rd<'_>) -> Option<Vec<Asked>> {
    const VALUE: u32 = 13;
    let count = read::size(rd.u32_le()?);
    let mut out = Vec::new();
    for _ in 0..count.min(NODES_MAX) {
        let (space, id) = node(rd)?;
        let attribute = rd.u32_le()?;
        string(rd)?; // index range
        rd.skip(2)?;
        string(rd)?; // encoding
        out.push(match (space, id) {
            _ if attribute != VALUE => Asked::Nothing,
            (0, Id::Number(2256 | 2260)) => Asked::Structure,
            (0, Id::Number(2262)) => Asked::Build("opcua.product_uri"),
            (0, Id::Number(2263)) => Asked::Build("opcua.manufacturer"),
            (0, Id::Number(2261)) => Asked::Build("opcua.product"),
            (0, Id::Number(2264)) => Asked::Build("opcua.software"),
            (_, Id::Text(text)) => {
                let own = text.rsplit(['.', '/', ':', '|']).next().unwrap_or("").trim_matches('"').to_string();
                if Plate::default().take(&own, "x") { Asked::Named(own) } else { Asked::Nothing }
            }
            _ => Asked::Nothing,
        });
    }
    Some(out)
}

enum Id {
    Number(u32),
    Text(String),
    Other,
}

/// 5.2.2.9 and, by the two high bits, 5.2.2.10.
fn node(rd: &mut Rd<'_>) -> Option<(u16, Id)> {
    let form = rd.u8()?;
    let found = match form & 0x3f {
        0 => (0, Id::Number(rd.u8()?.into())),
        1 => (rd.u8()?.into(), Id::Number(rd.u16_le()?.into())),
        2 => (rd.u16_le()?, Id::Number(rd.u32_le()?)),
        3 => (rd.u16_le()?, Id::Text(string(rd)?)),
        4 => {
            rd.skip(18)?;
            (1, Id::Other)
        }
        5 => {
            rd.skip(2)?;
            bytes(rd)?;
            (1, Id::Other)
        }
        _ => return None,
    };
    if form & 0x80 != 0 {
        string(rd)?;
    }
    if form & 0x40 != 0 {
        rd.skip(4)?;
    }
    Some(found)
}

/// 5.2.2.15: type, encoding, bytes.
fn structure<'a>(rd: &mut Rd<'a>) -> Option<(u32, &'a [u8])> {
    let (space, id) = node(rd)?;
    let inner = if rd.u8()? == 0 { &[] } else { bytes(rd)? };
    Some((if let (0, Id::Number(number)) = (space, id) { number } else { 0 }, inner))
}

/// OPC 10000-4 §7.33.
fn request_header(rd: &mut Rd<'_>) -> Option<()> {
    node(rd)?;
    rd.skip(16)?; // time, handle, diagnostics
    string(rd)?;
    rd.skip(4)?;
    structure(rd)?;
    Some(())
}

/// OPC 10000-4 §7.34; one with inner diagnostics is passed over.
fn response_header(rd: &mut Rd<'_>) -> Option<()> {
    rd.skip(16)?; // time, handle, result
    if rd.u8()? != 0 {
        return None;
    }
    texts(rd)?;
    structure(rd)?;
    Some(())
}

fn texts(rd: &mut Rd<'_>) -> Option<()> {
    let count = rd.u32_le()?;
    for _ in 0..if count == u32::MAX { 0 } else { count } {
        bytes(rd)?;
    }
    Some(())
}

enum Value<'a> {
    Text(String),
    Structure(u32, &'a [u8]),
    Other,
}

/// 5.2.2.16: one value; lists are passed over.
fn variant<'a>(rd: &mut Rd<'a>) -> Option<Value<'a>> {
    let form = rd.u8()?;
    let many = form & 0x80 != 0;
    let count = if many { rd.u32_le()? } else { 1 };
    let mut last = Value::Other;
    for _ in 0..if count == u32::MAX { 0 } else { count } {
        last = scalar(form & 0x3f, rd)?;
    }
    if form & 0x40 != 0 {
        let dimensions = read::size(rd.u32_le()?);
        rd.skip(dimensions.checked_mul(4)?)?;
    }
    Some(if many { Value::Other } else { last })
}

fn scalar<'a>(kind: u8, rd: &mut Rd<'a>) -> Option<Value<'a>> {
    let width = match kind {
        1..=3 => 1,
        4 | 5 => 2,
        6 | 7 | 10 | 19 => 4,
        8 | 9 | 11 | 13 => 8,
        14 => 16,
        12 => return string(rd).map(Value::Text),
        21 => return localized(rd).map(Value::Text),
        22 => return structure(rd).map(|(kind, inner)| Value::Structure(kind, inner)),
        15 | 16 => {
            bytes(rd)?;
            0
        }
        17 | 18 => {
            node(rd)?;
            0
        }
        20 => {
            rd.skip(2)?;
            bytes(rd)?;
            0
        }
        _ => return None,
    };
    rd.skip(width)?;
    Some(Value::Other)
}

/// 5.2.2.14.
fn localized(rd: &mut Rd<'_>) -> Option<String> {
    let mask = rd.u8()?;
    if mask & 1 != 0 {
        bytes(rd)?;
    }
    if mask & 2 != 0 { string(rd) } else { Some(String::new()) }
}

/// 5.2.2.7: a length, −1 for none.
fn bytes<'a>(rd: &mut Rd<'a>) -> Option<&'a [u8]> {
    match rd.u32_le()? {
        u32::MAX => Some(&[]),
        n => rd.take(read::size(n)),
    }
}

fn string(rd: &mut Rd<'_>) -> Option<String> {
    bytes(rd).map(read::text)
}
