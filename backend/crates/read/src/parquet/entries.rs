//! The entries of one data page: levels, and a value where the levels say that there is one.

use crate::parquet::error::bad;
use crate::parquet::hybrid::Hybrid;
use crate::parquet::page::{Page, PageKind};
use crate::parquet::schema::Leaf;
use crate::parquet::stream::{Codec, Input, Stream};
use crate::parquet::values::Values;
use std::io::{self, Cursor, Read};

/// Where an entry stands in its record: which lists begin anew, and how much of its path is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Levels {
    pub(super) repetition: u8,
    pub(super) definition: u8,
}

/// What an entry costs, in bytes unpacked.
const ENTRY_WORK: u64 = 8;

/// A data page being read.
pub(super) struct Entries<'f> {
    left: u64,
    repetition: LevelRuns,
    definition: LevelRuns,
    pub(super) values: Values<'f>,
}

impl<'f> Entries<'f> {
    pub(super) fn open(input: Input<'f>, page: &Page, codec: Codec, leaf: &Leaf) -> io::Result<Self> {
        input.meter.spend(page.values.saturating_mul(ENTRY_WORK))?;
        let mut stream = Stream::open(input, page.packed(codec)?)?;
        let (repetition, definition) = match page.kind {
            PageKind::DataV2 { repetition, definition, .. } => {
                let mut levels = Stream::open(input, page.levels(definition, repetition))?;
                stream.hold(definition + repetition)?;
                (levels.keep(repetition)?, levels.keep(definition)?)
            }
            PageKind::Data { levels_are_runs } => {
                if !levels_are_runs && leaf.defined + leaf.repeated > 0 {
                    return Err(bad("its levels are in the old encoding BIT_PACKED, which is not read"));
                }
                (counted(&mut stream, leaf.repeated)?, counted(&mut stream, leaf.defined)?)
            }
            PageKind::Dictionary | PageKind::Other => return Err(bad("a page without values")),
        };
        Ok(Self {
            left: page.values,
            repetition: LevelRuns::new(repetition, leaf.repeated)?,
            definition: LevelRuns::new(definition, leaf.defined)?,
            values: Values::open(stream, leaf.physical, page.encoding)?,
        })
    }

    /// The levels of the next entry; none at the end of the page. Its value, if it has one, has to be read or skipped
    /// before the next call.
    pub(super) fn next(&mut self) -> io::Result<Option<Levels>> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let levels = Levels { repetition: self.repetition.next()?, definition: self.definition.next()? };
        Ok(Some(levels))
    }
}

/// The levels' bytes in a page of version 1, behind their number.
fn counted(stream: &mut Stream<'_>, highest: u8) -> io::Result<Vec<u8>> {
    if highest == 0 {
        return Ok(Vec::new());
    }
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    stream.keep(u64::from(u32::from_le_bytes(length)))
}

/// Levels of one kind; all 0 if the highest is, for then none are stored.
struct LevelRuns {
    highest: u8,
    bytes: Cursor<Vec<u8>>,
    runs: Hybrid,
}

impl LevelRuns {
    fn new(bytes: Vec<u8>, highest: u8) -> io::Result<Self> {
        let width = u8::BITS - highest.leading_zeros();
        Ok(Self { highest, bytes: Cursor::new(bytes), runs: Hybrid::new(width as u8)? })
    }

    fn next(&mut self) -> io::Result<u8> {
        if self.highest == 0 {
            return Ok(0);
        }
        let level = self.runs.next(&mut self.bytes)?;
        let fits = u8::try_from(level).ok().filter(|&level| level <= self.highest);
        fits.ok_or_else(|| bad(format!("a level of {level}, more than {}", self.highest)))
    }
}
