//! The words of an index: no call of the cluster gives the terms of a text, so each generation keeps a dictionary of its
//! own among its parts, made while it is filled and read when a query is asked.
//!
//! A dictionary is two parts: the words as a finite state transducer, each with its number in their order; and for each
//! word the samples that have it in each of the five texts, as `u32` little endian, packed by Zstandard.

use blendscope_columns::GenerationWriter;
use blendscope_dictionary::{Dictionary, Visit};
use blendscope_engine::{Budget, EngineError, Outcome, Parts};
use blendscope_query::TextField;
use std::collections::HashMap;
use std::sync::Arc;
use tantivy_fst::{Automaton, IntoStreamer, Map, MapBuilder, Streamer};

/// The names of the parts.
const WORDS: &str = "engine/words";
const COUNTS: &str = "engine/word_counts";

/// Texts of a sample.
const TEXTS: usize = 5;

/// How hard counts are packed.
const LEVEL: i32 = 3;

/// Counts words while a generation is filled.
#[derive(Default)]
pub(crate) struct WordCounter {
    words: HashMap<Box<str>, Counted>,
}

/// By text: samples with a word, and the last of them, as one more than its ordinal.
#[derive(Default)]
struct Counted {
    samples: [u32; TEXTS],
    last: [u32; TEXTS],
}

impl WordCounter {
    /// Counts a word in a text of the sample with an ordinal; these ascend.
    pub(crate) fn add(&mut self, term: &str, text: TextField, ordinal: u32) {
        if !self.words.contains_key(term) {
            self.words.insert(term.into(), Counted::default());
        }
        let Some(counted) = self.words.get_mut(term) else { return };
        let text = text as usize;
        if counted.last[text] != ordinal + 1 {
            counted.last[text] = ordinal + 1;
            counted.samples[text] += 1;
        }
    }

    /// Writes the dictionary among the parts of its generation.
    pub(crate) fn finish(self, file: &mut GenerationWriter) -> Outcome<()> {
        let mut sorted: Vec<(Box<str>, Counted)> = self.words.into_iter().collect();
        sorted.sort_unstable_by(|left, right| left.0.cmp(&right.0));
        let failed = |error: tantivy_fst::Error| EngineError::Failed(Box::new(error));
        let mut words = MapBuilder::memory();
        let mut counts = Vec::with_capacity(sorted.len() * TEXTS * size_of::<u32>());
        for (number, (word, counted)) in (0..).zip(&sorted) {
            words.insert(word.as_bytes(), number).map_err(failed)?;
            counted.samples.iter().for_each(|samples| counts.extend_from_slice(&samples.to_le_bytes()));
        }
        file.add_part(WORDS, &words.into_inner().map_err(failed)?)?;
        let packed =
            zstd::bulk::compress(&counts, LEVEL).map_err(|error| EngineError::Failed(Box::new(error)))?;
        Ok(file.add_part(COUNTS, &packed)?)
    }
}

/// The dictionary of a generation.
pub(crate) struct GenerationWords {
    words: Map<Vec<u8>>,
    counts: Vec<u32>,
}

impl GenerationWords {
    /// Reads the dictionary of a generation from its parts.
    pub(crate) fn read(parts: &dyn Parts) -> Outcome<Self> {
        let (Some(words), Some(packed)) = (parts.last(WORDS)?, parts.last(COUNTS)?) else {
            return Err(parts.damaged(WORDS));
        };
        let words = Map::from_bytes(words.into_owned()).map_err(|_| parts.damaged(WORDS))?;
        let bytes = words.len() * TEXTS * size_of::<u32>();
        let counts = zstd::bulk::decompress(&packed, bytes).map_err(|_| parts.damaged(COUNTS))?;
        if counts.len() != bytes {
            return Err(parts.damaged(COUNTS));
        }
        let (numbers, _) = counts.as_chunks::<4>();
        Ok(Self { words, counts: numbers.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect() })
    }

    fn samples(&self, number: u64, text: TextField) -> u64 {
        u64::from(self.counts[number as usize * TEXTS + text as usize])
    }
}

/// The dictionaries of all live generations, as one request asks them.
pub(crate) struct LiveWords<'a> {
    /// One for each generation.
    pub generations: &'a [Arc<GenerationWords>],
    /// What the request may cost.
    pub budget: &'a Budget,
}

impl Dictionary for LiveWords<'_> {
    type Error = EngineError;

    fn search<A: Automaton>(
        &self,
        fields: &[TextField],
        automaton: &dyn Fn() -> A,
        before: &str,
        visit: &mut Visit<'_>,
    ) -> Outcome<()>
    where
        A::State: Clone,
    {
        for of in self.generations {
            let search = of.words.search(automaton());
            let mut stream = if before.is_empty() { search } else { search.lt(before) }.into_stream();
            while let Some((word, number)) = stream.next() {
                self.budget.check()?;
                for field in fields {
                    let samples = of.samples(number, *field);
                    if samples > 0 {
                        visit(word, *field, samples);
                    }
                }
            }
        }
        Ok(())
    }

    fn samples_with(&self, field: TextField, term: &str) -> Outcome<u64> {
        self.budget.check()?;
        let of_one =
            |of: &Arc<GenerationWords>| of.words.get(term).map_or(0, |number| of.samples(number, field));
        Ok(self.generations.iter().map(of_one).sum())
    }
}

/// Recognizes words that begin so.
pub(crate) struct Beginning<'p>(pub &'p [u8]);

impl Automaton for Beginning<'_> {
    /// Bytes that agree so far; none when one does not.
    type State = Option<usize>;

    fn start(&self) -> Option<usize> {
        Some(0)
    }

    fn is_match(&self, state: &Option<usize>) -> bool {
        *state == Some(self.0.len())
    }

    fn can_match(&self, state: &Option<usize>) -> bool {
        state.is_some()
    }

    fn accept(&self, state: &Option<usize>, byte: u8) -> Option<usize> {
        match state {
            Some(at) if *at == self.0.len() => Some(*at),
            Some(at) if self.0[*at] == byte => Some(at + 1),
            _ => None,
        }
    }
}
