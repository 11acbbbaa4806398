//! Values as JSON text.

use crate::Format;
use crate::parquet::schema::Meaning;
use crate::parquet::time;
use crate::parquet::values::Scalar;
use serde::Serialize;
use std::io::{self, Write};

/// What is said of an image in place of its bytes, all but its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) hash: [u8; 32],
    pub(super) bytes: u64,
}

/// The image that a value is, if it is one.
pub(super) fn picture(meaning: Meaning, scalar: Scalar<'_>) -> Option<Picture> {
    match scalar {
        Scalar::Bytes(bytes) if meaning == Meaning::Plain && Format::of(bytes).is_some() => {
            Some(Picture { hash: *blake3::hash(bytes).as_bytes(), bytes: bytes.len() as u64 })
        }
        _ => None,
    }
}

/// Writes a value that is no image.
pub(super) fn write_scalar(out: &mut Vec<u8>, meaning: Meaning, scalar: Scalar<'_>) -> io::Result<()> {
    match scalar {
        Scalar::Boolean(truth) => json(out, &truth),
        Scalar::Int(int) => write_int(out, meaning, int),
        Scalar::Float(float) => write_float(out, f64::from(float), &float),
        Scalar::Double(double) => write_float(out, double, &double),
        Scalar::Int96(bytes) => json(out, &time::julian(bytes)),
        Scalar::Bytes(bytes) => write_bytes(out, meaning, bytes),
    }
}

pub(super) fn json(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) -> io::Result<()> {
    Ok(serde_json::to_writer(out, value)?)
}

fn write_int(out: &mut Vec<u8>, meaning: Meaning, int: i64) -> io::Result<()> {
    match meaning {
        Meaning::Decimal(digits) => json(out, &decimal(i128::from(int), digits)),
        Meaning::Date => json(out, &time::date(int)),
        Meaning::Time(unit) => json(out, &time::time(int, unit)),
        Meaning::Timestamp { unit, utc } => {
            json(out, &(time::timestamp(int, unit) + if utc { "Z" } else { "" }))
        }
        Meaning::Unsigned32 => write!(out, "{}", (int as i32).cast_unsigned()),
        Meaning::Unsigned => write!(out, "{}", int.cast_unsigned()),
        _ => write!(out, "{int}"),
    }
}

/// Writes a number; what JSON has no number for as text.
fn write_float(out: &mut Vec<u8>, wide: f64, value: &impl Serialize) -> io::Result<()> {
    if wide.is_finite() { json(out, value) } else { json(out, &wide.to_string()) }
}

fn write_bytes(out: &mut Vec<u8>, meaning: Meaning, bytes: &[u8]) -> io::Result<()> {
    match meaning {
        Meaning::Text => return json(out, &String::from_utf8_lossy(bytes)),
        Meaning::Uuid => {
            if let Ok(bytes) = bytes.try_into() {
                return json(out, &uuid(bytes));
            }
        }
        Meaning::Half => {
            if let &[low, high] = bytes {
                let value = half(u16::from_le_bytes([low, high]));
                return write_float(out, f64::from(value), &value);
            }
        }
        Meaning::Decimal(digits) => {
            if let Some(int) = big_endian(bytes) {
                return json(out, &decimal(int, digits));
            }
        }
        _ => {
            if let Ok(text) = std::str::from_utf8(bytes) {
                return json(out, text);
            }
        }
    }
    write!(out, "{{\"bytes\":{},\"blake3\":\"{}\"}}", bytes.len(), blake3::hash(bytes).to_hex())
}

/// An integer with a point before its last `digits` digits.
fn decimal(int: i128, digits: u8) -> String {
    let digits = usize::from(digits);
    let sign = if int < 0 { "-" } else { "" };
    let number = format!("{:0>width$}", int.unsigned_abs(), width = digits + 1);
    let (whole, fraction) = number.split_at(number.len() - digits);
    if digits == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// A signed integer of up to 16 bytes, the highest first.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let first = *bytes.first()?;
    let mut wide = [if first < 128 { 0 } else { 255 }; 16];
    let from = wide.len().checked_sub(bytes.len())?;
    wide[from..].copy_from_slice(bytes);
    Some(i128::from_be_bytes(wide))
}

fn uuid(bytes: [u8; 16]) -> String {
    let digits = format!("{:032x}", u128::from_be_bytes(bytes));
    [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| &digits[range]).join("-")
}

/// A number of 16 bits (IEEE 754 binary16).
fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let exponent = i32::from(bits >> 10 & 31);
    let fraction = f32::from(bits & 1023) / 1024.0;
    sign * match exponent {
        0 => fraction * 2_f32.powi(-14),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1.0 + fraction) * 2_f32.powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(meaning: Meaning, scalar: Scalar<'_>) -> String {
        let mut out = Vec::new();
        write_scalar(&mut out, meaning, scalar).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_exact() {
        assert_eq!(written(Meaning::Plain, Scalar::Int(i64::MIN)), "-9223372036854775808");
        assert_eq!(written(Meaning::Plain, Scalar::Float(0.1)), "0.1");
        assert_eq!(written(Meaning::Plain, Scalar::Double(f64::NAN)), "\"NaN\"");
        assert_eq!(written(Meaning::Decimal(2), Scalar::Int(-5)), "\"-0.05\"");
        assert_eq!(written(Meaning::Decimal(0), Scalar::Bytes(&[1, 0])), "\"256\"");
        assert_eq!(written(Meaning::Half, Scalar::Bytes(&[0, 0xc1])), "-2.5");
    }

    #[test]
    fn bytes_are_text_where_they_can_be() {
        assert_eq!(written(Meaning::Plain, Scalar::Bytes("猫\n".as_bytes())), "\"猫\\n\"");
        assert_eq!(written(Meaning::Text, Scalar::Bytes(b"a\xffb")), "\"a\u{fffd}b\"");
        let uuid = written(
            Meaning::Uuid,
            Scalar::Bytes(b"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff"),
        );
        assert_eq!(uuid, "\"00112233-4455-6677-8899-aabbccddeeff\"");
        let blob = written(Meaning::Plain, Scalar::Bytes(b"\xff\xfe"));
        assert!(blob.starts_with("{\"bytes\":2,\"blake3\":\""), "{blob}");
    }
}
