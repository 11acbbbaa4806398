//! Queries that look at positions where the engine's own phrases do not suffice: words near each other, and phrases
//! whose last word may go on.
//!
//! A *sequence* is a word or phrase: slots at fixed offsets, each filled by one of some terms. Documents are intersected
//! first; positions are read only of those that hold every sequence.

mod spans;

use super::common::is_pair;
use spans::{Spans, near};
use std::fmt;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{Bm25Weight, EnableScoring, Explanation, Query, Scorer, Weight};
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
    /// The postings of the terms that a segment has.
    pub(super) fn postings(
        &self,
        segment: &SegmentReader,
        field: Field,
        option: IndexRecordOption,
    ) -> tantivy::Result<Vec<SegmentPostings>> {
        let inverted = segment.inverted_index(field)?;
        let mut postings = Vec::new();
        match self {
            Self::Terms(terms) => {
                for term in terms {
                    postings.extend(inverted.read_postings(&Term::from_field_text(field, term), option)?);
                }
            }
            Self::Prefix(prefix) => {
                let mut stream = inverted.terms().range().ge(prefix.as_bytes()).into_stream()?;
                while stream.advance() && stream.key().starts_with(prefix.as_bytes()) {
                    if !is_pair(stream.key()) {
                        postings.push(inverted.read_postings_from_terminfo(stream.value(), option)?);
                    }
                }
            }
        }
        Ok(postings)
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
        let Some(docs) = self.documents(segment, &slots)? else { return Ok(Vec::new()) };
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

    /// Documents that have a term for every slot; none if a slot has no term here.
    fn documents(&self, segment: &SegmentReader, slots: &[&Source]) -> tantivy::Result<Option<Vec<DocId>>> {
        let mut sets: Vec<(u64, Vec<SegmentPostings>)> = Vec::with_capacity(slots.len());
        for source in slots {
            let postings = source.postings(segment, self.field, IndexRecordOption::Basic)?;
            if postings.is_empty() {
                return Ok(None);
            }
            sets.push((postings.iter().map(|one| u64::from(one.doc_freq())).sum(), postings));
        }
        sets.sort_by_key(|(size, _)| *size);
        let mut sets = sets.into_iter().map(|(_, postings)| postings);
        let mut docs = sets.next().map(|postings| all_docs(postings, segment.max_doc())).unwrap_or_default();
        for postings in sets {
            keep_common(&mut docs, postings, segment.max_doc());
        }
        Ok(Some(docs))
    }

    /// Where a sequence stands in some documents.
    fn spans(&self, segment: &SegmentReader, sequence: &Sequence, docs: &[DocId]) -> tantivy::Result<Spans> {
        let mut spans: Option<Spans> = None;
        for (offset, source) in &sequence.slots {
            let mut slot = Spans::new(sequence.length());
            let postings = source.postings(segment, self.field, IndexRecordOption::WithFreqsAndPositions)?;
            let is_sorted = postings.len() == 1;
            for one in postings {
                read_positions(one, docs, *offset, &mut slot);
            }
            if !is_sorted {
                slot.sort();
            }
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

fn all_docs(mut postings: Vec<SegmentPostings>, max_doc: DocId) -> Vec<DocId> {
    if let [one] = postings.as_mut_slice() {
        let mut docs = Vec::with_capacity(one.doc_freq() as usize);
        for_each_doc(one, |doc| docs.push(doc));
        return docs;
    }
    let mut found = BitSet::with_max_value(max_doc);
    for mut one in postings {
        for_each_doc(&mut one, |doc| {
            found.insert(doc);
        });
    }
    (0..max_doc).filter(|doc| found.contains(*doc)).collect()
}

fn keep_common(docs: &mut Vec<DocId>, mut postings: Vec<SegmentPostings>, max_doc: DocId) {
    if let [one] = postings.as_mut_slice() {
        docs.retain(|doc| {
            let found = if one.doc() < *doc { one.seek(*doc) } else { one.doc() };
            found == *doc
        });
        return;
    }
    let mut found = BitSet::with_max_value(max_doc);
    for mut one in postings {
        for_each_doc(&mut one, |doc| {
            found.insert(doc);
        });
    }
    docs.retain(|doc| found.contains(*doc));
}

fn for_each_doc(postings: &mut SegmentPostings, mut visit: impl FnMut(DocId)) {
    let mut doc = postings.doc();
    while doc != TERMINATED {
        visit(doc);
        doc = postings.advance();
    }
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
        Ok(Box::new(Found { docs: found, at: 0, score: Box::new(score) }))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(segment, 1.0)?;
        if scorer.doc() <= doc && scorer.seek(doc) == doc {
            return Ok(Explanation::new("words near each other", scorer.score()));
        }
        Err(TantivyError::InvalidArgument(format!("document {doc} does not match")))
    }
}

/// Documents found, with how often each matches.
struct Found {
    docs: Vec<(DocId, u32)>,
    at: usize,
    score: Box<dyn Fn(DocId, u32) -> Score + Send>,
}

impl DocSet for Found {
    fn advance(&mut self) -> DocId {
        self.at = (self.at + 1).min(self.docs.len());
        self.doc()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.at += self.docs[self.at..].partition_point(|(doc, _)| *doc < target);
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.docs.get(self.at).map_or(TERMINATED, |(doc, _)| *doc)
    }

    fn size_hint(&self) -> u32 {
        self.docs.len() as u32
    }
}

impl Scorer for Found {
    fn score(&mut self) -> Score {
        self.docs.get(self.at).map_or(0.0, |(doc, count)| (self.score)(*doc, *count))
    }
}
