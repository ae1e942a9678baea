//! Open files of one connection: how much was read and written is said once, when the file is closed.

use crate::mask;
use crate::read::Waiting;
use crate::Cx;
use hinomi_model::{Exchange, Nanos, NoteKind, Outcome};

/// Named limit: files kept of one connection.
pub const FILES_MAX: usize = 1024;

#[derive(Debug, Default, Clone)]
pub struct File {
    pub opened: Nanos,
    /// As sent; it leaves only through `mask`.
    pub path: String,
    pub share: String,
    pub reads: u64,
    pub read_bytes: u64,
    pub writes: u64,
    pub written_bytes: u64,
    pub to_delete: bool,
}

#[derive(Debug, Default)]
pub struct Files {
    open: Waiting<[u8; 16], File>,
}

impl Files {
    pub fn open(&mut self, id: [u8; 16], file: File, cx: &mut Cx<'_>) {
        if let Some((_, oldest)) = self.open.put(id, file, FILES_MAX) {
            cx.note(NoteKind::OverLimit, "smb.files_max", 0, "too many files are open");
            say(&oldest, cx);
        }
    }

    pub fn get(&mut self, id: &[u8; 16]) -> Option<&mut File> {
        self.open.get_mut(id)
    }

    pub fn close(&mut self, id: &[u8; 16], cx: &mut Cx<'_>) {
        if let Some(file) = self.open.take(id) {
            say(&file, cx);
        }
    }

    pub fn end(&mut self, cx: &mut Cx<'_>) {
        while let Some((_, file)) = self.open.first() {
            say(&file, cx);
        }
    }
}

/// Ending of a file name in lower case, where it tells nothing of a patient.
pub fn ending(path: &str) -> String {
    let name = path.rsplit('\\').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((_, e)) if !e.is_empty() && e.len() <= 12 && e.is_ascii() && !mask::looks_like_id(e) => e.to_ascii_lowercase(),
        _ => String::new(),
    }
}

/// [MS-SMB2] 3.2.4.2.1: the share of named pipes.
pub fn is_pipe(share: &str) -> bool {
    share.eq_ignore_ascii_case("IPC$")
}

/// An exchange about a file, its name without identifiers.
pub fn about(operation: &str, path: &str, share: &str, cx: &Cx<'_>) -> Exchange {
    let mut said = Exchange { operation: operation.into(), ..Exchange::default() };
    let pipe = is_pipe(share);
    said.object = if pipe { crate::tidy(path, 64) } else { mask::file(path, cx.keys) };
    if !share.is_empty() {
        said.detail.push(("share", share.to_string()));
    }
    if pipe {
        said.detail.push(("pipe", "yes".into()));
    }
    let ending = ending(path);
    if !ending.is_empty() && !pipe {
        said.detail.push(("ending", ending));
    }
    said
}

fn say(file: &File, cx: &mut Cx<'_>) {
    for (operation, count, bytes) in [("READ", file.reads, file.read_bytes), ("WRITE", file.writes, file.written_bytes)] {
        if count == 0 {
            continue;
        }
        let mut said = about(operation, &file.path, &file.share, cx);
        said.time = file.opened;
        said.outcome = Outcome::Ok;
        said.duration_ns = crate::read::lapse(file.opened, cx.time);
        if operation == "READ" {
            said.response_bytes = bytes;
        } else {
            said.request_bytes = bytes;
        }
        said.detail.push(("operations", count.to_string()));
        said.detail.push(("bytes", bytes.to_string()));
        cx.exchange(said);
    }
    if file.to_delete {
        let mut said = about("DELETE", &file.path, &file.share, cx);
        said.time = file.opened;
        cx.exchange(said);
    }
}
