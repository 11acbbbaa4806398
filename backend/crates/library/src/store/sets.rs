//! Sets of values, by number: of every sample, which of a few values it has (its image sources, its templates).
//!
//! Samples repeat the same few sets, so that a sample has only the number of its set, which the engine keeps as one of its
//! numbers. What the numbers mean is said by parts of the generation, one per flush that brought something new. All numbers
//! in them are little endian:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | samples so far whose set found no place |
//! | 4 | number of new values; each is its length (4 bytes) and its UTF-8 text |
//! | 4 | number of new sets; each is its size (4 bytes) and as many value numbers of 4 bytes, ascending |
//!
//! The empty set is number 0 and is not written. Distinct sets are bounded: samples whose set found no place have set 0,
//! and are counted.

use crate::LibraryError;
use blendscope_engine::{Parts, Writer};
use std::collections::HashMap;

/// The sets of image sources.
pub(crate) const SOURCES: &str = "sources";

/// Distinct sets at most, the empty one included. A hundred thousand conversations of a dozen common questions each have
/// as many different sets of them.
const SETS_MAX: usize = 1 << 18;

/// Bytes of values and sets at most, as written: bounds what a writer and a reader keep in memory.
const BYTES_MAX: usize = 16 << 20;

/// Stands for a value that found no place.
const NO_PLACE: u32 = u32::MAX;

/// Numbers sets in the order of their first occurrence, and writes what the numbers mean.
pub(crate) struct SetsWriter {
    name: &'static str,
    values: HashMap<String, u32>,
    sets: HashMap<Vec<u32>, u32>,
    /// Bytes that all of them take as written.
    bytes: usize,
    /// Values and sets that are not written yet.
    new_values: Vec<String>,
    new_sets: Vec<Vec<u32>>,
    /// Samples whose set found no place, and how many that were when they were last written.
    left_out: u64,
    written_left_out: u64,
    /// Value numbers of the sample at hand; stays for its memory.
    row: Vec<u32>,
}

impl SetsWriter {
    /// Begins with nothing; what is written goes to parts of this name.
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            values: HashMap::new(),
            sets: HashMap::from([(Vec::new(), 0)]),
            bytes: 0,
            new_values: Vec::new(),
            new_sets: Vec::new(),
            left_out: 0,
            written_left_out: 0,
            row: Vec::new(),
        }
    }

    /// The number of the set of a sample's values, which come in any order; a value given twice counts once.
    pub(crate) fn number<'a>(&mut self, values: impl IntoIterator<Item = &'a str>) -> u64 {
        let mut row = std::mem::take(&mut self.row);
        row.clear();
        row.extend(values.into_iter().map(|value| self.value(value)));
        row.sort_unstable();
        row.dedup();
        let number = self.set(&row);
        self.row = row;
        u64::from(number)
    }

    /// The number of a value, a new one if it has none yet and there is a place.
    fn value(&mut self, value: &str) -> u32 {
        if let Some(number) = self.values.get(value) {
            return *number;
        }
        if self.sets.len() >= SETS_MAX || !self.reserve(4 + value.len()) {
            return NO_PLACE;
        }
        let number = self.values.len() as u32;
        self.values.insert(value.to_owned(), number);
        self.new_values.push(value.to_owned());
        number
    }

    /// The number of a set of ascending value numbers; 0 if there is no place for it.
    fn set(&mut self, set: &[u32]) -> u32 {
        if let Some(number) = self.sets.get(set) {
            return *number;
        }
        let known = set.last() != Some(&NO_PLACE);
        if !known || self.sets.len() >= SETS_MAX || !self.reserve(4 + 4 * set.len()) {
            self.left_out += 1;
            return 0;
        }
        let number = self.sets.len() as u32;
        self.sets.insert(set.to_vec(), number);
        self.new_sets.push(set.to_vec());
        number
    }

    fn reserve(&mut self, bytes: usize) -> bool {
        let fits = self.bytes + bytes <= BYTES_MAX;
        self.bytes += if fits { bytes } else { 0 };
        fits
    }

    /// Writes what is new as a part of its own.
    pub(crate) fn flush(&mut self, writer: &mut dyn Writer) -> Result<(), LibraryError> {
        let is_news = !self.new_values.is_empty() || !self.new_sets.is_empty();
        if is_news || self.left_out != self.written_left_out {
            let part = encode(self.left_out, &self.new_values, &self.new_sets);
            self.new_values.clear();
            self.new_sets.clear();
            self.written_left_out = self.left_out;
            writer.add_part(self.name, &part)?;
        }
        Ok(())
    }
}

fn encode(left_out: u64, values: &[String], sets: &[Vec<u32>]) -> Vec<u8> {
    let mut body = left_out.to_le_bytes().to_vec();
    let number = |bytes: &mut Vec<u8>, value: usize| bytes.extend_from_slice(&(value as u32).to_le_bytes());
    number(&mut body, values.len());
    for value in values {
        number(&mut body, value.len());
        body.extend_from_slice(value.as_bytes());
    }
    number(&mut body, sets.len());
    for set in sets {
        number(&mut body, set.len());
        for value in set {
            number(&mut body, *value as usize);
        }
    }
    body
}

/// What the numbers of sets mean.
pub(crate) struct Sets {
    /// Values by number.
    values: Vec<String>,
    /// Sets by number, the empty one first: ascending numbers of values.
    members: Vec<Vec<u32>>,
    /// Samples whose set found no place, among all that were written: their values are not known.
    pub left_out: u64,
}

impl Sets {
    /// Reads all parts of a name.
    pub(crate) fn read(parts: &dyn Parts, name: &str) -> Result<Self, LibraryError> {
        let mut all = Self { values: Vec::new(), members: vec![Vec::new()], left_out: 0 };
        for part in parts.all(name) {
            all.take(&part?).ok_or_else(|| parts.damaged(name))?;
        }
        Ok(all)
    }

    /// The values of a set; none for numbers that are no set's.
    pub(crate) fn values_of(&self, number: u64) -> impl Iterator<Item = &str> {
        let set = usize::try_from(number).ok().and_then(|number| self.members.get(number));
        set.into_iter().flatten().map(|value| self.values[*value as usize].as_str())
    }

    /// Takes the values and sets of a part; `None` if it makes no sense.
    fn take(&mut self, body: &[u8]) -> Option<()> {
        let (left_out, rest) = body.split_first_chunk()?;
        self.left_out = u64::from_le_bytes(*left_out);
        let mut cursor = Cursor(rest);
        for _ in 0..cursor.number()? {
            let length = cursor.number()?;
            self.values.push(String::from_utf8(cursor.bytes(length)?.to_vec()).ok()?);
        }
        for _ in 0..cursor.number()? {
            let size = cursor.number()?;
            let set: Option<Vec<u32>> =
                (0..size).map(|_| cursor.number().map(|value| value as u32)).collect();
            let set = set?;
            if set.iter().any(|value| *value as usize >= self.values.len()) {
                return None;
            }
            self.members.push(set);
        }
        cursor.0.is_empty().then_some(())
    }
}

/// What is left of a part.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn number(&mut self) -> Option<usize> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*number) as usize)
    }

    fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::MemoryWriter;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const NAME: &str = "sets";

    fn values(sets: &Sets, number: u64) -> BTreeSet<String> {
        sets.values_of(number).map(str::to_owned).collect()
    }

    proptest! {
        #[test]
        fn every_sample_has_its_values_after_every_flush(
            batches in prop::collection::vec(prop::collection::vec(prop::collection::vec("[a-d犬]{0,2}", 0..4), 0..20), 1..5)
        ) {
            let (mut file, mut writer) = (MemoryWriter::default(), SetsWriter::new(NAME));
            let mut all: Vec<(u64, BTreeSet<String>)> = Vec::new();
            for batch in &batches {
                for row in batch {
                    let number = writer.number(row.iter().map(String::as_str));
                    all.push((number, row.iter().cloned().collect()));
                }
                writer.flush(&mut file).unwrap();
                let sets = Sets::read(&file.parts, NAME).unwrap();
                for (number, expected) in &all {
                    prop_assert_eq!(&values(&sets, *number), expected);
                }
            }
            let sets = Sets::read(&file.parts, NAME).unwrap();
            let distinct: BTreeSet<_> = all.iter().map(|(_, set)| set).filter(|set| !set.is_empty()).collect();
            prop_assert_eq!(sets.members.len(), distinct.len() + 1, "no set has two numbers");
            prop_assert_eq!(sets.left_out, 0);
        }
    }

    #[test]
    fn samples_beyond_the_last_place_are_counted_and_empty() {
        let (mut file, mut writer) = (MemoryWriter::default(), SetsWriter::new(NAME));
        let numbers: Vec<u64> =
            (0..SETS_MAX + 10).map(|row| writer.number([row.to_string().as_str()])).collect();
        let known = writer.number(["7"]);
        writer.flush(&mut file).unwrap();
        let sets = Sets::read(&file.parts, NAME).unwrap();
        assert_eq!((sets.members.len(), sets.left_out), (SETS_MAX, 11));
        let last = SETS_MAX - 2;
        assert_eq!(values(&sets, numbers[last]), BTreeSet::from([last.to_string()]));
        assert_eq!(numbers[last + 1], 0);
        assert_eq!(known, numbers[7], "known sets keep their place");
    }

    #[test]
    fn values_are_bounded_by_their_bytes() {
        let (mut file, mut writer) = (MemoryWriter::default(), SetsWriter::new(NAME));
        let long = "x".repeat(BYTES_MAX + 1);
        assert_eq!(writer.number([long.as_str(), "a"]), 0);
        writer.number(["a"]);
        writer.flush(&mut file).unwrap();
        let sets = Sets::read(&file.parts, NAME).unwrap();
        assert_eq!((sets.left_out, sets.values), (1, vec!["a".to_owned()]));
    }
}
