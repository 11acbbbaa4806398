//! Checks of a parquet footer before the decoder sees it: a damaged one may claim lists of any length and structures
//! without end. With a reader of Thrift's compact protocol, as far as footer and page headers use it.
//!
//! Formats: <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift> and
//! <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>.

use super::{MAGIC, ParquetError, Source, bad, ended};
use std::collections::HashSet;
use std::io;

/// Bytes after the footer: its length and the magic.
const TAIL: u64 = 8;
const ENCRYPTED: &[u8] = b"PARE";
/// Bytes of the longest footer: decoded, it takes many times as much memory.
const LONGEST: u64 = 64 << 20;
/// Columns inside columns, at most.
const DEEPEST_COLUMN: usize = 48;
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
        if open.len() > DEEPEST_COLUMN {
            return Err(bad(format!("columns inside columns, more than {DEEPEST_COLUMN} deep")));
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

/// Structures inside structures, at most; parquet's own go six deep.
const DEEPEST_STRUCTURE: u32 = 32;

/// The type of a field or of a list's items, as the protocol numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind(u8);

impl Kind {
    pub(super) const I32: Self = Self(5);
    pub(super) const BINARY: Self = Self(8);
    pub(super) const STRUCT: Self = Self(12);
    const TRUE: Self = Self(1);
    const FALSE: Self = Self(2);
    const BYTE: Self = Self(3);
    const I16: Self = Self(4);
    const I64: Self = Self(6);
    const DOUBLE: Self = Self(7);
    const LIST: Self = Self(9);
    const SET: Self = Self(10);
    const MAP: Self = Self(11);
    const UUID: Self = Self(13);
}

/// The head of a field of a structure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) id: i16,
    kind: Kind,
}

/// A reader over bytes in memory. Running out of them is [`io::ErrorKind::UnexpectedEof`].
#[derive(Clone)]
pub(super) struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: u32,
}

impl<'a> Thrift<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, depth: 0 }
    }

    /// Bytes read so far.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Reads a structure: `visit` is called with each field and has to read or skip its value.
    pub(super) fn fields(
        &mut self,
        mut visit: impl FnMut(&mut Self, Field) -> io::Result<()>,
    ) -> io::Result<()> {
        self.deeper()?;
        let mut id = 0_i16;
        loop {
            let head = self.byte()?;
            if head == 0 {
                self.depth -= 1;
                return Ok(());
            }
            id = match head >> 4 {
                0 => self.zigzag()? as i16,
                step => id.wrapping_add(i16::from(step)),
            };
            visit(self, Field { id, kind: Kind(head & 15) })?;
        }
    }

    /// Reads a field that holds a structure.
    pub(super) fn structure(
        &mut self,
        field: Field,
        visit: impl FnMut(&mut Self, Field) -> io::Result<()>,
    ) -> io::Result<()> {
        field.expect(Kind::STRUCT)?;
        self.fields(visit)
    }

    /// Reads a field that holds an integer of any width.
    pub(super) fn int(&mut self, field: Field) -> io::Result<i64> {
        match field.kind {
            Kind::BYTE => Ok(i64::from(self.byte()?.cast_signed())),
            Kind::I16 | Kind::I32 | Kind::I64 => self.zigzag(),
            other => Err(bad(format!("field {} has type {}, not integer", field.id, other.0))),
        }
    }

    /// Reads a field that holds an integer and may not be negative.
    pub(super) fn size(&mut self, field: Field) -> io::Result<u64> {
        let int = self.int(field)?;
        int.try_into().map_err(|_| bad(format!("field {} is {int}, a size below zero", field.id)))
    }

    /// Reads the head of a field that holds a list: the number of its items, at most one a byte that is left.
    pub(super) fn list(&mut self, field: Field, of: Kind) -> io::Result<usize> {
        field.expect(Kind::LIST)?;
        let (kind, count) = self.list_head()?;
        if count > 0 && kind != of {
            return Err(bad(format!("field {} is a list of type {}, not {}", field.id, kind.0, of.0)));
        }
        Ok(count)
    }

    pub(super) fn skip(&mut self, field: Field) -> io::Result<()> {
        self.skip_value(field.kind)
    }

    fn skip_value(&mut self, kind: Kind) -> io::Result<()> {
        match kind {
            Kind::TRUE | Kind::FALSE => Ok(()),
            Kind::BYTE => self.byte().map(drop),
            Kind::I16 | Kind::I32 | Kind::I64 => self.varint().map(drop),
            Kind::DOUBLE => self.take(8).map(drop),
            Kind::UUID => self.take(16).map(drop),
            Kind::BINARY => self.counted_bytes().map(drop),
            Kind::LIST | Kind::SET => {
                let (kind, count) = self.list_head()?;
                self.skip_items(&[kind], count)
            }
            Kind::MAP => self.skip_map(),
            Kind::STRUCT => self.fields(Self::skip),
            Kind(other) => Err(bad(format!("type {other} is not known"))),
        }
    }

    fn skip_map(&mut self) -> io::Result<()> {
        let count = self.count()?;
        if count == 0 {
            return Ok(());
        }
        let kinds = self.byte()?;
        self.skip_items(&[Kind(kinds >> 4), Kind(kinds & 15)], count)
    }

    fn skip_items(&mut self, kinds: &[Kind], count: usize) -> io::Result<()> {
        self.deeper()?;
        for _ in 0..count {
            for &kind in kinds {
                // In a list a truth value takes a byte; as a field it is part of the head.
                match kind {
                    Kind::TRUE | Kind::FALSE => self.byte().map(drop)?,
                    kind => self.skip_value(kind)?,
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn list_head(&mut self) -> io::Result<(Kind, usize)> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.count()?,
            count => usize::from(count),
        };
        Ok((Kind(head & 15), count))
    }

    fn counted_bytes(&mut self) -> io::Result<&'a [u8]> {
        let count = self.varint()?;
        self.take(count)
    }

    /// A number of items, of which each takes a byte at least.
    fn count(&mut self) -> io::Result<usize> {
        let count = self.varint()?;
        let left = self.bytes.len() - self.at;
        usize::try_from(count)
            .ok()
            .filter(|&count| count <= left)
            .ok_or_else(|| ended(&format!("{count} items cannot be in {left} bytes")))
    }

    fn zigzag(&mut self) -> io::Result<i64> {
        let coded = self.varint()?;
        Ok((coded >> 1).cast_signed() ^ -(coded & 1).cast_signed())
    }

    fn varint(&mut self) -> io::Result<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Ok(value);
            }
        }
        Err(bad("a number of more than ten bytes"))
    }

    fn byte(&mut self) -> io::Result<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn take(&mut self, count: u64) -> io::Result<&'a [u8]> {
        let rest = &self.bytes[self.at..];
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        let taken = rest.get(..count).ok_or_else(|| ended("it ends in the middle of a field"))?;
        self.at += count;
        Ok(taken)
    }

    fn deeper(&mut self) -> io::Result<()> {
        self.depth += 1;
        if self.depth > DEEPEST_STRUCTURE {
            Err(bad("structures inside structures without end"))
        } else {
            Ok(())
        }
    }
}

impl Field {
    /// The truth value that the field holds, which is part of its head.
    pub(super) fn flag(self) -> io::Result<bool> {
        match self.kind {
            Kind::TRUE => Ok(true),
            Kind::FALSE => Ok(false),
            other => Err(bad(format!("field {} has type {}, not boolean", self.id, other.0))),
        }
    }

    fn expect(self, kind: Kind) -> io::Result<()> {
        if self.kind == kind {
            return Ok(());
        }
        Err(bad(format!("field {} has type {}, not {}", self.id, self.kind.0, kind.0)))
    }
}
