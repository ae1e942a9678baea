//! What went wrong with a capture, said once and plainly.

use std::fmt;

/// One sentence for a person, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub sentence: String,
    pub hint: String,
}

impl Fault {
    pub fn new(sentence: impl Into<String>, hint: impl Into<String>) -> Fault {
        Fault { sentence: sentence.into(), hint: hint.into() }
    }

    /// An error of the operating system at opening or reading `name`.
    pub fn io(doing: &str, name: &str, error: &std::io::Error) -> Fault {
        use std::io::ErrorKind;
        let (what, hint) = match error.kind() {
            ErrorKind::NotFound => ("there is no such file", "check the path; was the file moved or deleted?"),
            ErrorKind::PermissionDenied => ("this user may not read it", "give read permission or run as a user who has it"),
            ErrorKind::IsADirectory => ("it is a directory", "name the capture files inside it"),
            ErrorKind::UnexpectedEof => ("its compressed content ends in the middle", "copy the file again from where it came"),
            // What the system did not say, a decompressor said.
            _ if error.raw_os_error().is_none() => ("its compressed content is damaged", "copy the file again from where it came"),
            _ => return Fault::new(format!("Cannot {doing} {name}: {error}."), "check the disk or the connection the file lies on"),
        };
        Fault::new(format!("Cannot {doing} {name}: {what}."), hint)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\nhint: {}", self.sentence, self.hint)
    }
}

impl std::error::Error for Fault {}
