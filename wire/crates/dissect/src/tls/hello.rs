//! ClientHello and ServerHello (RFC 8446 §4.1.2, §4.1.3; RFC 5246 §7.4.1), and the fingerprints
//! made from them: JA4 (the TLS client method of FoxIO, BSD-3-Clause) and JA3/JA3S (Salesforce, BSD-3-Clause).

use crate::read::{Rd, hex};
use md5::Md5;
use sha2::{Digest, Sha256};

/// RFC 8701: values that a client adds to keep the field open.
pub fn is_grease(value: u16) -> bool {
    let [high, low] = value.to_be_bytes();
    high == low && low & 0x0f == 0x0a
}

#[derive(Debug, Default, Clone)]
pub struct ClientHello {
    pub version: u16,
    pub session_id: Vec<u8>,
    pub ciphers: Vec<u16>,
    pub extensions: Vec<u16>,
    pub sni: Option<String>,
    pub has_sni: bool,
    pub alpn: Vec<Vec<u8>>,
    pub versions: Vec<u16>,
    pub signatures: Vec<u16>,
    pub groups: Vec<u16>,
    pub formats: Vec<u8>,
    pub ech: bool,
    pub psk: bool,
}

fn words(bytes: &[u8]) -> Vec<u16> {
    bytes.chunks_exact(2).filter_map(|c| <[u8; 2]>::try_from(c).ok().map(u16::from_be_bytes)).collect()
}

fn names(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut rd = Rd::new(bytes);
    let mut out = Vec::new();
    if let Some(list) = rd.vec16() {
        let mut list = Rd::new(list);
        while let Some(name) = list.vec8() {
            out.push(name.to_vec());
        }
    }
    out
}

impl ClientHello {
    /// Body of the handshake message; `datagram` adds the cookie of DTLS (RFC 6347 §4.2.1).
    pub fn read(body: &[u8], datagram: bool) -> Result<ClientHello, usize> {
        let mut rd = Rd::new(body);
        ClientHello::fields(&mut rd, datagram).ok_or(rd.pos())
    }

    /// The form of SSL 2 that old clients wrap around a newer offer (RFC 5246 Appendix E.2): behind the
    /// two bytes of length stand type, version, three lengths and ciphers of three bytes.
    pub fn read_v2(message: &[u8]) -> Option<ClientHello> {
        let mut rd = Rd::new(message);
        rd.skip(1)?;
        let version = rd.u16()?;
        let ciphers = usize::from(rd.u16()?);
        let session = usize::from(rd.u16()?);
        rd.skip(2)?;
        let specs = rd.take(ciphers)?;
        let ciphers = specs.chunks_exact(3).filter_map(|c| if let [0, high, low] = c { Some(u16::from_be_bytes([*high, *low])) } else { None }).collect();
        Some(ClientHello { version, ciphers, session_id: rd.take(session)?.to_vec(), ..ClientHello::default() })
    }

    fn fields(rd: &mut Rd<'_>, datagram: bool) -> Option<ClientHello> {
        let mut hello = ClientHello { version: rd.u16()?, ..ClientHello::default() };
        rd.skip(32)?; // random
        hello.session_id = rd.vec8()?.to_vec();
        if datagram {
            rd.vec8()?;
        }
        hello.ciphers = words(rd.vec16()?);
        rd.vec8()?; // compression methods
        if rd.is_empty() {
            return Some(hello); // no extensions (RFC 5246 §7.4.1.2)
        }
        let mut list = Rd::new(rd.vec16()?);
        while !list.is_empty() {
            let kind = list.u16()?;
            let data = list.vec16()?;
            hello.extensions.push(kind);
            let mut inner = Rd::new(data);
            match kind {
                0 => {
                    // RFC 6066 §3: list of type and name.
                    hello.has_sni = true;
                    if let Some(entry) = inner.vec16() {
                        let mut entry = Rd::new(entry);
                        if entry.u8() == Some(0) {
                            hello.sni = entry.vec16().map(|n| String::from_utf8_lossy(n).into_owned());
                        }
                    }
                }
                10 => hello.groups = inner.vec16().map(words).unwrap_or_default(),
                11 => hello.formats = inner.vec8().unwrap_or_default().to_vec(),
                13 => hello.signatures = inner.vec16().map(words).unwrap_or_default(),
                16 => hello.alpn = names(data), // RFC 7301 §3.1
                41 => hello.psk = true,
                43 => hello.versions = inner.vec8().map(words).unwrap_or_default(), // RFC 8446 §4.2.1
                0xfe0d => hello.ech = true, // RFC 9849 §5
                _ => {}
            }
        }
        Some(hello)
    }

    /// Highest version offered.
    pub fn offered(&self) -> u16 {
        self.versions.iter().copied().filter(|v| !is_grease(*v)).max().unwrap_or(self.version)
    }

    /// JA4 of the client; `transport` is `t` (TCP), `q` (QUIC) or `d` (DTLS).
    pub fn ja4(&self, transport: char) -> String {
        let version = match self.highest_for_ja4(transport) {
            0x0304 => "13",
            0x0303 => "12",
            0x0302 => "11",
            0x0301 => "10",
            0x0300 => "s3",
            0x0002 => "s2",
            0xfeff => "d1",
            0xfefd => "d2",
            0xfefc => "d3",
            _ => "00",
        };
        let mut ciphers: Vec<String> = self.ciphers.iter().filter(|c| !is_grease(**c)).map(|c| format!("{c:04x}")).collect();
        let extensions: Vec<u16> = self.extensions.iter().copied().filter(|e| !is_grease(*e)).collect();
        let counts = format!("{:02}{:02}", ciphers.len().min(99), extensions.len().min(99));
        let sni = if self.has_sni { 'd' } else { 'i' };
        ciphers.sort_unstable();
        let mut kinds: Vec<String> = extensions.iter().filter(|e| !matches!(**e, 0 | 16)).map(|e| format!("{e:04x}")).collect();
        kinds.sort_unstable();
        let mut third = kinds.join(",");
        let signatures: Vec<String> = self.signatures.iter().filter(|s| !is_grease(**s)).map(|s| format!("{s:04x}")).collect();
        if !signatures.is_empty() {
            third.push('_');
            third.push_str(&signatures.join(","));
        }
        format!(
            "{transport}{version}{sni}{counts}{}_{}_{}",
            alpn_ends(self.alpn.first()),
            short_sha256(&ciphers.join(","), ciphers.is_empty()),
            short_sha256(&third, kinds.is_empty() && signatures.is_empty()),
        )
    }

    fn highest_for_ja4(&self, transport: char) -> u16 {
        // DTLS counts downwards: 0xfefc (1.3) is newer than 0xfefd (1.2).
        if transport == 'd' {
            return self.versions.iter().copied().filter(|v| !is_grease(*v)).min().unwrap_or(self.version);
        }
        self.offered()
    }

    pub fn ja3(&self) -> String {
        let list = |items: &[u16]| items.iter().filter(|v| !is_grease(**v)).map(u16::to_string).collect::<Vec<_>>().join("-");
        let formats = self.formats.iter().map(u8::to_string).collect::<Vec<_>>().join("-");
        let all = format!("{},{},{},{},{}", self.version, list(&self.ciphers), list(&self.extensions), list(&self.groups), formats);
        hex(Md5::digest(all.as_bytes()).as_ref())
    }
}

/// First and last character of the first ALPN value, of its hex form when either is not alphanumeric.
fn alpn_ends(first: Option<&Vec<u8>>) -> String {
    let Some((head, tail)) = first.and_then(|v| v.first().zip(v.last())) else { return "00".into() };
    if head.is_ascii_alphanumeric() && tail.is_ascii_alphanumeric() {
        return format!("{}{}", char::from(*head), char::from(*tail));
    }
    format!("{:x}{:x}", head >> 4, tail & 15)
}

fn short_sha256(text: &str, empty: bool) -> String {
    if empty {
        return "000000000000".into();
    }
    let mut out = hex(Sha256::digest(text.as_bytes()).as_ref());
    out.truncate(12);
    out
}

#[derive(Debug, Default, Clone)]
pub struct ServerHello {
    /// `legacy_version`.
    pub version: u16,
    /// Version agreed upon.
    pub agreed: u16,
    pub session_id: Vec<u8>,
    pub cipher: u16,
    pub alpn: Option<String>,
    pub psk: bool,
    pub retry: bool,
    pub extensions: Vec<u16>,
}

/// RFC 8446 §4.1.3: the random of a HelloRetryRequest.
const RETRY: [u8; 8] = [0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11];

impl ServerHello {
    pub fn read(body: &[u8]) -> Result<ServerHello, usize> {
        let mut rd = Rd::new(body);
        ServerHello::fields(&mut rd).ok_or(rd.pos())
    }

    fn fields(rd: &mut Rd<'_>) -> Option<ServerHello> {
        let version = rd.u16()?;
        let mut hello = ServerHello { version, agreed: version, ..ServerHello::default() };
        hello.retry = rd.take(32)?.starts_with(&RETRY);
        hello.session_id = rd.vec8()?.to_vec();
        hello.cipher = rd.u16()?;
        rd.skip(1)?;
        if rd.is_empty() {
            return Some(hello);
        }
        let mut list = Rd::new(rd.vec16()?);
        while !list.is_empty() {
            let kind = list.u16()?;
            let data = list.vec16()?;
            hello.extensions.push(kind);
            match kind {
                16 => hello.alpn = names(data).first().map(|n| String::from_utf8_lossy(n).into_owned()),
                41 => hello.psk = true,
                43 => hello.agreed = Rd::new(data).u16()?,
                _ => {}
            }
        }
        Some(hello)
    }

    pub fn ja3s(&self) -> String {
        let extensions = self.extensions.iter().map(u16::to_string).collect::<Vec<_>>().join("-");
        hex(Md5::digest(format!("{},{},{}", self.version, self.cipher, extensions).as_bytes()).as_ref())
    }
}

/// Words of the flow record; `None` for what is no known version.
pub fn version_word(version: u16) -> Option<&'static str> {
    Some(match version {
        0x0300 => "SSL3",
        0x0301 => "1.0",
        0x0302 => "1.1",
        0x0303 => "1.2",
        0x0304 | 0x7f00..=0x7fff => "1.3",
        0xfeff => "DTLS1.0",
        0xfefd => "DTLS1.2",
        0xfefc => "DTLS1.3",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example of the published JA4 description.
    #[test]
    fn ja4_of_the_published_example() {
        let hello = ClientHello {
            version: 0x0303,
            ciphers: vec![
                0x4a4a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f,
                0x0035,
            ],
            extensions: vec![
                0x1a1a, 0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b,
                0x000a, 0x0015,
            ],
            has_sni: true,
            alpn: vec![b"h2".to_vec(), b"http/1.1".to_vec()],
            versions: vec![0x5a5a, 0x0304, 0x0303],
            signatures: vec![0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601],
            ..ClientHello::default()
        };
        assert_eq!(hello.ja4('t'), "t13d1516h2_8daaf6152771_e5627efa2ab1");
    }

    #[test]
    fn an_offer_in_the_form_of_ssl_2_is_read() {
        let bytes = [1, 3, 1, 0, 6, 0, 0, 0, 16, 0, 0, 0x2f, 7, 0, 0xc0];
        let hello = ClientHello::read_v2(&bytes).unwrap_or_default();
        assert_eq!((hello.version, hello.ciphers), (0x0301, vec![0x002f]));
        assert!(ClientHello::read_v2(&[1, 3, 1, 0, 60]).is_none());
    }

    #[test]
    fn ja4_of_a_bare_hello_and_of_odd_alpn() {
        let bare = ClientHello { version: 0x0301, ..ClientHello::default() };
        assert_eq!(bare.ja4('t'), "t10i000000_000000000000_000000000000");
        assert_eq!(alpn_ends(Some(&vec![0xab])), "ab");
        assert_eq!(alpn_ends(Some(&vec![0x30, 0xab])), "3b");
        assert_eq!(alpn_ends(Some(&vec![0x30, 0xab, 0xcd, 0x31])), "01");
        assert!(is_grease(0x0a0a) && !is_grease(0x0a1a));
    }
}
