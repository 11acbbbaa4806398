//! The pieces that come up often, in bounded memory.
//!
//! A table of counts with a fixed number of places. When it is full, the middle one of its counts is taken from every
//! count, and what falls to nothing leaves. A count is then too low by at most [`Frequent::missed`], and whatever came
//! up more often than that is in the table: the algorithm of Misra and Gries, "Finding repeated elements" (1982), with
//! the median in place of 1, so that a pass over the table is paid for by half of its places.

use crate::ingest::templates::choose::Candidate;
use crate::ingest::templates::pieces::Piece;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Places of the table: what a hash table of 2 MB holds. A million different pieces cost each count 36 at most.
const PLACES: usize = 7 << 13;

/// Bytes of texts in the table at most.
const TEXT_BYTES: usize = 4 << 20;

/// Something for each of some numbers that are hashes already.
pub(crate) type ByHash<V> = HashMap<u64, V, BuildHasherDefault<Hashed>>;

/// Counts pieces by their hashes.
pub(crate) struct Frequent {
    entries: ByHash<Entry>,
    places: usize,
    text_bytes: usize,
    missed: u32,
}

/// A count, and the text from the second time on: most pieces come up only once.
#[derive(Default)]
struct Entry {
    count: u32,
    text: Option<Box<str>>,
    goes_on: bool,
}

impl Default for Frequent {
    fn default() -> Self {
        Self::with_places(PLACES)
    }
}

impl Frequent {
    /// A table with this many places.
    fn with_places(places: usize) -> Self {
        Self { entries: HashMap::default(), places, text_bytes: 0, missed: 0 }
    }

    /// Counts a piece with its hash.
    pub(crate) fn add(&mut self, hash: u64, piece: Piece<'_>) {
        let entry = self.entries.entry(hash).or_default();
        entry.count += 1;
        entry.goes_on = piece.goes_on;
        if entry.count > 1 && entry.text.is_none() {
            entry.text = Some(piece.text.into());
            self.text_bytes += piece.text.len();
        }
        while self.entries.len() > self.places || self.text_bytes > TEXT_BYTES {
            self.make_room();
        }
    }

    /// By how much a count may be too low: a piece that came up more often than that by two is in the table with its
    /// text.
    pub(crate) fn missed(&self) -> u32 {
        self.missed
    }

    /// All that may have come up `threshold` times, by their hashes and with nothing counted yet.
    pub(crate) fn into_candidates(self, threshold: u32) -> impl Iterator<Item = (u64, Candidate)> {
        let candidate = move |(hash, entry): (u64, Entry)| {
            let text = entry.text.filter(|_| entry.count + self.missed >= threshold)?.into_string();
            Some((hash, Candidate { text, goes_on: entry.goes_on, count: 0 }))
        };
        self.entries.into_iter().filter_map(candidate)
    }

    fn make_room(&mut self) {
        let mut counts: Vec<u32> = self.entries.values().map(|entry| entry.count).collect();
        let middle = counts.len() / 2;
        let taken = *counts.select_nth_unstable(middle).1;
        self.missed += taken;
        self.entries.retain(|_, entry| {
            entry.count = entry.count.saturating_sub(taken);
            let text = entry.text.as_ref().map_or(0, |text| text.len());
            self.text_bytes -= if entry.count == 0 { text } else { 0 };
            entry.count > 0
        });
    }
}

/// The hash of a number that is a hash.
#[derive(Default)]
pub(crate) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_is_frequent_is_found(words in prop::collection::vec(0_u32..40, 0..400), places in 1_usize..20) {
            let mut table = Frequent::with_places(places);
            let mut counts = HashMap::new();
            for word in &words {
                let text = format!("word {word}");
                let piece = Piece { text: &text, goes_on: false };
                table.add(piece.hash(), piece);
                *counts.entry(text).or_insert(0) += 1;
                prop_assert!(table.entries.len() <= places);
            }
            let missed = table.missed();
            prop_assert!(missed as usize <= words.len() / (places / 2 + 1), "{} of {}", missed, words.len());
            let found: Vec<_> = table.into_candidates(missed + 2).map(|(_, candidate)| candidate.text).collect();
            for (text, count) in counts {
                prop_assert!(count < missed + 2 || found.contains(&text), "{} came up {} times", text, count);
            }
        }
    }

    #[test]
    fn long_texts_do_not_fill_the_memory() {
        let mut table = Frequent::default();
        let long = "x".repeat(2000);
        for number in 0..10_000 {
            let text = format!("{number} {long}");
            let piece = Piece { text: &text, goes_on: false };
            table.add(piece.hash(), piece);
            table.add(piece.hash(), piece);
            assert!(table.text_bytes <= TEXT_BYTES);
        }
        let texts: usize =
            table.entries.values().filter_map(|entry| entry.text.as_ref()).map(|text| text.len()).sum();
        assert_eq!(texts, table.text_bytes);
    }
}
