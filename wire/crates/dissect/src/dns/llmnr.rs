//! Link-Local Multicast Name Resolution (RFC 4795): a name shouted to the link when DNS did not know
//! it; also the way in which poisoners answer for others.

use super::message::{Message, type_name};
use crate::read;
use crate::{Cx, Datagram, Dissector, Entry, Meta, Probe, Verdict};
use hinomi_model::{Dir, Ends, Exchange, Nanos, NoteKind, Outcome};

pub static LLMNR: Dissector = Dissector {
    meta: &Meta {
        name: "llmnr",
        title: "Link-Local Multicast Name Resolution",
        standard: "RFC 4795",
        tier: 'A',
        clues: &[("llmnr.answers_for", "name the host answers for (RFC 4795 §2.3); many names of one host are the sign of a poisoner")],
        operations: &["*"],
        details: &[
            ("qname_len", "characters of the name asked for"),
            ("answers", "answer section as `name=data ttl`, joined by `; `"),
            ("answer_ips", "addresses of the answer section, joined by `,`"),
            ("ttl_min", "smallest TTL of the answer section, in seconds"),
        ],
        notes: &[
            ("llmnr.malformed", "a message cannot be read from this offset on"),
            ("llmnr.pending_max", "over the limit of questions that wait for an answer; the oldest was said as unanswered"),
        ],
        readings: false,
        tshark: "llmnr",
    },
    entries: &[Entry::Datagram { hints: &[5355], probe, open: || Box::new(Llmnr::default()) }],
};

fn probe(_dir: Dir, datagram: &[u8], ends: &Ends) -> Probe {
    // RFC 4795 §2: the port is part of the protocol.
    let port = [ends.client.port, ends.server.port].contains(&5355);
    if port && Message::plausible(datagram) { Probe::Yes } else { Probe::No }
}

#[derive(Default)]
struct Llmnr {
    asked: read::Waiting<(u16, String), (Nanos, Dir, Exchange)>,
}

impl Datagram for Llmnr {
    fn datagram(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Verdict {
        if bytes.len() < 12 {
            return Verdict::NotMine;
        }
        let message = match Message::read(bytes) {
            Ok(message) => message,
            Err(fault) => return Verdict::Malformed { at: fault.at, name: "llmnr.malformed", why: fault.why },
        };
        for question in &message.questions {
            let key = (message.header.id, question.name.to_ascii_lowercase());
            let mut said = Exchange {
                operation: type_name(question.qtype),
                object: question.name.clone(),
                detail: vec![("qname_len", question.name.chars().count().to_string())],
                ..Exchange::default()
            };
            if !message.header.is_response() {
                said.request_bytes = read::wide(bytes.len());
                if self.asked.get(&key).is_some_and(|(_, _, e)| e.operation == said.operation) {
                    continue;
                }
                if let Some((_, (time, asked, mut oldest))) = self.asked.put(key, (cx.time, dir, said), cx.limits.pending_max) {
                    cx.note(NoteKind::OverLimit, "llmnr.pending_max", 0, "too many questions wait for an answer");
                    oldest.time = time;
                    oldest.outcome = Outcome::HalfHeard;
                    oldest.reversed = asked == Dir::ToClient;
                    cx.exchange(oldest);
                }
                continue;
            }
            if let Some((time, _, before)) = self.asked.take(&key) {
                said.time = time;
                said.duration_ns = read::lapse(time, cx.time);
                said.request_bytes = before.request_bytes;
            }
            if message.header.rcode() == 0 && message.records.iter().any(|r| r.section == 1) {
                cx.clue(read::sender(dir), "llmnr.answers_for", &question.name, None);
            }
            said.status = super::message::rcode_name(message.header.rcode());
            said.outcome = if message.header.rcode() == 0 { Outcome::Ok } else { Outcome::Failed };
            said.response_bytes = read::wide(bytes.len());
            said.reversed = dir == Dir::ToServer;
            super::answers(&message.records, &mut said, cx);
            cx.exchange(said);
        }
        Verdict::Read
    }

    fn end(&mut self, heard: [bool; 2], cx: &mut Cx<'_>) {
        while let Some((_, (time, dir, mut said))) = self.asked.first() {
            said.time = time;
            // An answer to the group comes from the answerer's own address, on another flow (§2.5).
            said.outcome = if cx.ends.receiver(dir).ip.is_multicast() { Outcome::HalfHeard } else { read::silence(heard, dir) };
            said.reversed = dir == Dir::ToClient;
            cx.exchange(said);
        }
    }
}
