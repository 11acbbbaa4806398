//! Decimal numbers without the tables of the standard library.

/// Reads a decimal number such as `-12.5e-3`. The standard library's way rounds every number of any length correctly,
/// for which it needs ten kilobytes of tables; this one does so up to 15 digits, and is off by the last bit beyond.
pub fn parse(text: &str) -> Option<f64> {
    /// Beyond this power of ten everything is nothing or infinite.
    const END: i32 = 400;
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse().ok()?),
        None => (text, 0_i32),
    };
    let unsigned = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = 0.0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        value = value * 10.0 + f64::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
    }
    let exponent =
        exponent.clamp(-END, END) - i32::try_from(fraction.len()).map_or(END, |length| length.min(END));
    let power = 10_f64.powi(exponent.abs());
    let value = if exponent < 0 { value / power } else { value * power };
    let value = if unsigned.len() < mantissa.len() { -value } else { value };
    value.is_finite().then_some(value)
}

/// A number with so many digits behind the point: `0.25` with one is `0.3`. The standard library's way writes any
/// number exactly, and brings along three times the code of this page.
#[expect(clippy::cast_sign_loss, reason = "it is the absolute value")]
pub fn rounded(value: f64, places: u32) -> String {
    let scale = 10_u64.pow(places);
    let scaled = (value.abs() * scale as f64).round() as u64;
    let sign = if value < 0.0 && scaled > 0 { "-" } else { "" };
    if places == 0 {
        return format!("{sign}{scaled}");
    }
    format!("{sign}{}.{:0>width$}", scaled / scale, scaled % scale, width = places as usize)
}

/// A number with at most six digits behind the point, and no more than it needs: `2`, `0.5`.
pub fn short(value: f64) -> String {
    let text = rounded(value, 6);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        assert_eq!([2.0, 0.5, 10.0, 1.000_000_4, -0.25].map(short), ["2", "0.5", "10", "1", "-0.25"]);
    }

    #[test]
    fn decimals_are_read() {
        for text in ["0", "-12.5e-3", "1e22", "0.1", "123456.789", ".5", "5.", "4.9E+2"] {
            assert_eq!(parse(text), text.parse().ok(), "{text}");
        }
        for text in ["", ".", "-", "1e", "1e400", "0x1", "1.2.3", "--1", "inf", "NaN", "１"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
