//! A row as a JSON object.

use super::dialect::Dialect;
use super::rows::Value;
use crate::tables::base64_picture;
use crate::{EmbeddedImage, ImageAt, ImageEncoding};
use memchr::memmem;
use serde::Serialize;

/// Writes a row: an empty value as null, a number where its column is one of numbers, a picture as its address. `bytes`
/// are the row's in the text, from `offset` on.
pub(super) fn write_record(
    dialect: &Dialect,
    bytes: &[u8],
    values: &[Value<'_>],
    offset: u64,
    out: &mut Vec<u8>,
) {
    out.push(b'{');
    for (at, (name, value)) in dialect.names.iter().zip(values).enumerate() {
        if at > 0 {
            out.push(b',');
        }
        json(out, name);
        out.push(b':');
        if value.is_empty() {
            out.extend_from_slice(b"null");
        } else if dialect.numbers.get(at) == Some(&true) && is_json_number(value) {
            out.extend_from_slice(value);
        } else if let Some(images) = pictures(value, bytes, offset) {
            match &images[..] {
                [image] if !value.starts_with(b"[") => json(out, &image.to_json()),
                images => json(out, &images.iter().map(|image| image.to_json()).collect::<Vec<_>>()),
            }
        } else {
            json(out, &String::from_utf8_lossy(value));
        }
    }
    out.push(b'}');
}

/// The pictures that a value holds as base64: one, or as many as its list has (`['…', '…']`, as Python prints it).
fn pictures(value: &[u8], bytes: &[u8], offset: u64) -> Option<Vec<EmbeddedImage>> {
    let place = |stored: &[u8]| {
        let at = within(bytes, stored).unwrap_or(0);
        let (offset, length) = (offset + at as u64, stored.len() as u64);
        ImageAt::Range { offset, length, encoding: ImageEncoding::Base64 }
    };
    let is_there = |stored: &[u8]| within(bytes, stored).is_some();
    let Some(list) = value.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")) else {
        return base64_picture(value, place).filter(|_| is_there(value)).map(|image| vec![image]);
    };
    let items = list.split(|&byte| byte == b',').map(|item| {
        let item = item.trim_ascii();
        let quote = item.first().copied().filter(|quote| matches!(quote, b'\'' | b'"'))?;
        let item = item.strip_prefix(&[quote])?.strip_suffix(&[quote])?;
        base64_picture(item, place).filter(|_| is_there(item))
    });
    items.collect::<Option<Vec<_>>>().filter(|images| !images.is_empty())
}

/// Where a part is in bytes: the part itself, or a copy of it.
fn within(bytes: &[u8], part: &[u8]) -> Option<usize> {
    let start = part.as_ptr().addr().checked_sub(bytes.as_ptr().addr());
    let start = start.filter(|start| start.checked_add(part.len()).is_some_and(|end| end <= bytes.len()));
    start.or_else(|| memmem::find(bytes, part))
}

fn json(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    serde_json::to_writer(out, value).expect("values are written into memory without errors");
}

/// Whether a text is a number as JSON writes it, and short enough to be exact.
fn is_json_number(text: &[u8]) -> bool {
    text.len() <= 15 && serde_json::from_slice::<serde_json::Number>(text).is_ok()
}
