//! Segments, fields and components of one message (HL7 v2.9 §2.5 to 2.7), in any delimiters.

use crate::charset::{self, Set};

/// Most segments of one message that are read.
pub const SEGMENTS_MAX: usize = 4096;

/// Delimiters, from MSH-1 and MSH-2 (§2.5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    pub field: char,
    pub component: char,
    pub repetition: char,
    pub escape: char,
    pub sub: char,
}

impl Marks {
    /// From the bytes of a segment that starts with MSH, FHS or BHS.
    pub fn read(head: &[u8]) -> Option<Marks> {
        let (id, rest) = head.split_at_checked(3)?;
        if !matches!(id, b"MSH" | b"FHS" | b"BHS") {
            return None;
        }
        let (&field, rest) = rest.split_first()?;
        let end = rest.iter().position(|b| *b == field)?;
        let marks = rest.get(..end)?;
        if !field.is_ascii_punctuation() || !(2..=5).contains(&marks.len()) || !marks.iter().all(u8::is_ascii_punctuation) {
            return None;
        }
        let at = |n: usize, usual: u8| char::from(marks.get(n).copied().unwrap_or(usual));
        Some(Marks { field: char::from(field), component: at(0, b'^'), repetition: at(1, b'~'), escape: at(2, b'\\'), sub: at(3, b'&') })
    }
}

pub struct Segment<'a> {
    pub id: &'a str,
    fields: Vec<&'a str>,
    marks: Marks,
}

impl<'a> Segment<'a> {
    fn read(line: &'a str, marks: Marks) -> Segment<'a> {
        let mut fields: Vec<&str> = line.split(marks.field).collect();
        let id = fields.first().copied().unwrap_or("");
        // MSH-1 is the delimiter itself (§2.14.9.1).
        if matches!(id, "MSH" | "FHS" | "BHS") {
            fields.insert(1, "");
        }
        Segment { id, fields, marks }
    }

    /// Field by its number in the standard, raw.
    pub fn field(&self, n: usize) -> &'a str {
        let value = self.fields.get(n).copied().unwrap_or("");
        // `""` says that the receiver shall delete its value (§2.5.3).
        if value == "\"\"" { "" } else { value }
    }

    pub fn repetitions(&self, n: usize) -> impl Iterator<Item = &'a str> + use<'a> {
        self.field(n).split(self.marks.repetition)
    }

    /// Component of the first repetition, from 1, escapes resolved.
    pub fn part(&self, n: usize, component: usize) -> String {
        self.part_of(self.repetitions(n).next().unwrap_or(""), component)
    }

    pub fn part_of(&self, repetition: &str, component: usize) -> String {
        let raw = repetition.split(self.marks.component).nth(component.saturating_sub(1)).unwrap_or("");
        unescape(raw, self.marks).trim().to_string()
    }

    /// First repetition with its components joined by `^`, escapes resolved, empty ends cut.
    pub fn joined(&self, n: usize) -> String {
        let first = self.repetitions(n).next().unwrap_or("");
        let parts: Vec<String> = first.split(self.marks.component).map(|c| unescape(c, self.marks).trim().to_string()).collect();
        parts.join("^").trim_end_matches('^').to_string()
    }

    pub fn components(&self, repetition: &'a str) -> impl Iterator<Item = &'a str> + use<'a> {
        repetition.split(self.marks.component)
    }

    pub fn text(&self, n: usize) -> String {
        unescape(self.field(n), self.marks).trim().to_string()
    }
}

/// Resolve escape sequences (§2.7); formatting and character set shifts fall away.
fn unescape(raw: &str, marks: Marks) -> String {
    if !raw.contains(marks.escape) {
        return raw.to_string();
    }
    let mut out = String::with_capacity(raw.len());
    let mut parts = raw.split(marks.escape);
    out.push_str(parts.next().unwrap_or(""));
    while let (Some(code), after) = (parts.next(), parts.next()) {
        let Some(after) = after else {
            // A lone escape character is text.
            out.push(marks.escape);
            out.push_str(code);
            break;
        };
        match code {
            "F" => out.push(marks.field),
            "S" => out.push(marks.component),
            "T" => out.push(marks.sub),
            "R" => out.push(marks.repetition),
            "E" => out.push(marks.escape),
            _ if code.starts_with('X') => hex(code, &mut out),
            _ if code.starts_with('.') => out.push(' '),
            _ => {}
        }
        out.push_str(after);
    }
    out
}

fn hex(code: &str, out: &mut String) {
    let bytes: Vec<u8> = code
        .get(1..)
        .unwrap_or("")
        .as_bytes()
        .chunks_exact(2)
        .filter_map(|pair| std::str::from_utf8(pair).ok().and_then(|p| u8::from_str_radix(p, 16).ok()))
        .collect();
    out.push_str(&charset::decode(&bytes, &[charset::guess(&bytes)]));
}

/// Text of one message and how its characters were told.
pub struct Decoded {
    pub text: String,
    /// As declared in MSH-18, `''` when it was not.
    pub declared: String,
    /// Name of the set told from the bytes, when the declared one did not fit.
    pub guessed: Option<&'static str>,
    pub unknown: bool,
}

/// Decode a message by MSH-18 (table 0211), or by its bytes when that does not fit.
pub fn decode(bytes: &[u8], marks: Marks) -> Decoded {
    let line_end = bytes.iter().position(|b| matches!(b, b'\r' | b'\n')).unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(bytes.get(..line_end).unwrap_or(&[])).into_owned();
    // MSH-18 is the 17th field behind the segment name, as MSH-1 is the delimiter.
    let declared = if head.starts_with("MSH") { head.split(marks.field).nth(17).unwrap_or("").to_string() } else { String::new() };
    let mut sets = Vec::new();
    let mut unknown = false;
    for name in declared.split(marks.repetition) {
        match charset::hl7_name(name) {
            Some(set) => sets.push(set),
            None => unknown = true,
        }
    }
    let eight_bit = !bytes.is_ascii();
    let fits = match sets.first() {
        _ if !eight_bit => true,
        Some(Set::Whole(encoding)) => !encoding.decode_without_bom_handling(bytes).1,
        Some(Set::Jisx0201) => true,
        _ => false,
    };
    if fits {
        return Decoded { text: charset::decode(bytes, &sets), declared, guessed: None, unknown };
    }
    let set = charset::guess(bytes);
    let guessed = match set {
        Set::Whole(encoding) => Some(encoding.name()),
        _ => None,
    };
    Decoded { text: charset::decode(bytes, &[set]), declared, guessed, unknown }
}

/// Segments of a decoded message; true when lines ended otherwise than in CR, or the limit was hit.
pub fn segments(text: &str, marks: Marks) -> (Vec<Segment<'_>>, bool, bool) {
    let mut out = Vec::new();
    let line_feeds = text.contains('\n');
    let mut over = false;
    for line in text.split(['\r', '\n']).filter(|l| !l.is_empty()) {
        if out.len() >= SEGMENTS_MAX {
            over = true;
            break;
        }
        out.push(Segment::read(line, marks));
    }
    (out, line_feeds, over)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_the_senders_own() {
        let marks = Marks::read(b"MSH#*+!:#APP").unwrap();
        assert_eq!(marks, Marks { field: '#', component: '*', repetition: '+', escape: '!', sub: ':' });
        let (segments, ..) = segments("MSH#*+!:#A*B#C!F!D\rPID#1##7*x+8", marks);
        let msh = segments.first().unwrap();
        assert_eq!(msh.part(3, 2), "B");
        assert_eq!(msh.text(4), "C#D");
        assert_eq!(segments.get(1).unwrap().repetitions(3).count(), 2);
        assert!(Marks::read(b"MSHA").is_none());
        assert!(Marks::read(b"MSH|").is_none());
    }

    #[test]
    fn escapes_are_resolved_once() {
        let marks = Marks::read(b"MSH|^~\\&|").unwrap();
        for (raw, text) in [("a\\F\\b", "a|b"), ("\\E\\F\\E\\", "\\F\\"), ("\\X41\\\\X42\\", "AB"), ("x\\.br\\y", "x y"), ("5\\6", "5\\6"), ("\\H\\bold\\N\\", "bold")] {
            assert_eq!(unescape(raw, marks), text, "{raw}");
        }
    }

    #[test]
    fn japanese_comes_out_right_in_every_set() {
        let marks = Marks::read(b"MSH|^~\\&|").unwrap();
        for (name, encoding, declared) in [
            ("~ISO IR87", encoding_rs::ISO_2022_JP, true),
            ("UNICODE UTF-8", encoding_rs::UTF_8, true),
            ("", encoding_rs::SHIFT_JIS, false),
            ("", encoding_rs::EUC_JP, false),
            ("ASCII", encoding_rs::SHIFT_JIS, false),
        ] {
            let message = format!("MSH|^~\\&|A|B|C|D|||ADT^A01|1|P|2.5|||||JPN|{name}\rPV1||I|第一病棟^５０１号室^表示\r");
            let bytes = encoding.encode(&message).0;
            let out = decode(&bytes, marks);
            assert_eq!(out.text, message, "{name} {}", encoding.name());
            assert_eq!(out.guessed.is_none(), declared);
        }
    }
}
