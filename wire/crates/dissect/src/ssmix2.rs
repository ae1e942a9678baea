//! SS-MIX2 standard storage (JAHIS, SS-MIX2 仕様書・構築ガイドライン): its paths, seen over file shares.
//!
//! `root\ID 1-3\ID 4-6\patient ID\date or -\data type\file`, and the file name
//! `patient ID_date_data type_order_time stamp_department_condition`.

use hinomi_model::Keys;

/// What a path of the storage tells; the patient is a pseudonym.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub patient: String,
    /// Day of the care, `YYYYMMDD`, or `-` for data without one.
    pub date: String,
    /// Data type, such as `ADT-22` or `OML-11`.
    pub data_type: String,
    /// `1` valid, `0` withdrawn, `2` unknown, as the file name ends; '' for a directory.
    pub condition: String,
    /// The path with every identifier replaced.
    pub shown: String,
}

fn is_date(part: &str) -> bool {
    part == "-" || (part.len() == 8 && part.bytes().all(|b| b.is_ascii_digit()))
}

/// Three capitals, a hyphen, two digits.
fn is_data_type(part: &str) -> bool {
    matches!(part.as_bytes(), [a, b, c, b'-', d, e] if [a, b, c].iter().all(|x| x.is_ascii_uppercase()) && d.is_ascii_digit() && e.is_ascii_digit())
}

/// Recognise a path by its shape: two parts that begin the third, a date, a data type.
pub fn path(path: &str, keys: &Keys) -> Option<Found> {
    let parts: Vec<&str> = path.split(['\\', '/']).filter(|p| !p.is_empty()).collect();
    for (n, window) in parts.windows(5).enumerate() {
        let [first, second, id, date, kind] = window else { continue };
        let begins = first.len() == 3 && second.len() == 3 && id.strip_prefix(first).is_some_and(|rest| rest.starts_with(second));
        if !begins || !is_date(date) || !is_data_type(kind) {
            continue;
        }
        let patient = keys.patient(id).as_str().to_string();
        let root = parts.get(..n).unwrap_or(&[]);
        let mut shown: Vec<String> = root.iter().map(|p| (*p).to_string()).collect();
        shown.extend(["{id}".to_string(), "{id}".to_string(), patient.clone(), (*date).to_string(), (*kind).to_string()]);
        let mut condition = String::new();
        if let Some(file) = parts.get(n.saturating_add(5)) {
            let fields: Vec<&str> = file.split('_').collect();
            condition = fields.get(6).map_or(String::new(), |c| c.split('.').next().unwrap_or("").to_string());
            let order = fields.get(3).filter(|o| !o.is_empty()).map_or(String::new(), |o| keys.secret(o.as_bytes()).as_str().to_string());
            let stamp = fields.get(4).copied().unwrap_or("");
            let department = fields.get(5).copied().unwrap_or("");
            shown.push([patient.as_str(), date, kind, &order, stamp, department, &condition].join("_"));
        }
        return Some(Found { patient, date: (*date).to_string(), data_type: (*kind).to_string(), condition, shown: shown.join("\\") });
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_storage_are_told_from_others() {
        let keys = Keys::new([7; 32]);
        let found = path("SSMIX2\\000\\000\\0000001001\\20261122\\OML-11\\0000001001_20261122_OML-11_000012345_20261122183000123_01_1", &keys).unwrap();
        assert_eq!(found.patient, keys.patient("1001").as_str());
        assert_eq!((found.date.as_str(), found.data_type.as_str(), found.condition.as_str()), ("20261122", "OML-11", "1"));
        assert!(!found.shown.contains("0000001001") && !found.shown.contains("000012345"));
        assert!(path("/000/000/0000001001/-/ADT-00/x", &keys).is_some());
        for other in ["", "share\\a\\b", "000\\000\\1111111\\20261122\\OML-11\\x", "000\\000\\0000001\\2026\\OML-11", "000\\000\\0000001\\20261122\\abc"] {
            assert_eq!(path(other, &keys), None, "{other}");
        }
    }
}
