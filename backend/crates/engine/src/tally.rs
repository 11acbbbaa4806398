//! How often each code occurs among some samples.

use std::collections::HashMap;

/// Codes below this are counted in a list, others in a map. Almost all are: sets are numbered, words of a sample rarely
/// go beyond.
const DENSE: usize = 1 << 16;

/// How often each code occurs.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    dense: Vec<u32>,
    sparse: HashMap<u64, u32>,
}

impl Tally {
    /// Adds so many samples with a code.
    pub fn add(&mut self, code: u64, count: u32) {
        if code >= DENSE as u64 {
            *self.sparse.entry(code).or_default() += count;
            return;
        }
        let index = code as usize;
        if index >= self.dense.len() {
            self.dense.resize(index + 1, 0);
        }
        self.dense[index] += count;
    }

    /// The codes that occur, each with how often.
    pub fn counts(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        let dense = (0..).zip(&self.dense).filter(|(_, count)| **count > 0);
        let sparse = self.sparse.iter().map(|(code, count)| (*code, u64::from(*count)));
        dense.map(|(code, count)| (code, u64::from(*count))).chain(sparse)
    }
}
