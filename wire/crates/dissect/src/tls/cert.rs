//! X.509 certificates (RFC 5280), read with `x509-parser`; nothing is verified.

use crate::read::{hex, utc};
use sha2::{Digest, Sha256};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};
use x509_parser::public_key::PublicKey;

#[derive(Debug, Default, Clone)]
pub struct Certificate {
    pub subject: String,
    pub issuer: String,
    pub names: Vec<String>,
    pub serial: String,
    pub not_before: String,
    pub not_after: String,
    pub sha256: String,
    pub self_signed: bool,
    pub key: String,
}

/// Named limit: alternative names kept of one certificate.
pub const NAMES_MAX: usize = 64;

impl Certificate {
    pub fn read(der: &[u8]) -> Option<Certificate> {
        let (_, x509) = X509Certificate::from_der(der).ok()?;
        let mut names = Vec::new();
        if let Ok(Some(alternatives)) = x509.subject_alternative_name() {
            for name in alternatives.value.general_names.iter().take(NAMES_MAX) {
                match name {
                    GeneralName::DNSName(dns) => names.push((*dns).to_string()),
                    GeneralName::IPAddress(bytes) => names.push(address(bytes)),
                    GeneralName::URI(uri) => names.push((*uri).to_string()),
                    _ => {}
                }
            }
        }
        let key = match x509.public_key().parsed() {
            Ok(PublicKey::RSA(rsa)) => format!("RSA {}", rsa.key_size()),
            Ok(PublicKey::EC(point)) => format!("EC {}", point.key_size()),
            Ok(PublicKey::DSA(_)) => "DSA".to_string(),
            _ => x509.public_key().algorithm.algorithm.to_id_string(),
        };
        Some(Certificate {
            subject: x509.subject().to_string(),
            issuer: x509.issuer().to_string(),
            names,
            serial: hex(x509.raw_serial()),
            not_before: utc(x509.validity().not_before.timestamp()),
            not_after: utc(x509.validity().not_after.timestamp()),
            sha256: fingerprint(der),
            self_signed: x509.subject().as_raw() == x509.issuer().as_raw(),
            key,
        })
    }
}

pub fn fingerprint(der: &[u8]) -> String {
    hex(Sha256::digest(der).as_ref())
}

fn address(bytes: &[u8]) -> String {
    if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
        return std::net::Ipv4Addr::from(v4).to_string();
    }
    <[u8; 16]>::try_from(bytes).map(|v6| std::net::Ipv6Addr::from(v6).to_string()).unwrap_or_default()
}
