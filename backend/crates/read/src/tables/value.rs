//! Single values of Arrow columns as JSON text; dates and times as `2024-02-29T23:59:59.123Z`.

use super::Meaning;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float16Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, IntervalDayTimeType, IntervalMonthDayNanoType,
    IntervalYearMonthType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{AnyDictionaryArray, Array, ArrowPrimitiveType, downcast_integer_array};
use arrow_buffer::ArrowNativeType;
use arrow_schema::{DataType, IntervalUnit, TimeUnit};
use serde::Serialize;
use std::io::Write;

/// Writes the number, truth or time at an index; false for a type that is none of these.
pub(super) fn write_scalar(array: &dyn Array, index: usize, out: &mut Vec<u8>) -> bool {
    match array.data_type() {
        DataType::Boolean => json(out, &array.as_boolean().value(index)),
        DataType::Int8 => json(out, &value::<Int8Type>(array, index)),
        DataType::Int16 => json(out, &value::<Int16Type>(array, index)),
        DataType::Int32 => json(out, &value::<Int32Type>(array, index)),
        DataType::Int64 => json(out, &value::<Int64Type>(array, index)),
        DataType::UInt8 => json(out, &value::<UInt8Type>(array, index)),
        DataType::UInt16 => json(out, &value::<UInt16Type>(array, index)),
        DataType::UInt32 => json(out, &value::<UInt32Type>(array, index)),
        DataType::UInt64 => json(out, &value::<UInt64Type>(array, index)),
        DataType::Float16 => {
            let value = value::<Float16Type>(array, index).to_f32();
            float(out, f64::from(value), &value);
        }
        DataType::Float32 => {
            let value = value::<Float32Type>(array, index);
            float(out, f64::from(value), &value);
        }
        DataType::Float64 => {
            let value = value::<Float64Type>(array, index);
            float(out, value, &value);
        }
        DataType::Decimal32(..) => json(out, &array.as_primitive::<Decimal32Type>().value_as_string(index)),
        DataType::Decimal64(..) => json(out, &array.as_primitive::<Decimal64Type>().value_as_string(index)),
        DataType::Decimal128(..) => json(out, &array.as_primitive::<Decimal128Type>().value_as_string(index)),
        DataType::Decimal256(..) => json(out, &array.as_primitive::<Decimal256Type>().value_as_string(index)),
        other => return write_time(array, other, index, out),
    }
    true
}

fn write_time(array: &dyn Array, kind: &DataType, index: usize, out: &mut Vec<u8>) -> bool {
    // All of these are stored as plain integers of 32 or 64 bits.
    let text = match kind {
        DataType::Date32 => date(integer(array, index)),
        DataType::Date64 => timestamp(integer(array, index), TimeUnit::Millisecond),
        DataType::Time32(unit) | DataType::Time64(unit) => time(integer(array, index), *unit),
        // With a zone, what is stored is the time in UTC.
        DataType::Timestamp(unit, zone) => {
            timestamp(integer(array, index), *unit) + if zone.is_some() { "Z" } else { "" }
        }
        DataType::Duration(unit) => duration(integer(array, index), *unit),
        DataType::Interval(IntervalUnit::YearMonth) => {
            interval(value::<IntervalYearMonthType>(array, index), 0, 0)
        }
        DataType::Interval(IntervalUnit::DayTime) => {
            let value = value::<IntervalDayTimeType>(array, index);
            interval(0, value.days, i64::from(value.milliseconds) * 1_000_000)
        }
        DataType::Interval(IntervalUnit::MonthDayNano) => {
            let value = value::<IntervalMonthDayNanoType>(array, index);
            interval(value.months, value.days, value.nanoseconds)
        }
        _ => return false,
    };
    json(out, &text);
    true
}

fn value<T: ArrowPrimitiveType>(array: &dyn Array, index: usize) -> T::Native {
    array.as_primitive::<T>().value(index)
}

/// The integer under a date, time or span of time.
fn integer(array: &dyn Array, index: usize) -> i64 {
    let data = array.to_data();
    let buffer = &data.buffers()[0];
    let at = data.offset() + index;
    match array.data_type() {
        DataType::Date32 | DataType::Time32(_) => i64::from(buffer.typed_data::<i32>()[at]),
        _ => buffer.typed_data::<i64>()[at],
    }
}

/// The bytes of a text or of bytes, out of a dictionary too; none for other types.
pub(super) fn bytes_of(array: &dyn Array, index: usize) -> Option<&[u8]> {
    Some(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(index).as_bytes(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(index).as_bytes(),
        DataType::Utf8View => array.as_string_view().value(index).as_bytes(),
        DataType::Binary => array.as_binary::<i32>().value(index),
        DataType::LargeBinary => array.as_binary::<i64>().value(index),
        DataType::BinaryView => array.as_binary_view().value(index),
        DataType::FixedSizeBinary(_) => array.as_fixed_size_binary().value(index),
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary_opt()?;
            return bytes_of(dictionary.values(), key_at(dictionary, index)?);
        }
        _ => return None,
    })
}

/// Whether values of a type are text by their type.
pub(super) fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => is_text(values),
        kind => matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View),
    }
}

/// Which of a dictionary's values stands at an index; none for null and for keys beyond them.
pub(super) fn key_at(dictionary: &dyn AnyDictionaryArray, index: usize) -> Option<usize> {
    let keys = dictionary.keys();
    if keys.is_null(index) {
        return None;
    }
    let key = downcast_integer_array!(
        keys => keys.value(index).to_usize(),
        _ => None
    );
    key.filter(|&key| key < dictionary.values().len() && !dictionary.values().is_null(key))
}

/// Writes bytes that are no picture.
pub(super) fn write_bytes(bytes: &[u8], meaning: Meaning, out: &mut Vec<u8>) {
    match (std::str::from_utf8(bytes), meaning) {
        (_, Meaning::Uuid) if bytes.len() == 16 => json(out, &uuid(bytes)),
        (Ok(text), _) => json(out, text),
        (Err(_), Meaning::Text) => json(out, &String::from_utf8_lossy(bytes)),
        (Err(_), _) => {
            let hash = blake3::hash(bytes).to_hex();
            put(out, format_args!("{{\"bytes\":{},\"blake3\":\"{hash}\"}}", bytes.len()));
        }
    }
}

pub(super) fn json(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    serde_json::to_writer(out, value).expect("values are written into memory without errors");
}

fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("text is written into memory without errors");
}

/// Writes a number; what JSON has no number for as text.
fn float(out: &mut Vec<u8>, wide: f64, value: &impl Serialize) {
    if wide.is_finite() { json(out, value) } else { json(out, &wide.to_string()) }
}

fn uuid(bytes: &[u8]) -> String {
    let number = bytes.iter().fold(0_u128, |number, &byte| number << 8 | u128::from(byte));
    let digits = format!("{number:032x}");
    [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| &digits[range]).join("-")
}

const SECONDS_A_DAY: i64 = 86_400;

/// A day, counted from 1970-01-01.
fn date(days: i64) -> String {
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
fn time(units: i64, unit: TimeUnit) -> String {
    let a_second = 10_i64.pow(digits(unit));
    let (seconds, rest) = (units.div_euclid(a_second), units.rem_euclid(a_second));
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let fraction = fraction(rest.unsigned_abs(), unit);
    format!("{hours:02}:{minutes:02}:{:02}{fraction}", seconds % 60)
}

/// A point in time, counted from 1970.
fn timestamp(units: i64, unit: TimeUnit) -> String {
    let a_day = 10_i64.pow(digits(unit)) * SECONDS_A_DAY;
    format!("{}T{}", date(units.div_euclid(a_day)), time(units.rem_euclid(a_day), unit))
}

/// A span of time as ISO 8601 has it: `PT1.5S`.
fn duration(units: i64, unit: TimeUnit) -> String {
    let a_second = 10_u64.pow(digits(unit));
    let (seconds, rest) = (units.unsigned_abs() / a_second, units.unsigned_abs() % a_second);
    let sign = if units < 0 { "-" } else { "" };
    format!("{sign}PT{seconds}{}S", fraction(rest, unit))
}

/// A span of months, days and nanoseconds as ISO 8601 has it: `P1M2DT3.5S`.
fn interval(months: i32, days: i32, nanos: i64) -> String {
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

    fn written(bytes: &[u8], meaning: Meaning) -> String {
        let mut out = Vec::new();
        write_bytes(bytes, meaning, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn bytes_are_text_where_they_can_be() {
        assert_eq!(written("猫\n".as_bytes(), Meaning::Plain), "\"猫\\n\"");
        assert_eq!(written(b"a\xffb", Meaning::Text), "\"a\u{fffd}b\"");
        let id = b"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff";
        assert_eq!(written(id, Meaning::Uuid), "\"00112233-4455-6677-8899-aabbccddeeff\"");
        assert!(written(b"\xff\xfe", Meaning::Plain).starts_with("{\"bytes\":2,\"blake3\":\""));
    }

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
