//! Units as sent (OBX-6) to UCUM, by the table `units.tsv` beside this file.

use std::collections::HashMap;
use std::sync::OnceLock;

static TABLE: &str = include_str!("units.tsv");

/// Decimal prefixes of ISO/IEEE 11073-10101: word, factor in the low five bits of the code, UCUM.
const PREFIXES: &[(&str, u32, &str)] = &[
    ("DECA_", 1, "da"), ("HECTO_", 2, "h"), ("KILO_", 3, "k"), ("MEGA_", 4, "M"), ("GIGA_", 5, "G"), ("TERA_", 6, "T"),
    ("DECI_", 16, "d"), ("CENTI_", 17, "c"), ("MILLI_", 18, "m"), ("MICRO_", 19, "u"), ("NANO_", 20, "n"), ("PICO_", 21, "p"),
    ("FEMTO_", 22, "f"), ("X_", 0, ""),
];

/// Partition 4 (dimensions) of the 32-bit codes.
const PARTITION: u32 = 4 << 16;

struct Tables {
    by_name: HashMap<&'static str, &'static str>,
    by_code: HashMap<u32, &'static str>,
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut out = Tables { by_name: HashMap::new(), by_code: HashMap::new() };
        for line in TABLE.lines().filter(|l| !l.starts_with('#')) {
            let mut parts = line.split('\t');
            if let (Some(name), Some(code), Some(ucum)) = (parts.next(), parts.next(), parts.next()) {
                out.by_name.insert(name, ucum);
                if let Some(code) = code.parse::<u32>().ok().filter(|c| *c > 0) {
                    out.by_code.insert(code, ucum);
                }
            }
        }
        out
    })
}

fn with_prefix(form: &str, prefix: &str) -> Option<String> {
    if form.contains('*') {
        Some(form.replace('*', prefix))
    } else {
        prefix.is_empty().then(|| form.to_string())
    }
}

/// UCUM of a reference id such as `MDC_DIM_MILLI_VOLT`.
pub fn by_name(name: &str) -> Option<String> {
    let bare = name.strip_prefix("MDC_DIM_")?;
    if let Some(form) = tables().by_name.get(bare) {
        return with_prefix(form, "");
    }
    PREFIXES.iter().find_map(|(word, _, prefix)| {
        let form = tables().by_name.get(bare.strip_prefix(word)?)?;
        with_prefix(form, prefix)
    })
}

/// UCUM of a code such as 266418 (or 4274, without its partition).
pub fn by_code(code: u32) -> Option<String> {
    let code = if code >= PARTITION { code.checked_sub(PARTITION)? } else { code };
    let factor = code & 31;
    let prefix = if factor == 0 { "" } else { PREFIXES.iter().find(|(_, f, _)| *f == factor)?.2 };
    with_prefix(tables().by_code.get(&(code & !31))?, prefix)
}

/// Unit from code, text and coding system as sent; what cannot be told stays as sent.
pub fn ucum(code: &str, text: &str, system: &str) -> String {
    if system.eq_ignore_ascii_case("UCUM") && !code.is_empty() {
        return code.to_string();
    }
    let named = by_name(text).or_else(|| by_name(code));
    named.or_else(|| if system == "MDC" { code.parse().ok().and_then(by_code) } else { None }).unwrap_or_else(|| {
        if code.is_empty() || (system == "MDC" && !text.is_empty()) { text.to_string() } else { code.to_string() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_agree() {
        for (code, name, ucum) in [
            (266_016, "MDC_DIM_MMHG", "mm[Hg]"),
            (264_864, "MDC_DIM_BEAT_PER_MIN", "{beat}/min"),
            (268_192, "MDC_DIM_DEGC", "Cel"),
            (265_987, "MDC_DIM_KILO_PASCAL", "kPa"),
            (266_418, "MDC_DIM_MILLI_VOLT", "mV"),
            (263_762, "MDC_DIM_MILLI_L", "mL"),
            (265_266, "MDC_DIM_MILLI_L_PER_HR", "mL/h"),
            (263_875, "MDC_DIM_KILO_G", "kg"),
            (262_688, "MDC_DIM_PERCENT", "%"),
            (263_441, "MDC_DIM_CENTI_M", "cm"),
            (264_338, "MDC_DIM_MILLI_SEC", "ms"),
        ] {
            assert_eq!(by_code(code).as_deref(), Some(ucum), "{code}");
            assert_eq!(by_name(name).as_deref(), Some(ucum), "{name}");
        }
        assert_eq!(ucum("mm[Hg]", "mmHg", "UCUM"), "mm[Hg]");
        assert_eq!(ucum("mmHg", "", ""), "mmHg");
    }
}
