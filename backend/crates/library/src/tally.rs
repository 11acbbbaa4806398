//! Counting codes.

use super::dimensions::Codes;
use super::snapshot::OpenGeneration;
use std::collections::HashMap;

/// Codes below this are counted in a list, others in a map. Almost all are: sets are numbered, words of a sample rarely
/// go beyond.
const DENSE: usize = 1 << 16;

/// Samples whose codes are in memory at once.
const BATCH: usize = 1 << 13;

/// How often each code occurs.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    dense: Vec<u32>,
    sparse: HashMap<u64, u32>,
}

impl Tally {
    /// Counts the codes of all samples of a of.
    pub fn of_all(of: &OpenGeneration, codes: &Codes) -> Self {
        let all: Vec<u32> = of.live().iter().collect();
        let mut tally = Self::default();
        tally.count(of, codes, &all);
        tally
    }

    /// Adds the codes of some samples of a of, which ascend.
    pub fn count(&mut self, of: &OpenGeneration, codes: &Codes, ordinals: &[u32]) {
        if matches!(codes, Codes::Same) {
            return self.add(0, ordinals.len() as u32);
        }
        let mut values = Vec::with_capacity(BATCH.min(ordinals.len()));
        for batch in ordinals.chunks(BATCH) {
            values.clear();
            codes.of_many(of, batch, &mut values);
            for code in &values {
                self.add(*code, 1);
            }
        }
    }

    /// The codes that occur, each with how often.
    pub fn counts(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        let dense = (0..).zip(&self.dense).filter(|(_, count)| **count > 0);
        let sparse = self.sparse.iter().map(|(code, count)| (*code, u64::from(*count)));
        dense.map(|(code, count)| (code, u64::from(*count))).chain(sparse)
    }

    fn add(&mut self, code: u64, count: u32) {
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
}
