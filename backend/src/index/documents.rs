//! Sets of samples as a query of the engine, all equally relevant: with one of some words, or with a fact.

use super::positional::Source;
use super::segments::RowsOfSegments;
use super::view::FactTest;
use std::fmt;
use tantivy::postings::SegmentPostings;
use tantivy::query::{BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{BitSet, DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError};

/// Postings up to which a set is walked through without collecting it first.
const WALKED_MAX: usize = 12;

/// A set of samples.
#[derive(Clone)]
pub(super) struct Documents(Kind);

#[derive(Clone)]
enum Kind {
    /// Samples with one of some words in one of some fields.
    Words { sources: Vec<(Source, Field)>, is_sought: bool },
    /// Samples whose row passes a test.
    Rows(FactTest, RowsOfSegments),
}

impl Documents {
    /// Samples with one of some words. A set that `is_sought` is asked here and there for single samples and not walked
    /// through from end to end.
    pub(super) fn with_words(sources: Vec<(Source, Field)>, is_sought: bool) -> Self {
        Self(Kind::Words { sources, is_sought })
    }

    /// Samples that a fact holds for.
    pub(super) fn of_fact(test: FactTest, rows: RowsOfSegments) -> Self {
        Self(Kind::Rows(test, rows))
    }

    fn find(&self, segment: &SegmentReader) -> tantivy::Result<Box<dyn Scorer>> {
        let mut found = BitSet::with_max_value(segment.max_doc());
        match &self.0 {
            Kind::Words { sources, is_sought } => {
                if *is_sought && let Some(postings) = few_postings(sources, segment)? {
                    return Ok(Box::new(ConstScorer::new(AnyOf::new(postings), 0.0)));
                }
                for (source, field) in sources {
                    source.collect(segment, *field, &mut found)?;
                }
            }
            Kind::Rows(test, rows) => {
                let rows = rows.of(segment.segment_id());
                for doc in (0..segment.max_doc()).filter(|doc| rows.is_some_and(|rows| test(rows.row(*doc))))
                {
                    found.insert(doc);
                }
            }
        }
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), 0.0)))
    }
}

/// The postings of some words, unless there are too many.
fn few_postings(
    sources: &[(Source, Field)],
    segment: &SegmentReader,
) -> tantivy::Result<Option<Vec<SegmentPostings>>> {
    let mut all = Vec::new();
    for (source, field) in sources {
        if !matches!(source, Source::Terms(terms) if terms.len() <= WALKED_MAX) {
            return Ok(None);
        }
        source.for_each_postings(segment, *field, IndexRecordOption::Basic, |postings| all.push(postings))?;
    }
    Ok((all.len() <= WALKED_MAX).then_some(all))
}

impl fmt::Debug for Documents {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Words { sources, .. } => write!(formatter, "Documents({sources:?})"),
            Kind::Rows(..) => formatter.write_str("Documents(rows)"),
        }
    }
}

impl Query for Documents {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Documents {
    fn scorer(&self, segment: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        self.find(segment)
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut found = self.find(segment)?;
        if found.doc() <= doc && found.seek(doc) == doc {
            return Ok(Explanation::new("one of a set", 0.0));
        }
        Err(TantivyError::InvalidArgument(format!("document {doc} is not in the set")))
    }
}

/// Documents that one of some postings has.
struct AnyOf {
    postings: Vec<SegmentPostings>,
    doc: DocId,
}

impl AnyOf {
    fn new(postings: Vec<SegmentPostings>) -> Self {
        let mut any = Self { postings, doc: 0 };
        any.doc = any.first();
        any
    }

    fn first(&self) -> DocId {
        self.postings.iter().map(DocSet::doc).min().unwrap_or(TERMINATED)
    }
}

impl DocSet for AnyOf {
    fn advance(&mut self) -> DocId {
        for one in self.postings.iter_mut().filter(|one| one.doc() == self.doc) {
            one.advance();
        }
        self.doc = self.first();
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        for one in self.postings.iter_mut().filter(|one| one.doc() < target) {
            one.seek(target);
        }
        self.doc = self.first();
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.postings.iter().map(DocSet::size_hint).sum()
    }
}
