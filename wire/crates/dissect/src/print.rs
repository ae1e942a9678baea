//! Raw printing (port 9100) with PJL (HP Printer Job Language Technical Reference), PCL and PostScript.

use crate::mask;
use crate::read;
use crate::{Cx, Dissector, Entry, Meta, Probe, Step, Stream};
use hinomi_model::{Dir, Ends, Exchange, Host, Nanos};

pub static PRINT: Dissector = Dissector {
    meta: &Meta {
        name: "pjl",
        title: "Raw printing with PJL, PCL, PostScript",
        standard: "HP PJL Technical Reference, chapters 3 to 6; PostScript Language Reference 3.3",
        tier: 'B',
        clues: &[
            ("print.model", "answer to @PJL INFO ID (chapter 6)"),
            ("print.printer", "the host prints"),
        ],
        operations: &["print", "inquire"],
        details: &[("language", "language of the job (ENTER LANGUAGE), or what it begins with"), ("user", "keyed hash of the user name in the job"), ("host", "computer named in the job"), ("job", "name of the job as a pseudonym"), ("commands", "PJL commands that read or change the printer's file system")],
        notes: &[("print.file_system", "PJL commands that reach into the printer's file system")],
        readings: false,
        tshark: "",
    },
    entries: &[Entry::Stream { hints: &[9100, 9101, 9102], probe, open: || Box::new(Print::default()) }],
};

const EXIT: &[u8] = b"\x1b%-12345X"; // universal exit language

/// Named limit: start of a job that is looked at.
const HEAD_BYTES_MAX: usize = 4096;

fn probe(dir: Dir, head: &[u8], _ends: &Ends) -> Probe {
    if dir == Dir::ToClient {
        return Probe::No;
    }
    let known: [&[u8]; 4] = [EXIT, b"@PJL ", b"%!PS-Adobe-", b"\x1bE\x1b&"];
    if known.iter().any(|k| head.starts_with(k)) {
        Probe::Yes
    } else if known.iter().any(|k| k.starts_with(head)) {
        Probe::More
    } else {
        Probe::No
    }
}

#[derive(Default)]
struct Print {
    begun: Nanos,
    head: Vec<u8>,
    said: bool,
    bytes: u64,
}

impl Stream for Print {
    fn feed(&mut self, dir: Dir, bytes: &[u8], cx: &mut Cx<'_>) -> Step {
        if self.begun == 0 {
            self.begun = cx.time;
            cx.clue(Host::Server, "print.printer", "yes", Some(cx.ends.server.port));
        }
        if dir == Dir::ToClient {
            // Chapter 6: the command echoed, then the answer in quotes.
            let text = read::text(bytes.get(..bytes.len().min(1024)).unwrap_or(&[]));
            if let Some(rest) = text.split("@PJL INFO ID").nth(1) {
                let model = rest.trim_start().lines().next().unwrap_or("").trim().trim_matches('"');
                cx.clue(Host::Server, "print.model", model, Some(cx.ends.server.port));
            }
            return Step::Took(bytes.len());
        }
        self.bytes = self.bytes.saturating_add(read::wide(bytes.len()));
        let room = HEAD_BYTES_MAX.saturating_sub(self.head.len());
        self.head.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or(&[]));
        Step::Took(bytes.len())
    }

    fn gap(&mut self, _dir: Dir, missing: u64, _cx: &mut Cx<'_>) -> bool {
        self.bytes = self.bytes.saturating_add(missing);
        true
    }

    fn end(&mut self, _heard: [bool; 2], cx: &mut Cx<'_>) {
        if self.said || self.head.is_empty() {
            return;
        }
        self.said = true;
        let mut said = Exchange { operation: "print".into(), time: self.begun, duration_ns: read::lapse(self.begun, cx.time), request_bytes: self.bytes, ..Exchange::default() };
        let text = String::from_utf8_lossy(&self.head).into_owned();
        let mut language = match () {
            () if self.head.starts_with(b"%!PS") => "POSTSCRIPT",
            () if self.head.starts_with(b"\x1bE") => "PCL",
            () => "",
        }
        .to_string();
        let mut commands = Vec::new();
        let mut inquire = false;
        for line in text.lines().map(|l| l.trim_start_matches("\x1b%-12345X")).filter(|l| l.starts_with("@PJL")) {
            let body = line.trim_start_matches("@PJL").trim();
            let upper = body.to_ascii_uppercase();
            let value = || body.split_once('=').map(|(_, v)| v.trim().trim_matches('"').to_string()).unwrap_or_default();
            if upper.starts_with("ENTER LANGUAGE") {
                language = value().to_ascii_uppercase();
            } else if upper.starts_with("SET USERNAME") || upper.contains("JOBATTR=\"USERNAME") {
                said.detail.push(("user", mask::user(value().rsplit('=').next().unwrap_or(""), cx.keys)));
            } else if upper.contains("HOSTNAME") || upper.contains("HOSTLOGINNAME") {
                said.detail.push(("host", crate::tidy(value().rsplit('=').next().unwrap_or(""), 64)));
            } else if upper.starts_with("JOB NAME") || upper.starts_with("SET JOBNAME") {
                said.detail.push(("job", cx.keys.patient(&value()).as_str().to_string()));
            } else if upper.starts_with("FS") || upper.starts_with("RDYMSG") || upper.starts_with("DEFAULT") {
                commands.push(upper.split(' ').next().unwrap_or("").to_string());
            } else if upper.starts_with("INFO") || upper.starts_with("INQUIRE") || upper.starts_with("ECHO") || upper.starts_with("USTATUS") {
                inquire = true;
            }
        }
        if inquire && language.is_empty() {
            said.operation = "inquire".into();
        }
        if commands.iter().any(|c| c.starts_with("FS")) {
            cx.note(hinomi_model::NoteKind::Odd, "print.file_system", 0, "PJL commands that reach into the printer's file system");
        }
        if !commands.is_empty() {
            commands.dedup();
            said.detail.push(("commands", commands.join(",")));
        }
        if !language.is_empty() {
            said.detail.push(("language", crate::tidy(&language, 32)));
        }
        said.detail.retain(|(_, v)| !v.is_empty());
        cx.exchange(said);
    }
}
