//! Segments, fields and components of one message (HL7 v2.9 §2.5 to 2.7), in any delimiters.

use crate::charset::{self, Set};
use memchr::{memchr, memchr2};
use std::borrow::Cow;
use std::cell::OnceCell;

/// Most segments of one message that are read.
pub const SEGMENTS_MAX: usize = 4096;

/// Delimiters, from MSH-1 and MSH-2 (§2.5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    pub field: u8,
    pub component: u8,
    pub repetition: u8,
    pub escape: u8,
    pub sub: u8,
}

impl Marks {
    /// Those that the standard recommends.
    pub const USUAL: Marks = Marks { field: b'|', component: b'^', repetition: b'~', escape: b'\\', sub: b'&' };

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
        let at = |n: usize, usual: u8| marks.get(n).copied().unwrap_or(usual);
        Some(Marks { field, component: at(0, b'^'), repetition: at(1, b'~'), escape: at(2, b'\\'), sub: at(3, b'&') })
    }
}

/// Text between marks, as `str::split` gives it; the pieces are too short for a search by words.
pub struct Pieces<'a> {
    rest: Option<&'a str>,
    mark: u8,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let Some(n) = rest.bytes().position(|b| b == self.mark) else {
            self.rest = None;
            return Some(rest);
        };
        self.rest = rest.get(n.saturating_add(1)..);
        rest.get(..n)
    }
}

/// One segment; its fields are found when the first of them is asked for.
pub struct Segment<'a> {
    pub id: &'a str,
    pub line: &'a str,
    /// Place of the line in the message.
    pub at: usize,
    pub marks: Marks,
    fields: OnceCell<Fields>,
}

struct Fields {
    places: Vec<(usize, usize)>,
    /// The escape character stands somewhere in the segment.
    escaped: bool,
}

impl Fields {
    fn read(line: &str, marks: Marks) -> Fields {
        let mut fields = Fields { places: Vec::with_capacity(24), escaped: false };
        let mut start = 0usize;
        for (n, b) in line.bytes().enumerate() {
            // The field mark counts where a sender uses a character twice.
            if b == marks.field {
                fields.places.push((start, n));
                start = n.saturating_add(1);
            } else if b == marks.escape {
                fields.escaped = true;
            }
        }
        fields.places.push((start, line.len()));
        // MSH-1 is the delimiter itself (§2.14.9.1).
        if matches!(line.get(..3), Some("MSH" | "FHS" | "BHS")) && fields.places.first() == Some(&(0, 3)) {
            fields.places.insert(1, (3, 3));
        }
        fields
    }
}

impl<'a> Segment<'a> {
    fn of(line: &'a str, at: usize, marks: Marks) -> Segment<'a> {
        let end = line.bytes().position(|b| b == marks.field).unwrap_or(line.len());
        Segment { id: line.get(..end).unwrap_or(""), line, at, marks, fields: OnceCell::new() }
    }

    fn fields(&self) -> &Fields {
        self.fields.get_or_init(|| Fields::read(self.line, self.marks))
    }

    /// Where a field stands in the line.
    pub fn place(&self, n: usize) -> Option<(usize, usize)> {
        self.fields().places.get(n).copied()
    }

    /// Field by its number in the standard, raw.
    pub fn field(&self, n: usize) -> &'a str {
        let value = self.place(n).and_then(|(from, to)| self.line.get(from..to)).unwrap_or("");
        // `""` says that the receiver shall delete its value (§2.5.3).
        if value == "\"\"" { "" } else { value }
    }

    pub fn repetitions(&self, n: usize) -> Pieces<'a> {
        Pieces { rest: Some(self.field(n)), mark: self.marks.repetition }
    }

    fn first(&self, n: usize) -> &'a str {
        self.repetitions(n).next().unwrap_or("")
    }

    /// Component of the first repetition, from 1, escapes resolved.
    pub fn part(&self, n: usize, component: usize) -> Cow<'a, str> {
        self.part_of(self.first(n), component)
    }

    pub fn part_of(&self, repetition: &'a str, component: usize) -> Cow<'a, str> {
        self.shown(self.components(repetition).nth(component.saturating_sub(1)).unwrap_or(""))
    }

    /// First repetition with its components joined by `^`, escapes resolved, empty ends cut.
    pub fn joined(&self, n: usize) -> Cow<'a, str> {
        let first = self.first(n);
        let is_plain = self.marks.component == b'^' && !self.is_escaped(first) && self.components(first).all(|c| trim(c).len() == c.len());
        if is_plain {
            return Cow::Borrowed(first.trim_end_matches('^'));
        }
        let parts: Vec<Cow<'_, str>> = self.components(first).map(|c| self.shown(c)).collect();
        Cow::Owned(parts.join("^").trim_end_matches('^').to_string())
    }

    pub fn components(&self, repetition: &'a str) -> Pieces<'a> {
        Pieces { rest: Some(repetition), mark: self.marks.component }
    }

    pub fn text(&self, n: usize) -> Cow<'a, str> {
        self.shown(self.field(n))
    }

    fn is_escaped(&self, raw: &str) -> bool {
        self.fields().escaped && raw.bytes().any(|b| b == self.marks.escape)
    }

    fn shown(&self, raw: &'a str) -> Cow<'a, str> {
        if self.is_escaped(raw) { Cow::Owned(trim(&unescape(raw, self.marks)).to_string()) } else { Cow::Borrowed(trim(raw)) }
    }
}

fn trim(text: &str) -> &str {
    match text.as_bytes() {
        [] => text,
        [a] if a.is_ascii_graphic() => text,
        [a, .., b] if a.is_ascii_graphic() && b.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

/// Resolve escape sequences (§2.7); formatting and character set shifts fall away.
fn unescape(raw: &str, marks: Marks) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut parts = raw.split(char::from(marks.escape));
    out.push_str(parts.next().unwrap_or(""));
    while let (Some(code), after) = (parts.next(), parts.next()) {
        let Some(after) = after else {
            // A lone escape character is text.
            out.push(char::from(marks.escape));
            out.push_str(code);
            break;
        };
        match code {
            "F" => out.push(char::from(marks.field)),
            "S" => out.push(char::from(marks.component)),
            "T" => out.push(char::from(marks.sub)),
            "R" => out.push(char::from(marks.repetition)),
            "E" => out.push(char::from(marks.escape)),
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
pub struct Decoded<'a> {
    pub text: Cow<'a, str>,
    /// As declared in MSH-18, `''` when it was not.
    pub declared: Cow<'a, str>,
    /// Name of the set told from the bytes, when the declared one did not fit.
    pub guessed: Option<&'static str>,
    pub unknown: bool,
}

/// Decode a message by MSH-18 (table 0211), or by its bytes when that does not fit.
pub fn decode(bytes: &[u8], marks: Marks) -> Decoded<'_> {
    let line_end = memchr2(b'\r', b'\n', bytes).unwrap_or(bytes.len());
    let head = bytes.get(..line_end).unwrap_or(&[]);
    // MSH-18 is the 17th field behind the segment name, as MSH-1 is the delimiter.
    let declared = if head.starts_with(b"MSH") { nth(head, marks.field, 17) } else { &[] };
    let declared = String::from_utf8_lossy(declared);
    let mut sets = Vec::new();
    let mut unknown = false;
    for name in declared.split(char::from(marks.repetition)) {
        match charset::hl7_name(name) {
            Some(set) => sets.push(set),
            None => unknown = true,
        }
    }
    let eight_bit = !bytes.is_ascii();
    let is_utf8 = matches!(sets.first(), Some(Set::Whole(encoding)) if *encoding == encoding_rs::UTF_8);
    // Nothing to convert: the bytes are the text.
    if (!eight_bit || is_utf8)
        && !bytes.contains(&0x1b)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Decoded { text: Cow::Borrowed(text), declared, guessed: None, unknown };
    }
    let fits = match sets.first() {
        _ if !eight_bit => true,
        Some(Set::Whole(encoding)) => !encoding.decode_without_bom_handling(bytes).1,
        Some(Set::Jisx0201) => true,
        _ => false,
    };
    if fits {
        return Decoded { text: Cow::Owned(charset::decode(bytes, &sets)), declared, guessed: None, unknown };
    }
    // Mostly it is UTF-8: then the bytes are the text as well.
    if !bytes.contains(&0x1b)
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Decoded { text: Cow::Borrowed(text), declared, guessed: Some(encoding_rs::UTF_8.name()), unknown };
    }
    let set = charset::guess(bytes);
    let guessed = match set {
        Set::Whole(encoding) => Some(encoding.name()),
        _ => None,
    };
    Decoded { text: Cow::Owned(charset::decode(bytes, &[set])), declared, guessed, unknown }
}

/// The piece number `n` from 0 between marks.
fn nth(bytes: &[u8], mark: u8, n: usize) -> &[u8] {
    let mut rest = bytes;
    for _ in 0..n {
        let Some(end) = memchr(mark, rest) else { return &[] };
        rest = rest.get(end.saturating_add(1)..).unwrap_or(&[]);
    }
    rest.get(..memchr(mark, rest).unwrap_or(rest.len())).unwrap_or(rest)
}

/// Segments of a message; true when there are more than are read.
pub fn segments(text: &str, marks: Marks) -> (Vec<Segment<'_>>, bool) {
    let mut out = Vec::new();
    for line in Lines::of(text.as_bytes()).filter(|(from, to)| to > from) {
        if out.len() >= SEGMENTS_MAX {
            return (out, true);
        }
        out.extend(text.get(line.0..line.1).map(|text| Segment::of(text, line.0, marks)));
    }
    (out, false)
}

/// Where the lines of a text stand.
pub struct Lines<'a> {
    bytes: &'a [u8],
    from: Option<usize>,
}

impl<'a> Lines<'a> {
    pub fn of(bytes: &'a [u8]) -> Lines<'a> {
        Lines { bytes, from: Some(0) }
    }
}

impl Iterator for Lines<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let from = self.from?;
        let rest = self.bytes.get(from..).unwrap_or(&[]);
        match memchr2(b'\r', b'\n', rest) {
            Some(n) => {
                let to = from.saturating_add(n);
                self.from = Some(to.saturating_add(1));
                Some((from, to))
            }
            None => {
                self.from = None;
                Some((from, self.bytes.len()))
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_the_senders_own() {
        let marks = Marks::read(b"MSH#*+!:#APP").unwrap();
        assert_eq!(marks, Marks { field: b'#', component: b'*', repetition: b'+', escape: b'!', sub: b':' });
        let (segments, _) = segments("MSH#*+!:#A*B#C!F!D\rPID#1##7*x+8", marks);
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
