//! Messages and their acknowledgements (HL7 v2.9 §2.9; MSH §2.14.9, MSA §2.14.8, ERR §2.14.5).

use super::like::{Detail, Fresh, Like, Memory, Saying};
use super::message::{Decoded, Segment};
use super::observe::{self, Kinds};
use crate::Cx;
use crate::read::{Waiting, lapse, receiver, sender, silence, wide};
use hinomi_model::{Dir, Exchange, Keys, Nanos, NoteKind, Outcome};
use std::borrow::Cow;

#[derive(Default)]
pub struct Session {
    waiting: Waiting<(bool, String), Sent>,
    told_unmatched: bool,
    /// Control ID of the latest message, to the server and to the client.
    latest: [Option<String>; 2],
    /// Device identifier to type, as the messages on this connection told it.
    kinds: Kinds,
    /// Messages to the server and to the client.
    memory: [Memory; 2],
    patients: Latest,
    orders: Latest,
}

/// The keyed name made last: messages on one connection often speak of the same patient, and the
/// order numbers of one message are often one number.
#[derive(Default)]
pub struct Latest {
    of: String,
    name: String,
}

impl Latest {
    fn get(&mut self, of: &str, make: impl FnOnce(&str) -> String) -> String {
        if self.of != of {
            self.name = make(of);
            self.of = of.to_string();
        }
        self.name.clone()
    }

    pub fn patient(&mut self, id: &str, keys: &Keys) -> String {
        self.get(id, |id| keys.patient(id).as_str().to_string())
    }

    fn secret(&mut self, value: &str, keys: &Keys) -> String {
        self.get(value, |value| keys.secret(value.as_bytes()).as_str().to_string())
    }
}

/// What an acknowledgement says, but of which message.
#[derive(Clone)]
pub struct Answer {
    code: String,
    error: String,
    kind: String,
    is_ack: bool,
    client_name: String,
    server_name: String,
}

impl Answer {
    fn of(msa: &Segment<'_>, segments: &[Segment<'_>], msh: &Segment<'_>) -> Answer {
        Answer {
            code: msa.text(1).into_owned(),
            error: error(segments),
            kind: kind(msh),
            is_ack: msh.part(9, 1) == "ACK",
            client_name: name(msh, 5),
            server_name: name(msh, 3),
        }
    }
}

/// A message that waits for its acknowledgement.
struct Sent {
    exchange: Exchange,
    dir: Dir,
    /// MSH-16 asks for an application acknowledgement behind the accept one.
    wants_application: bool,
    commit: String,
}

fn is_up(dir: Dir) -> bool {
    dir == Dir::ToServer
}

fn put<'a>(detail: &mut Vec<(&'static str, String)>, name: &'static str, value: impl Into<Cow<'a, str>>) {
    let value = value.into();
    if !value.is_empty() {
        detail.push((name, value.into_owned()));
    }
}

/// Message type as `ORU^R01` (MSH-9).
fn kind(msh: &Segment<'_>) -> String {
    let (code, trigger) = (msh.part(9, 1), msh.part(9, 2));
    if trigger.is_empty() { code.into_owned() } else { [&*code, &*trigger].join("^") }
}

/// Name of an application: its namespace, or its universal id; and its facility.
fn name(msh: &Segment<'_>, application: usize) -> String {
    let pick = |n: usize| Some(msh.part(n, 1)).filter(|s| !s.is_empty()).unwrap_or_else(|| msh.part(n, 2));
    let (app, facility) = (pick(application), pick(application.saturating_add(1)));
    if facility.is_empty() { app.into_owned() } else { [&*app, &*facility].join("/") }
}

/// Patient identifier: the repetition of type PI or MR, else the first (PID-3; PID-2 of old senders).
pub fn patient_id<'a>(pid: &Segment<'a>) -> Cow<'a, str> {
    let chosen = pid.repetitions(3).find(|r| matches!(&*pid.part_of(r, 5), "PI" | "MR")).or_else(|| pid.repetitions(3).next());
    let id = chosen.map_or(Cow::Borrowed(""), |r| pid.part_of(r, 1));
    if id.is_empty() { pid.part(2, 1) } else { id }
}

impl Session {
    #[allow(clippy::too_many_arguments)]
    pub fn message(&mut self, dir: Dir, segments: &[Segment<'_>], decoded: &Decoded<'_>, batch: Option<&str>, (bytes, truncated): (Option<&[u8]>, bool), size: u64, at: u64, began: Nanos, cx: &mut Cx<'_>) {
        let Some(msh) = segments.first() else { return };
        cx.in_order();
        let (readings, clues, notes) = (cx.out.readings.len(), cx.out.clues.len(), cx.out.notes.len());
        let operation = kind(msh);
        let is_ack = msh.part(9, 1) == "ACK";
        self.who(dir, msh, &operation, decoded, is_ack, cx);
        for sft in segments.iter().filter(|s| s.id == "SFT") {
            let row = [sft.part(1, 1), sft.part(3, 1), sft.part(2, 1), sft.part(4, 1)].map(|v| v.replace('|', "/")).join("|");
            if row.len() > 3 {
                cx.clue(sender(dir), "hl7.software", &row, port_of(dir, cx));
            }
        }
        if let Some(msa) = segments.iter().find(|s| s.id == "MSA") {
            // A response that carries data is no question of its own.
            let answer = Answer::of(msa, segments, msh);
            if let Some(bytes) = bytes {
                let fresh = Fresh { bytes, segments, values: &[], readings: &[], clues: cx.out.clues.get(clues..).unwrap_or(&[]) };
                if let Some(like) = Like::of(&fresh, self.kinds.generation, || Saying::Answer(answer.clone())) {
                    self.memory(dir).keep(like, bytes, cx);
                }
            }
            self.answer(dir, &answer, &msa.text(2), size, at, cx);
            return;
        }
        if is_ack {
            return;
        }
        let mut exchange = self.exchange(dir, segments, msh, decoded, size, cx);
        exchange.operation = operation;
        exchange.time = began;
        let said = observe::observe(dir, segments, &exchange.patient, &mut self.kinds, &mut self.patients, at, cx);
        let said_values = said.values;
        let d = &mut exchange.detail;
        put(d, "observations", Some(said.observations).filter(|n| *n > 0).map_or_else(String::new, |n| n.to_string()));
        put(d, "unread", Some(said.unread).filter(|n| *n > 0).map_or_else(String::new, |n| n.to_string()));
        if let Some(batch) = batch {
            let hash = cx.keys.secret(batch.as_bytes());
            put(d, "batch", if batch.is_empty() { "yes".to_string() } else { hash.as_str().to_string() });
        }
        if truncated {
            put(d, "truncated", "yes".to_string());
        }
        let (accept, application) = (msh.text(15), msh.text(16));
        // §2.9.2: both conditions NE: nobody answers.
        let is_settled = accept == "NE" && application == "NE";
        let wants_application = matches!(&*application, "AL" | "SU" | "ER");
        if let (Some(bytes), None, true) = (bytes, batch, cx.out.notes.len() == notes) {
            let said = (cx.out.readings.get(readings..).unwrap_or(&[]), cx.out.clues.get(clues..).unwrap_or(&[]));
            let fresh = Fresh { bytes, segments, values: &said_values, readings: said.0, clues: said.1 };
            let saying = || {
                let mut exchange = Box::new(exchange.clone());
                let detail = Detail::of(&mut exchange);
                Saying::Message { exchange, detail, wants_application, is_settled }
            };
            if let Some(like) = Like::of(&fresh, self.kinds.generation, saying) {
                self.memory(dir).keep(like, bytes, cx);
            }
        }
        self.wait(dir, &msh.text(10), exchange, wants_application, is_settled, at, cx);
    }

    fn memory(&mut self, dir: Dir) -> &mut Memory {
        let [to_server, to_client] = &mut self.memory;
        if is_up(dir) { to_server } else { to_client }
    }

    /// Say a message that is like one before; false, and nothing said, when there is none.
    pub fn again(&mut self, dir: Dir, bytes: &[u8], at: u64, began: Nanos, cx: &mut Cx<'_>) -> bool {
        let generation = self.kinds.generation;
        let Some((like, found)) = self.memory(dir).again(bytes, generation, cx) else { return false };
        cx.clues_again(&like.clues);
        let size = wide(bytes.len());
        match &like.saying {
            Saying::Answer(answer) => self.answer(dir, answer, found.answered, size, at, cx),
            Saying::Message { exchange, detail, wants_application, is_settled } => {
                let mut exchange = Exchange::clone(exchange);
                (exchange.time, exchange.request_bytes) = (began, size);
                let (order, filler) = (self.orders.secret(found.order(), cx.keys), self.orders.secret(found.filler(), cx.keys));
                exchange.detail_written = detail.with(|name| match name {
                    "control_id" => found.control_id,
                    "event_time" => found.event_time(),
                    "order" => &order,
                    _ => &filler,
                });
                self.wait(dir, found.control_id, exchange, *wants_application, *is_settled, at, cx);
            }
        }
        true
    }

    /// The exchange waits for its acknowledgement, if there will be one.
    #[allow(clippy::too_many_arguments)]
    fn wait(&mut self, dir: Dir, control_id: &str, exchange: Exchange, wants_application: bool, is_settled: bool, at: u64, cx: &mut Cx<'_>) {
        if is_settled {
            cx.exchange(exchange);
            return;
        }
        let key = (is_up(dir), control_id.to_string());
        let [to_server, to_client] = &mut self.latest;
        *(if is_up(dir) { to_server } else { to_client }) = Some(key.1.clone());
        let sent = Sent { exchange, dir, wants_application, commit: String::new() };
        // The same control ID again: a resend.
        if let Some(old) = self.waiting.take(&key) {
            self.give_up(old, Outcome::Unanswered, cx);
        }
        if let Some((_, old)) = self.waiting.put(key, sent, cx.limits.pending_max) {
            cx.note(NoteKind::OverLimit, "hl7.pending_max", at, format!("More than {} messages wait for an acknowledgement.", cx.limits.pending_max));
            self.give_up(old, Outcome::Unanswered, cx);
        }
    }

    fn who(&self, dir: Dir, msh: &Segment<'_>, operation: &str, decoded: &Decoded<'_>, is_ack: bool, cx: &mut Cx<'_>) {
        let (from, to) = (sender(dir), receiver(dir));
        let (from_port, to_port) = (port_of(dir, cx), port_of(dir.reverse(), cx));
        cx.clue(from, "hl7.application", &msh.joined(3), from_port);
        cx.clue(from, "hl7.facility", &msh.joined(4), from_port);
        cx.clue(to, "hl7.called_application", &msh.joined(5), to_port);
        cx.clue(to, "hl7.called_facility", &msh.joined(6), to_port);
        cx.clue(from, "hl7.version", &msh.part(12, 1), from_port);
        cx.clue(from, "hl7.charset", &decoded.declared.replace('~', " "), from_port);
        cx.clue(from, "hl7.charset_used", decoded.guessed.unwrap_or(""), from_port);
        if !is_ack && !operation.is_empty() {
            cx.clue(from, "hl7.role", &["sender ", operation].concat(), from_port);
            cx.clue(to, "hl7.role", &["receiver ", operation].concat(), to_port);
        }
        for profile in msh.repetitions(21) {
            let id = Some(msh.part_of(profile, 1)).filter(|p| !p.is_empty()).unwrap_or_else(|| msh.part_of(profile, 3));
            cx.clue(from, "hl7.profile", &id, from_port);
        }
    }

    fn exchange(&mut self, dir: Dir, segments: &[Segment<'_>], msh: &Segment<'_>, decoded: &Decoded<'_>, size: u64, cx: &Cx<'_>) -> Exchange {
        let segment = |id: &str| segments.iter().find(|s| s.id == id);
        let mut exchange = Exchange {
            client_name: name(msh, 3),
            server_name: name(msh, 5),
            object: msh.part(9, 3).into_owned(),
            request_bytes: size,
            reversed: dir == Dir::ToClient,
            detail: Vec::with_capacity(16),
            ..Exchange::default()
        };
        if let Some(pid) = segment("PID") {
            exchange.patient = self.patients.patient(&patient_id(pid), cx.keys);
        }
        let d = &mut exchange.detail;
        put(d, "control_id", msh.text(10));
        put(d, "version", msh.part(12, 1));
        put(d, "processing", msh.part(11, 1));
        let event = segment("EVN").map(|e| Some(e.part(6, 1)).filter(|t| !t.is_empty()).unwrap_or_else(|| e.part(2, 1)));
        put(d, "event_time", event.filter(|t| !t.is_empty()).unwrap_or_else(|| msh.part(7, 1)));
        put(d, "segments", segments.len().to_string());
        put(d, "charset", decoded.guessed.unwrap_or(&decoded.declared));
        put(d, "profile", msh.part(21, 1));
        let (orc, obr) = (segment("ORC"), segment("OBR"));
        let either = |n: usize| [orc, obr].into_iter().flatten().map(|s| s.part(n, 1)).find(|v| !v.is_empty()).unwrap_or_default();
        put(d, "order", self.orders.secret(&either(2), cx.keys));
        put(d, "filler", self.orders.secret(&either(3), cx.keys));
        put(d, "order_control", orc.map_or(Cow::Borrowed(""), |o| o.part(1, 1)));
        put(d, "service", obr.map_or(Cow::Borrowed(""), |o| o.joined(4)));
        if let Some(pv1) = segment("PV1") {
            put(d, "patient_class", pv1.part(2, 1));
            put(d, "location", pv1.joined(3));
        }
        put(d, "accept_ack", msh.text(15));
        put(d, "application_ack", msh.text(16));
        exchange
    }

    fn answer(&mut self, dir: Dir, answer: &Answer, control_id: &str, size: u64, at: u64, cx: &mut Cx<'_>) {
        let key = (is_up(dir.reverse()), control_id.to_string());
        let Some(sent) = self.waiting.get_mut(&key) else {
            if !std::mem::replace(&mut self.told_unmatched, true) {
                cx.note(NoteKind::Odd, "hl7.ack_unmatched", at, "An acknowledgement names a message that was not heard.");
            }
            // Told only where the question cannot have been heard; else it is a stray answer.
            let mut exchange = Exchange {
                operation: answer.kind.clone(),
                outcome: outcome(&answer.code),
                status: answer.code.clone(),
                client_name: answer.client_name.clone(),
                server_name: answer.server_name.clone(),
                response_bytes: size,
                reversed: dir == Dir::ToServer,
                ..Exchange::default()
            };
            put(&mut exchange.detail, "control_id", control_id);
            put(&mut exchange.detail, "error", &*answer.error);
            cx.exchange(exchange);
            return;
        };
        sent.exchange.response_bytes = sent.exchange.response_bytes.saturating_add(size);
        // §2.9.3: the accept acknowledgement comes first, the application's later.
        if answer.code == "CA" && sent.wants_application {
            sent.commit.clone_from(&answer.code);
            return;
        }
        let Some(sent) = self.waiting.take(&key) else { return };
        let mut exchange = sent.exchange;
        exchange.outcome = outcome(&answer.code);
        exchange.status.clone_from(&answer.code);
        exchange.duration_ns = lapse(exchange.time, cx.time);
        put(&mut exchange.detail, "commit", sent.commit);
        put(&mut exchange.detail, "error", &*answer.error);
        if !answer.is_ack {
            put(&mut exchange.detail, "response", &*answer.kind);
        }
        cx.exchange(exchange);
    }

    /// MLLP release 2: the transport's own acknowledgement. The sender waits for it before it sends
    /// the next message, so it belongs to the latest one.
    pub fn commit(&mut self, dir: Dir, is_ack: bool) {
        let asked = is_up(dir.reverse());
        let Some(sent) = self.latest(asked).and_then(|key| self.waiting.get_mut(&key)) else { return };
        sent.commit = if is_ack { "ack" } else { "nak" }.to_string();
    }

    fn latest(&self, up: bool) -> Option<(bool, String)> {
        let [to_server, to_client] = &self.latest;
        let id = if up { to_server } else { to_client };
        id.clone().map(|id| (up, id))
    }

    fn give_up(&self, sent: Sent, outcome: Outcome, cx: &mut Cx<'_>) {
        let mut exchange = sent.exchange;
        // A message that was accepted, and whose answer comes on another connection, is no failure.
        let accepted = matches!(sent.commit.as_str(), "CA" | "ack");
        exchange.outcome = if accepted { Outcome::Ok } else if sent.commit == "nak" { Outcome::Refused } else { outcome };
        exchange.status.clone_from(&sent.commit);
        put(&mut exchange.detail, "commit", sent.commit);
        cx.exchange(exchange);
    }

    pub fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, sent)) = self.waiting.first() {
            let outcome = silence(heard, sent.dir);
            self.give_up(sent, outcome, cx);
        }
    }
}

/// Port of the sender of `dir` when it is the serving side.
fn port_of(dir: Dir, cx: &Cx<'_>) -> Option<u16> {
    (dir == Dir::ToClient).then_some(cx.ends.server.port)
}

/// Acknowledgement code (table 0008).
fn outcome(code: &str) -> Outcome {
    match code {
        "AA" | "CA" => Outcome::Ok,
        "AR" | "CR" => Outcome::Refused,
        _ => Outcome::Failed,
    }
}

/// HL7 error code and text (ERR-3), severity (ERR-4). ERR-1, -7 and -8 may quote the patient.
fn error(segments: &[Segment<'_>]) -> String {
    segments
        .iter()
        .find(|s| s.id == "ERR")
        .map(|err| format!("{} {} {}", err.part(3, 1), err.part(3, 2), err.text(4)).trim().to_string())
        .unwrap_or_default()
}
