//! A list of documents as the engine walks through it.

use tantivy::query::Scorer;
use tantivy::{DocId, DocSet, Score, TERMINATED};

/// Documents found, with how often each matches.
pub(super) struct Found {
    docs: Vec<(DocId, u32)>,
    at: usize,
    score: Box<dyn Fn(DocId, u32) -> Score + Send>,
}

impl Found {
    /// Documents in ascending order, and the relevance of one that matches so often.
    pub(super) fn new(docs: Vec<(DocId, u32)>, score: Box<dyn Fn(DocId, u32) -> Score + Send>) -> Self {
        Self { docs, at: 0, score }
    }
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
