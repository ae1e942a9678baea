//! Philips IntelliVue data export over UDP (Data Export Interface Programming Guide): monitors that
//! announce themselves, associations, what the monitor is, and its numerics.
//!
//! No capture of a real monitor could be had; the reader follows the public guide alone. Names and
//! demographics of patients are not read, their identifier becomes a pseudonym.

use crate::mder::{self, Identity};
use crate::read::{Rd, lapse, sender, silence, wide};
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Nanos, Outcome, ReadingKind};

pub static DISSECTOR: Dissector = Dissector {
    meta: &Meta {
        name: "intellivue",
        title: "Philips IntelliVue data export",
        standard: "Philips IntelliVue Data Export Interface Programming Guide",
        tier: 'B',
        clues: &[
            ("intellivue.manufacturer", "manufacturer (NOM_ATTR_ID_MODEL)"),
            ("intellivue.model", "model (NOM_ATTR_ID_MODEL)"),
            ("intellivue.serial", "serial number (NOM_ATTR_ID_PROD_SPECN, type 1)"),
            ("intellivue.part", "part number (type 2)"),
            ("intellivue.hardware", "hardware revision (type 3)"),
            ("intellivue.software", "software revision (type 4)"),
            ("intellivue.firmware", "firmware revision (type 5)"),
            ("intellivue.system_id", "system identifier, hex (NOM_ATTR_SYS_ID)"),
            ("intellivue.bed", "bed label (NOM_ATTR_ID_BED_LABEL)"),
            ("intellivue.role", "monitor or client"),
        ],
        operations: &["connect_indication", "association", "release", "abort", "mds_create", "poll"],
        details: &[("count", "answers to polls on the connection"), ("bed", "bed label")],
        notes: &[("intellivue.malformed", "a datagram that ends within what it announces")],
        readings: true,
        tshark: "",
    },
    entries: &[Entry::Datagram { hints: &[24105, 24005], probe, open: || Box::new(Intellivue::default()) }],
};

const NAMES: Identity = Identity {
    manufacturer: "intellivue.manufacturer",
    model: "intellivue.model",
    serial: "intellivue.serial",
    part: "intellivue.part",
    hardware: "intellivue.hardware",
    software: "intellivue.software",
    firmware: "intellivue.firmware",
    system_id: "intellivue.system_id",
};

/// NOM_MOC_VMS_MDS
const MDS: u16 = 0x0021;

fn probe(_dir: Dir, datagram: &[u8], _ends: &Ends) -> Probe {
    let mut rd = Rd::new(datagram);
    let fits = match datagram {
        // Data export: session 0xE100, context 2, then a remote operation whose length is the rest.
        [0xe1, 0x00, 0x00, 0x02, 0x00, 1 | 2 | 3 | 5, ..] => {
            let _ = rd.skip(6);
            rd.u16().is_some_and(|n| usize::from(n) == rd.left())
        }
        // Connect indication: nomenclature 1.0, ROIV, length; the event report of an MDS.
        [0x00, 0x01, 0x00, 0x00, 0x00, 0x01, ..] => {
            let _ = rd.skip(6);
            rd.u16().is_some_and(|n| usize::from(n) == rd.left()) && rd.skip(6).is_some() && rd.u16() == Some(MDS)
        }
        // Association: session connect or accept, with the presentation context of MDDL inside.
        [0x0d | 0x0e, ..] => crate::read::find(datagram, &[0x2a, 0x86, 0x48, 0xce, 0x14, 0x02, 0x01]).is_some(),
        _ => false,
    };
    if fits { Probe::Yes } else { Probe::No }
}

#[derive(Default)]
struct Intellivue {
    asked: Option<(Nanos, u64, Dir)>,
    open: bool,
    polls: u64,
    first_poll: Nanos,
    last_poll: Nanos,
    poll_bytes: [u64; 2],
    monitor: Option<Dir>,
    patient: String,
    bed: String,
}

impl Datagram for Intellivue {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        let malformed = Verdict::Malformed { at: bytes.len(), name: "intellivue.malformed", why: "the datagram ends within what it announces" };
        match bytes.first() {
            Some(0x0d | 0x0e | 0x0c | 0x09 | 0x0a | 0x19) => {
                self.session(dir, bytes, cx);
                Verdict::Read
            }
            Some(0xe1) => {
                let mut rd = Rd::at(bytes, 4);
                match self.operation(dir, &mut rd, wide(bytes.len()), cx) {
                    Some(()) => Verdict::Read,
                    None => malformed,
                }
            }
            Some(0x00) if probe(dir, bytes, cx.ends) == Probe::Yes => {
                let mut rd = Rd::at(bytes, 4);
                let done = self.operation(dir, &mut rd, wide(bytes.len()), cx);
                let mut exchange = Exchange { operation: "connect_indication".to_string(), request_bytes: wide(bytes.len()), reversed: dir == Dir::ToClient, ..Exchange::default() };
                if !self.bed.is_empty() {
                    exchange.detail.push(("bed", self.bed.clone()));
                }
                cx.exchange(exchange);
                if done.is_some() { Verdict::Read } else { malformed }
            }
            _ => Verdict::NotMine,
        }
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if let Some((time, n, dir)) = self.asked.take() {
            cx.exchange(Exchange { time, operation: "association".to_string(), outcome: silence(heard, dir), request_bytes: n, reversed: dir == Dir::ToClient, ..Exchange::default() });
        }
        if self.polls > 0 {
            let [request_bytes, response_bytes] = self.poll_bytes;
            cx.exchange(Exchange {
                time: self.first_poll,
                duration_ns: lapse(self.first_poll, self.last_poll),
                operation: "poll".to_string(),
                request_bytes,
                response_bytes,
                patient: self.patient.clone(),
                reversed: self.monitor == Some(Dir::ToServer),
                detail: vec![("count", self.polls.to_string())],
                ..Exchange::default()
            });
        }
    }
}

impl Intellivue {
    /// Session layer (guide, Association Control): connect, accept, refuse, finish, disconnect, abort.
    fn session(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) {
        let n = wide(bytes.len());
        let say = |operation: &str, outcome, status: &str, dir: Dir| Exchange {
            operation: operation.to_string(),
            outcome,
            status: status.to_string(),
            request_bytes: n,
            reversed: dir == Dir::ToClient,
            ..Exchange::default()
        };
        match bytes.first() {
            Some(0x0d) => self.asked = Some((cx.time, n, dir)),
            Some(kind @ (0x0e | 0x0c)) => {
                let asked = self.asked.take();
                let (outcome, status) = if *kind == 0x0e { (Outcome::Ok, "accepted") } else { (Outcome::Refused, "refused") };
                self.open = *kind == 0x0e;
                let mut exchange = say("association", outcome, status, dir.reverse());
                exchange.response_bytes = n;
                exchange.request_bytes = 0;
                if let Some((time, bytes, _)) = asked {
                    exchange.time = time;
                    exchange.request_bytes = bytes;
                    exchange.duration_ns = lapse(time, cx.time);
                }
                cx.exchange(exchange);
                self.is_monitor(dir, cx);
            }
            Some(0x0a) => cx.exchange(say("release", Outcome::Ok, "", dir.reverse())),
            Some(0x19) => cx.exchange(say("abort", Outcome::Aborted, "", dir)),
            _ => {}
        }
    }

    fn is_monitor(&mut self, dir: Dir, cx: &mut Cx<'_>) {
        if self.monitor.is_none() {
            self.monitor = Some(dir);
            let port = (dir == Dir::ToClient).then_some(cx.ends.server.port);
            cx.clue(sender(dir), "intellivue.role", "monitor", port);
            if !cx.ends.receiver(dir).ip.is_multicast() && self.open {
                cx.clue(sender(dir.reverse()), "intellivue.role", "client", None);
            }
        }
    }

    /// Remote operation: type, length, invoke id, command type, length (guide, Command Formats).
    fn operation(&mut self, dir: Dir, rd: &mut Rd<'_>, bytes: u64, cx: &mut Cx<'_>) -> Option<()> {
        let kind = rd.u16()?;
        rd.u16()?;
        if kind == 5 {
            // ROLRS: linked state and count.
            rd.u16()?;
        }
        rd.u16()?;
        let command = rd.u16()?;
        rd.u16()?;
        let class = rd.u16()?;
        rd.skip(4)?;
        match (kind, command) {
            // Event report: time, type, length.
            (1, 0 | 1) => {
                rd.u32()?;
                rd.u16()?;
                let length = rd.u16()?;
                self.is_monitor(dir, cx);
                // MDS create repeats the managed object; a connect indication does not.
                let start = rd.pos();
                let mut direct = *rd;
                let mut list = mder::attributes(&mut direct).filter(|_| direct.pos().saturating_sub(start) == usize::from(length));
                if list.is_none() {
                    rd.skip(6)?;
                    list = mder::attributes(rd);
                    cx.exchange(Exchange { operation: "mds_create".to_string(), request_bytes: bytes, reversed: dir == Dir::ToClient, ..Exchange::default() });
                }
                for (id, value) in list? {
                    self.attribute(dir, id, value, None, cx);
                }
                let _ = class;
                Some(())
            }
            // Action: poll requests of the client, answers of the monitor.
            (1, 7) => {
                let [request, _] = &mut self.poll_bytes;
                *request = request.saturating_add(bytes);
                Some(())
            }
            (2 | 5, 7) => {
                self.is_monitor(dir, cx);
                let [_, response] = &mut self.poll_bytes;
                *response = response.saturating_add(bytes);
                if self.polls == 0 {
                    self.first_poll = cx.time;
                }
                self.last_poll = cx.time;
                self.polls = self.polls.saturating_add(1);
                self.poll(dir, rd, cx)
            }
            _ => Some(()),
        }
    }

    /// Poll result: number, (sequence,) times, polled type and group, contexts of observations.
    fn poll(&mut self, dir: Dir, rd: &mut Rd<'_>, cx: &mut Cx<'_>) -> Option<()> {
        let action = rd.u16()?;
        rd.u16()?;
        rd.u16()?;
        // NOM_ACT_POLL_MDIB_DATA_EXT has a sequence number more.
        if action == 0xf13b {
            rd.u16()?;
        }
        rd.u32()?;
        let stamp = absolute(rd.array()?);
        rd.skip(6)?;
        let contexts = rd.u16()?;
        rd.u16()?;
        for _ in 0..contexts {
            rd.u16()?;
            let observations = rd.u16()?;
            rd.u16()?;
            for _ in 0..observations {
                rd.u16()?;
                for (id, value) in mder::attributes(rd)? {
                    self.attribute(dir, id, value, stamp, cx);
                }
            }
        }
        Some(())
    }

    fn attribute(&mut self, dir: Dir, id: u16, value: &[u8], stamp: Option<Nanos>, cx: &mut Cx<'_>) {
        let port = (dir == Dir::ToClient).then_some(cx.ends.server.port);
        let _ = mder::identify(sender(dir), port, id, value, &NAMES, cx);
        let mut rd = Rd::new(value);
        match id {
            // NOM_ATTR_ID_BED_LABEL: UTF-16 text
            0x091e => {
                self.bed = rd.vec16().map(utf16_big).unwrap_or_default();
                cx.clue(sender(dir), "intellivue.bed", &self.bed.clone(), port);
            }
            // NOM_ATTR_PT_ID
            0x095a => self.patient = cx.keys.patient(&rd.vec16().map(utf16_big).unwrap_or_default()).as_str().to_string(),
            // NOM_ATTR_NU_VAL_OBS
            0x0950 => {
                let _ = self.observed(&mut rd, stamp, cx);
            }
            // NOM_ATTR_NU_CMPD_VAL_OBS: count, length, values
            0x094b => {
                let count = rd.u16().unwrap_or(0);
                let _ = rd.u16();
                for _ in 0..count.min(64) {
                    if self.observed(&mut rd, stamp, cx).is_none() {
                        break;
                    }
                }
            }
            _ => {}
        }
    }

    /// Physiological identifier, state, unit, value.
    fn observed(&self, rd: &mut Rd<'_>, stamp: Option<Nanos>, cx: &mut Cx<'_>) -> Option<()> {
        let (physio, state, unit, raw) = (rd.u16()?, rd.u16()?, rd.u16()?, rd.u32()?);
        let mut reading = mder::numeric(physio, unit, mder::float(raw));
        reading.kind = ReadingKind::Numeric;
        reading.device_time = stamp;
        reading.location.clone_from(&self.bed);
        reading.patient.clone_from(&self.patient);
        // INVALID, UNAVAILABLE; DEMO_DATA and TEST_DATA are told as such.
        if state & 0xa000 != 0 {
            reading.status = "cannot_obtain".to_string();
        } else if state & 0x0c00 != 0 {
            reading.status = "demo".to_string();
        }
        cx.reading(reading);
        Some(())
    }
}

/// AbsoluteTime: century, year, month, day, hour, minute, second, hundredths, in BCD; the site's local time.
fn absolute(raw: [u8; 8]) -> Option<Nanos> {
    let [century, year, month, day, hour, minute, second, _] = raw;
    crate::hl7::time_nanos(&format!("{century:02x}{year:02x}{month:02x}{day:02x}{hour:02x}{minute:02x}{second:02x}"))
}

fn utf16_big(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).filter_map(|c| <[u8; 2]>::try_from(c).ok().map(u16::from_be_bytes)).take_while(|u| *u != 0).collect();
    String::from_utf16_lossy(&units)
}
