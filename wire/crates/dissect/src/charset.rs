//! Text of clinical messages: the character sets of DICOM PS3.3 C.12.1.1.2 and HL7 table 0211, with
//! the code switching of ISO 2022 (JIS X 0202) that Japanese senders use.

use encoding_rs::Encoding;

/// One character set, or an encoding that holds several.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Set {
    /// ISO IR 6, ISO 646.
    Ascii,
    /// JIS X 0201: Roman in G0, half-width katakana in G1 (ISO IR 14 and 13).
    Jisx0201,
    /// JIS X 0208 (ISO IR 87), reached by an escape sequence.
    Jisx0208,
    /// JIS X 0212 (ISO IR 159), reached by an escape sequence.
    Jisx0212,
    /// KS X 1001 (ISO IR 149) in G1.
    Ksx1001,
    /// GB 2312 (ISO IR 58) in G1.
    Gb2312,
    /// One of the 8-bit sets ISO 8859-n and TIS 620, whole encodings such as UTF-8, Shift_JIS, EUC-JP, GB18030.
    Whole(&'static Encoding),
}

/// DICOM defined term of Specific Character Set (0008,0005) (PS3.3 Table C.12-2 to C.12-5).
pub fn dicom_term(term: &str) -> Option<Set> {
    let bare = term.trim().replace("ISO 2022 ", "ISO_").replace("ISO_IR ", "ISO_IR_").replace("ISO-IR ", "ISO_IR_");
    let bare = bare.replace("ISO_IR_", "").replace("ISO_IR", "");
    let bare = bare.strip_prefix("ISO_").unwrap_or(&bare).trim_start_matches("IR").trim();
    by_registration(bare)
}

/// Set by its ISO registration number, as both standards name it.
fn by_registration(number: &str) -> Option<Set> {
    Some(match number {
        "" | "6" => Set::Ascii,
        "13" | "14" => Set::Jisx0201,
        "87" => Set::Jisx0208,
        "159" => Set::Jisx0212,
        "149" => Set::Ksx1001,
        "58" => Set::Gb2312,
        "192" => Set::Whole(encoding_rs::UTF_8),
        "100" => Set::Whole(encoding_rs::WINDOWS_1252),
        "101" => Set::Whole(encoding_rs::ISO_8859_2),
        "109" => Set::Whole(encoding_rs::ISO_8859_3),
        "110" => Set::Whole(encoding_rs::ISO_8859_4),
        "144" => Set::Whole(encoding_rs::ISO_8859_5),
        "127" => Set::Whole(encoding_rs::ISO_8859_6),
        "126" => Set::Whole(encoding_rs::ISO_8859_7),
        "138" => Set::Whole(encoding_rs::ISO_8859_8),
        "148" => Set::Whole(encoding_rs::WINDOWS_1254),
        "203" => Set::Whole(encoding_rs::ISO_8859_15),
        "166" => Set::Whole(encoding_rs::WINDOWS_874),
        "GB18030" => Set::Whole(encoding_rs::GB18030),
        "GBK" => Set::Whole(encoding_rs::GBK),
        _ => return None,
    })
}

/// Name of MSH-18 (HL7 table 0211; JAHIS writes the IR names without a blank or underscore).
pub fn hl7_name(name: &str) -> Option<Set> {
    let upper = name.trim().to_ascii_uppercase();
    Some(match upper.as_str() {
        "" | "ASCII" | "ISO IR6" | "ISO IR 6" => Set::Ascii,
        "8859/1" => Set::Whole(encoding_rs::WINDOWS_1252),
        "8859/2" => Set::Whole(encoding_rs::ISO_8859_2),
        "8859/3" => Set::Whole(encoding_rs::ISO_8859_3),
        "8859/4" => Set::Whole(encoding_rs::ISO_8859_4),
        "8859/5" => Set::Whole(encoding_rs::ISO_8859_5),
        "8859/6" => Set::Whole(encoding_rs::ISO_8859_6),
        "8859/7" => Set::Whole(encoding_rs::ISO_8859_7),
        "8859/8" => Set::Whole(encoding_rs::ISO_8859_8),
        "8859/9" => Set::Whole(encoding_rs::WINDOWS_1254),
        "8859/15" => Set::Whole(encoding_rs::ISO_8859_15),
        "UNICODE UTF-8" | "UTF-8" | "UTF8" | "UNICODE" => Set::Whole(encoding_rs::UTF_8),
        "GB 18030-2000" | "GB18030" => Set::Whole(encoding_rs::GB18030),
        "KS X 1001" => Set::Whole(encoding_rs::EUC_KR),
        "BIG-5" => Set::Whole(encoding_rs::BIG5),
        "SHIFT_JIS" | "SJIS" | "SHIFT-JIS" | "WINDOWS-31J" | "MS932" | "CP932" => Set::Whole(encoding_rs::SHIFT_JIS),
        "EUC-JP" | "EUC_JP" | "EUC" => Set::Whole(encoding_rs::EUC_JP),
        other => return by_registration(other.strip_prefix("ISO IR").or(other.strip_prefix("ISO_IR"))?.trim()),
    })
}

/// What G0 holds at the moment (ISO/IEC 2022 §5).
#[derive(Clone, Copy, PartialEq, Eq)]
enum G0 {
    Ascii,
    Katakana,
    Jisx0208,
    Jisx0212,
}

/// Decode `bytes`; `sets` are the declared ones, the first is in force at the start of each line or
/// value (PS3.5 §6.1.2.5.3).
pub fn decode(bytes: &[u8], sets: &[Set]) -> String {
    let first = sets.first().copied().unwrap_or(Set::Ascii);
    if bytes.is_ascii() && !bytes.contains(&0x1b) {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    if let (Set::Whole(encoding), false) = (first, bytes.contains(&0x1b)) {
        return encoding.decode_without_bom_handling(bytes).0.into_owned();
    }
    switching(bytes, first, sets)
}

fn switching(bytes: &[u8], first: Set, sets: &[Set]) -> String {
    // A sender that declares nothing, but sends UTF-8, is read as such.
    if !bytes.contains(&0x1b)
        && first == Set::Ascii
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return text.to_string();
    }
    // G1 of a lone 8-bit part: the first declared set that has one.
    let initial_g1 = if first == Set::Ascii {
        sets.iter().copied().find(|s| matches!(s, Set::Jisx0201 | Set::Whole(_))).unwrap_or(Set::Ascii)
    } else {
        first
    };
    let (mut g0, mut g1) = (G0::Ascii, initial_g1);
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&b, after)) = rest.split_first() {
        if b == 0x1b {
            let (n, new_g0, new_g1) = escape(after);
            g0 = new_g0.unwrap_or(g0);
            g1 = new_g1.unwrap_or(g1);
            rest = after.get(n..).unwrap_or(&[]);
            continue;
        }
        let taken = if b < 0x21 || b == 0x7f {
            if matches!(b, 0x09 | 0x0a | 0x0c | 0x0d) {
                (g0, g1) = (G0::Ascii, initial_g1);
            }
            out.push(char::from(b));
            1
        } else if b < 0x80 {
            low(g0, rest, &mut out)
        } else {
            high(g1, rest, &mut out)
        };
        rest = rest.get(taken.max(1)..).unwrap_or(&[]);
    }
    out
}

/// Escape sequence behind ESC: bytes taken, new G0, new G1 (PS3.3 Table C.12-3 and C.12-4).
fn escape(after: &[u8]) -> (usize, Option<G0>, Option<Set>) {
    let whole = |e: &'static Encoding| Some(Set::Whole(e));
    match after {
        [b'$', b'(', b'D', ..] => (3, Some(G0::Jisx0212), None),
        [b'$', b'(', b'@' | b'B', ..] => (3, Some(G0::Jisx0208), None),
        [b'$', b'@' | b'B', ..] => (2, Some(G0::Jisx0208), None),
        [b'$', b')', b'C', ..] => (3, None, Some(Set::Ksx1001)),
        [b'$', b')', b'A', ..] => (3, None, Some(Set::Gb2312)),
        [b'(', b'I', ..] => (2, Some(G0::Katakana), None),
        [b'(', _, ..] => (2, Some(G0::Ascii), None),
        [b')', b'I', ..] => (2, None, Some(Set::Jisx0201)),
        [b'-', b'A', ..] => (2, None, whole(encoding_rs::WINDOWS_1252)),
        [b'-', b'B', ..] => (2, None, whole(encoding_rs::ISO_8859_2)),
        [b'-', b'C', ..] => (2, None, whole(encoding_rs::ISO_8859_3)),
        [b'-', b'D', ..] => (2, None, whole(encoding_rs::ISO_8859_4)),
        [b'-', b'L', ..] => (2, None, whole(encoding_rs::ISO_8859_5)),
        [b'-', b'G', ..] => (2, None, whole(encoding_rs::ISO_8859_6)),
        [b'-', b'F', ..] => (2, None, whole(encoding_rs::ISO_8859_7)),
        [b'-', b'H', ..] => (2, None, whole(encoding_rs::ISO_8859_8)),
        [b'-', b'M', ..] => (2, None, whole(encoding_rs::WINDOWS_1254)),
        [b'-', b'T', ..] => (2, None, whole(encoding_rs::WINDOWS_874)),
        [b'-', _, ..] => (2, None, None),
        _ => (0, None, None),
    }
}

fn put(encoding: &'static Encoding, bytes: &[u8], out: &mut String) {
    out.push_str(&encoding.decode_without_bom_handling(bytes).0);
}

/// A character of the left half; returns the bytes it took.
fn low(g0: G0, rest: &[u8], out: &mut String) -> usize {
    match (g0, rest) {
        (G0::Jisx0208, [a, b, ..]) if (0x21..0x7f).contains(b) => {
            put(encoding_rs::EUC_JP, &[a | 0x80, b | 0x80], out);
            2
        }
        (G0::Jisx0212, [a, b, ..]) if (0x21..0x7f).contains(b) => {
            put(encoding_rs::EUC_JP, &[0x8f, a | 0x80, b | 0x80], out);
            2
        }
        (G0::Katakana, [a, ..]) if (0x21..0x60).contains(a) => {
            put(encoding_rs::EUC_JP, &[0x8e, a | 0x80], out);
            1
        }
        (_, [a, ..]) => {
            out.push(char::from(*a));
            1
        }
        _ => 1,
    }
}

/// A character of the right half; returns the bytes it took.
fn high(g1: Set, rest: &[u8], out: &mut String) -> usize {
    match (g1, rest) {
        (Set::Jisx0201, [a @ 0xa1..=0xdf, ..]) => {
            put(encoding_rs::EUC_JP, &[0x8e, *a], out);
            1
        }
        (Set::Ksx1001, [a, b, ..]) if *b >= 0xa1 => {
            put(encoding_rs::EUC_KR, &[*a, *b], out);
            2
        }
        (Set::Gb2312, [a, b, ..]) if *b >= 0xa1 => {
            put(encoding_rs::GBK, &[*a, *b], out);
            2
        }
        (Set::Whole(encoding), _) => {
            let n = rest.iter().position(|b| *b < 0x80).unwrap_or(rest.len());
            put(encoding, rest.get(..n).unwrap_or(&[]), out);
            n
        }
        _ => {
            out.push(char::REPLACEMENT_CHARACTER);
            1
        }
    }
}

/// What undeclared 8-bit Japanese text most likely is, told from its bytes.
pub fn guess(bytes: &[u8]) -> Set {
    if bytes.contains(&0x1b) || bytes.is_ascii() {
        return Set::Ascii;
    }
    // Whole-encoding decoders say whether anything did not fit.
    for encoding in [encoding_rs::UTF_8, encoding_rs::EUC_JP, encoding_rs::SHIFT_JIS] {
        if !encoding.decode_without_bom_handling(bytes).1 {
            return Set::Whole(encoding);
        }
    }
    Set::Whole(encoding_rs::WINDOWS_1252)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Yamada^Tarou in the three forms of PS3.5 Annex H.3.
    #[test]
    fn annex_h_of_ps3_5_comes_out_right() {
        let sets = [dicom_term(""), dicom_term("ISO 2022 IR 87")].map(|s| s.unwrap_or(Set::Ascii));
        let bytes = b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B";
        assert_eq!(decode(bytes, &sets), "Yamada^Tarou=山田^太郎=やまだ^たろう");
        let sets = [dicom_term("ISO 2022 IR 13"), dicom_term("ISO 2022 IR 87")].map(|s| s.unwrap_or(Set::Ascii));
        let bytes = b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J";
        assert_eq!(decode(bytes, &sets), "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎");
    }

    #[test]
    fn every_term_has_a_set() {
        for (term, set) in [
            ("ISO_IR 6", Set::Ascii),
            ("ISO_IR 13", Set::Jisx0201),
            ("ISO_IR 100", Set::Whole(encoding_rs::WINDOWS_1252)),
            ("ISO_IR 192", Set::Whole(encoding_rs::UTF_8)),
            ("ISO 2022 IR 159", Set::Jisx0212),
            ("ISO 2022 IR 149", Set::Ksx1001),
            ("GB18030", Set::Whole(encoding_rs::GB18030)),
        ] {
            assert_eq!(dicom_term(term), Some(set), "{term}");
        }
        assert_eq!(dicom_term("KOI8"), None);
        assert_eq!(hl7_name("ISO IR87"), Some(Set::Jisx0208));
        assert_eq!(hl7_name("UNICODE UTF-8"), Some(Set::Whole(encoding_rs::UTF_8)));
        assert_eq!(hl7_name("KLINGON"), None);
    }

    #[test]
    fn undeclared_text_is_told_by_its_bytes() {
        for encoding in [encoding_rs::UTF_8, encoding_rs::EUC_JP, encoding_rs::SHIFT_JIS] {
            let bytes = encoding.encode("生化学検査室の分析装置").0;
            assert_eq!(guess(&bytes), Set::Whole(encoding), "{}", encoding.name());
            assert_eq!(decode(&bytes, &[guess(&bytes)]), "生化学検査室の分析装置");
        }
    }
}
