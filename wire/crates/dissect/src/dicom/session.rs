//! One association: what was agreed upon (PS3.8), and its operations, each request matched to its
//! response by message ID (PS3.7 §9.3, §10.3).

use super::assoc::{self, Associate, Context};
use super::command::{self, CANCEL, Command};
use super::dataset::HeadReader;
use super::object::{self, Object};
use super::uids::{self, Syntax};
use crate::Cx;
use crate::read::{Waiting, hex, lapse, receiver, sender, silence};
use hinomi_model::{Dir, Exchange, Nanos, NoteKind, Outcome};
use std::borrow::Borrow;
use std::collections::{BTreeSet, HashSet};

/// Most names listed in one detail.
const LISTED_MAX: usize = 24;

#[derive(Default)]
pub struct Session {
    /// Direction of the requestor's bytes.
    from_requestor: Option<Dir>,
    proposed: Option<Proposal>,
    contexts: Vec<Agreed>,
    calling: String,
    called: String,
    max_pdu: [Option<u32>; 2],
    release: Option<(Dir, Nanos)>,
    waiting: Waiting<(bool, u16), Operation>,
    heard_association: bool,
    told_no_association: bool,
    told_unmatched: bool,
    /// What was already said of objects on this association.
    said: BTreeSet<(&'static str, String)>,
}

/// An association request that waits for its answer.
struct Proposal {
    associate: Associate,
    time: Nanos,
    bytes: u64,
    dir: Dir,
}

/// An accepted presentation context.
struct Agreed {
    id: u8,
    abstract_syntax: String,
    transfer_syntax: String,
}

/// A request that waits for its response.
pub struct Operation {
    pub exchange: Exchange,
    pub field: u16,
    dir: Dir,
    counts: [Option<u16>; 4],
    matches: u64,
    cancelled: bool,
}

/// A command whose data set is being read.
pub struct Following {
    pub context: u8,
    pub bytes: u64,
    pub reader: Option<HeadReader>,
    pub command: Command,
    key: Option<(bool, u16)>,
}

fn is_up(dir: Dir) -> bool {
    dir == Dir::ToServer
}

impl Session {
    /// Largest PDU that the receiver of bytes in `dir` said it takes.
    pub fn max_pdu_towards(&self, dir: Dir) -> Option<u32> {
        let [up, down] = self.max_pdu;
        if is_up(dir) { up } else { down }
    }

    fn set_max_pdu(&mut self, of_bytes: Dir, max: Option<u32>) {
        let [up, down] = &mut self.max_pdu;
        *(if is_up(of_bytes) { up } else { down }) = max;
    }

    /// AE title of whoever sends bytes in `dir`.
    fn title(&self, dir: Dir) -> String {
        let requestor = self.from_requestor.unwrap_or(Dir::ToServer);
        if dir == requestor { self.calling.clone() } else { self.called.clone() }
    }

    fn names(&self, dir: Dir) -> Exchange {
        Exchange {
            client_name: self.title(dir),
            server_name: self.title(dir.reverse()),
            reversed: dir == Dir::ToClient,
            ..Exchange::default()
        }
    }

    pub fn request(&mut self, dir: Dir, associate: Associate, bytes: u64, at: u64, cx: &mut Cx<'_>) {
        self.from_requestor = Some(dir);
        self.heard_association = true;
        self.calling.clone_from(&associate.calling);
        self.called.clone_from(&associate.called);
        self.contexts.clear();
        self.set_max_pdu(dir.reverse(), associate.user.max_pdu);
        let who = sender(dir);
        cx.clue(who, "dicom.ae_title", &associate.calling, None);
        self.implementation(dir, &associate, None, cx);
        self.unknown_items(&associate, at, cx);
        if associate.user.identity.as_ref().is_some_and(|i| i.has_passcode) {
            cx.note(NoteKind::Odd, "dicom.passcode_in_clear", at, "A user name and passcode were sent without encryption.");
        }
        self.proposed = Some(Proposal { associate, time: cx.time, bytes, dir });
    }

    fn implementation(&self, dir: Dir, associate: &Associate, port: Option<u16>, cx: &mut Cx<'_>) {
        let who = sender(dir);
        cx.clue(who, "dicom.implementation_uid", &associate.user.implementation_uid, port);
        cx.clue(who, "dicom.implementation_version", &associate.user.implementation_version, port);
        if let Some(max) = associate.user.max_pdu {
            cx.clue(who, "dicom.max_pdu", &max.to_string(), port);
        }
    }

    fn unknown_items(&self, associate: &Associate, at: u64, cx: &mut Cx<'_>) {
        if let Some(kind) = associate.user.unknown.first() {
            cx.note(NoteKind::Unknown, "dicom.unknown_item", at, format!("An association has an item of type {kind:02X}."));
        }
    }

    pub fn accept(&mut self, dir: Dir, answer: Associate, bytes: u64, at: u64, cx: &mut Cx<'_>) {
        let port = cx.ends.sender(dir).port;
        self.unknown_items(&answer, at, cx);
        self.implementation(dir, &answer, Some(port), cx);
        self.set_max_pdu(dir.reverse(), answer.user.max_pdu);
        self.from_requestor = Some(dir.reverse());
        self.heard_association = true;
        let proposal = self.proposed.take();
        if proposal.is_none() {
            // The answer should repeat the titles (PS3.8 Table 9-17); better than none.
            self.calling.clone_from(&answer.calling);
            self.called.clone_from(&answer.called);
        }
        cx.clue(sender(dir), "dicom.ae_title", &self.called.clone(), Some(port));
        let offers: &[Context] = proposal.as_ref().map_or(&[], |p| &p.associate.contexts);
        let mut offered = [""; 256];
        for offer in offers.iter().rev() {
            if let Some(syntax) = offered.get_mut(usize::from(offer.id)) {
                *syntax = offer.abstract_syntax.as_str();
            }
        }
        let name_of = |id: u8| offered.get(usize::from(id)).copied().unwrap_or("");
        // Result 0: acceptance (PS3.8 Table 9-18).
        self.contexts = answer
            .contexts
            .iter()
            .filter(|c| c.result == 0)
            .map(|c| Agreed {
                id: c.id,
                abstract_syntax: name_of(c.id).to_string(),
                transfer_syntax: c.transfer_syntaxes.first().cloned().unwrap_or_default(),
            })
            .collect();
        self.roles(dir, &answer, cx);
        let mut exchange = match &proposal {
            Some(p) => {
                let mut e = self.association(p);
                self.identity(p, &mut e, cx);
                e
            }
            None => self.names(dir.reverse()),
        };
        exchange.operation = "A-ASSOCIATE".to_string();
        exchange.status = "accepted".to_string();
        exchange.response_bytes = bytes;
        exchange.duration_ns = proposal.as_ref().and_then(|p| lapse(p.time, cx.time));
        let agreed: HashSet<&str> = self.contexts.iter().map(|a| a.abstract_syntax.as_str()).collect();
        let refused = offers.iter().map(|c| c.abstract_syntax.as_str()).filter(|syntax| !agreed.contains(syntax));
        let refused: BTreeSet<&str> = refused.map(uids::shown).collect();
        let accepted: BTreeSet<&str> = agreed.iter().copied().map(uids::shown).collect();
        let accepted_count = self.contexts.len();
        let d = &mut exchange.detail;
        d.push(("contexts_accepted", accepted_count.to_string()));
        put(d, "accepted_sop_classes", &list(accepted));
        put(d, "refused_sop_classes", &list(refused));
        put(d, "called_implementation", &implementation(&answer));
        if let Some((_, max)) = d.iter_mut().find(|(name, _)| *name == "max_pdu") {
            max.push_str(&format!("/{}", answer.user.max_pdu.unwrap_or(0)));
        }
        if accepted_count == 0 && !offers.is_empty() {
            exchange.outcome = Outcome::Warning;
        }
        cx.exchange(exchange);
    }

    /// Exchange of an association as far as its request tells.
    fn association(&self, p: &Proposal) -> Exchange {
        let mut exchange = self.names(p.dir);
        let user = &p.associate.user;
        exchange.operation = "A-ASSOCIATE".to_string();
        exchange.time = p.time;
        exchange.request_bytes = p.bytes;
        let d = &mut exchange.detail;
        d.push(("contexts_proposed", p.associate.contexts.len().to_string()));
        put(d, "calling_implementation", &implementation(&p.associate));
        if let Some(max) = user.max_pdu {
            d.push(("max_pdu", max.to_string()));
        }
        if let Some((invoked, performed)) = user.window {
            d.push(("window", format!("{invoked}/{performed}")));
        }
        put(d, "roles", &list(user.roles.iter().map(|(uid, scu, scp)| {
            format!("{}:{}{}", uids::name(uid), if *scu { "scu" } else { "" }, if *scp { "scp" } else { "" })
        })));
        put(d, "extended", &list(user.extended.iter().map(|(uid, info)| {
            format!("{}:{}", uids::name(uid), hex(info.get(..16.min(info.len())).unwrap_or(&[])))
        })));
        put(d, "common_extended", &list(user.common_extended.iter().map(|(uid, service, related)| {
            format!("{}:{}:{}", uids::name(uid), uids::name(service), related.len())
        })));
        exchange
    }

    fn roles(&self, dir: Dir, answer: &Associate, cx: &mut Cx<'_>) {
        let requestor = receiver(dir);
        let acceptor = sender(dir);
        let port = Some(cx.ends.sender(dir).port);
        let mut said: BTreeSet<(bool, String)> = BTreeSet::new();
        for a in &self.contexts {
            let class = uids::name(&a.abstract_syntax);
            cx.clue(requestor, "dicom.sop_class", &class, None);
            cx.clue(acceptor, "dicom.sop_class", &class, port);
            let family = uids::family(&a.abstract_syntax);
            // Without negotiation the requestor is SCU and the acceptor SCP (PS3.7 D.3.3.4).
            let (scu, scp) = answer.user.roles.iter().find(|(uid, ..)| *uid == a.abstract_syntax).map_or((true, false), |r| (r.1, r.2));
            for (granted, mine, other) in [(scu, "scu", "scp"), (scp, "scp", "scu")] {
                if granted {
                    said.insert((true, format!("{mine} {family}")));
                    said.insert((false, format!("{other} {family}")));
                }
            }
        }
        for (of_requestor, role) in said {
            let (who, port) = if of_requestor { (requestor, None) } else { (acceptor, port) };
            cx.clue(who, "dicom.role", &role, port);
        }
    }

    fn identity(&self, p: &Proposal, exchange: &mut Exchange, cx: &Cx<'_>) {
        if let Some(identity) = &p.associate.user.identity {
            exchange.detail.push(("identity", identity.kind_word().to_string()));
            put(&mut exchange.detail, "user", cx.keys.secret(&identity.primary).as_str());
        }
    }

    pub fn reject(&mut self, dir: Dir, result: u8, source: u8, reason: u8, cx: &mut Cx<'_>) {
        let proposal = self.proposed.take();
        let port = cx.ends.sender(dir).port;
        let mut exchange = match &proposal {
            Some(p) => {
                cx.clue(sender(dir), "dicom.called_ae_title", &p.associate.called, Some(port));
                let mut e = self.association(p);
                self.identity(p, &mut e, cx);
                e.duration_ns = lapse(p.time, cx.time);
                e
            }
            None => self.names(dir.reverse()),
        };
        exchange.operation = "A-ASSOCIATE".to_string();
        exchange.outcome = Outcome::Refused;
        exchange.status = assoc::rejection(result, source, reason);
        exchange.response_bytes = 10;
        cx.exchange(exchange);
    }

    pub fn release_request(&mut self, dir: Dir, cx: &Cx<'_>) {
        self.release = Some((dir, cx.time));
    }

    pub fn release_response(&mut self, dir: Dir, cx: &mut Cx<'_>) {
        let asked = self.release.take();
        let mut exchange = self.names(asked.map_or(dir.reverse(), |(d, _)| d));
        exchange.operation = "A-RELEASE".to_string();
        if let Some((_, time)) = asked {
            exchange.time = time;
            exchange.duration_ns = lapse(time, cx.time);
            exchange.request_bytes = 10;
        }
        exchange.response_bytes = 10;
        cx.exchange(exchange);
    }

    pub fn abort(&mut self, dir: Dir, source: u8, reason: u8, cx: &mut Cx<'_>) {
        let status = assoc::abort(source, reason);
        if let Some(p) = self.proposed.take() {
            let mut exchange = self.association(&p);
            self.identity(&p, &mut exchange, cx);
            exchange.outcome = Outcome::Aborted;
            exchange.status.clone_from(&status);
            exchange.duration_ns = lapse(p.time, cx.time);
            cx.exchange(exchange);
        }
        while let Some((_, op)) = self.waiting.first() {
            self.finish(op, Outcome::Aborted, status.clone(), None, cx);
        }
        let mut exchange = self.names(dir);
        exchange.operation = "A-ABORT".to_string();
        exchange.outcome = Outcome::Aborted;
        exchange.request_bytes = 10;
        exchange.status = status;
        cx.exchange(exchange);
    }

    /// A whole command set; returns the data set to follow, if one is announced.
    #[allow(clippy::too_many_arguments)]
    pub fn command(&mut self, dir: Dir, command: Command, context: u8, bytes: u64, since: Nanos, at: u64, cx: &mut Cx<'_>) -> Option<Following> {
        if !self.heard_association && !self.told_no_association {
            self.told_no_association = true;
            cx.note(NoteKind::Odd, "dicom.no_association", at, "Data without a heard association; names and syntaxes are told from content.");
        }
        let Some(operation) = command.operation() else {
            cx.note(NoteKind::Unknown, "dicom.unknown_command", at, format!("A command has the field {:04X}.", command.field));
            return None;
        };
        let key = if command.is_response() {
            self.response(dir, &command, operation, bytes, at, cx)
        } else if command.field == CANCEL {
            self.cancel(dir, &command, context, since, bytes, cx);
            None
        } else {
            Some(self.start(dir, &command, operation, context, since, bytes, at, cx))
        };
        if !command.has_data_set {
            return None;
        }
        // Data sets of responses (matches, attribute lists) name patients and no equipment.
        let reader = (!command.is_response()).then(|| HeadReader::new(self.syntax(context)));
        Some(Following { context, bytes: 0, reader, command, key })
    }

    fn syntax(&self, context: u8) -> Syntax {
        uids::syntax(self.contexts.iter().find(|c| c.id == context).map_or("", |c| c.transfer_syntax.as_str()))
    }

    #[allow(clippy::too_many_arguments)]
    fn start(&mut self, dir: Dir, command: &Command, operation: &str, context: u8, since: Nanos, bytes: u64, at: u64, cx: &mut Cx<'_>) -> (bool, u16) {
        let mut exchange = self.names(dir);
        exchange.operation = operation.to_string();
        exchange.time = since;
        exchange.request_bytes = bytes;
        let agreed = self.contexts.iter().find(|c| c.id == context);
        let uid = if command.sop_class.is_empty() { agreed.map_or("", |a| a.abstract_syntax.as_str()) } else { command.sop_class.as_str() };
        exchange.object = uids::name(uid);
        let id = command.message_id.unwrap_or(0);
        let d = &mut exchange.detail;
        d.push(("message_id", id.to_string()));
        d.push(("context", context.to_string()));
        put(d, "sop_class_uid", uid);
        put(d, "transfer_syntax", &agreed.map_or_else(String::new, |a| uids::name(&a.transfer_syntax)));
        put(d, "priority", match command.priority {
            Some(0) => "medium",
            Some(1) => "high",
            Some(2) => "low",
            _ => "",
        });
        put(d, "destination", &command.move_destination);
        put(d, "originator", &command.move_originator);
        put(d, "event_type", &number(command.event_type));
        put(d, "action_type", &number(command.action_type));
        if !command.instance.is_empty() {
            d.push(("instance", cx.keys.secret(command.instance.as_bytes()).as_str().to_string()));
        }
        if !command.move_destination.is_empty() {
            let port = cx.ends.receiver(dir).port;
            cx.clue(receiver(dir), "dicom.move_destination", &command.move_destination, Some(port));
        }
        let op = Operation { exchange, field: command.field, dir, counts: [None; 4], matches: 0, cancelled: false };
        let key = (is_up(dir), id);
        // A message ID may be used again only after its response (PS3.7 §9.1.1.1).
        if let Some(old) = self.waiting.take(&key) {
            self.finish(old, Outcome::Unanswered, String::new(), None, cx);
        }
        if let Some((_, old)) = self.waiting.put(key, op, cx.limits.pending_max) {
            cx.note(NoteKind::OverLimit, "dicom.pending_max", at, format!("More than {} operations wait for an answer.", cx.limits.pending_max));
            self.finish(old, Outcome::Unanswered, String::new(), None, cx);
        }
        key
    }

    fn cancel(&mut self, dir: Dir, command: &Command, context: u8, since: Nanos, bytes: u64, cx: &mut Cx<'_>) {
        let id = command.responded_id.unwrap_or(0);
        let mut exchange = self.names(dir);
        if let Some(op) = self.waiting.get_mut(&(is_up(dir), id)) {
            op.cancelled = true;
            exchange.object.clone_from(&op.exchange.object);
        }
        exchange.operation = "C-CANCEL".to_string();
        exchange.time = since;
        exchange.request_bytes = bytes;
        exchange.detail.push(("message_id", id.to_string()));
        exchange.detail.push(("context", context.to_string()));
        cx.exchange(exchange);
    }

    fn response(&mut self, dir: Dir, command: &Command, operation: &str, bytes: u64, at: u64, cx: &mut Cx<'_>) -> Option<(bool, u16)> {
        let key = (is_up(dir.reverse()), command.responded_id.unwrap_or(0));
        let status = command.status.unwrap_or(0);
        let Some(op) = self.waiting.get_mut(&key) else {
            self.unasked(dir, command, operation, bytes, at, cx);
            return None;
        };
        op.exchange.response_bytes = op.exchange.response_bytes.saturating_add(bytes);
        for (slot, count) in op.counts.iter_mut().zip(command.counts) {
            *slot = count.or(*slot);
        }
        if op.exchange.object.is_empty() {
            op.exchange.object = uids::name(&command.sop_class);
        }
        match command::outcome(status) {
            None => {
                op.matches = op.matches.saturating_add(1);
                return Some(key);
            }
            Some(outcome) => {
                let op = self.waiting.take(&key)?;
                self.finish(op, outcome, format!("0x{status:04X}"), Some(command), cx);
            }
        }
        None
    }

    /// A response whose request was not heard.
    fn unasked(&mut self, dir: Dir, command: &Command, operation: &str, bytes: u64, at: u64, cx: &mut Cx<'_>) {
        if !self.told_unmatched {
            self.told_unmatched = true;
            cx.note(NoteKind::Odd, "dicom.response_unmatched", at, "A response came to a request that was not heard.");
        }
        let status = command.status.unwrap_or(0);
        let Some(outcome) = command::outcome(status) else { return };
        let mut exchange = self.names(dir.reverse());
        exchange.operation = operation.to_string();
        exchange.object = uids::name(&command.sop_class);
        exchange.response_bytes = bytes;
        exchange.detail.push(("message_id", command.responded_id.unwrap_or(0).to_string()));
        let op = Operation { exchange, field: command.field & 0x7fff, dir: dir.reverse(), counts: command.counts, matches: 0, cancelled: false };
        self.finish(op, outcome, format!("0x{status:04X}"), Some(command), cx);
    }

    fn finish(&self, op: Operation, outcome: Outcome, status: String, answer: Option<&Command>, cx: &mut Cx<'_>) {
        let mut exchange = op.exchange;
        exchange.outcome = outcome;
        exchange.status = status;
        if answer.is_some() && exchange.time != 0 {
            exchange.duration_ns = lapse(exchange.time, cx.time);
        }
        let d = &mut exchange.detail;
        for (name, count) in ["remaining", "completed", "failed", "warning"].into_iter().zip(op.counts) {
            put(d, name, &number(count));
        }
        // C-FIND: FF00 answers are matches; C-GET and C-MOVE: they are counts.
        if op.field == 0x0020 {
            d.push(("matches", op.matches.to_string()));
        }
        if op.cancelled {
            d.push(("cancelled", "yes".to_string()));
        }
        if let Some(answer) = answer {
            put(d, "offending", &answer.offending);
            put(d, "error_id", &number(answer.error_id));
        }
        cx.exchange(exchange);
    }

    /// The data set of a command is behind (or was cut off): say what its head told.
    pub fn object_done(&mut self, dir: Dir, following: Following, cx: &mut Cx<'_>) {
        let op = following.key.and_then(|key| self.waiting.get_mut(&key));
        let Some(reader) = following.reader else {
            if let Some(op) = op {
                op.exchange.response_bytes = op.exchange.response_bytes.saturating_add(following.bytes);
            }
            return;
        };
        object::notes(&reader, cx);
        let object = Object::new(reader, cx);
        let is_sub_operation = !following.command.move_originator.is_empty()
            || self.from_requestor.is_some_and(|r| r != dir);
        object.clues(dir, &following.command, is_sub_operation, &mut self.said, cx);
        if let Some(op) = op {
            op.exchange.request_bytes = op.exchange.request_bytes.saturating_add(following.bytes);
            object.tell(&following.command, &mut op.exchange, cx);
        }
    }

    pub fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        if let Some(p) = self.proposed.take() {
            let mut exchange = self.association(&p);
            self.identity(&p, &mut exchange, cx);
            exchange.outcome = silence(heard, p.dir);
            cx.exchange(exchange);
        }
        while let Some((_, op)) = self.waiting.first() {
            let outcome = silence(heard, op.dir);
            self.finish(op, outcome, String::new(), None, cx);
        }
        if let Some((dir, time)) = self.release.take() {
            let mut exchange = self.names(dir);
            exchange.operation = "A-RELEASE".to_string();
            exchange.time = time;
            exchange.request_bytes = 10;
            exchange.outcome = silence(heard, dir);
            cx.exchange(exchange);
        }
    }
}

fn implementation(associate: &Associate) -> String {
    format!("{} {}", associate.user.implementation_uid, associate.user.implementation_version).trim().to_string()
}

fn number(n: Option<u16>) -> String {
    n.map_or_else(String::new, |n| n.to_string())
}

/// Names joined by `, `, cut at a limit.
fn list<S: Borrow<str>>(names: impl IntoIterator<Item = S>) -> String {
    let all: Vec<S> = names.into_iter().filter(|n| !n.borrow().is_empty()).collect();
    let mut text = all.get(..LISTED_MAX).unwrap_or(&all).join(", ");
    if all.len() > LISTED_MAX {
        text.push_str(&format!(", … {} more", all.len().saturating_sub(LISTED_MAX)));
    }
    text
}

/// Add a detail unless it is empty.
pub fn put(detail: &mut Vec<(&'static str, String)>, name: &'static str, value: &str) {
    if !value.is_empty() {
        detail.push((name, value.to_string()));
    }
}
