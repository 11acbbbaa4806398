//! How a leaf's values are stored, and what they stand for.
//!
//! Format: <https://github.com/apache/parquet-format/blob/master/LogicalTypes.md>.

use crate::parquet::error::bad;
use crate::parquet::thrift::{Field, Thrift};
use std::io;

/// How values are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parquet) enum Physical {
    Boolean,
    Int32,
    Int64,
    /// Nanoseconds of the day and the day's Julian number: an old form of timestamp.
    Int96,
    Float,
    Double,
    /// Bytes of any number.
    Bytes,
    /// Bytes of this number, at least one.
    Fixed(u32),
}

/// What values stand for, where their storage does not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parquet) enum Meaning {
    /// A number as it is; bytes without a further meaning.
    Plain,
    /// A number of 64 bits without a sign.
    Unsigned,
    /// A number of 32 bits without a sign.
    Unsigned32,
    Text,
    /// An integer with this many digits behind the point.
    Decimal(u8),
    /// Days since 1970.
    Date,
    /// Time of day.
    Time(Unit),
    /// Time since 1970; `utc` if it is the world's time and not a local one.
    Timestamp {
        unit: Unit,
        utc: bool,
    },
    Uuid,
    /// A number of 16 bits.
    Half,
}

/// Unit of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parquet) enum Unit {
    Millis,
    Micros,
    Nanos,
}

/// Most digits behind the point of a decimal; 16 bytes have 39 digits at most.
const MOST_DIGITS: u8 = 39;

impl Physical {
    pub(super) fn from_number(number: i64, length: u64) -> io::Result<Self> {
        Ok(match number {
            0 => Self::Boolean,
            1 => Self::Int32,
            2 => Self::Int64,
            3 => Self::Int96,
            4 => Self::Float,
            5 => Self::Double,
            6 => Self::Bytes,
            7 => match u32::try_from(length) {
                Ok(length) if length > 0 => Self::Fixed(length),
                _ => return Err(bad(format!("the schema has values of {length} bytes"))),
            },
            other => return Err(bad(format!("the schema has a type {other}, which is not known"))),
        })
    }

    /// The number in the format.
    pub(in crate::parquet) fn number(self) -> i64 {
        match self {
            Self::Boolean => 0,
            Self::Int32 => 1,
            Self::Int64 => 2,
            Self::Int96 => 3,
            Self::Float => 4,
            Self::Double => 5,
            Self::Bytes => 6,
            Self::Fixed(_) => 7,
        }
    }

    /// Bytes of a value, if all have the same number.
    pub(in crate::parquet) fn width(self) -> Option<usize> {
        match self {
            Self::Int32 | Self::Float => Some(4),
            Self::Int64 | Self::Double => Some(8),
            Self::Int96 => Some(12),
            Self::Fixed(length) => Some(length as usize),
            Self::Boolean | Self::Bytes => None,
        }
    }
}

/// What the footer says of a node's meaning, in its old and its new words.
#[derive(Debug, Default)]
pub(super) struct Annotation {
    pub(super) converted: Option<i64>,
    pub(super) scale: Option<i64>,
    logical: Option<i16>,
    logical_scale: i64,
    utc: bool,
    unit: Option<Unit>,
    signed: bool,
}

impl Annotation {
    pub(super) fn parse_logical(&mut self, thrift: &mut Thrift<'_>, field: Field) -> io::Result<()> {
        thrift.structure(field, |thrift, kind| {
            self.logical = Some(kind.id);
            thrift.structure(kind, |thrift, field| {
                match (kind.id, field.id) {
                    (5, 1) => self.logical_scale = thrift.int(field)?,
                    (7 | 8, 1) => self.utc = field.flag()?,
                    (7 | 8, 2) => thrift.structure(field, |thrift, unit| {
                        self.unit = Unit::from_number(unit.id);
                        thrift.skip(unit)
                    })?,
                    (10, 2) => self.signed = field.flag()?,
                    _ => thrift.skip(field)?,
                }
                Ok(())
            })
        })
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self.logical, Some(2 | 3)) || matches!(self.converted, Some(1..=3))
    }

    /// The meaning of a leaf that is stored like this; plain if that does not go together.
    pub(super) fn meaning(&self, physical: Physical) -> Meaning {
        let meaning = self.logical_meaning().or_else(|| self.converted_meaning()).unwrap_or(Meaning::Plain);
        let fits = match meaning {
            Meaning::Plain => true,
            Meaning::Unsigned if physical == Physical::Int32 => return Meaning::Unsigned32,
            Meaning::Unsigned | Meaning::Unsigned32 | Meaning::Timestamp { .. } => {
                physical == Physical::Int64
            }
            Meaning::Text => physical == Physical::Bytes,
            Meaning::Decimal(_) => match physical {
                Physical::Fixed(length) => length <= 16,
                other => matches!(other, Physical::Int32 | Physical::Int64 | Physical::Bytes),
            },
            Meaning::Date => physical == Physical::Int32,
            Meaning::Time(_) => matches!(physical, Physical::Int32 | Physical::Int64),
            Meaning::Uuid => physical == Physical::Fixed(16),
            Meaning::Half => physical == Physical::Fixed(2),
        };
        if fits { meaning } else { Meaning::Plain }
    }

    fn logical_meaning(&self) -> Option<Meaning> {
        match self.logical? {
            1 | 4 | 12 => Some(Meaning::Text),
            5 => decimal(self.logical_scale),
            6 => Some(Meaning::Date),
            7 => Some(Meaning::Time(self.unit?)),
            8 => Some(Meaning::Timestamp { unit: self.unit?, utc: self.utc }),
            10 if !self.signed => Some(Meaning::Unsigned),
            14 => Some(Meaning::Uuid),
            15 => Some(Meaning::Half),
            _ => None,
        }
    }

    fn converted_meaning(&self) -> Option<Meaning> {
        match self.converted? {
            0 | 4 | 19 => Some(Meaning::Text),
            5 => decimal(self.scale.unwrap_or(0)),
            6 => Some(Meaning::Date),
            7 => Some(Meaning::Time(Unit::Millis)),
            8 => Some(Meaning::Time(Unit::Micros)),
            9 => Some(Meaning::Timestamp { unit: Unit::Millis, utc: true }),
            10 => Some(Meaning::Timestamp { unit: Unit::Micros, utc: true }),
            11..=14 => Some(Meaning::Unsigned),
            _ => None,
        }
    }
}

fn decimal(scale: i64) -> Option<Meaning> {
    u8::try_from(scale).ok().filter(|&digits| digits <= MOST_DIGITS).map(Meaning::Decimal)
}

impl Unit {
    fn from_number(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::Millis),
            2 => Some(Self::Micros),
            3 => Some(Self::Nanos),
            _ => None,
        }
    }

    /// Digits behind a second's point.
    pub(in crate::parquet) fn digits(self) -> u32 {
        match self {
            Self::Millis => 3,
            Self::Micros => 6,
            Self::Nanos => 9,
        }
    }
}
