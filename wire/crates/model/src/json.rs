//! The detail of an exchange as one flat JSON object, all values text (RFC 8259 §7 escapes).

use std::fmt::Write as _;

/// Add a member. `name` is declared in a dissector's `Meta::details` and needs no escapes.
pub fn member(out: &mut String, name: &str, value: &str) {
    if !out.is_empty() && !out.ends_with('{') {
        out.push(',');
    }
    out.push('"');
    out.push_str(name);
    out.push_str("\":\"");
    escaped(out, value);
    out.push('"');
}

fn is_special(b: u8) -> bool {
    b < b' ' || b == b'"' || b == b'\\'
}

/// Where the first special byte stands; looked for in pieces, without leaving a piece early.
fn special(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (pieces, _) = bytes.as_chunks::<16>();
    let plain = pieces.iter().take_while(|piece| !piece.iter().fold(false, |any, b| any | is_special(*b))).count().saturating_mul(16);
    bytes.get(plain..)?.iter().position(|b| is_special(*b)).map(|n| n.saturating_add(plain))
}

fn escaped(out: &mut String, text: &str) {
    let mut rest = text;
    // Runs of plain characters go over whole; the special ones are single bytes in UTF-8.
    while let Some((plain, after)) = special(rest).and_then(|n| rest.split_at_checked(n)) {
        out.push_str(plain);
        let mut chars = after.chars();
        match chars.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some(c) => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_valid_json() {
        let mut json = String::from("{");
        member(&mut json, "a", "a long text that is plain, then \"x\"\\\n");
        member(&mut json, "b", "火");
        assert_eq!(json, r#"{"a":"a long text that is plain, then \"x\"\\\u000a","b":"火""#);
        let mut members = String::new();
        member(&mut members, "c", "");
        member(&mut members, "d", "{");
        member(&mut members, "e", "");
        assert_eq!(members, r#""c":"","d":"{","e":"""#);
    }
}
