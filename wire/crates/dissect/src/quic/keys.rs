//! Keys of Initial packets (RFC 9001 §5.2, §5.4; RFC 9369 §3.3), with RustCrypto.

use aes::Aes128;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use aes_gcm::Aes128Gcm;
use aes_gcm::aead::{Aead, Payload};
use hkdf::Hkdf;
use sha2::Sha256;

/// Versions whose keys are known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    One,
    Two,
    /// By the number of the draft of RFC 9000 and RFC 9001; 33 and 34 have the keys of version 1.
    Draft(u8),
}

impl Version {
    /// RFC 9000 §15, RFC 9369 §3.1; drafts 23 to 34 as `0xff0000` and their number, mvfst's own numbers for draft 27.
    pub fn of(number: u32) -> Option<Version> {
        match number {
            1 => Some(Version::One),
            0x6b33_43cf => Some(Version::Two),
            0xff00_0021 | 0xff00_0022 => Some(Version::One),
            0xff00_0017..=0xff00_0020 => u8::try_from(number & 0xff).ok().map(Version::Draft),
            0xface_b002 | 0xface_b00e => Some(Version::Draft(27)),
            _ => None,
        }
    }

    pub fn word(self) -> String {
        match self {
            Version::One => "1".into(),
            Version::Two => "2".into(),
            Version::Draft(number) => format!("draft-{number}"),
        }
    }
}

pub struct Initial {
    key: [u8; 16],
    iv: [u8; 12],
    header: [u8; 16],
}

const SALT_1: [u8; 20] = [
    0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a,
];
/// draft-ietf-quic-tls-29 §5.2, in force to draft 32.
const SALT_29: [u8; 20] = [
    0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99,
];
/// draft-ietf-quic-tls-23 §5.2, in force to draft 28.
const SALT_23: [u8; 20] = [
    0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02,
];
const SALT_2: [u8; 20] = [
    0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9,
];

/// RFC 8446 §7.1 HKDF-Expand-Label with an empty context.
fn expand(prk: &Hkdf<Sha256>, label: &str, out: &mut [u8]) -> Option<()> {
    let mut info = Vec::with_capacity(32);
    info.extend_from_slice(&u16::try_from(out.len()).ok()?.to_be_bytes());
    info.push(u8::try_from(label.len().checked_add(6)?).ok()?);
    info.extend_from_slice(b"tls13 ");
    info.extend_from_slice(label.as_bytes());
    info.push(0);
    prk.expand(&info, out).ok()
}

impl Initial {
    pub fn derive(version: Version, connection_id: &[u8], of_client: bool) -> Option<Initial> {
        let version_2 = version == Version::Two;
        let salt = match version {
            Version::One => SALT_1,
            Version::Two => SALT_2,
            Version::Draft(29..) => SALT_29,
            Version::Draft(_) => SALT_23,
        };
        let common = Hkdf::<Sha256>::new(Some(&salt), connection_id);
        let mut secret = [0u8; 32];
        expand(&common, if of_client { "client in" } else { "server in" }, &mut secret)?;
        let own = Hkdf::<Sha256>::from_prk(&secret).ok()?;
        let mut keys = Initial { key: [0; 16], iv: [0; 12], header: [0; 16] };
        let labels = if version_2 { ["quicv2 key", "quicv2 iv", "quicv2 hp"] } else { ["quic key", "quic iv", "quic hp"] };
        let [key, iv, header] = labels;
        expand(&own, key, &mut keys.key)?;
        expand(&own, iv, &mut keys.iv)?;
        expand(&own, header, &mut keys.header)?;
        Some(keys)
    }

    /// Remove header protection (§5.4.1) and open the packet; `number_at` is where its number begins.
    pub fn open(&self, packet: &[u8], number_at: usize) -> Option<Vec<u8>> {
        let sample_at = number_at.checked_add(4)?;
        let sample: [u8; 16] = packet.get(sample_at..sample_at.checked_add(16)?)?.try_into().ok()?;
        let mut mask = Array::from(sample);
        Aes128::new(&Array::from(self.header)).encrypt_block(&mut mask);
        let mask: [u8; 16] = mask.into();
        let [first_mask, number_mask @ ..] = mask;

        let mut header = packet.get(..number_at)?.to_vec();
        let first = header.first_mut()?;
        *first ^= first_mask & 0x0f;
        let number_length = usize::from(*first & 3).checked_add(1)?;
        let mut number: u64 = 0;
        for (n, mask) in number_mask.iter().take(number_length).enumerate() {
            let byte = packet.get(number_at.checked_add(n)?)? ^ mask;
            header.push(byte);
            number = (number << 8) | u64::from(byte);
        }
        // §5.3: the nonce is the IV with the packet number.
        let mut nonce = self.iv;
        for (slot, byte) in nonce.iter_mut().rev().zip(number.to_le_bytes()) {
            *slot ^= byte;
        }
        let body = packet.get(header.len()..)?;
        let cipher = Aes128Gcm::new(&Array::from(self.key));
        cipher.decrypt(&Array::from(nonce), Payload { msg: body, aad: &header }).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::hex;

    /// RFC 9001 Appendix A.1.
    #[test]
    fn keys_of_the_published_example() {
        let id = [0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08];
        let client = Initial::derive(Version::One, &id, true).map(|k| (hex(&k.key), hex(&k.iv), hex(&k.header)));
        let expected = ("1f369613dd76d5467730efcbe3b1a22d", "fa044b2f42a3fd3b46fb255c", "9f50449e04a0e810283a1e9933adedd2");
        assert_eq!(client, Some((expected.0.into(), expected.1.into(), expected.2.into())));
    }
}
