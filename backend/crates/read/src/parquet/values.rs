//! The values of one page, in each encoding.
//!
//! Format: <https://parquet.apache.org/docs/file-format/data-pages/encodings/>.

mod texts;

use crate::parquet::delta::Deltas;
use crate::parquet::error::{bad, ended};
use crate::parquet::hybrid::Hybrid;
use crate::parquet::schema::Physical;
use crate::parquet::stream::Stream;
use std::io::{self, Read};
use texts::{Lengths, Prefixed};

/// One value as it is stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scalar<'a> {
    Boolean(bool),
    Int(i64),
    Float(f32),
    Double(f64),
    Int96([u8; 12]),
    Bytes(&'a [u8]),
}

/// The values of one page that are not null, in order.
pub(super) struct Values<'f> {
    stream: Stream<'f>,
    physical: Physical,
    coding: Coding,
}

enum Coding {
    Plain,
    /// Booleans, eight a byte.
    Bits {
        byte: u8,
        left: u8,
    },
    /// Booleans in runs.
    Runs(Hybrid),
    /// Numbers of entries of the dictionary.
    Indices(Hybrid),
    Deltas(Deltas),
    Lengths(Lengths),
    Prefixed(Prefixed),
    /// The first bytes of all values, then all second bytes, and so on.
    Split {
        bytes: Vec<u8>,
        at: usize,
    },
}

impl<'f> Values<'f> {
    /// `encoding` is its number in the format; the stream stands behind the levels.
    pub(super) fn open(mut stream: Stream<'f>, physical: Physical, encoding: i64) -> io::Result<Self> {
        let is_integer = matches!(physical, Physical::Int32 | Physical::Int64);
        let is_bytes = matches!(physical, Physical::Bytes | Physical::Fixed(_));
        let coding = match encoding {
            0 if physical == Physical::Boolean => Coding::Bits { byte: 0, left: 0 },
            0 => Coding::Plain,
            // A page of nulls alone may end where the width of its indices would be.
            2 | 8 if stream.left() == 0 => Coding::Indices(Hybrid::new(0)?),
            2 | 8 => Coding::Indices(Hybrid::new(read_array::<1>(&mut stream)?[0])?),
            3 if physical == Physical::Boolean => {
                if stream.left() > 0 {
                    read_array::<4>(&mut stream)?;
                }
                Coding::Runs(Hybrid::new(1)?)
            }
            5 if is_integer && stream.left() > 0 => Coding::Deltas(Deltas::begin(&mut stream)?),
            6 if physical == Physical::Bytes => Coding::Lengths(Lengths::read(&mut stream)?),
            7 if is_bytes => Coding::Prefixed(Prefixed::read(&mut stream)?),
            9 if physical.width().is_some() => Coding::Split { bytes: stream.keep_rest()?, at: 0 },
            5 if is_integer => Coding::Plain,
            other => return Err(bad(format!("encoding {other} is not read for this type of value"))),
        };
        Ok(Self { stream, physical, coding })
    }

    /// The number of the dictionary's entry that comes next, if the values are such.
    pub(super) fn next_index(&mut self) -> io::Result<Option<u32>> {
        match &mut self.coding {
            Coding::Indices(indices) => indices.next(&mut self.stream).map(Some),
            _ => Ok(None),
        }
    }

    /// The next value, whose bytes lie in `scratch`; `longest` bounds their number.
    pub(super) fn next<'s>(&mut self, scratch: &'s mut Vec<u8>, longest: u64) -> io::Result<Scalar<'s>> {
        match &mut self.coding {
            Coding::Plain => return read_plain(&mut self.stream, self.physical, scratch, longest),
            Coding::Bits { byte, left } => {
                if *left == 0 {
                    (*byte, *left) = (read_array::<1>(&mut self.stream)?[0], 8);
                }
                *left -= 1;
                return Ok(Scalar::Boolean(*byte >> (7 - *left) & 1 == 1));
            }
            Coding::Runs(runs) => return Ok(Scalar::Boolean(runs.next(&mut self.stream)? == 1)),
            Coding::Indices(_) => return Err(bad("a number of the dictionary stands where a value should")),
            Coding::Deltas(deltas) => {
                let value = deltas.next(&mut self.stream)?;
                // Values of 32 bits are computed modulo 2³².
                let narrow = self.physical == Physical::Int32;
                return Ok(Scalar::Int(if narrow { i64::from(value as i32) } else { value }));
            }
            Coding::Lengths(lengths) => {
                let length = lengths.next()?;
                read_bytes(&mut self.stream, length, scratch, longest)?;
            }
            Coding::Prefixed(prefixed) => prefixed.next(&mut self.stream, scratch, longest)?,
            Coding::Split { bytes, at } => {
                let width = self.physical.width().unwrap_or(1);
                let count = bytes.len() / width;
                if *at >= count {
                    return Err(ended("there are fewer values than the page claims"));
                }
                scratch.clear();
                scratch.extend(bytes.iter().skip(*at).step_by(count).take(width));
                *at += 1;
            }
        }
        fixed(self.physical, scratch)
    }

    /// Moves over a value, without reading its bytes where that is possible.
    pub(super) fn skip(&mut self, scratch: &mut Vec<u8>, longest: u64) -> io::Result<()> {
        match &mut self.coding {
            Coding::Plain => skip_plain(&mut self.stream, self.physical),
            Coding::Indices(indices) => indices.next(&mut self.stream).map(drop),
            Coding::Lengths(lengths) => {
                let length = lengths.next()?;
                self.stream.skip(length)
            }
            _ => self.next(scratch, longest).map(drop),
        }
    }
}

/// Reads a value as it is stored without an encoding, in data pages and in dictionaries.
pub(super) fn read_plain<'s>(
    stream: &mut Stream<'_>,
    physical: Physical,
    scratch: &'s mut Vec<u8>,
    longest: u64,
) -> io::Result<Scalar<'s>> {
    let length = plain_length(stream, physical)?;
    read_bytes(stream, length, scratch, longest)?;
    fixed(physical, scratch)
}

/// Moves over such a value.
pub(super) fn skip_plain(stream: &mut Stream<'_>, physical: Physical) -> io::Result<()> {
    let length = plain_length(stream, physical)?;
    stream.skip(length)
}

fn plain_length(stream: &mut Stream<'_>, physical: Physical) -> io::Result<u64> {
    match physical.width() {
        Some(width) => Ok(width as u64),
        None if physical == Physical::Boolean => Err(bad("a dictionary of booleans")),
        None => Ok(u64::from(u32::from_le_bytes(read_array(stream)?))),
    }
}

fn read_bytes(stream: &mut Stream<'_>, length: u64, into: &mut Vec<u8>, longest: u64) -> io::Result<()> {
    into.clear();
    append_bytes(stream, length, into, longest)
}

fn append_bytes(stream: &mut Stream<'_>, length: u64, into: &mut Vec<u8>, longest: u64) -> io::Result<()> {
    if length > stream.left() {
        return Err(ended(&format!("a value claims {length} bytes, and the page has {}", stream.left())));
    }
    let from = into.len();
    let whole = from as u64 + length;
    if whole > longest {
        return Err(bad(format!("a value of {whole} bytes, more than {longest}")));
    }
    into.resize(whole as usize, 0);
    stream.read_exact(&mut into[from..])
}

/// A value out of its bytes, which are as many as the type has.
fn fixed(physical: Physical, bytes: &[u8]) -> io::Result<Scalar<'_>> {
    let wrong = |_| bad(format!("a value has {} bytes", bytes.len()));
    Ok(match physical {
        Physical::Int32 => Scalar::Int(i64::from(i32::from_le_bytes(bytes.try_into().map_err(wrong)?))),
        Physical::Int64 => Scalar::Int(i64::from_le_bytes(bytes.try_into().map_err(wrong)?)),
        Physical::Float => Scalar::Float(f32::from_le_bytes(bytes.try_into().map_err(wrong)?)),
        Physical::Double => Scalar::Double(f64::from_le_bytes(bytes.try_into().map_err(wrong)?)),
        Physical::Int96 => Scalar::Int96(bytes.try_into().map_err(wrong)?),
        Physical::Boolean | Physical::Bytes | Physical::Fixed(_) => Scalar::Bytes(bytes),
    })
}

fn read_array<const N: usize>(stream: &mut Stream<'_>) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}
