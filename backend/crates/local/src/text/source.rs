//! Terms of which one is meant, as they stand in a segment.

use crate::text::Outcome;
use crate::text::living::Living;
use crate::text::schema::{Fields, is_common, is_pair};
use blendscope_engine::Budget;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{BlockSegmentPostings, SegmentPostings, TermInfo};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, Searcher, SegmentReader, Term};

/// Terms of which one is meant.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// These.
    Terms(Vec<String>),
    /// All words that begin so.
    Prefix(String),
    /// Those of them that are in no pair of very frequent words.
    UncommonPrefix(String),
    /// All pairs of very frequent words that begin so.
    PairPrefix(String),
}

impl Source {
    /// What its words take of memory, in bytes.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::Terms(terms) => terms.iter().map(|term| size_of::<String>() + term.len()).sum(),
            Self::Prefix(word) | Self::UncommonPrefix(word) | Self::PairPrefix(word) => word.len(),
        }
    }

    /// Whether there is a term at all.
    pub(crate) fn is_possible(&self) -> bool {
        !matches!(self, Self::Terms(terms) if terms.is_empty())
    }

    /// The term, if it is only one.
    pub(crate) fn only(&self) -> Option<&str> {
        match self {
            Self::Terms(terms) if terms.len() == 1 => Some(&terms[0]),
            _ => None,
        }
    }

    /// Calls `visit` with each of the terms that a field of a segment has.
    pub(crate) fn for_each_term(
        &self,
        inverted: &InvertedIndexReader,
        field: Field,
        budget: &Budget,
        mut visit: impl FnMut(&[u8], &TermInfo) -> Outcome<()>,
    ) -> Outcome<()> {
        match self {
            Self::Terms(terms) => {
                for term in terms {
                    budget.check()?;
                    if let Some(info) = inverted.get_term_info(&Term::from_field_text(field, term))? {
                        visit(term.as_bytes(), &info)?;
                    }
                }
            }
            Self::Prefix(prefix) | Self::UncommonPrefix(prefix) | Self::PairPrefix(prefix) => {
                let mut stream = inverted.terms().range().ge(prefix.as_bytes()).into_stream()?;
                while stream.advance() && stream.key().starts_with(prefix.as_bytes()) {
                    budget.check()?;
                    if self.means(stream.key()) {
                        visit(stream.key(), stream.value())?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether a term that begins as it should is one of those meant.
    fn means(&self, term: &[u8]) -> bool {
        match self {
            Self::Terms(_) | Self::PairPrefix(_) => true,
            Self::Prefix(_) => !is_pair(term),
            Self::UncommonPrefix(_) => !is_pair(term) && !std::str::from_utf8(term).is_ok_and(is_common),
        }
    }

    /// The same with the positions of each, one after the other: there may be tens of thousands.
    pub(crate) fn for_each_postings(
        &self,
        segment: &SegmentReader,
        field: Field,
        budget: &Budget,
        mut visit: impl FnMut(SegmentPostings) -> Outcome<()>,
    ) -> Outcome<()> {
        let inverted = segment.inverted_index(field)?;
        self.for_each_term(&inverted, field, budget, |_, info| {
            let option = IndexRecordOption::WithFreqsAndPositions;
            visit(inverted.read_postings_from_terminfo(info, option)?)
        })
    }
}

/// Reads documents of many terms of a field, keeping what it reads with.
pub(crate) struct DocReader<'i> {
    inverted: &'i InvertedIndexReader,
    budget: &'i Budget,
    block: Option<BlockSegmentPostings>,
}

impl<'i> DocReader<'i> {
    /// A reader for a field of a segment.
    pub(crate) fn new(inverted: &'i InvertedIndexReader, budget: &'i Budget) -> Self {
        Self { inverted, budget, block: None }
    }

    /// Calls `visit` with every document of a term.
    pub(crate) fn read(&mut self, info: &TermInfo, mut visit: impl FnMut(DocId)) -> Outcome<()> {
        let block = match &mut self.block {
            Some(block) => {
                self.inverted.reset_block_postings_from_terminfo(info, block)?;
                block
            }
            none => {
                none.insert(self.inverted.read_block_postings_from_terminfo(info, IndexRecordOption::Basic)?)
            }
        };
        while !block.docs().is_empty() {
            self.budget.check()?;
            block.docs().iter().for_each(|doc| visit(*doc));
            block.advance();
        }
        Ok(())
    }
}

/// One state of the index, as one request looks into it.
#[derive(Clone, Copy)]
pub(crate) struct Scan<'a> {
    /// The segments.
    pub searcher: &'a Searcher,
    /// What they are made of.
    pub fields: &'a Fields,
    /// Statistics of what is not deleted.
    pub living: &'a Living,
    /// What the request may cost.
    pub budget: &'a Budget,
}
