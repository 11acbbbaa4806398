//! The footer: what a file holds, and where.
//!
//! Format: <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>. The description of
//! the row groups stays as it is stored; each is read when it is its turn, so that a footer never takes much more
//! memory than it has bytes.

use crate::parquet::MAGIC;
use crate::parquet::error::{ParquetError, bad};
use crate::parquet::group::RowGroup;
use crate::parquet::schema::Schema;
use crate::parquet::thrift::{Kind, Thrift};
use crate::split::read_at;
use std::fs::File;
use std::io;

/// Bytes after the footer: its length and the magic.
const TAIL: u64 = 8;
const ENCRYPTED: &[u8] = b"PARE";

/// A file's footer.
pub(super) struct Footer {
    bytes: Vec<u8>,
    /// Where it begins in the file, which is where the pages end.
    pub(super) offset: u64,
    pub(super) schema: Schema,
    groups: GroupList,
}

/// Where the list of row groups is in the footer.
#[derive(Default)]
struct GroupList {
    at: usize,
    count: usize,
}

impl Footer {
    pub(super) fn read(file: &File, len: u64) -> Result<Self, ParquetError> {
        let offset = footer_offset(file, len)?;
        let mut bytes = vec![0; (len - TAIL - offset) as usize];
        fill(file, &mut bytes, offset)?;
        let parsed = parse(&bytes).map_err(|error| ParquetError::of(error, offset, "the footer is damaged"));
        let (schema, groups) = parsed?;
        Ok(Self { bytes, offset, schema, groups })
    }

    /// The row groups in order; nothing after the first that is damaged.
    pub(super) fn groups(&self) -> impl Iterator<Item = Result<RowGroup, ParquetError>> {
        let mut thrift = Thrift::new(&self.bytes, self.groups.at);
        let mut damaged = false;
        (0..self.groups.count).map_while(move |number| {
            if damaged {
                return None;
            }
            let at = self.offset + thrift.position() as u64;
            let group = RowGroup::parse(&mut thrift, &self.schema);
            damaged = group.is_err();
            let what = format!("the footer's row group {number} is damaged");
            Some(group.map_err(|error| ParquetError::of(error, at, &what)))
        })
    }

    /// One row group, by its number.
    pub(super) fn group(&self, number: u32) -> Result<RowGroup, ParquetError> {
        let none = || {
            let count = self.groups.count;
            ParquetError::damaged(
                self.offset,
                format!("there is no row group {number}, the file has {count}"),
            )
        };
        let number = usize::try_from(number).ok().filter(|&number| number < self.groups.count);
        let mut thrift = Thrift::new(&self.bytes, self.groups.at);
        for _ in 0..number.ok_or_else(none)? {
            let skipped = thrift.fields(Thrift::skip);
            skipped.map_err(|error| ParquetError::of(error, self.offset, "the footer is damaged"))?;
        }
        RowGroup::parse(&mut thrift, &self.schema)
            .map_err(|error| ParquetError::of(error, self.offset, "the footer is damaged"))
    }
}

/// Where the footer begins, by what the file ends with.
fn footer_offset(file: &File, len: u64) -> Result<u64, ParquetError> {
    let least = MAGIC.len() as u64 + TAIL;
    if len < least {
        return Err(ParquetError::damaged(len, format!("the file has {len} bytes, too few for parquet")));
    }
    let mut tail = [0; TAIL as usize];
    fill(file, &mut tail, len - TAIL)?;
    let (length, magic) = tail.split_at(4);
    if magic == ENCRYPTED {
        return Err(ParquetError::damaged(
            len - 4,
            "the footer is encrypted; the file cannot be read without its key",
        ));
    }
    if magic != MAGIC {
        return Err(ParquetError::damaged(
            len - 4,
            "the file does not end with PAR1: it is cut short, so its footer is missing; fetch it again",
        ));
    }
    let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]);
    (len - TAIL).checked_sub(u64::from(length)).filter(|&offset| offset >= MAGIC.len() as u64).ok_or_else(
        || {
            let message =
                format!("the footer claims {length} bytes, and the file has {len}: parts of it are missing");
            ParquetError::damaged(len - TAIL, message)
        },
    )
}

fn fill(file: &File, into: &mut [u8], offset: u64) -> Result<(), ParquetError> {
    let mut done = 0;
    while done < into.len() {
        let at = offset + done as u64;
        match read_at(file, &mut into[done..], at) {
            Ok(0) => return Err(ParquetError::damaged(at, "the file became shorter while it was read")),
            Ok(count) => done += count,
            Err(source) => return Err(ParquetError::Failed { offset: at, source }),
        }
    }
    Ok(())
}

fn parse(bytes: &[u8]) -> io::Result<(Schema, GroupList)> {
    let mut schema = None;
    let mut groups = GroupList::default();
    Thrift::new(bytes, 0).fields(|thrift, field| match field.id {
        2 => {
            schema = Some(Schema::parse(thrift, field)?);
            Ok(())
        }
        4 => {
            let count = thrift.list(field, Kind::STRUCT)?;
            groups = GroupList { at: thrift.position(), count };
            (0..count).try_for_each(|_| thrift.fields(Thrift::skip))
        }
        _ => thrift.skip(field),
    })?;
    let schema = schema.ok_or_else(|| bad("it has no schema"))?;
    Ok((schema, groups))
}
