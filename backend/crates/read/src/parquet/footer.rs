//! The footer's bytes, checked before the decoder sees them: a damaged one may claim lists of any length and structures
//! without end.
//!
//! Format: <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>.

use super::MAGIC;
use super::error::{ParquetError, bad};
use super::source::Source;
use super::thrift::{Field, Kind, Thrift};
use std::collections::HashSet;
use std::io;

/// Bytes after the footer: its length and the magic.
const TAIL: u64 = 8;
const ENCRYPTED: &[u8] = b"PARE";
/// Bytes of the longest footer: decoded, it takes many times as much memory.
const LONGEST: u64 = 64 << 20;
/// Columns inside columns, at most.
const DEEPEST: usize = 48;
/// Why an encrypted file is not read.
pub(super) const NEEDS_KEY: &str = "encrypted parquet: it cannot be read without its key";

/// A file's footer.
pub(super) struct Footer {
    pub(super) bytes: Vec<u8>,
    /// Where it begins in the file, which is where the pages end.
    pub(super) offset: u64,
    /// Leaf columns that are encrypted.
    pub(super) encrypted: HashSet<usize>,
}

/// Reads and checks a file's footer.
pub(super) fn read_footer(source: &Source) -> Result<Footer, ParquetError> {
    let (offset, length) = place(source)?;
    let of = |error, what| ParquetError::of(source.failure().unwrap_or(error), offset, what);
    let bytes = source.bytes(offset, length).map_err(|error| of(error, "the footer"))?;
    let encrypted = check(&bytes).map_err(|error| of(error, "the footer is damaged"))?;
    Ok(Footer { bytes, offset, encrypted })
}

/// Where the footer begins and how long it is, by what the file ends with.
fn place(source: &Source) -> Result<(u64, usize), ParquetError> {
    let len = source.len();
    let least = MAGIC.len() as u64 + TAIL;
    if len < least {
        return Err(ParquetError::damaged(len, format!("the file has {len} bytes, too few for parquet")));
    }
    let tail = source.bytes(len - TAIL, TAIL as usize);
    let tail =
        tail.map_err(|error| ParquetError::of(source.failure().unwrap_or(error), len - TAIL, "the end"))?;
    let (length, magic) = tail.split_at(4);
    if magic == ENCRYPTED {
        return Err(ParquetError::damaged(len - 4, NEEDS_KEY));
    }
    if magic != MAGIC {
        let message =
            "the file does not end with PAR1: it is cut short, so its footer is missing; fetch it again";
        return Err(ParquetError::damaged(len - 4, message));
    }
    let length = u64::from(u32::from_le_bytes([length[0], length[1], length[2], length[3]]));
    if length > LONGEST {
        let message = format!("the footer claims {length} bytes, more than the {LONGEST} that are read");
        return Err(ParquetError::damaged(len - TAIL, message));
    }
    let offset = (len - TAIL).checked_sub(length).filter(|&offset| offset >= MAGIC.len() as u64);
    let offset = offset.ok_or_else(|| {
        let message =
            format!("the footer claims {length} bytes, and the file has {len}: parts of it are missing");
        ParquetError::damaged(len - TAIL, message)
    })?;
    Ok((offset, length as usize))
}

/// Walks over the whole footer; lists that claim more items than there are bytes are found on the way. Hands back which
/// columns are encrypted.
fn check(bytes: &[u8]) -> io::Result<HashSet<usize>> {
    let mut encrypted = HashSet::new();
    Thrift::new(bytes).fields(|thrift, field| match field.id {
        2 => check_schema(thrift, field),
        4 => (0..thrift.list(field, Kind::STRUCT)?).try_for_each(|_| find_encrypted(thrift, &mut encrypted)),
        _ => thrift.skip(field),
    })?;
    Ok(encrypted)
}

/// Makes sure that the tree of columns is not too deep for readers that call themselves, and that columns do not claim more
/// columns inside than there are, for which a reader would make room.
fn check_schema(thrift: &mut Thrift<'_>, field: Field) -> io::Result<()> {
    let mut open: Vec<u64> = Vec::new();
    let columns = thrift.list(field, Kind::STRUCT)?;
    let mut inside = 0_u64;
    for _ in 0..columns {
        let mut children = 0;
        thrift.fields(|thrift, field| {
            match field.id {
                5 => children = thrift.size(field)?,
                _ => thrift.skip(field)?,
            }
            Ok(())
        })?;
        inside = inside.saturating_add(children);
        if inside >= (columns as u64).max(1) {
            return Err(bad(format!(
                "{inside} columns are claimed inside of others, and there are {columns}"
            )));
        }
        if let Some(left) = open.last_mut() {
            *left = left.saturating_sub(1);
        }
        if children > 0 {
            open.push(children);
        }
        while open.last() == Some(&0) {
            open.pop();
        }
        if open.len() > DEEPEST {
            return Err(bad(format!("columns inside columns, more than {DEEPEST} deep")));
        }
    }
    Ok(())
}

/// Notes the encrypted columns of a row group.
fn find_encrypted(thrift: &mut Thrift<'_>, encrypted: &mut HashSet<usize>) -> io::Result<()> {
    const COLUMNS: i16 = 1;
    const CRYPTO_METADATA: i16 = 8;
    thrift.fields(|thrift, field| {
        if field.id != COLUMNS {
            return thrift.skip(field);
        }
        for leaf in 0..thrift.list(field, Kind::STRUCT)? {
            thrift.fields(|thrift, field| {
                if field.id == CRYPTO_METADATA {
                    encrypted.insert(leaf);
                }
                thrift.skip(field)
            })?;
        }
        Ok(())
    })
}
