//! Thrift's compact protocol, as far as parquet's footer and page headers use it.
//!
//! Format: <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>

use super::error::{bad, ended};
use std::io;

/// Structures inside structures, at most; parquet's own go six deep.
const DEEPEST: u32 = 32;

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
        if self.depth > DEEPEST { Err(bad("structures inside structures without end")) } else { Ok(()) }
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
