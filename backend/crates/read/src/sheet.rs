//! Tables of text: values between commas, tabs or semicolons, a record a line (CSV, TSV).
//!
//! There is no standard that people keep. What is read: with a head or without, quotes with line breaks and quotes
//! that are only letters, any end of lines, a byte order mark. A row with another number of values costs only itself.
//! Pictures that stand in a value as base64 become their address.

mod dialect;
mod rows;
mod value;

pub(crate) use dialect::{Look, look_at_table};

use crate::split::{Limits, Output, Source, Stop};
use dialect::Dialect;
use rows::{Row, Rows};
use value::write_record;

/// Bytes of the text that say how it is written.
pub(crate) const HEAD: usize = 256 << 10;

/// Streams the rows of a table in order, each as a JSON object of its columns. Hands back where the text ends.
pub(crate) fn read_sheet(source: &mut Source<'_>, limits: Limits, out: &mut Output<'_>) -> Result<u64, Stop> {
    let mut rows = Rows::new(source, limits);
    let (head, is_whole) = rows.head(HEAD)?;
    let dialect = match look_at_table(head, is_whole) {
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

#[cfg(test)]
mod tests;
