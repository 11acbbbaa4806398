//! The header of a gzip member, RFC 1952 §2.3.

use std::io;

/// How a gzip member begins.
pub(crate) const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The only method in use: deflate.
const DEFLATE: u8 = 8;

const HAS_HEADER_CHECKSUM: u8 = 1 << 1;
const HAS_EXTRA: u8 = 1 << 2;
const HAS_NAME: u8 = 1 << 3;
const HAS_COMMENT: u8 = 1 << 4;

/// How reading a header ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Header {
    /// Deflate data follows.
    Complete,
    /// The file ends inside the header.
    CutShort,
    /// The header names a method that nobody uses, or reserved flags.
    Unknown,
}

/// Reads a header behind its magic bytes.
pub(crate) fn read_header(next: &mut impl FnMut() -> io::Result<Option<u8>>) -> io::Result<Header> {
    Ok(fields(next)?.unwrap_or(Header::CutShort))
}

fn fields(next: &mut impl FnMut() -> io::Result<Option<u8>>) -> io::Result<Option<Header>> {
    let (Some(method), Some(flags)) = (next()?, next()?) else { return Ok(None) };
    if method != DEFLATE || flags & 0b1110_0000 != 0 {
        return Ok(Some(Header::Unknown));
    }
    // Time, extra flags and operating system say nothing about the contents.
    if !skip(next, 6)? {
        return Ok(None);
    }
    if flags & HAS_EXTRA != 0 {
        let (Some(low), Some(high)) = (next()?, next()?) else { return Ok(None) };
        if !skip(next, u16::from_le_bytes([low, high]))? {
            return Ok(None);
        }
    }
    for flag in [HAS_NAME, HAS_COMMENT] {
        if flags & flag != 0 && !skip_text(next)? {
            return Ok(None);
        }
    }
    if flags & HAS_HEADER_CHECKSUM != 0 && !skip(next, 2)? {
        return Ok(None);
    }
    Ok(Some(Header::Complete))
}

fn skip(next: &mut impl FnMut() -> io::Result<Option<u8>>, count: u16) -> io::Result<bool> {
    for _ in 0..count {
        if next()?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn skip_text(next: &mut impl FnMut() -> io::Result<Option<u8>>) -> io::Result<bool> {
    loop {
        match next()? {
            None => return Ok(false),
            Some(0) => return Ok(true),
            Some(_) => {}
        }
    }
}
