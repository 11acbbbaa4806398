//! A hash table from words or letters to languages that is only read: places are tried one after the other.
//!
//! Several times quicker here than the standard one, which is safe for keys that an attacker chooses. Of a word only a
//! fingerprint of 32 bits is kept, so that the table stays in the processor's cache; of a million unknown words one is
//! taken for a known one.

use std::collections::HashMap;

/// From words to languages.
pub(super) struct Table {
    /// Fingerprints; 0 where a place is free.
    words: Vec<u32>,
    languages: Vec<u64>,
}

impl Table {
    /// Makes a table of words and their languages, a bit each.
    pub(super) fn build(masks: &HashMap<u128, u64>) -> Self {
        let size = (masks.len() * 2).next_power_of_two().max(2);
        let mut table = Self { words: vec![0; size], languages: vec![0; size] };
        for (word, languages) in masks {
            let place = table.place(fingerprint(*word));
            table.words[place] = fingerprint(*word);
            table.languages[place] |= languages;
        }
        table
    }

    /// Where a word is, or a free place for it.
    #[inline]
    fn place(&self, word: u32) -> usize {
        let last = self.words.len() - 1;
        let mut place = word as usize & last;
        while self.words[place] != word && self.words[place] != 0 {
            place = (place + 1) & last;
        }
        place
    }

    /// The languages of a word, none if it is unknown.
    #[inline]
    pub(super) fn get(&self, word: u128) -> u64 {
        self.languages[self.place(fingerprint(word))]
    }
}

#[inline]
fn fingerprint(word: u128) -> u32 {
    let folded = (word as u64) ^ ((word >> 64) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (folded.wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 32) as u32 | 1 << 31
}
