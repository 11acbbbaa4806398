//! Dates and times as text: `2024-02-29T23:59:59.123Z`.

use arrow_schema::TimeUnit;

const SECONDS_A_DAY: i64 = 86_400;

/// A day, counted from 1970-01-01.
pub(super) fn date(days: i64) -> String {
    // Years are taken to begin in March, so that a leap day is the last day of its year; 400 years have 146,097 days,
    // and 719,468 days lie between March of the year 0 and 1970.
    let days = days.saturating_add(719_468);
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Five months from March on have 153 days, and so have the next five.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year + later)
}

/// A time of day, counted from midnight.
pub(super) fn time(units: i64, unit: TimeUnit) -> String {
    let a_second = 10_i64.pow(digits(unit));
    let (seconds, rest) = (units.div_euclid(a_second), units.rem_euclid(a_second));
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let fraction = fraction(rest.unsigned_abs(), unit);
    format!("{hours:02}:{minutes:02}:{:02}{fraction}", seconds % 60)
}

/// A point in time, counted from 1970.
pub(super) fn timestamp(units: i64, unit: TimeUnit) -> String {
    let a_day = 10_i64.pow(digits(unit)) * SECONDS_A_DAY;
    format!("{}T{}", date(units.div_euclid(a_day)), time(units.rem_euclid(a_day), unit))
}

/// A span of time as ISO 8601 has it: `PT1.5S`.
pub(super) fn duration(units: i64, unit: TimeUnit) -> String {
    let a_second = 10_u64.pow(digits(unit));
    let (seconds, rest) = (units.unsigned_abs() / a_second, units.unsigned_abs() % a_second);
    let sign = if units < 0 { "-" } else { "" };
    format!("{sign}PT{seconds}{}S", fraction(rest, unit))
}

/// A span of months, days and nanoseconds as ISO 8601 has it: `P1M2DT3.5S`.
pub(super) fn interval(months: i32, days: i32, nanos: i64) -> String {
    let time = duration(nanos, TimeUnit::Nanosecond);
    let (sign, seconds) = time.split_once("PT").unwrap_or(("", "0S"));
    format!("P{months}M{days}DT{sign}{seconds}")
}

/// The digits behind the point, with the point; nothing for zero.
fn fraction(rest: u64, unit: TimeUnit) -> String {
    let digits = digits(unit) as usize;
    if rest == 0 { String::new() } else { format!(".{rest:0digits$}") }
}

/// Decimal digits of a second.
fn digits(unit: TimeUnit) -> u32 {
    match unit {
        TimeUnit::Second => 0,
        TimeUnit::Millisecond => 3,
        TimeUnit::Microsecond => 6,
        TimeUnit::Nanosecond => 9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_dates_before_and_after_1970() {
        for (days, text) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (19_782, "2024-02-29"),
            (19_783, "2024-03-01"),
            (-25_509, "1900-02-28"),
            (-25_508, "1900-03-01"),
            (11_016, "2000-02-29"),
            (-719_528, "0000-01-01"),
        ] {
            assert_eq!(date(days), text);
        }
    }

    #[test]
    fn times_have_a_fraction_where_there_is_one() {
        assert_eq!(timestamp(0, TimeUnit::Millisecond), "1970-01-01T00:00:00");
        assert_eq!(timestamp(-1, TimeUnit::Microsecond), "1969-12-31T23:59:59.999999");
        assert_eq!(time(86_399_000_000_001, TimeUnit::Nanosecond), "23:59:59.000000001");
        for far in [i64::MIN, i64::MAX] {
            assert!(timestamp(far, TimeUnit::Millisecond).contains('T'));
            assert!(timestamp(far, TimeUnit::Second).contains('T'));
            assert!(duration(far, TimeUnit::Nanosecond).ends_with('S'));
        }
    }

    #[test]
    fn spans_are_told_in_seconds() {
        assert_eq!(duration(-1_500, TimeUnit::Millisecond), "-PT1.500S");
        assert_eq!(duration(60, TimeUnit::Second), "PT60S");
        assert_eq!(interval(1, -2, 3), "P1M-2DT0.000000003S");
    }
}
