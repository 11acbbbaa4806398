//! Numbers for values and sets in the order of their first occurrence.

use std::collections::HashMap;

/// Distinct sets at most, the empty one included. A hundred thousand conversations of a dozen common questions each have
/// as many different sets of them.
pub(super) const SETS_MAX: usize = 1 << 18;

/// Bytes of values and sets at most, as written: bounds what a writer and a reader keep in memory.
pub(super) const BYTES_MAX: usize = 16 << 20;

/// Numbers for values and sets.
pub(super) struct Interned {
    values: HashMap<String, u32>,
    sets: HashMap<Vec<u32>, u32>,
    /// Bytes that all of them take as written.
    bytes: usize,
    /// Values not written yet.
    pub new_values: Vec<String>,
    /// Sets not written yet.
    pub new_sets: Vec<Vec<u32>>,
    /// Rows whose set found no place.
    pub untold: u64,
}

/// Stands for a value that found no place.
const NO_PLACE: u32 = u32::MAX;

impl Default for Interned {
    fn default() -> Self {
        Self {
            values: HashMap::new(),
            sets: HashMap::from([(Vec::new(), 0)]),
            bytes: 0,
            new_values: Vec::new(),
            new_sets: Vec::new(),
            untold: 0,
        }
    }
}

impl Interned {
    /// The number of a value, a new one if it has none yet and there is a place.
    pub(super) fn value(&mut self, value: &str) -> u32 {
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
    pub(super) fn set(&mut self, set: &[u32]) -> u32 {
        if let Some(number) = self.sets.get(set) {
            return *number;
        }
        let known = set.last() != Some(&NO_PLACE);
        if !known || self.sets.len() >= SETS_MAX || !self.reserve(4 + 4 * set.len()) {
            self.untold += 1;
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
}
