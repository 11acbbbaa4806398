//! The table of columns: adding a countable fact is one entry here.

use super::SampleValues;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A column that is filled while records are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Column {
    /// Sample key.
    Key,
    /// Hash of the id as text.
    Id,
    /// First byte of the record.
    Offset,
    /// Bytes of the record.
    Length,
    /// First byte of the record's kept JSON form, for binary containers.
    Kept,
    /// Records skipped before the sample: its number in the file is this plus its ordinal.
    Skipped,
    /// Turns.
    Turns,
    /// Whitespace words of the instructions.
    WordsHuman,
    /// Whitespace words of the responses.
    WordsGpt,
    /// Whitespace words of all turns.
    Words,
    /// Characters of all turns.
    Characters,
    /// Image refs.
    Images,
    /// Language code.
    Language,
    /// Flags.
    Flags,
}

/// How a column is stored and filled.
pub(super) struct ColumnSpec {
    /// Which one.
    pub column: Column,
    /// Name of its parts; the number in it is the version of what is counted.
    pub name: &'static str,
    /// The value of a sample.
    pub value: fn(&SampleValues) -> u64,
}

/// Every column, in the order of [`Column`].
pub(super) const COLUMNS: [ColumnSpec; 14] = [
    ColumnSpec { column: Column::Key, name: "key.1", value: |facts| facts.key.0 },
    ColumnSpec { column: Column::Id, name: "id.1", value: |facts| facts.id },
    ColumnSpec { column: Column::Offset, name: "offset.1", value: |facts| facts.place.offset },
    ColumnSpec { column: Column::Length, name: "length.1", value: |facts| u64::from(facts.place.length) },
    ColumnSpec { column: Column::Kept, name: "kept.1", value: |facts| facts.place.kept },
    ColumnSpec { column: Column::Skipped, name: "skipped.1", value: |facts| facts.skipped_before },
    ColumnSpec { column: Column::Turns, name: "turns.1", value: |facts| facts.turns },
    ColumnSpec { column: Column::WordsHuman, name: "words_human.1", value: |facts| facts.words_human },
    ColumnSpec { column: Column::WordsGpt, name: "words_gpt.1", value: |facts| facts.words_gpt },
    ColumnSpec { column: Column::Words, name: "words.1", value: |facts| facts.words },
    ColumnSpec { column: Column::Characters, name: "characters.1", value: |facts| facts.characters },
    ColumnSpec { column: Column::Images, name: "images.1", value: |facts| facts.images },
    ColumnSpec { column: Column::Language, name: "language.1", value: |facts| facts.language.0 },
    ColumnSpec { column: Column::Flags, name: "flags.2", value: |facts| facts.flags },
];

/// Sums over the samples of a generation, kept while reading so that no column has to be walked for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetSums {
    /// Turns.
    pub turns: u64,
    /// Whitespace words of all turns.
    pub words: u64,
    /// Image refs.
    pub images: u64,
    /// Image refs that lie elsewhere.
    #[serde(default)]
    pub remote: u64,
    /// Samples without an image.
    pub text_only: u64,
    /// Samples per language, packed as in [`super::Language`].
    pub languages: BTreeMap<u64, u64>,
}

impl SetSums {
    /// Adds one sample.
    pub fn add(&mut self, facts: &SampleValues) {
        self.turns += facts.turns;
        self.words += facts.words;
        self.images += facts.images;
        self.remote += facts.remote;
        self.text_only += u64::from(facts.images == 0);
        *self.languages.entry(facts.language.0).or_default() += 1;
    }

    /// Adds the sums of others.
    pub fn add_all(&mut self, others: &Self) {
        self.turns += others.turns;
        self.words += others.words;
        self.images += others.images;
        self.remote += others.remote;
        self.text_only += others.text_only;
        for (language, count) in &others.languages {
            *self.languages.entry(*language).or_default() += count;
        }
    }
}
