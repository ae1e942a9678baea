//! Names of DICOM unique identifiers (PS3.6 Annex A), read from the table `uids.tsv` beside this file.

use std::collections::HashMap;
use std::sync::OnceLock;

static TABLE: &str = include_str!("uids.tsv");

fn names() -> &'static HashMap<&'static str, &'static str> {
    static NAMES: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    NAMES.get_or_init(|| {
        TABLE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| {
                let mut parts = line.split('\t');
                Some((parts.next()?, parts.nth(1)?))
            })
            .collect()
    })
}

/// Readable name, or the identifier itself when the table does not know it.
pub fn name(uid: &str) -> String {
    shown(uid).to_string()
}

/// The same, without a text of its own.
pub fn shown(uid: &str) -> &str {
    names().get(uid).copied().unwrap_or(uid)
}

/// Service a SOP class belongs to (PS3.4), for the roles a host plays.
pub fn family(uid: &str) -> &'static str {
    match uid {
        "1.2.840.10008.1.1" => "verification",
        "1.2.840.10008.1.20.1" | "1.2.840.10008.1.20.2" => "storage_commitment",
        "1.2.840.10008.5.1.4.31" => "worklist",
        _ if uid.starts_with("1.2.840.10008.5.1.4.1.2.") => "query_retrieve",
        _ if uid.starts_with("1.2.840.10008.5.1.4.1.1.") => "storage",
        _ if uid.starts_with("1.2.840.10008.3.1.2.3.") => "procedure_step",
        _ if uid.starts_with("1.2.840.10008.5.1.4.34.") => "unified_procedure_step",
        _ if uid.starts_with("1.2.840.10008.5.1.4.33") => "instance_availability",
        _ if uid.starts_with("1.2.840.10008.5.1.1.") => "print",
        _ if uid.starts_with("1.2.840.10008.1.40") || uid.starts_with("1.2.840.10008.1.42") => "event_log",
        _ => "other",
    }
}

/// How a data set is written on the wire (PS3.5 §10 and Annex A).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Syntax {
    ImplicitLittle,
    ExplicitLittle,
    ExplicitBig,
    DeflatedLittle,
    /// Not heard: to be told from the first element.
    Unheard,
}

pub fn syntax(uid: &str) -> Syntax {
    match uid {
        "" => Syntax::Unheard,
        // PS3.5 A.1, and the old Papyrus 3 variant of it.
        "1.2.840.10008.1.2" | "1.2.840.10008.1.20" => Syntax::ImplicitLittle,
        // PS3.5 A.3
        "1.2.840.10008.1.2.2" => Syntax::ExplicitBig,
        // PS3.5 A.5, JPIP deflated A.7
        "1.2.840.10008.1.2.1.99" | "1.2.840.10008.1.2.4.95" | "1.2.840.10008.1.2.4.205" => Syntax::DeflatedLittle,
        // GE's private implicit syntax with big-endian pixels.
        "1.2.840.113619.5.2" => Syntax::ImplicitLittle,
        // PS3.5 A.2 and A.4: every other one is explicit little endian outside the pixels.
        _ => Syntax::ExplicitLittle,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_identifiers_have_names() {
        assert_eq!(name("1.2.840.10008.5.1.4.1.1.2"), "CT Image Storage");
        assert_eq!(name("1.2.840.10008.1.2.1"), "ExplicitVRLittleEndian");
        assert_eq!(name("1.2.3"), "1.2.3");
        assert_eq!(family("1.2.840.10008.5.1.4.1.2.2.1"), "query_retrieve");
        assert_eq!(family("1.2.840.10008.5.1.4.1.1.2"), "storage");
        assert_eq!(syntax("1.2.840.10008.1.2.4.50"), Syntax::ExplicitLittle);
    }
}
