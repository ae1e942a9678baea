//! Times (HL7 v2.9 §2A.3.22, DTM): `YYYY[MM[DD[HH[MM[SS[.S[S[S[S]]]]]]]]][+/-ZZZZ]`.

use hinomi_model::Nanos;

/// Taken for a stamp that names no zone: the site's local time, UTC+9 in all of Japan.
pub const SITE_UTC_OFFSET_MINUTES: i64 = 9 * 60;

/// Nanoseconds of UTC; `None` when it is not precise to a second, or not a time.
pub fn nanos(stamp: &str) -> Option<Nanos> {
    let stamp = stamp.trim();
    let zone_at = stamp.bytes().position(|b| matches!(b, b'+' | b'-')).unwrap_or(stamp.len());
    let (clock, zone) = (stamp.get(..zone_at)?, stamp.get(zone_at..)?);
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    if !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) || !matches!(whole.len(), 12 | 14) {
        return None;
    }
    let part = |from: usize, to: usize| whole.get(from..to).map(number);
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let (hour, minute, second) = (part(8, 10)?, part(10, 12)?, part(12, 14).unwrap_or(0));
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let offset = if zone.is_empty() { SITE_UTC_OFFSET_MINUTES } else { offset_minutes(zone)? };
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset * 60;
    let digits = fraction.get(..9.min(fraction.len()))?;
    let scale = 10i64.checked_pow(u32::try_from(9usize.saturating_sub(digits.len())).ok()?)?;
    let sub = if digits.is_empty() { 0 } else { digits.parse::<i64>().ok()?.checked_mul(scale)? };
    seconds.checked_mul(1_000_000_000)?.checked_add(sub)
}

fn offset_minutes(zone: &str) -> Option<i64> {
    let hours = zone.get(1..3)?.parse::<i64>().ok()?;
    let minutes = zone.get(3..5).map_or(Some(0), |m| m.parse::<i64>().ok())?;
    let total = hours * 60 + minutes;
    Some(if zone.starts_with('-') { -total } else { total })
}

/// Of a few digits.
fn number(digits: &str) -> i64 {
    digits.bytes().fold(0, |n, digit| n * 10 + i64::from(digit.wrapping_sub(b'0')))
}

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar, years from 1 March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let month_from_march = (month + 9).rem_euclid(12);
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_count_and_tokyo_is_assumed() {
        assert_eq!(nanos("19700101000000+0000"), Some(0));
        assert_eq!(nanos("19700101090000"), Some(0));
        assert_eq!(nanos("20261122183000.25+0900"), Some(1_795_339_800_250_000_000));
        assert_eq!(nanos("20261122093000Z"), None);
        assert_eq!(nanos("202611220930-0500"), Some(1_795_357_800_000_000_000));
        assert_eq!(nanos("20261122"), None);
        assert_eq!(nanos(""), None);
        assert_eq!(nanos("20269922183000"), None);
    }
}
