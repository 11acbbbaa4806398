//! What a member holds: a picture, text, or other bytes.

use super::members::TarMember;
use crate::unpacked::Unpacked;
use crate::{EmbeddedImage, Format, ImageAt, ImageEncoding, PictureScan};
use memchr::memchr;
use std::io;

/// Bytes read at once.
const CHUNK: usize = 256 << 10;

/// Ends of names that are pictures even if their bytes are not: such a picture is broken, and shown so.
const PICTURES: [&str; 9] = ["jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff", "avif"];

/// What a member holds.
#[derive(Debug)]
pub(super) enum Payload {
    /// A picture.
    Image(EmbeddedImage),
    /// Text.
    Text(String),
    /// Other bytes, with their BLAKE3.
    Binary([u8; 32]),
    /// Text that is longer than allowed.
    TooLong,
}

/// Reads members; keeps one buffer for all of them.
pub(super) struct Payloads {
    buffer: Vec<u8>,
}

impl Payloads {
    pub(super) fn new() -> Self {
        Self { buffer: vec![0; CHUNK] }
    }

    /// Reads a member whose name ends with `kind`; of text at most `limit` bytes.
    pub(super) fn read(
        &mut self,
        bytes: &mut Unpacked<'_>,
        member: &TarMember,
        kind: &str,
        limit: usize,
    ) -> io::Result<Payload> {
        let end = member.data + member.size;
        let filled = self.chunk(bytes, member.data, end)?;
        let head = &self.buffer[..filled];
        if Format::of(head).is_some() || PICTURES.contains(&kind) {
            return self.picture(bytes, member).map(Payload::Image);
        }
        self.text_or_bytes(bytes, member.data, end, limit)
    }

    fn text_or_bytes(
        &mut self,
        bytes: &mut Unpacked<'_>,
        begin: u64,
        end: u64,
        limit: usize,
    ) -> io::Result<Payload> {
        // The member is there to its end, so no more is reserved than the file has.
        let mut text = Vec::with_capacity(limit.min((end - begin) as usize));
        let (mut at, mut checked, mut is_text) = (begin, 0, true);
        while is_text && at < end {
            let filled = self.chunk(bytes, at, end)?;
            at += filled as u64;
            if text.len() + filled > limit {
                return Ok(Payload::TooLong);
            }
            text.extend_from_slice(&self.buffer[..filled]);
            match still_text(&text[checked..]) {
                Some(valid) => checked += valid,
                None => is_text = false,
            }
        }
        if !is_text || checked < text.len() || !is_readable(&text) {
            let mut hasher = blake3::Hasher::new();
            hasher.update(&text);
            return self.hash(bytes, hasher, at, end).map(Payload::Binary);
        }
        let text = String::from_utf8(text).expect("every part of the text has been checked");
        Ok(Payload::Text(text))
    }

    fn picture(&mut self, bytes: &mut Unpacked<'_>, member: &TarMember) -> io::Result<EmbeddedImage> {
        let (mut at, end) = (member.data, member.data + member.size);
        let mut scan = PictureScan::new();
        while at < end {
            let filled = self.chunk(bytes, at, end)?;
            scan.push(&self.buffer[..filled]);
            at += filled as u64;
        }
        let encoding = ImageEncoding::Raw;
        Ok(scan.finish(ImageAt::Range { offset: member.data, length: member.size, encoding }))
    }

    fn hash(
        &mut self,
        bytes: &mut Unpacked<'_>,
        mut hasher: blake3::Hasher,
        mut at: u64,
        end: u64,
    ) -> io::Result<[u8; 32]> {
        while at < end {
            let filled = self.chunk(bytes, at, end)?;
            hasher.update(&self.buffer[..filled]);
            at += filled as u64;
        }
        Ok(*hasher.finalize().as_bytes())
    }

    /// Reads on at a place, not beyond `end`; none only there.
    fn chunk(&mut self, bytes: &mut Unpacked<'_>, at: u64, end: u64) -> io::Result<usize> {
        let wanted = self.buffer.len().min((end - at) as usize);
        let filled = bytes.read_at(&mut self.buffer[..wanted], at)?;
        if filled == 0 && wanted > 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file has become shorter"));
        }
        Ok(filled)
    }
}

/// How many bytes are UTF-8 for sure; none if a byte cannot be of a text, whatever follows.
fn still_text(text: &[u8]) -> Option<usize> {
    match std::str::from_utf8(text) {
        _ if memchr(0, text).is_some() => None,
        Ok(_) => Some(text.len()),
        Err(error) if error.error_len().is_none() => Some(error.valid_up_to()),
        Err(_) => None,
    }
}

/// Whether text is for people to read: at most one byte in 32 is a control character.
fn is_readable(text: &[u8]) -> bool {
    let controls = text.iter().filter(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()).count();
    controls <= text.len() / 32
}
