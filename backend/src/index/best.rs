//! The most relevant samples of a result.

use crate::columns::Row;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A sample that matches, with its relevance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hit {
    /// Relevance; larger is better.
    pub(crate) score: f32,
    /// The sample.
    pub(crate) row: Row,
}

impl Eq for Hit {}

impl PartialOrd for Hit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Better hits come first: by score, then by row, so that the order is total and pages never overlap.
impl Ord for Hit {
    fn cmp(&self, other: &Self) -> Ordering {
        other.score.total_cmp(&self.score).then_with(|| self.row.cmp(&other.row))
    }
}

/// Keeps the best hits.
pub(super) struct Best {
    hits: BinaryHeap<Hit>,
    count: usize,
    after: Option<Hit>,
}

impl Best {
    /// Room for `count` hits that come after the hit `after`.
    pub(super) fn new(count: usize, after: Option<Hit>) -> Self {
        Self { hits: BinaryHeap::new(), count, after }
    }

    /// Scores up to this one need not be looked at. Samples as good as the worst that is kept may still go before it by
    /// their row, so the threshold stays just below its score.
    pub(super) fn threshold(&self) -> f32 {
        match self.hits.peek() {
            Some(worst) if self.hits.len() >= self.count => worst.score.next_down(),
            _ => f32::MIN,
        }
    }

    /// Keeps a sample if it is good enough; its row is asked for only then.
    pub(super) fn offer(&mut self, score: f32, row: impl FnOnce() -> Row) {
        if self.count == 0 || self.after.is_some_and(|after| score > after.score) {
            return;
        }
        let hit = Hit { score, row: row() };
        if self.after.is_some_and(|after| hit <= after) {
            return;
        }
        self.hits.push(hit);
        if self.hits.len() > self.count {
            self.hits.pop();
        }
    }

    /// What was kept, best first.
    pub(super) fn into_hits(self) -> Vec<Hit> {
        self.hits.into_sorted_vec()
    }
}
