//! IEEE 11073-20601 personal health devices over TCP: associations, what an agent is, its numerics.
//!
//! No capture could be had of a real agent over IP; the reader follows the standard alone.

mod standard;

use crate::mder::{self, Identity};
use crate::read::{Rd, hex, lapse, sender, silence, wide};
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Nanos, NoteKind, Outcome};
use std::collections::BTreeMap;

/// Most metric objects whose type is remembered.
const OBJECTS_MAX: usize = 256;

pub static DISSECTOR: Dissector = Dissector {
    meta: &Meta {
        name: "phd",
        title: "IEEE 11073-20601 personal health device",
        standard: "IEEE 11073-20601-2019",
        tier: 'B',
        clues: &[
            ("phd.system_id", "system id (EUI-64) of agent or manager, hex (§7.3.1 PhdAssociationInformation)"),
            ("phd.role", "agent or manager (§7.3.1 system-type)"),
            ("phd.configuration", "device configuration id of an agent (§7.3.1 dev-config-id)"),
            ("phd.manufacturer", "manufacturer (MDC_ATTR_ID_MODEL)"),
            ("phd.model", "model (MDC_ATTR_ID_MODEL)"),
            ("phd.serial", "serial number (MDC_ATTR_ID_PROD_SPECN)"),
            ("phd.part", "part number"),
            ("phd.hardware", "hardware revision"),
            ("phd.software", "software revision"),
            ("phd.firmware", "firmware revision"),
        ],
        operations: &["association", "release", "abort", "configuration", "scan_report", "get"],
        details: &[("configuration", "device configuration id"), ("system_id", "system id of the agent"), ("count", "reports on the connection")],
        notes: &[
            ("phd.malformed", "bytes that cannot be an APDU (§7.3)"),
            ("phd.malformed_data", "a data APDU that ends within what it announces"),
            ("phd.gap", "a part of the stream was not heard"),
        ],
        readings: true,
        tshark: "",
    },
    entries: &[Entry::Stream { hints: &[6024], probe, open: || Box::new(Phd::default()) }],
};

const NAMES: Identity = Identity {
    manufacturer: "phd.manufacturer",
    model: "phd.model",
    serial: "phd.serial",
    part: "phd.part",
    hardware: "phd.hardware",
    software: "phd.software",
    firmware: "phd.firmware",
    system_id: "phd.system_id",
};

/// An association request: choice E200, length, association version 1, protocol 20601 (5079).
fn probe(_dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    let start = [0xe2u8, 0x00];
    if !head.iter().zip(start).all(|(a, b)| *a == b) {
        return Probe::No;
    }
    match (head.get(4..8), head.get(12..14)) {
        (Some(version), _) if version != [0x80, 0, 0, 0] => Probe::No,
        (Some(_), Some(protocol)) => {
            if protocol == [0x50, 0x79] || protocol == [0xff, 0xff] { Probe::Yes } else { Probe::No }
        }
        _ => Probe::More,
    }
}

#[derive(Default)]
struct Phd {
    at: [u64; 2],
    asked: Option<(Nanos, Dir, u64)>,
    system: String,
    configuration: u16,
    /// Handle to type and unit of a metric, as the configuration told.
    objects: BTreeMap<u16, (u16, u16, Vec<u16>)>,
    reports: u64,
    first: Nanos,
    last: Nanos,
    agent: Option<Dir>,
}

impl Stream for Phd {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        let mut rd = Rd::new(bytes);
        let (Some(choice), Some(length)) = (rd.u16(), rd.u16()) else { return Step::Need(4) };
        // §7.3: AARQ, AARE, RLRQ, RLRE, ABRT, PRST.
        if !matches!(choice, 0xe200 | 0xe300 | 0xe400 | 0xe500 | 0xe600 | 0xe700) {
            return Step::Malformed { at: 0, name: "phd.malformed", why: "no APDU has this type" };
        }
        let whole = usize::from(length).saturating_add(4);
        let Some(body) = bytes.get(4..whole) else { return Step::Need(whole) };
        let mut rd = Rd::new(body);
        let done = match choice {
            0xe200 => self.request(dir, &mut rd, wide(whole), cx),
            0xe300 => self.response(dir, &mut rd, wide(whole), cx),
            0xe500 => {
                cx.exchange(Exchange { operation: "release".to_string(), reversed: dir == Dir::ToServer, ..Exchange::default() });
                Some(())
            }
            0xe600 => {
                cx.exchange(Exchange { operation: "abort".to_string(), outcome: Outcome::Aborted, reversed: dir == Dir::ToClient, ..Exchange::default() });
                Some(())
            }
            0xe700 => self.data(dir, &mut rd, cx),
            _ => Some(()),
        };
        let at = self.at(dir);
        let here = *at;
        *at = here.saturating_add(wide(whole));
        if done.is_none() {
            cx.note(NoteKind::Malformed, "phd.malformed_data", here, "An APDU ends within what it announces.");
        }
        Step::Took(whole)
    }

    fn gap(&mut self, dir: Dir, missing: u64, cx: &mut Cx<'_>) -> bool {
        cx.note(NoteKind::Gap, "phd.gap", *self.at(dir), format!("{missing} bytes were not heard."));
        false
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if let Some((time, dir, n)) = self.asked.take() {
            cx.exchange(Exchange { time, operation: "association".to_string(), outcome: silence(heard, dir), request_bytes: n, reversed: dir == Dir::ToClient, ..Exchange::default() });
        }
        if self.reports > 0 {
            cx.exchange(Exchange {
                time: self.first,
                duration_ns: lapse(self.first, self.last),
                operation: "scan_report".to_string(),
                reversed: self.agent == Some(Dir::ToClient),
                detail: vec![("count", self.reports.to_string())],
                ..Exchange::default()
            });
        }
    }
}

impl Phd {
    fn at(&mut self, dir: Dir) -> &mut u64 {
        let [up, down] = &mut self.at;
        if dir == Dir::ToServer { up } else { down }
    }

    /// PhdAssociationInformation (§7.3.1); returns the configuration id.
    fn information(&mut self, dir: Dir, rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<u16> {
        rd.skip(4)?;
        rd.skip(2)?;
        rd.skip(4)?;
        rd.skip(4)?;
        let kind = rd.u32()?;
        let system = hex(rd.vec16()?);
        let configuration = rd.u16()?;
        let port = (dir == Dir::ToClient).then_some(cx.ends.server.port);
        cx.clue(sender(dir), "phd.system_id", &system, port);
        let is_agent = kind & 0x0080_0000 != 0;
        cx.clue(sender(dir), "phd.role", if is_agent { "agent" } else { "manager" }, port);
        if is_agent {
            cx.clue(sender(dir), "phd.configuration", &configuration.to_string(), port);
            self.system = system;
            self.agent = Some(dir);
            self.configuration = configuration;
            self.objects = standard::objects(configuration);
        }
        Some(configuration)
    }

    fn request(&mut self, dir: Dir, rd: &mut Rd<'_>, bytes: u64, cx: &mut Cx<'_>) -> Option<()> {
        self.asked = Some((cx.time, dir, bytes));
        rd.skip(4)?;
        let count = rd.u16()?;
        rd.u16()?;
        for _ in 0..count.min(8) {
            let protocol = rd.u16()?;
            let mut inner = Rd::new(rd.vec16()?);
            if protocol == 0x5079 {
                self.information(dir, &mut inner, cx)?;
            }
        }
        Some(())
    }

    fn response(&mut self, dir: Dir, rd: &mut Rd<'_>, bytes: u64, cx: &mut Cx<'_>) -> Option<()> {
        let result = rd.u16()?;
        let protocol = rd.u16()?;
        let inner = rd.vec16()?;
        if protocol == 0x5079 {
            self.information(dir, &mut Rd::new(inner), cx)?;
        }
        // §7.3.1 AssociateResult: 0 accepted, 3 accepted-unknown-config.
        let (outcome, status) = match result {
            0 => (Outcome::Ok, "accepted"),
            3 => (Outcome::Ok, "accepted-unknown-config"),
            1 => (Outcome::Refused, "rejected-permanent"),
            2 => (Outcome::Refused, "rejected-transient"),
            4 => (Outcome::Refused, "rejected-no-common-protocol"),
            _ => (Outcome::Refused, "rejected"),
        };
        let mut exchange = Exchange { operation: "association".to_string(), outcome, status: status.to_string(), response_bytes: bytes, reversed: dir == Dir::ToServer, ..Exchange::default() };
        if let Some((time, _, n)) = self.asked.take() {
            exchange.time = time;
            exchange.request_bytes = n;
            exchange.duration_ns = lapse(time, cx.time);
        }
        exchange.detail.push(("configuration", self.configuration.to_string()));
        if !self.system.is_empty() {
            exchange.detail.push(("system_id", self.system.clone()));
        }
        cx.exchange(exchange);
        Some(())
    }

    /// Data APDU (§7.3.6): length, invoke id, choice, length.
    fn data(&mut self, dir: Dir, rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<()> {
        rd.u16()?;
        rd.u16()?;
        let choice = rd.u16()?;
        rd.u16()?;
        match choice {
            // roiv-cmip-event-report, confirmed: handle, time, type, length.
            0x0100 | 0x0101 => {
                rd.u16()?;
                rd.u32()?;
                let kind = rd.u16()?;
                rd.u16()?;
                match kind {
                    // MDC_NOTI_CONFIG
                    0x0d1c => self.configuration(dir, rd, cx),
                    // MDC_NOTI_SCAN_REPORT_FIXED, _VAR
                    0x0d1d | 0x0d1e => {
                        if self.reports == 0 {
                            self.first = cx.time;
                        }
                        self.last = cx.time;
                        self.reports = self.reports.saturating_add(1);
                        self.report(kind == 0x0d1d, rd, cx)
                    }
                    _ => Some(()),
                }
            }
            // rors-cmip-get: handle, attributes.
            0x0203 => {
                rd.u16()?;
                let port = (dir == Dir::ToClient).then_some(cx.ends.server.port);
                for (id, value) in mder::attributes(rd)? {
                    mder::identify(sender(dir), port, id, value, &NAMES, cx);
                }
                cx.exchange(Exchange { operation: "get".to_string(), reversed: dir == Dir::ToServer, ..Exchange::default() });
                Some(())
            }
            _ => Some(()),
        }
    }

    /// ConfigReport (§7.4.1): id, list of objects with class, handle, attributes.
    fn configuration(&mut self, dir: Dir, rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<()> {
        let id = rd.u16()?;
        let count = rd.u16()?;
        rd.u16()?;
        for _ in 0..count {
            rd.u16()?;
            let handle = rd.u16()?;
            let (mut kind, mut unit, mut order) = (0u16, 0u16, Vec::new());
            for (attribute, value) in mder::attributes(rd)? {
                let mut v = Rd::new(value);
                match attribute {
                    // MDC_ATTR_ID_TYPE: partition, code
                    0x092f => kind = v.skip(2).and_then(|()| v.u16()).unwrap_or(0),
                    // MDC_ATTR_UNIT_CODE
                    0x0996 => unit = v.u16().unwrap_or(0),
                    // MDC_ATTR_ATTRIBUTE_VAL_MAP: count, length, (id, length)
                    0x0a55 => {
                        let n = v.u16().unwrap_or(0);
                        let _ = v.u16();
                        for _ in 0..n.min(16) {
                            order.extend(v.u16());
                            let _ = v.u16();
                        }
                    }
                    _ => {}
                }
            }
            if self.objects.len() < OBJECTS_MAX {
                self.objects.insert(handle, (kind, unit, order));
            }
        }
        let detail = vec![("configuration", id.to_string())];
        cx.exchange(Exchange { operation: "configuration".to_string(), reversed: dir == Dir::ToClient, detail, ..Exchange::default() });
        Some(())
    }

    /// ScanReportInfo (§7.4.2): request id, report number, observations.
    fn report(&self, fixed: bool, rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<()> {
        rd.u16()?;
        rd.u16()?;
        let count = rd.u16()?;
        rd.u16()?;
        for _ in 0..count {
            let handle = rd.u16()?;
            if fixed {
                let mut value = Rd::new(rd.vec16()?);
                let Some((kind, unit, order)) = self.objects.get(&handle) else { continue };
                for attribute in order {
                    if self.value(*attribute, *kind, *unit, &mut value, cx).is_none() {
                        break;
                    }
                }
            } else {
                let (kind, unit) = self.objects.get(&handle).map_or((0, 0), |(k, u, _)| (*k, *u));
                for (attribute, value) in mder::attributes(rd)? {
                    self.value(attribute, kind, unit, &mut Rd::new(value), cx);
                }
            }
        }
        Some(())
    }

    /// Simple observed values; `None` for attributes of other kinds.
    fn value(&self, attribute: u16, kind: u16, unit: u16, rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<()> {
        let number = match attribute {
            standard::SIMP => mder::float(rd.u32()?),
            standard::BASIC => mder::short_float(rd.u16()?),
            standard::COMPOUND => {
                // Count, length, then one value after the other; pressures follow their common type by number.
                let count = rd.u16()?;
                let mut values = Rd::new(rd.vec16()?);
                for at in 1..=count.min(8) {
                    let number = mder::short_float(values.u16()?);
                    let kind = if kind == standard::NONINVASIVE { kind.saturating_add(at) } else { kind };
                    self.say(kind, unit, number, cx);
                }
                return Some(());
            }
            // The device's own time is passed over.
            standard::TIME => return rd.skip(8),
            _ => return None,
        };
        self.say(kind, unit, number, cx);
        Some(())
    }

    fn say(&self, kind: u16, unit: u16, number: Option<f64>, cx: &mut Cx<'_>) {
        let mut reading = mder::numeric(kind, unit, number);
        reading.source.clone_from(&self.system);
        cx.reading(reading);
    }
}
