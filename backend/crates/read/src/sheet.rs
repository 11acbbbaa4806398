//! Reader of tables of text: values between commas, tabs or semicolons, a record a line (CSV, TSV).
//!
//! There is no standard that people keep. What is read: with a head or without, quotes with line breaks and quotes that
//! are only letters, any end of lines, a byte order mark. A row with another number of values costs only itself.
//! Pictures that stand in a value as base64 become their address.

mod dialect;
mod rows;

pub(crate) use dialect::{Look, look_at_table};

use crate::split::{Limits, Output, Source, Stop};
use crate::tables::base64_picture;
use crate::{EmbeddedImage, ImageAt, ImageEncoding};
use memchr::memmem;
use rows::{Dialect, Row, Rows, Value};
use serde::Serialize;

/// Bytes of the text that say how it is written.
pub(crate) const HEAD: usize = 256 << 10;

/// Streams the rows of a table in order, each as a JSON object of its columns. Hands back where the text ends.
pub(crate) fn read_sheet(source: &mut Source<'_>, limits: Limits, out: &mut Output<'_>) -> Result<u64, Stop> {
    let mut rows = Rows::new(source, limits);
    let (head, is_complete) = rows.head(HEAD)?;
    let dialect = match look_at_table(head, is_complete) {
        Look::Table(dialect) => dialect,
        Look::Other(reason) => return out.trouble(0, reason).map(|()| 0),
        Look::NoTable => return out.trouble(0, "text that is no table").map(|()| 0),
    };
    rows.begin(&dialect);
    let mut record = Vec::new();
    let mut is_head = dialect.has_head;
    // Where the first row that is no UTF-8 begins, and how many there are.
    let mut foreign: Option<(u64, u64)> = None;
    while let Some(row) = rows.next()? {
        if std::mem::take(&mut is_head) {
            continue;
        }
        match row {
            Row::Lost { offset, message } => out.lost(offset, message)?,
            Row::Values { offset, bytes, values, disk_done } => {
                if std::str::from_utf8(bytes).is_err() {
                    foreign.get_or_insert((offset, 0)).1 += 1;
                }
                record.clear();
                write_record(&dialect, bytes, &values, offset, &mut record);
                out.record(offset, &record, disk_done)?;
            }
        }
    }
    if let Some((offset, count)) = foreign {
        out.trouble(offset, not_utf8(count))?;
    }
    Ok(rows.position())
}

fn not_utf8(rows: u64) -> String {
    format!(
        "{rows} row(s) from here on are not UTF-8 text but of another encoding, such as Shift JIS or Latin-1: what cannot be \
         read of them is replaced; convert the file to UTF-8"
    )
}

/// Names of a table's columns, in messages.
fn named(dialect: &Dialect) -> String {
    const MOST: usize = 12;
    let names = dialect.names.iter().take(MOST).map(|name| name.chars().take(40).collect::<String>());
    let mut text = names.collect::<Vec<_>>().join(", ");
    if dialect.names.len() > MOST {
        text.push_str(", …");
    }
    text
}

/// Writes a row: an empty value as null, a number where its column is one of numbers, a picture as its address. `bytes`
/// are the row's in the text, from `offset` on.
fn write_record(dialect: &Dialect, bytes: &[u8], values: &[Value<'_>], offset: u64, out: &mut Vec<u8>) {
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

#[cfg(test)]
mod tests;
