//! Requests and answers of one b-CAP connection, matched by serial; handles to names; values.

use super::variant::{self, Variant};
use crate::Cx;
use crate::read::{Rd, Waiting, lapse, receiver, sender, silence, wide};
use hinomi_model::{Dir, Exchange, Host, Nanos, NoteKind, Outcome, Reading, ReadingKind};
use std::collections::BTreeMap;

static TABLE: &str = include_str!("functions.tsv");
/// Most handles whose names are remembered.
const HANDLES_MAX: usize = 4096;
/// Most polls of different objects that are counted; further ones are told one by one.
const POLLED_MAX: usize = 1024;

/// `Variable_GetValue` and the like.
pub fn name(function: u32) -> Option<String> {
    for line in TABLE.lines().filter(|l| !l.starts_with('#')) {
        let mut parts = line.split('\t');
        let (first, object, names) = (parts.next()?.parse::<u32>().ok()?, parts.next()?, parts.next()?);
        if let Some(n) = function.checked_sub(first)
            && let Some(name) = names.split(' ').nth(crate::read::size(n))
        {
            return Some(format!("{object}_{name}"));
        }
    }
    None
}

#[derive(Default)]
pub struct Session {
    waiting: Waiting<u16, Asked>,
    handles: BTreeMap<u32, String>,
    controller: String,
    /// Polls after the first of each operation and object: told once, with their count, at the end.
    polled: BTreeMap<(String, String), (Exchange, u64)>,
    /// Direction of the requests, as the first function told.
    asker: Option<Dir>,
    /// Roles said already.
    roles: Vec<&'static str>,
}

struct Asked {
    exchange: Exchange,
    dir: Dir,
    operation: String,
    /// Name of the object that a handle in the answer will stand for.
    names: String,
    value: Option<Variant>,
}

impl Session {
    pub fn frame(&mut self, dir: Dir, frame: &[u8], at: u64, cx: &mut Cx<'_>) {
        // SOH and length were read.
        let mut rd = Rd::at(frame, 5);
        let (Some(serial), Some(_), Some(function), Some(count)) = (rd.u16_le(), rd.u16_le(), rd.u32_le(), rd.u16_le()) else { return };
        let arguments = match variant::arguments(&mut rd, count, cx.limits.samples_max) {
            Ok(arguments) => arguments,
            Err(offset) => {
                cx.note(NoteKind::Malformed, "bcap.malformed_argument", at.saturating_add(wide(offset)), "An argument is longer than its frame.");
                Vec::new()
            }
        };
        let asker = *self.asker.get_or_insert_with(|| if name(function).is_some() { dir } else { dir.reverse() });
        if dir == asker {
            self.request(dir, serial, function, &arguments, frame.len(), at, cx);
        } else {
            self.answer(dir, serial, function, &arguments, frame.len(), cx);
        }
    }

    fn of(&self, arguments: &[Variant]) -> String {
        arguments.first().and_then(Variant::handle).and_then(|h| self.handles.get(&h)).cloned().unwrap_or_default()
    }

    #[allow(clippy::too_many_arguments)]
    fn request(&mut self, dir: Dir, serial: u16, function: u32, arguments: &[Variant], bytes: usize, at: u64, cx: &mut Cx<'_>) {
        let operation = name(function).unwrap_or_else(|| format!("function {function}"));
        let text = |n: usize| arguments.get(n).map(Variant::text).unwrap_or_default();
        let target = receiver(dir);
        let port = Some(cx.ends.receiver(dir).port);
        let mut exchange = Exchange {
            time: cx.time,
            operation: operation.clone(),
            request_bytes: wide(bytes),
            reversed: dir == Dir::ToClient,
            server_name: self.controller.clone(),
            ..Exchange::default()
        };
        exchange.detail.push(("serial", serial.to_string()));
        exchange.detail.push(("arguments", arguments.len().to_string()));
        let mut names = String::new();
        let mut value = None;
        match operation.as_str() {
            // Name, provider, machine, option.
            "Controller_Connect" => {
                names = text(0);
                self.controller.clone_from(&names);
                exchange.server_name.clone_from(&names);
                exchange.object = text(1);
                for (attribute, n) in [("bcap.controller", 0usize), ("bcap.provider", 1), ("bcap.machine", 2)] {
                    cx.clue(target, attribute, &text(n), port);
                }
                put(&mut exchange, "provider", text(1));
                put(&mut exchange, "machine", text(2));
                self.role(dir, "connect", cx);
            }
            _ if operation.ends_with("_GetVariable") || matches!(function, 5..=10) => {
                names = text(1);
                exchange.object.clone_from(&names);
                put(&mut exchange, "name", text(1));
                let attribute = match operation.as_str() {
                    "Controller_GetRobot" => "bcap.robot",
                    _ if operation.ends_with("_GetVariable") => "bcap.variable",
                    _ => "",
                };
                if !attribute.is_empty() {
                    cx.clue(target, attribute, &names, port);
                }
            }
            _ if operation.ends_with("_Execute") => {
                exchange.object = self.of(arguments);
                put(&mut exchange, "name", text(1));
                self.role(dir, "execute", cx);
            }
            _ => {
                exchange.object = self.of(arguments);
                if operation.ends_with("_PutValue") {
                    value = arguments.get(1).cloned();
                    self.role(dir, "write", cx);
                } else if operation.ends_with("_GetValue") {
                    self.role(dir, "read", cx);
                } else if operation.starts_with("Robot_") && (65..=76).contains(&function) {
                    self.role(dir, "move", cx);
                }
                if (operation.ends_with("_Release") || operation == "Controller_Disconnect")
                    && let Some(handle) = arguments.first().and_then(Variant::handle)
                {
                    self.handles.remove(&handle);
                }
            }
        }
        let asked = Asked { exchange, dir, operation, names, value };
        if let Some((_, old)) = self.waiting.put(serial, asked, cx.limits.pending_max) {
            cx.note(NoteKind::OverLimit, "bcap.pending_max", at, format!("More than {} requests wait for an answer.", cx.limits.pending_max));
            self.finish(old, Outcome::Unanswered, String::new(), None, cx);
        }
    }

    fn role(&mut self, dir: Dir, what: &'static str, cx: &mut Cx<'_>) {
        if self.roles.contains(&what) {
            return;
        }
        self.roles.push(what);
        let port = Some(cx.ends.receiver(dir).port);
        cx.clue(sender(dir), "bcap.role", &format!("client {what}"), None);
        cx.clue(receiver(dir), "bcap.role", &format!("controller {what}"), port);
    }

    fn answer(&mut self, dir: Dir, serial: u16, result: u32, arguments: &[Variant], bytes: usize, cx: &mut Cx<'_>) {
        let Some(mut asked) = self.waiting.take(&serial) else { return };
        asked.exchange.response_bytes = wide(bytes);
        let is_ok = result >> 31 == 0;
        // S_OK, or a success that says more (S_FALSE …).
        let outcome = match result {
            0 => Outcome::Ok,
            _ if is_ok => Outcome::Warning,
            0x8007_0005 => Outcome::Refused,
            _ => Outcome::Failed,
        };
        if is_ok {
            self.learn(dir, &asked, arguments, cx);
        }
        let now = cx.time;
        self.finish(asked, outcome, format!("0x{result:08X}"), Some(now), cx);
    }

    /// What a good answer tells: the handle of a name, or a value.
    fn learn(&mut self, dir: Dir, asked: &Asked, arguments: &[Variant], cx: &mut Cx<'_>) {
        let object = asked.exchange.object.clone();
        if !asked.names.is_empty() {
            if let Some(handle) = arguments.first().and_then(Variant::handle) {
                if self.handles.len() >= HANDLES_MAX {
                    cx.note(NoteKind::OverLimit, "bcap.handles_max", 0, format!("More than {HANDLES_MAX} handles are in use."));
                } else {
                    self.handles.insert(handle, asked.names.clone());
                }
            }
        } else if asked.operation == "Variable_GetValue" {
            if let Some(value) = arguments.first() {
                self.identity(sender(dir), &object, value, Some(cx.ends.sender(dir).port), cx);
                self.reading(&object, value, false, cx);
            }
        } else if let (Some(value), true) = (&asked.value, asked.operation == "Variable_PutValue") {
            self.reading(&object, value, true, cx);
        }
    }

    /// Variables in which a controller says what it is (`@MAKER_NAME`, `@TYPE`, `@VERSION`, `@SERIAL_NO` of CAO providers).
    fn identity(&self, host: Host, variable: &str, value: &Variant, port: Option<u16>, cx: &mut Cx<'_>) {
        let Variant::Text(text) = value else { return };
        let word = variable.trim_start_matches('@').to_ascii_lowercase();
        let attribute = if word.starts_with("maker") || word == "manufacturer" || word == "vendor" {
            "bcap.maker"
        } else if word.starts_with("serial") {
            "bcap.serial"
        } else if word.starts_with("version") || word.starts_with("software") {
            "bcap.version"
        } else if word == "type" || word.starts_with("model") {
            "bcap.model"
        } else {
            return;
        };
        cx.clue(host, attribute, text, port);
    }

    fn reading(&self, variable: &str, value: &Variant, is_setting: bool, cx: &mut Cx<'_>) {
        if variable.is_empty() {
            return;
        }
        let mut reading = Reading {
            source: self.controller.clone(),
            code: variable.to_string(),
            name: variable.to_string(),
            kind: if is_setting { ReadingKind::Setting } else { ReadingKind::Numeric },
            ..Reading::default()
        };
        match value {
            Variant::Number(n) if n.is_finite() => reading.value = Some(*n),
            Variant::Numbers(samples) if !samples.is_empty() => {
                reading.samples.clone_from(samples);
                // Positions and postures come as arrays of coordinates.
                if !is_setting {
                    reading.kind = ReadingKind::Transform;
                }
            }
            // Texts of variables are not taken: nobody knows what operators write into them.
            _ => return,
        }
        cx.reading(reading);
    }

    fn finish(&mut self, asked: Asked, outcome: Outcome, status: String, answered: Option<Nanos>, cx: &mut Cx<'_>) {
        let mut exchange = asked.exchange;
        exchange.outcome = outcome;
        exchange.status = status;
        exchange.duration_ns = answered.and_then(|t| lapse(exchange.time, t));
        // A poll is told the first time; the rest is one row with a count.
        if outcome == Outcome::Ok && asked.operation == "Variable_GetValue" {
            let key = (asked.operation, exchange.object.clone());
            let has_room = self.polled.len() < POLLED_MAX;
            match self.polled.get_mut(&key) {
                Some((last, n)) => {
                    exchange.request_bytes = exchange.request_bytes.saturating_add(if *n > 0 { last.request_bytes } else { 0 });
                    exchange.response_bytes = exchange.response_bytes.saturating_add(if *n > 0 { last.response_bytes } else { 0 });
                    *n = n.saturating_add(1);
                    *last = exchange;
                    return;
                }
                None if has_room => {
                    self.polled.insert(key, (exchange.clone(), 0));
                }
                None => {}
            }
        }
        cx.exchange(exchange);
    }

    pub fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, asked)) = self.waiting.first() {
            let outcome = silence(heard, asked.dir);
            self.finish(asked, outcome, String::new(), None, cx);
        }
        for (_, (mut exchange, n)) in std::mem::take(&mut self.polled) {
            if n > 0 {
                exchange.detail.push(("count", n.to_string()));
                cx.exchange(exchange);
            }
        }
    }
}

fn put(exchange: &mut Exchange, name: &'static str, value: String) {
    if !value.is_empty() {
        exchange.detail.push((name, value));
    }
}
