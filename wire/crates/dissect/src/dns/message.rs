//! The DNS message (RFC 1035 §4), shared by DNS, mDNS, LLMNR and NBNS.

use crate::read::{self, Rd};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// RFC 1035 §3.1: a name has at most 255 octets.
const NAME_OCTETS_MAX: usize = 255;
/// A compressed name cannot need more jumps than it can have labels.
const JUMPS_MAX: usize = 127;
/// Named limit: records read of one message.
pub const RECORDS_MAX: usize = 512;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    pub id: u16,
    pub flags: u16,
    pub counts: [u16; 4],
}

impl Header {
    /// RFC 1035 §4.1.1.
    pub fn read(rd: &mut Rd<'_>) -> Option<Header> {
        Some(Header { id: rd.u16()?, flags: rd.u16()?, counts: [rd.u16()?, rd.u16()?, rd.u16()?, rd.u16()?] })
    }

    pub fn is_response(&self) -> bool {
        self.flags & 0x8000 != 0
    }

    pub fn opcode(&self) -> u16 {
        (self.flags >> 11) & 15
    }

    pub fn rcode(&self) -> u16 {
        self.flags & 15
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub name: String,
    pub qtype: u16,
    pub class: u16,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    Ip(IpAddr),
    Name(String),
    Text(Vec<String>),
    Service { port: u16, target: String },
    Mail { preference: u16, host: String },
    Host { cpu: String, os: String },
    Raw(Vec<u8>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub name: String,
    pub rtype: u16,
    pub class: u16,
    pub ttl: u32,
    pub data: Data,
    /// 1 answer, 2 authority, 3 additional.
    pub section: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub header: Header,
    pub questions: Vec<Question>,
    pub records: Vec<Record>,
    /// Bytes used.
    pub used: usize,
    /// The record limit was reached.
    pub cut: bool,
}

/// Where and why a message cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    pub at: usize,
    pub why: &'static str,
}

/// RFC 1035 §3.1 and §4.1.4. A pointer must point backwards, so that no loop can be built.
pub fn name<'a>(bytes: &'a [u8], rd: &mut Rd<'a>) -> Result<String, Fault> {
    let start = rd.pos();
    let mut out = String::new();
    let mut octets: usize = 0;
    let mut lowest = start;
    let mut jumped: Option<Rd<'a>> = None;
    for _ in 0..=JUMPS_MAX.saturating_mul(2) {
        let mut cursor = jumped.unwrap_or(*rd);
        let here = cursor.pos();
        let short = Fault { at: here, why: "the name ends too early" };
        let length = cursor.u8().ok_or(short)?;
        match length {
            0 => {
                if jumped.is_none() {
                    *rd = cursor;
                }
                if out.is_empty() {
                    out.push('.');
                }
                return Ok(out);
            }
            1..=63 => {
                let label = cursor.take(usize::from(length)).ok_or(short)?;
                octets = octets.saturating_add(usize::from(length)).saturating_add(1);
                if octets > NAME_OCTETS_MAX {
                    return Err(Fault { at: here, why: "the name has more than 255 octets" });
                }
                if !out.is_empty() {
                    out.push('.');
                }
                push_label(&mut out, label);
                if jumped.is_some() { jumped = Some(cursor) } else { *rd = cursor }
            }
            192..=255 => {
                let low = cursor.u8().ok_or(short)?;
                let target = usize::from(u16::from_be_bytes([length & 0x3f, low]));
                if target >= lowest {
                    return Err(Fault { at: here, why: "a compression pointer does not point backwards" });
                }
                lowest = target;
                if jumped.is_none() {
                    *rd = cursor;
                }
                jumped = Some(Rd::at(bytes, target));
            }
            _ => return Err(Fault { at: here, why: "a label has a reserved type" }),
        }
    }
    Err(Fault { at: start, why: "the name has too many labels" })
}

/// UTF-8 stays (mDNS, RFC 6762 §16), dots and backslashes inside a label are escaped, bytes that are
/// no text become \ddd (RFC 1035 §5.1).
fn push_label(out: &mut String, label: &[u8]) {
    for chunk in label.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '.' => out.push_str("\\."),
                '\\' => out.push_str("\\\\"),
                c if c.is_control() => out.push_str(&format!("\\{:03}", u32::from(c))),
                c => out.push(c),
            }
        }
        for b in chunk.invalid() {
            out.push_str(&format!("\\{b:03}"));
        }
    }
}

impl Message {
    pub fn read(bytes: &[u8]) -> Result<Message, Fault> {
        let mut rd = Rd::new(bytes);
        let header = Header::read(&mut rd).ok_or(Fault { at: rd.pos(), why: "the header is cut" })?;
        let mut message = Message { header, questions: Vec::new(), records: Vec::new(), used: 0, cut: false };
        for (section, count) in header.counts.into_iter().enumerate() {
            for _ in 0..count {
                if message.questions.len().saturating_add(message.records.len()) >= RECORDS_MAX {
                    message.cut = true;
                    message.used = rd.pos();
                    return Ok(message);
                }
                let name = name(bytes, &mut rd)?;
                let short = Fault { at: rd.pos(), why: "a record is cut" };
                let (rtype, class) = rd.u16().zip(rd.u16()).ok_or(short)?;
                if section == 0 {
                    message.questions.push(Question { name, qtype: rtype, class });
                    continue;
                }
                let ttl = rd.u32().ok_or(short)?;
                let length = usize::from(rd.u16().ok_or(short)?);
                let start = rd.pos();
                let body = rd.take(length).ok_or(short)?;
                let data = data(bytes, start, body, rtype);
                message.records.push(Record { name, rtype, class, ttl, data, section });
            }
        }
        message.used = rd.pos();
        Ok(message)
    }

    /// Strict enough to recognise a message among random bytes.
    pub fn plausible(bytes: &[u8]) -> bool {
        let opcode = Header::read(&mut Rd::new(bytes)).map(|h| h.opcode());
        // RFC 1035 §4.1.1, RFC 1002 §4.2: query, notify, update and the NetBIOS operations.
        matches!(opcode, Some(0 | 2 | 4..=8 | 15)) && Message::fits(bytes)
    }

    /// The same with an operation that nobody has assigned; enough where the port speaks for it too.
    pub fn fits(bytes: &[u8]) -> bool {
        let Some(header) = Header::read(&mut Rd::new(bytes)) else { return false };
        let [questions, answers, ..] = header.counts;
        let opcode = header.opcode();
        if header.flags & 0x0040 != 0 || questions > 16 {
            return false;
        }
        if header.counts.iter().all(|c| *c == 0) || (!header.is_response() && opcode == 0 && questions == 0) {
            return false;
        }
        if !header.is_response() && opcode == 0 && header.rcode() != 0 {
            return false;
        }
        let known = |class: u16| matches!(class & 0x7fff, 1 | 3 | 254 | 255);
        match Message::read(bytes) {
            Ok(m) => {
                !m.cut
                    && m.used == bytes.len()
                    && m.questions.iter().all(|q| known(q.class) && q.qtype != 0)
                    && m.records.iter().all(|r| r.rtype == 41 || known(r.class))
                    && (questions > 0 || answers > 0 || !m.records.is_empty())
            }
            Err(_) => false,
        }
    }
}

fn data(bytes: &[u8], start: usize, body: &[u8], rtype: u16) -> Data {
    let mut rd = Rd::new(body);
    let raw = || Data::Raw(body.to_vec());
    let at = |offset: usize| name(bytes, &mut Rd::at(bytes, start.saturating_add(offset))).ok();
    match rtype {
        1 if body.len() == 4 => rd.array::<4>().map_or_else(raw, |a| Data::Ip(Ipv4Addr::from(a).into())),
        28 if body.len() == 16 => rd.array::<16>().map_or_else(raw, |a| Data::Ip(Ipv6Addr::from(a).into())), // RFC 3596
        2 | 5 | 12 | 39 => at(0).map_or_else(raw, Data::Name),
        13 => {
            // RFC 1035 §3.3.2
            let pair = rd.vec8().zip(rd.vec8());
            pair.map_or_else(raw, |(cpu, os)| Data::Host { cpu: read::text(cpu), os: read::text(os) })
        }
        15 => rd.u16().zip(at(2)).map_or_else(raw, |(preference, host)| Data::Mail { preference, host }),
        16 => {
            let mut parts = Vec::new();
            while let Some(part) = rd.vec8() {
                parts.push(String::from_utf8_lossy(part).into_owned());
            }
            Data::Text(parts)
        }
        33 => {
            // RFC 2782: priority, weight, port, target.
            let port = rd.skip(4).and_then(|()| rd.u16());
            port.zip(at(6)).map_or_else(raw, |(port, target)| Data::Service { port, target })
        }
        _ => raw(),
    }
}

impl Record {
    /// `name=data ttl`, as it stands in `detail.answers`.
    pub fn shown(&self) -> String {
        let data = match &self.data {
            Data::Ip(ip) => ip.to_string(),
            Data::Name(name) => name.clone(),
            Data::Text(parts) => format!("\"{}\"", crate::tidy(&parts.join(" "), 80)),
            Data::Service { port, target } => format!("{target}:{port}"),
            Data::Mail { preference, host } => format!("{preference} {host}"),
            Data::Host { cpu, os } => format!("{cpu} {os}"),
            Data::Raw(_) => type_name(self.rtype),
        };
        format!("{}={} {}", self.name, data, self.ttl)
    }
}

/// IANA DNS parameters, resource record types; an unknown one stays readable (RFC 3597 §5).
pub fn type_name(rtype: u16) -> String {
    let known = match rtype {
        1 => "A",
        2 => "NS",
        5 => "CNAME",
        6 => "SOA",
        10 => "NULL",
        12 => "PTR",
        13 => "HINFO",
        15 => "MX",
        16 => "TXT",
        25 => "KEY",
        28 => "AAAA",
        33 => "SRV",
        35 => "NAPTR",
        39 => "DNAME",
        41 => "OPT",
        43 => "DS",
        46 => "RRSIG",
        47 => "NSEC",
        48 => "DNSKEY",
        50 => "NSEC3",
        52 => "TLSA",
        64 => "SVCB",
        65 => "HTTPS",
        249 => "TKEY",
        250 => "TSIG",
        251 => "IXFR",
        252 => "AXFR",
        255 => "ANY",
        257 => "CAA",
        other => return format!("TYPE{other}"),
    };
    known.to_string()
}

/// IANA DNS parameters, RCODEs.
pub fn rcode_name(rcode: u16) -> String {
    let known = match rcode {
        0 => "NOERROR",
        1 => "FORMERR",
        2 => "SERVFAIL",
        3 => "NXDOMAIN",
        4 => "NOTIMP",
        5 => "REFUSED",
        6 => "YXDOMAIN",
        7 => "YXRRSET",
        8 => "NXRRSET",
        9 => "NOTAUTH",
        10 => "NOTZONE",
        other => return format!("RCODE{other}"),
    };
    known.to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn pointers_may_only_point_backwards() {
        let looped = [0, 1, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1];
        assert_eq!(Message::read(&looped).unwrap_err().at, 12);
        let mutual = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, b'a', 0xc0, 12, 0, 1, 0, 1];
        assert_eq!(Message::read(&mutual).unwrap_err().why, "a compression pointer does not point backwards");
    }

    #[test]
    fn a_name_of_more_than_255_octets_is_refused() {
        let mut bytes = vec![];
        for _ in 0..5 {
            bytes.push(63);
            bytes.extend([b'x'; 63]);
        }
        bytes.push(0);
        assert!(name(&bytes, &mut Rd::new(&bytes)).is_err());
    }

    #[test]
    fn odd_labels_stay_readable() {
        let bytes = [3, b'a', b'.', 0xff, 0];
        assert_eq!(name(&bytes, &mut Rd::new(&bytes)).unwrap(), "a\\.\\255");
        assert_eq!(name(&[0], &mut Rd::new(&[0])).unwrap(), ".");
        assert_eq!(type_name(4711), "TYPE4711");
    }
}
