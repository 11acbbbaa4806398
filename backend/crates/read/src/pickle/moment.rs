//! Dates and times, as Python's `datetime` pickles them: packed into a few bytes.

/// A date of four bytes: year, month, day.
pub(super) fn date(bytes: &[u8]) -> Option<String> {
    let [high, low, month, day] = bytes.try_into().ok()?;
    // The highest bit of the month says which of two equal times of a night is meant.
    Some(format!("{:04}-{:02}-{day:02}", u16::from_be_bytes([high, low]), month & 0x7f))
}

/// A time of six bytes: hour, minute, second, and three of microseconds.
pub(super) fn time(bytes: &[u8]) -> Option<String> {
    let [hour, minute, second, high, middle, low] = bytes.try_into().ok()?;
    let micros = u32::from_be_bytes([0, high, middle, low]);
    let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    Some(format!("{:02}:{minute:02}:{second:02}{fraction}", hour & 0x7f))
}

/// A date and a time of ten bytes.
pub(super) fn date_time(bytes: &[u8]) -> Option<String> {
    let (day, clock) = bytes.split_at_checked(4)?;
    Some(format!("{}T{}", date(day)?, time(clock)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_moments_are_iso_8601() {
        let bytes = b"\x07\xe8\x02\x1d\x17\x3b\x08\x00\x03\xe8";
        assert_eq!(date_time(bytes).unwrap(), "2024-02-29T23:59:08.001000");
        assert_eq!(date(&bytes[..4]).unwrap(), "2024-02-29");
        assert_eq!(time(b"\x01\x02\x03\0\0\0").unwrap(), "01:02:03");
        assert_eq!(date_time(b"\x07\xe8"), None);
    }
}
