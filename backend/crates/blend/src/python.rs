//! Numbers as Python reads them from text: trainers hand the words of their mixtures to `int` and `float`.

/// `int(text)`: blanks around it, a sign, underscores between digits. Numbers of any size; the largest stand for all
/// that are larger. `None` where Python raises `ValueError`.
pub(crate) fn int(text: &str) -> Option<i128> {
    let text = text.trim();
    let (is_negative, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    let number = without_underscores(digits)?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: i128 = number.parse().unwrap_or(i128::MAX);
    Some(if is_negative { -number } else { number })
}

/// `float(text)`, `None` where Python raises `ValueError`.
pub(crate) fn float(text: &str) -> Option<f64> {
    without_underscores(text.trim())?.parse().ok()
}

/// `int(number)`: cut off towards zero; what is below zero counts as zero, what is too large as the largest.
#[expect(clippy::cast_sign_loss, reason = "numbers below zero become zero, which is what is said")]
pub(crate) fn cut_off(number: f64) -> u64 {
    number as u64
}

/// Takes out underscores, which only stand between digits.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let underscores = (0..bytes.len()).filter(|&at| bytes[at] == b'_');
    let are_between = underscores.clone().all(|at| is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)));
    are_between.then(|| text.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers() {
        for (text, number) in [
            ("7", Some(7)),
            (" +1_000 ", Some(1000)),
            ("-3", Some(-3)),
            ("007", Some(7)),
            ("99999999999999999999999999999999999999999", Some(i128::MAX)),
            ("12.5", None),
            ("", None),
            ("1__0", None),
            ("_1", None),
            ("- 1", None),
            ("--1", None),
        ] {
            assert_eq!(int(text), number, "{text:?}");
        }
    }

    #[test]
    fn numbers_with_a_point() {
        for (text, number) in [("0.02", Some(0.02)), (" 1e3", Some(1000.0)), (".5", Some(0.5)), ("x", None)] {
            assert_eq!(float(text), number, "{text:?}");
        }
    }
}
