//! Paths, queries and file names without identifiers. What looks like a patient's identifier becomes
//! a pseudonym, any other identifier `{id}`, secrets `{secret}`, free values `{v}`; words stay, since
//! an operator needs them.

use crate::read::hex;
use hinomi_model::Keys;

/// Query parameters whose value is a closed vocabulary, kept as sent.
const OPEN: &[&str] = &[
    "_format", "format", "_count", "count", "limit", "offset", "page", "size", "sort", "_sort", "lang", "version", "v", "type", "action",
    "cmd", "op", "method", "service", "wsdl", "modality", "modalitiesinstudy", "includefield", "status", "_summary", "resource", "api-version", "view",
    "mode", "requesttype", "fuzzymatching",
];

/// Query parameters and path segments that name a patient.
const PATIENT: &[&str] = &[
    "patient", "patientid", "patient_id", "patient.identifier", "pid", "mrn", "identifier", "subject", "00100020", "patientname", "00100010", "name",
    "given", "family", "birthdate", "kanja", "kanjaid", "karte",
];

/// Directories whose entries are named after persons.
const HOMES: &[&str] = &["users", "home", "homes", "profiles", "redirected", "folderredirection"];

/// Query parameters that are secrets.
const SECRET: &[&str] = &[
    "token", "access_token", "id_token", "key", "apikey", "api_key", "password", "passwd", "pass", "pwd", "secret", "sig", "signature", "session",
    "sessionid", "sid", "jsessionid", "code", "auth", "authorization", "user", "username", "login", "state", "nonce",
];

fn is_one_of(list: &[&str], word: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// URL path and query (RFC 3986 §3.3, §3.4) with identifiers replaced.
pub fn target(raw: &str, keys: &Keys) -> String {
    let raw = raw.split('#').next().unwrap_or("");
    // Absolute form (RFC 9112 §3.2.2): the authority stays, without user information.
    let (head, rest) = match raw.find("://") {
        Some(n) => {
            let after = n.saturating_add(3);
            let tail = raw.get(after..).unwrap_or("");
            let slash = tail.find('/').unwrap_or(tail.len());
            let authority = tail.get(..slash).unwrap_or("");
            let host = authority.rsplit('@').next().unwrap_or("");
            (format!("{}{host}", raw.get(..after).unwrap_or("")), tail.get(slash..).unwrap_or(""))
        }
        None => (String::new(), raw),
    };
    let (path, query) = rest.split_once('?').map_or((rest, None), |(p, q)| (p, Some(q)));
    let mut out = head;
    let mut of_patient = false;
    let mut of_user = false;
    for (n, segment) in path.split('/').enumerate() {
        if n > 0 {
            out.push('/');
        }
        // Path parameters (RFC 3986 §3.3) such as ;jsessionid= are dropped.
        let segment = segment.split(';').next().unwrap_or("");
        out.push_str(&if of_user { "{user}".to_string() } else { replace(&decode(segment), of_patient, keys) });
        of_user = is_one_of(HOMES, segment);
        of_patient = is_one_of(PATIENT, segment) || is_one_of(&["patients", "kanja"], segment);
    }
    if let Some(query) = query {
        out.push('?');
        for (n, pair) in query.split('&').enumerate() {
            if n > 0 {
                out.push('&');
            }
            let (name, value) = pair.split_once('=').map_or((pair, None), |(a, b)| (a, Some(b)));
            let name = decode(name);
            if value.is_none() && (name.chars().count() > 32 || looks_like_id(&name)) {
                out.push_str("{v}");
                continue;
            }
            out.push_str(&replace(&name, false, keys));
            if let Some(value) = value {
                out.push('=');
                out.push_str(&query_value(&name, &decode(value), keys));
            }
        }
    }
    out
}

fn query_value(name: &str, value: &str, keys: &Keys) -> String {
    let bare = name.split(':').next().unwrap_or(name);
    if value.is_empty() {
        return String::new();
    }
    if is_one_of(SECRET, bare) {
        return "{secret}".into();
    }
    if is_one_of(PATIENT, bare) {
        let id = value.rsplit(['/', '|', '^']).find(|p| !p.is_empty()).unwrap_or(value);
        return keys.patient(id).as_str().to_string();
    }
    if is_one_of(OPEN, bare) && !looks_like_id(value) && value.len() <= 64 {
        return value.to_string();
    }
    "{v}".into()
}

/// One path segment or directory name.
fn replace(segment: &str, of_patient: bool, keys: &Keys) -> String {
    if segment.is_empty() || (segment.starts_with(['$', '_']) && !looks_like_id(segment)) {
        return segment.to_string();
    }
    if of_patient {
        return keys.patient(segment).as_str().to_string();
    }
    if segment.starts_with('~') {
        return "{user}".into();
    }
    if looks_like_id(segment) {
        return "{id}".into();
    }
    if !segment.is_ascii() {
        return keys.patient(segment).as_str().to_string();
    }
    segment.to_string()
}

/// Four digits in a row, a UUID, a UID, or a long string of mixed letters and digits. Versions and
/// words with a digit or two are none.
pub fn looks_like_id(text: &str) -> bool {
    let mut run = 0u32;
    let mut longest = 0u32;
    for c in text.chars() {
        run = if c.is_ascii_digit() { run.saturating_add(1) } else { 0 };
        longest = longest.max(run);
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    longest >= 4 || text.contains('@') || (text.len() >= 16 && digits >= 4) || text.chars().count() > 64
}

/// Percent encoding (RFC 3986 §2.1), as UTF-8 with what is none replaced.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0usize;
    while let Some(b) = bytes.get(at) {
        let pair = bytes.get(at.saturating_add(1)..at.saturating_add(3)).and_then(|p| std::str::from_utf8(p).ok());
        match (b, pair.and_then(|p| u8::from_str_radix(p, 16).ok())) {
            (b'%', Some(value)) => {
                out.push(value);
                at = at.saturating_add(3);
            }
            _ => {
                out.push(*b);
                at = at.saturating_add(1);
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Endings of programs, scripts and settings, whose names tell of an attack and not of a patient.
const PROGRAMS: &[&str] = &["exe", "dll", "sys", "bat", "cmd", "ps1", "vbs", "js", "msi", "ini", "inf", "lnk", "reg", "scr", "com", "hta", "conf", "log", "tmp"];

/// Words of ransom notes.
const NOTES: &[&str] = &["readme", "recover", "restore", "decrypt", "how_to", "how-to", "howto", "unlock", "ransom", "instructions"];

/// File path of a share or an FTP server: directories as in URLs; the name of a document becomes a
/// pseudonym with its ending, the name of a program or of a ransom note stays.
pub fn file(raw: &str, keys: &Keys) -> String {
    let mut out = String::new();
    let parts: Vec<&str> = raw.split(['\\', '/']).collect();
    let last = parts.len().saturating_sub(1);
    let mut of_patient = false;
    let mut of_user = false;
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            out.push('\\');
        }
        if n < last {
            out.push_str(&if of_user { user(part, keys) } else { replace(part, of_patient, keys) });
            of_user = is_one_of(HOMES, part);
            of_patient = is_one_of(PATIENT, part) || is_one_of(&["patients", "kanja"], part);
            continue;
        }
        out.push_str(&file_name(part, of_patient, keys));
    }
    out
}

fn file_name(name: &str, of_patient: bool, keys: &Keys) -> String {
    let Some((stem, ending)) = name.rsplit_once('.') else { return replace(name, of_patient, keys) };
    let lower = name.to_ascii_lowercase();
    let told = is_one_of(PROGRAMS, ending) || NOTES.iter().any(|n| lower.contains(n));
    if told && !of_patient && stem.is_ascii() {
        return if looks_like_id(stem) { format!("{{id}}.{ending}") } else { name.to_string() };
    }
    let ending = if ending.is_ascii() && ending.len() <= 12 && !looks_like_id(ending) { ending } else { "{id}" };
    // A second ending (report.pdf.locked) tells of encryption.
    let (stem, inner) = match stem.rsplit_once('.') {
        Some((s, e)) if !s.is_empty() && e.is_ascii() && (1..=5).contains(&e.len()) && e.chars().all(|c| c.is_ascii_lowercase()) => (s, format!(".{e}")),
        _ => (stem, String::new()),
    };
    format!("{}{inner}.{ending}", keys.patient(stem).as_str())
}

/// Keyed hash of a user name, folded so that `DOM\Taro`, `taro@dom` and `TARO` of one log-on agree.
pub fn user(name: &str, keys: &Keys) -> String {
    let bare = name.rsplit('\\').next().unwrap_or(name);
    let bare = bare.split('@').next().unwrap_or(bare);
    keys.secret(bare.trim().to_lowercase().as_bytes()).as_str().to_string()
}

/// RFC 4648 §4, with or without padding; `None` on any other character.
pub fn base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut acc: u32 = 0;
    let mut bits: u32 = 0;
    for b in text.trim().trim_end_matches('=').bytes() {
        let value = match b {
            b'A'..=b'Z' => b.wrapping_sub(b'A'),
            b'a'..=b'z' => b.wrapping_sub(b'a').wrapping_add(26),
            b'0'..=b'9' => b.wrapping_sub(b'0').wrapping_add(52),
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        acc = (acc << 6) | u32::from(value);
        bits = bits.saturating_add(6);
        if bits >= 8 {
            bits = bits.saturating_sub(8);
            out.push(u8::try_from((acc >> bits) & 0xff).unwrap_or(0));
        }
    }
    Some(out)
}

/// First bytes of an identifier that is no text.
pub fn short_hex(bytes: &[u8], n: usize) -> String {
    hex(bytes.get(..n.min(bytes.len())).unwrap_or(&[]))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_identifiers_go() {
        let keys = Keys::new([1; 32]);
        let p = keys.patient("12345678").as_str().to_string();
        assert_eq!(target("/fhir/Patient/12345678/_history/2", &keys), format!("/fhir/Patient/{p}/_history/2"));
        assert_eq!(target("/r4/Observation?patient=Patient/12345678&_count=20&x=Yamada", &keys), format!("/r4/Observation?patient={p}&_count=20&x={{v}}"));
        assert_eq!(target("/studies/1.2.840.113619.2.55/series", &keys), "/studies/{id}/series");
        assert_eq!(target("/login;jsessionid=ABC?user=taro&password=x", &keys), "/login?user={secret}&password={secret}");
        assert_eq!(target("http://taro:pw@emr.local/a/b?q", &keys), "http://emr.local/a/b?q");
        assert_eq!(target("/~taro/x", &keys), "/{user}/x");
        assert_eq!(file("Users\\taro\\a\\run.exe", &keys), format!("Users\\{}\\a\\run.exe", user("taro", &keys)));
        assert!(!target("/karte/%E5%B1%B1%E7%94%B0", &keys).contains("山田"));
    }

    #[test]
    fn documents_are_pseudonyms_programs_are_not() {
        let keys = Keys::new([1; 32]);
        let named = file("検査\\2026\\山田太郎.pdf", &keys);
        assert!(named.ends_with(".pdf") && !named.contains("山田"), "{named}");
        assert_eq!(file("ADMIN\\PSEXESVC.exe", &keys), "ADMIN\\PSEXESVC.exe");
        assert_eq!(file("RECOVER_FILES.txt", &keys), "RECOVER_FILES.txt");
        assert!(file("a\\yamada.pdf.locked", &keys).ends_with(".pdf.locked"));
    }

    #[test]
    fn one_person_has_one_hash() {
        let keys = Keys::new([1; 32]);
        assert_eq!(user("DOM\\Taro", &keys), user("taro@hospital.local", &keys));
        assert_eq!(base64("dGFybzpwdw==").unwrap(), b"taro:pw");
        assert!(base64("a b").is_none());
    }
}
