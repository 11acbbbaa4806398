//! Dates and times as text: `2024-02-29T23:59:59.123Z`.

use crate::parquet::schema::Unit;

const SECONDS_A_DAY: i64 = 86_400;
/// The Julian number of 1970-01-01.
const JULIAN_1970: i64 = 2_440_588;

/// A day, counted from 1970-01-01.
pub(super) fn date(days: i64) -> String {
    // Years are taken to begin in March, so that a leap day is the last day of its year; 400 years have 146,097 days,
    // and 719,468 days lie between March of the year 0 and 1970.
    let days = days + 719_468;
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
pub(super) fn time(units: i64, unit: Unit) -> String {
    let a_second = 10_i64.pow(unit.digits());
    let (seconds, rest) = (units.div_euclid(a_second), units.rem_euclid(a_second));
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let digits = unit.digits() as usize;
    let fraction = if rest == 0 { String::new() } else { format!(".{rest:0digits$}") };
    format!("{hours:02}:{minutes:02}:{:02}{fraction}", seconds % 60)
}

/// A point in time, counted from 1970.
pub(super) fn timestamp(units: i64, unit: Unit) -> String {
    let a_day = 10_i64.pow(unit.digits()) * SECONDS_A_DAY;
    format!("{}T{}", date(units.div_euclid(a_day)), time(units.rem_euclid(a_day), unit))
}

/// A point in time as nanoseconds of a day and the day's Julian number.
pub(super) fn julian(bytes: [u8; 12]) -> String {
    let [n0, n1, n2, n3, n4, n5, n6, n7, d0, d1, d2, d3] = bytes;
    let nanos = i64::from_le_bytes([n0, n1, n2, n3, n4, n5, n6, n7]);
    let day = i64::from(i32::from_le_bytes([d0, d1, d2, d3]));
    let a_day = SECONDS_A_DAY * 1_000_000_000;
    let days = day - JULIAN_1970 + nanos.div_euclid(a_day);
    format!("{}T{}", date(days), time(nanos.rem_euclid(a_day), Unit::Nanos))
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
        assert_eq!(timestamp(0, Unit::Millis), "1970-01-01T00:00:00");
        assert_eq!(timestamp(-1, Unit::Micros), "1969-12-31T23:59:59.999999");
        assert_eq!(time(86_399_000_000_001, Unit::Nanos), "23:59:59.000000001");
        for far in [i64::MIN, i64::MAX] {
            assert!(timestamp(far, Unit::Millis).contains('T'));
        }
    }
}
