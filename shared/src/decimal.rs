//! Reading decimal numbers without the tables of the standard library.

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

#[cfg(test)]
mod tests {
    use super::*;

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
