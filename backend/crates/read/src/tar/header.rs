//! The header block of a tar member: ustar as in POSIX.1-1988, numbers also as GNU tar writes large ones.

/// Headers and payloads begin at multiples of this many bytes.
pub(super) const BLOCK: usize = 512;

/// What a header block says, its extensions not yet counted in.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) path: Vec<u8>,
    pub(super) size: u64,
    /// The type flag.
    pub(super) kind: u8,
    /// Whether blocks of a GNU sparse map follow.
    pub(super) has_sparse_map: bool,
}

impl Header {
    /// Reads a header block; the error says why it is none.
    pub(super) fn parse(block: &[u8; BLOCK]) -> Result<Self, &'static str> {
        if !is_checksum_right(block) {
            return Err(
                "no tar header stands here (the checksum is wrong): the archive is damaged, fetch it again",
            );
        }
        let size = number(&block[124..136]).ok_or("the size in a tar header is no number")?;
        let (name, prefix) = (text(&block[..100]), text(&block[345..500]));
        // GNU tar keeps other things where POSIX has the folders of a long path; its magic has spaces.
        let is_posix = block[257..].starts_with(b"ustar\0");
        let path = if is_posix && !prefix.is_empty() { [prefix, b"/", name].concat() } else { name.to_vec() };
        Ok(Self { path, size, kind: block[156], has_sparse_map: block[482] != 0 })
    }

    /// Whether it is a file with bytes of its own.
    pub(super) fn is_file(&self) -> bool {
        matches!(self.kind, 0 | b'0' | b'7')
    }

    /// Whether a payload can follow: links, devices and folders have none, whatever size they name.
    pub(super) fn has_payload(&self) -> bool {
        !matches!(self.kind, b'1'..=b'6')
    }
}

/// The sum of all bytes, those of the checksum itself as spaces; some old writers summed signed bytes.
fn is_checksum_right(block: &[u8; BLOCK]) -> bool {
    const SPACES: i64 = 8 * b' ' as i64;
    let Some(written) = number(&block[148..156]).and_then(|sum| i64::try_from(sum).ok()) else {
        return false;
    };
    let rest = || block[..148].iter().chain(&block[156..]);
    let unsigned: i64 = rest().map(|&byte| i64::from(byte)).sum();
    let signed: i64 = rest().map(|&byte| i64::from(byte.cast_signed())).sum();
    [unsigned + SPACES, signed + SPACES].contains(&written)
}

/// Octal digits between blanks, or, with the highest bit set, a big-endian number.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] == 0x80 {
        let (high, low) = field[1..].split_last_chunk::<8>()?;
        return high.iter().all(|&byte| byte == 0).then(|| u64::from_be_bytes(*low));
    }
    let blank = |byte: &u8| matches!(byte, b' ' | 0);
    let digits = field.trim_ascii_start();
    let end = digits.iter().position(blank).unwrap_or(digits.len());
    if !digits[end..].iter().all(blank) {
        return None;
    }
    digits[..end].iter().try_fold(0_u64, |value, byte| match byte {
        b'0'..=b'7' => value.checked_mul(8)?.checked_add(u64::from(byte - b'0')),
        _ => None,
    })
}

/// The bytes before the first NUL.
pub(super) fn text(field: &[u8]) -> &[u8] {
    field.split(|&byte| byte == 0).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_octal_or_binary() {
        assert_eq!(number(b"00000000017\0"), Some(15));
        assert_eq!(number(b"      17 \0\0\0"), Some(15));
        assert_eq!(number(b"777777777777"), Some((1 << 36) - 1));
        assert_eq!(number(&[0; 12]), Some(0));
        assert_eq!(number(b"\x80\0\0\0\0\0\0\x02\0\0\0\0"), Some(2 << 32));
        for bad in [b"00000000018\0", b"0000 000017\0", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"] {
            assert_eq!(number(bad), None, "{bad:?}");
        }
        assert_eq!(number(b"\x80\0\0\x01\0\0\0\0\0\0\0\0"), None);
    }
}
