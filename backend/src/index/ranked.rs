//! Relevance added to samples that are known to match: each word is looked up only in those.

use std::fmt;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TantivyError};

/// Matching samples, with the sum of what some words give them.
pub(super) struct Ranked {
    matching: Box<dyn Query>,
    words: Vec<Box<dyn Query>>,
}

impl Ranked {
    /// The samples of `matching`, ranked by `words`.
    pub(super) fn new(matching: Box<dyn Query>, words: Vec<Box<dyn Query>>) -> Self {
        Self { matching, words }
    }
}

impl Clone for Ranked {
    fn clone(&self) -> Self {
        Self {
            matching: self.matching.box_clone(),
            words: self.words.iter().map(|word| word.box_clone()).collect(),
        }
    }
}

impl fmt::Debug for Ranked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Ranked({:?}, {:?})", self.matching, self.words)
    }
}

impl Query for Ranked {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let matching = self.matching.weight(EnableScoring::disabled_from_schema(scoring.schema()))?;
        let words: tantivy::Result<_> = self.words.iter().map(|word| word.weight(scoring)).collect();
        Ok(Box::new(RankedWeight { matching, words: words? }))
    }
}

struct RankedWeight {
    matching: Box<dyn Weight>,
    words: Vec<Box<dyn Weight>>,
}

impl Weight for RankedWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let matching = self.matching.scorer(segment, 1.0)?;
        let words: tantivy::Result<_> = self.words.iter().map(|word| word.scorer(segment, boost)).collect();
        Ok(Box::new(RankedScorer { matching, words: words? }))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(segment, 1.0)?;
        if scorer.doc() <= doc && scorer.seek(doc) == doc {
            return Ok(Explanation::new("sum over the words", scorer.score()));
        }
        Err(TantivyError::InvalidArgument(format!("document {doc} does not match")))
    }
}

struct RankedScorer {
    matching: Box<dyn Scorer>,
    words: Vec<Box<dyn Scorer>>,
}

impl DocSet for RankedScorer {
    fn advance(&mut self) -> DocId {
        self.matching.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.matching.seek(target)
    }

    fn doc(&self) -> DocId {
        self.matching.doc()
    }

    fn size_hint(&self) -> u32 {
        self.matching.size_hint()
    }
}

impl Scorer for RankedScorer {
    fn score(&mut self) -> Score {
        let doc = self.matching.doc();
        let mut sum = 0.0;
        for word in &mut self.words {
            let at = if word.doc() < doc { word.seek(doc) } else { word.doc() };
            if at == doc {
                sum += word.score();
            }
        }
        sum
    }
}
