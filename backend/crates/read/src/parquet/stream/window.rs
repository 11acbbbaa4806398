//! How much memory a brotli stream asks for: the size of its window stands in its first bits (RFC 7932, section 9.1).

use crate::parquet::error::bad;
use std::io;

/// Bytes of the window that a stream with this first byte uses.
pub(super) fn brotli_window(first: u8) -> io::Result<u64> {
    let (three, more) = (first >> 1 & 7, first >> 4 & 7);
    let bits = match (first & 1, three, more) {
        (0, ..) => 16,
        (_, 0, 0) => 17,
        // A window of up to a gigabyte, which the format proper does not have.
        (_, 0, 1) => return Err(bad("brotli with a large window, which is not read".to_owned())),
        (_, 0, more) => 8 + more,
        (_, three, _) => 17 + three,
    };
    Ok(1 << bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_window_of_the_format_is_told_by_its_first_byte() {
        // The table of the format: the bits of the first byte, lowest last, and the window's bits.
        for (first, bits) in
            [(0b0, 16), (0b10_0001, 10), (0b111_0001, 15), (0b1, 17), (0b11, 18), (0b1011, 22), (0b1111, 24)]
        {
            assert_eq!(brotli_window(first).unwrap(), 1 << bits, "{first:b}");
        }
        assert!(brotli_window(0b1_0001).is_err());
    }
}
