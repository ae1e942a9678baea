//! Keyed names. A patient identifier leaves the wire only as a `Pseudonym`, a credential only as a
//! `SecretHash`; neither the key nor the clear text can be printed.

/// The site's key. Two sites with different keys cannot join their patients.
#[derive(Clone)]
pub struct Keys {
    key: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// `P-` and 13 characters: stands for one patient identifier at one site.
#[derive(Clone, PartialEq, Eq, Debug, Default, Hash)]
pub struct Pseudonym(String);

/// `H-` and 13 characters: stands for one credential or user name at one site.
#[derive(Clone, PartialEq, Eq, Debug, Default, Hash)]
pub struct SecretHash(String);

impl Pseudonym {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SecretHash {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Keys {
    pub fn new(key: [u8; 32]) -> Keys {
        Keys { key }
    }

    /// Pseudonym of a patient identifier. White space, letter case and the leading zeros of an
    /// all-digit identifier do not count, because DICOM and HL7 senders of one hospital pad
    /// differently. An empty identifier has the empty pseudonym.
    pub fn patient(&self, id: &str) -> Pseudonym {
        let folded: String = id
            .chars()
            .filter(|c| !c.is_whitespace() && !c.is_control())
            .flat_map(char::to_uppercase)
            .collect();
        let trimmed = if !folded.is_empty() && folded.chars().all(|c| c.is_ascii_digit()) {
            let t = folded.trim_start_matches('0');
            if t.is_empty() { "0" } else { t }
        } else {
            folded.as_str()
        };
        if trimmed.is_empty() {
            return Pseudonym::default();
        }
        Pseudonym(self.name("P-", b"patient", trimmed.as_bytes()))
    }

    /// Keyed hash of a credential (password, community string, token, ticket).
    pub fn secret(&self, secret: &[u8]) -> SecretHash {
        if secret.is_empty() {
            return SecretHash::default();
        }
        SecretHash(self.name("H-", b"secret", secret))
    }

    fn name(&self, prefix: &str, purpose: &[u8], bytes: &[u8]) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(purpose);
        hasher.update(&[0]);
        hasher.update(bytes);
        let digest = hasher.finalize();
        // Crockford's base 32: no letter that a person could misread on paper.
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let mut out = String::from(prefix);
        let mut acc: u128 = 0;
        for b in digest.as_bytes().iter().take(9) {
            acc = (acc << 8) | u128::from(*b);
        }
        for i in 0..13u32 {
            let digit = usize::try_from((acc >> (i * 5)) & 31).unwrap_or(0);
            out.push(ALPHABET.get(digit).map_or('0', |b| char::from(*b)));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_and_case_do_not_split_a_patient() {
        let keys = Keys::new([7; 32]);
        assert_eq!(keys.patient("0001234 "), keys.patient("1234"));
        assert_eq!(keys.patient("ab12"), keys.patient("AB12"));
        assert_ne!(keys.patient("1234"), keys.patient("1235"));
        assert_ne!(keys.patient("1234"), Keys::new([8; 32]).patient("1234"));
    }

    #[test]
    fn nothing_has_no_name_and_keys_do_not_print() {
        let keys = Keys::new([7; 32]);
        assert_eq!(keys.patient("  ").as_str(), "");
        assert_eq!(keys.secret(b"").as_str(), "");
        assert!(!format!("{keys:?}").contains('7'));
    }
}
