//! Texts and bytes of a pickle: images by address, other bytes by their hash, texts as they are.

use crate::pickle::halt::Halt;
use crate::pickle::input::Input;
use crate::pickle::opcode::Span;
use crate::pickle::value::{Blob, Value};
use crate::pickle::{line, magic};
use crate::{EmbeddedImage, ImageAt, ImageEncoding};
use crate::{Format, PictureScan};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io;
use std::rc::Rc;

/// Bytes that are decoded and hashed at once; a multiple of 4.
const PIECE: usize = 48 << 10;

/// What an opcode's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// UTF-8 text, in which Python lets lone surrogates pass.
    Text,
    /// Bytes.
    Bytes,
    /// A text of Python 2: UTF-8 or any bytes.
    Either,
    /// A line of protocol 0 with a text in it.
    Line,
    /// A line of protocol 0 with quotes around a text of Python 2.
    Quoted,
}

impl Form {
    /// What the bytes of an opcode are, if it has a text or bytes.
    pub(super) fn of(code: u8) -> Option<Self> {
        match code {
            b'X' | 0x8c | 0x8d => Some(Self::Text),
            b'B' | b'C' | 0x8e | 0x96 => Some(Self::Bytes),
            b'T' | b'U' => Some(Self::Either),
            b'V' => Some(Self::Line),
            b'S' => Some(Self::Quoted),
            _ => None,
        }
    }
}

/// Reads what an opcode's bytes stand for. A text of more than `room` bytes is lost.
pub(super) fn read(input: &mut Input<'_>, span: Span, form: Form, room: u64) -> Result<Value, Halt> {
    let span = if form == Form::Quoted { line::unquote(input, span)? } else { span };
    let head = input.bytes(span.at, span.len.min(magic::HEAD as u64) as usize)?;
    let is_base64 = span.len.is_multiple_of(4) && magic::is_base64_image(head);
    // A line may have escapes, so its bytes are not what it stands for.
    let is_raw = matches!(form, Form::Bytes | Form::Either) && Format::of(head).is_some();
    if is_raw {
        return raw_image(input, span);
    }
    if is_base64 && let Some(image) = base64_image(input, span)? {
        return Ok(Value::Image(Rc::new(image)));
    }
    if form == Form::Bytes {
        return blob(input, span);
    }
    if span.len > room {
        let reason = format!(
            "its text of {} bytes at byte {} is more than a record may still take",
            span.len, span.at
        );
        return Ok(Value::Lost(reason.into()));
    }
    let mut bytes = vec![0; span.len as usize];
    if !input.copy(span.at, &mut bytes)? {
        return Err(Halt::Cut);
    }
    Ok(text(bytes, form))
}

fn text(bytes: Vec<u8>, form: Form) -> Value {
    let bytes = match form {
        Form::Line => return Value::Text(line::unescape_unicode(&bytes).into()),
        Form::Quoted => line::unescape_quoted(&bytes),
        _ => bytes,
    };
    match String::from_utf8(bytes) {
        Ok(text) => Value::Text(text.into()),
        Err(error) if form == Form::Text => Value::Text(String::from_utf8_lossy(error.as_bytes()).into()),
        Err(error) => Blob::of(error.as_bytes()),
    }
}

/// Hands the bytes of a range to `each`, piece by piece, until it returns false.
fn pieces(input: &mut Input<'_>, span: Span, mut each: impl FnMut(&[u8], bool) -> bool) -> Result<(), Halt> {
    let end = span.at + span.len;
    let most = PIECE.min(input.width() / 4 * 4) as u64;
    let mut at = span.at;
    while at < end {
        let wanted = (end - at).min(most) as usize;
        let piece = input.bytes(at, wanted)?;
        if piece.len() < wanted {
            return Err(Halt::Cut);
        }
        at += wanted as u64;
        if !each(piece, at == end) {
            return Ok(());
        }
    }
    Ok(())
}

fn hash(input: &mut Input<'_>, span: Span) -> Result<[u8; 32], Halt> {
    let mut hasher = blake3::Hasher::new();
    pieces(input, span, |piece, _| {
        hasher.update(piece);
        true
    })?;
    Ok(*hasher.finalize().as_bytes())
}

fn raw_image(input: &mut Input<'_>, span: Span) -> Result<Value, Halt> {
    let mut facts = PictureScan::new();
    pieces(input, span, |piece, _| {
        facts.push(piece);
        true
    })?;
    let at = ImageAt::Range { offset: span.at, length: span.len, encoding: ImageEncoding::Raw };
    Ok(Value::Image(Rc::new(facts.finish(at))))
}

fn blob(input: &mut Input<'_>, span: Span) -> Result<Value, Halt> {
    let mut head = [0; Blob::HEAD];
    let known = input.bytes(span.at, span.len.min(head.len() as u64) as usize)?;
    head[..known.len()].copy_from_slice(known);
    Ok(Value::Bytes(Rc::new(Blob { len: span.len, hash: hash(input, span)?, head })))
}

/// The address of an image in base64; none when something else than base64 follows the head.
fn base64_image(input: &mut Input<'_>, span: Span) -> Result<Option<EmbeddedImage>, Halt> {
    let mut facts = PictureScan::new();
    let mut decoded = vec![0; PIECE / 4 * 3];
    let mut is_whole = true;
    pieces(input, span, |piece, is_last| {
        let full = piece.len() / 4 * 3;
        is_whole = match STANDARD.decode_slice(piece, &mut decoded[..full]) {
            // Only the end may be padded.
            Ok(some) if is_last || some == full => {
                facts.push(&decoded[..some]);
                true
            }
            _ => false,
        };
        is_whole
    })?;
    let at = ImageAt::Range { offset: span.at, length: span.len, encoding: ImageEncoding::Base64 };
    Ok(is_whole.then(|| facts.finish(at)))
}

/// The text that an image stands for, where it turns out not to be used as one.
pub(super) fn written(input: &mut Input<'_>, image: &EmbeddedImage, room: u64) -> io::Result<Option<String>> {
    let ImageAt::Range { offset, length, encoding: ImageEncoding::Base64 } = image.at else {
        return Ok(None);
    };
    if length > room {
        return Ok(None);
    }
    let mut bytes = vec![0; length as usize];
    let is_there = input.copy(offset, &mut bytes)?;
    Ok(is_there.then(|| String::from_utf8(bytes).ok()).flatten())
}
