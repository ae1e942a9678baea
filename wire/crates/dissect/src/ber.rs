//! Tag, length, value as ASN.1 BER and DER write them (ITU-T X.690 §8.1): heads only, no types. What
//! SNMP, LDAP, Kerberos and MCS say of identity needs no more.

use crate::read::Rd;

/// One element. `tag` is the identifier octet with its class and constructed bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tlv<'a> {
    pub tag: u8,
    pub body: &'a [u8],
}

/// Next element; `None` when it is cut, has a tag of several octets or an indefinite length.
pub fn tlv<'a>(rd: &mut Rd<'a>) -> Option<Tlv<'a>> {
    let mut ahead = *rd;
    let tag = ahead.u8()?;
    if tag & 0x1f == 0x1f {
        return None;
    }
    let length = length(&mut ahead)?;
    let body = ahead.take(length)?;
    *rd = ahead;
    Some(Tlv { tag, body })
}

fn length(rd: &mut Rd<'_>) -> Option<usize> {
    let first = rd.u8()?;
    if first & 0x80 == 0 {
        return Some(usize::from(first));
    }
    let count = first & 0x7f;
    if count == 0 || count > 4 {
        return None;
    }
    let mut out: usize = 0;
    for _ in 0..count {
        out = out.checked_mul(256)?.checked_add(usize::from(rd.u8()?))?;
    }
    Some(out)
}

/// Bytes of the whole element at the start of `bytes`: `Ok(None)` when more are needed to tell.
pub fn whole(bytes: &[u8]) -> Result<Option<usize>, ()> {
    let mut rd = Rd::new(bytes);
    let Some(tag) = rd.u8() else { return Ok(None) };
    let Some(first) = rd.peek() else { return Ok(None) };
    if tag & 0x1f == 0x1f || first == 0x80 || first > 0x84 {
        return Err(());
    }
    match length(&mut rd) {
        Some(n) => Ok(Some(rd.pos().saturating_add(n))),
        None => Ok(None),
    }
}

/// Next element, which must have this tag.
pub fn expect<'a>(rd: &mut Rd<'a>, tag: u8) -> Option<Rd<'a>> {
    let mut ahead = *rd;
    let found = tlv(&mut ahead).filter(|t| t.tag == tag)?;
    *rd = ahead;
    Some(Rd::new(found.body))
}

/// First element with this tag among those that follow.
pub fn find<'a>(mut rd: Rd<'a>, tag: u8) -> Option<Rd<'a>> {
    while let Some(found) = tlv(&mut rd) {
        if found.tag == tag {
            return Some(Rd::new(found.body));
        }
    }
    None
}

/// INTEGER or ENUMERATED of at most eight octets.
pub fn int(body: &[u8]) -> Option<i64> {
    if body.is_empty() || body.len() > 8 {
        return None;
    }
    let negative = body.first().is_some_and(|b| b & 0x80 != 0);
    Some(body.iter().fold(if negative { -1 } else { 0 }, |acc: i64, b| (acc << 8) | i64::from(*b)))
}

/// INTEGER as the next element.
pub fn integer(rd: &mut Rd<'_>) -> Option<i64> {
    expect(rd, 2).and_then(|r| int(r.rest()))
}

/// OBJECT IDENTIFIER in dotted form (X.690 §8.19).
pub fn oid(body: &[u8]) -> String {
    let mut out = Vec::new();
    let mut acc: u64 = 0;
    for b in body {
        acc = (acc << 7) | u64::from(b & 0x7f);
        if b & 0x80 != 0 {
            if acc > u64::MAX >> 8 {
                return String::new();
            }
            continue;
        }
        if out.is_empty() {
            let first = (acc / 40).min(2);
            out.push(first);
            acc -= first * 40;
        }
        out.push(acc);
        acc = 0;
    }
    out.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_and_cut_ones_are_not() {
        assert_eq!(oid(&[0x2b, 6, 1, 4, 1, 0x82, 0x37]), "1.3.6.1.4.1.311");
        assert_eq!(int(&[0xff]), Some(-1));
        assert_eq!(whole(&[0x30, 0x82, 1]), Ok(None));
        assert_eq!(whole(&[0x30, 0x82, 1, 0]), Ok(Some(260)));
        assert_eq!(whole(&[0x30, 0x80]), Err(()));
        assert_eq!(tlv(&mut Rd::new(&[4, 3, 1, 2])), None);
    }
}
