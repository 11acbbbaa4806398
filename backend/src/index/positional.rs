//! Queries that look at positions where the engine's own phrases do not suffice: words near each other, and phrases
//! whose last word may go on.
//!
//! A *sequence* is a word or phrase: slots at fixed offsets, each filled by one of some terms. Documents are intersected
//! first; positions are read only of those that hold every sequence.

mod found;
mod spans;

use super::common::is_pair;
use found::Found;
use spans::{Spans, near};
use std::fmt;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{BitSetDocSet, Bm25Weight, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{BitSet, DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

/// Terms of which one is meant.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// These.
    Terms(Vec<String>),
    /// All that begin so.
    Prefix(String),
}

/// Slots at offsets, the first at 0.
#[derive(Clone, Debug)]
pub(super) struct Sequence {
    slots: Vec<(u32, Source)>,
}

/// Sequences of which each stands near the one before it, in one field.
#[derive(Clone)]
pub(super) struct Positional {
    sequences: Vec<Sequence>,
    /// Terms that may stand between each sequence and the next.
    reach: Vec<u32>,
    field: Field,
    scoring: Option<Bm25Weight>,
}

impl Source {
    /// Calls `visit` with the postings of each of the terms that a segment has, one after the other: there may be tens
    /// of thousands.
    pub(super) fn for_each_postings(
        &self,
        segment: &SegmentReader,
        field: Field,
        option: IndexRecordOption,
        mut visit: impl FnMut(SegmentPostings),
    ) -> tantivy::Result<()> {
        let inverted = segment.inverted_index(field)?;
        match self {
            Self::Terms(terms) => {
                for term in terms {
                    inverted.read_postings(&Term::from_field_text(field, term), option)?.map(&mut visit);
                }
            }
            Self::Prefix(prefix) => {
                let mut stream = inverted.terms().range().ge(prefix.as_bytes()).into_stream()?;
                while stream.advance() && stream.key().starts_with(prefix.as_bytes()) {
                    if !is_pair(stream.key()) {
                        visit(inverted.read_postings_from_terminfo(stream.value(), option)?);
                    }
                }
            }
        }
        Ok(())
    }

    /// Adds the documents of a segment that have one of the terms.
    pub(super) fn collect(
        &self,
        segment: &SegmentReader,
        field: Field,
        found: &mut BitSet,
    ) -> tantivy::Result<()> {
        self.for_each_postings(segment, field, IndexRecordOption::Basic, |mut postings| {
            let mut doc = postings.doc();
            while doc != TERMINATED {
                found.insert(doc);
                doc = postings.advance();
            }
        })
    }

    /// The postings of its term, if it is only one.
    fn only(&self, segment: &SegmentReader, field: Field) -> tantivy::Result<Option<SegmentPostings>> {
        match self {
            Self::Terms(terms) if terms.len() == 1 => {
                let term = Term::from_field_text(field, &terms[0]);
                Ok(segment.inverted_index(field)?.read_postings(&term, IndexRecordOption::Basic)?)
            }
            _ => Ok(None),
        }
    }
}

impl Sequence {
    /// Slots by their offsets, ascending from 0.
    pub(super) fn new(slots: Vec<(u32, Source)>) -> Self {
        Self { slots }
    }

    /// Whether every slot has a term that could fill it.
    pub(super) fn is_possible(&self) -> bool {
        self.slots.iter().all(|(_, source)| !matches!(source, Source::Terms(terms) if terms.is_empty()))
    }

    fn length(&self) -> u32 {
        self.slots.last().map_or(1, |(offset, _)| offset + 1)
    }
}

impl Positional {
    /// Sequences near each other; `reach` has one number less than there are sequences.
    pub(super) fn new(sequences: Vec<Sequence>, reach: Vec<u32>, field: Field) -> Self {
        Self { sequences, reach, field, scoring: None }
    }

    /// The documents of a segment, each with how often it matches.
    fn find(&self, segment: &SegmentReader) -> tantivy::Result<Vec<(DocId, u32)>> {
        let slots: Vec<&Source> =
            self.sequences.iter().flat_map(|sequence| &sequence.slots).map(|(_, source)| source).collect();
        let docs = self.documents(segment, &slots)?;
        let mut found: Option<Spans> = None;
        for (index, sequence) in self.sequences.iter().enumerate() {
            let spans = self.spans(segment, sequence, &docs)?;
            found = Some(match found {
                None => spans,
                Some(before) => near(&before, &spans, self.reach[index - 1]),
            });
        }
        Ok(found.map(|spans| spans.counts(&docs)).unwrap_or_default())
    }

    /// Documents that have a term for every slot.
    fn documents(&self, segment: &SegmentReader, slots: &[&Source]) -> tantivy::Result<Vec<DocId>> {
        let (mut lists, mut sets) = (Vec::new(), Vec::new());
        for source in slots {
            if let Some(postings) = source.only(segment, self.field)? {
                lists.push(postings);
            } else {
                let mut found = BitSet::with_max_value(segment.max_doc());
                source.collect(segment, self.field, &mut found)?;
                sets.push(found);
            }
        }
        // The rarest term, or set of terms, goes first.
        lists.sort_by_key(SegmentPostings::doc_freq);
        sets.sort_by_key(BitSet::len);
        let mut lists = lists.into_iter();
        let mut docs = match lists.next() {
            Some(list) => all_docs(list),
            None if sets.is_empty() => Vec::new(),
            None => all_docs(BitSetDocSet::from(sets.remove(0))),
        };
        for mut list in lists {
            docs.retain(|doc| {
                let found = if list.doc() < *doc { list.seek(*doc) } else { list.doc() };
                found == *doc
            });
        }
        docs.retain(|doc| sets.iter().all(|set| set.contains(*doc)));
        Ok(docs)
    }

    /// Where a sequence stands in some documents.
    fn spans(&self, segment: &SegmentReader, sequence: &Sequence, docs: &[DocId]) -> tantivy::Result<Spans> {
        let mut spans: Option<Spans> = None;
        for (offset, source) in &sequence.slots {
            let mut slot = Spans::new(sequence.length());
            let option = IndexRecordOption::WithFreqsAndPositions;
            source.for_each_postings(segment, self.field, option, |postings| {
                read_positions(postings, docs, *offset, &mut slot);
            })?;
            slot.sort();
            spans = Some(match spans {
                None => slot,
                Some(before) => before.common(&slot),
            });
        }
        Ok(spans.unwrap_or_else(|| Spans::new(1)))
    }

    /// The terms by which relevance is reckoned: those the query names.
    fn named_terms(&self) -> Vec<Term> {
        let slots = self.sequences.iter().flat_map(|sequence| &sequence.slots);
        let named = slots.filter_map(|(_, source)| match source {
            Source::Terms(terms) => terms.first(),
            Source::Prefix(_) => None,
        });
        named.map(|term| Term::from_field_text(self.field, term)).collect()
    }
}

fn all_docs(mut set: impl DocSet) -> Vec<DocId> {
    let mut docs = Vec::with_capacity(set.size_hint() as usize);
    let mut doc = set.doc();
    while doc != TERMINATED {
        docs.push(doc);
        doc = set.advance();
    }
    docs
}

/// Adds where a term stands in some documents, put back by its offset in the sequence.
fn read_positions(mut postings: SegmentPostings, docs: &[DocId], offset: u32, spans: &mut Spans) {
    let mut positions = Vec::new();
    let mut index = 0;
    while index < docs.len() {
        let wanted = docs[index];
        let doc = if postings.doc() < wanted { postings.seek(wanted) } else { postings.doc() };
        if doc == TERMINATED {
            return;
        }
        if doc == wanted {
            postings.positions(&mut positions);
            for position in positions.iter().filter(|position| **position >= offset) {
                spans.push(index as u32, position - offset);
            }
            index += 1;
        } else {
            // A rare term: jump to where it stands next.
            index += docs[index..].partition_point(|next| *next < doc);
        }
    }
}

impl fmt::Debug for Positional {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Positional({:?}, {:?}, {:?})", self.sequences, self.reach, self.field)
    }
}

impl Query for Positional {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let mut weight = self.clone();
        let terms = self.named_terms();
        if let EnableScoring::Enabled { statistics_provider, .. } = scoring
            && !terms.is_empty()
        {
            weight.scoring = Some(Bm25Weight::for_terms(statistics_provider, &terms)?);
        }
        Ok(Box::new(weight))
    }
}

impl Weight for Positional {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let found = self.find(segment)?;
        let lengths = segment.fieldnorms_readers().get_field(self.field)?;
        let weight = self.scoring.as_ref().map(|weight| weight.boost_by(boost));
        let score = move |doc, count| match (&weight, &lengths) {
            (Some(weight), Some(lengths)) => weight.score(lengths.fieldnorm_id(doc), count),
            (Some(weight), None) => weight.score(1, count),
            (None, _) => boost,
        };
        Ok(Box::new(Found::new(found, Box::new(score))))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(segment, 1.0)?;
        if scorer.doc() <= doc && scorer.seek(doc) == doc {
            return Ok(Explanation::new("words near each other", scorer.score()));
        }
        Err(TantivyError::InvalidArgument(format!("document {doc} does not match")))
    }
}
