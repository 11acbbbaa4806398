//! The most relevant samples of a result.

use blendscope_engine::Hit;

/// Keeps the best hits: many at a time, of which the worse half is dropped whenever there is no more room.
pub(super) struct Best {
    hits: Vec<Hit>,
    count: usize,
    after: Option<Hit>,
    threshold: f32,
}

/// Room for hits beyond twice those that are asked for.
const SPARE: usize = 16;

impl Best {
    /// Room for `count` hits that come after the hit `after`.
    pub(super) fn new(count: usize, after: Option<Hit>) -> Self {
        Self { hits: Vec::new(), count, after, threshold: f32::MIN }
    }

    /// Scores up to this one need not be looked at. Samples as good as the worst that is kept may still go before it by
    /// their position, so the threshold stays just below its score.
    pub(super) fn threshold(&self) -> f32 {
        self.threshold
    }

    /// Keeps a sample if it is good enough and shown; its position is asked for only then.
    pub(super) fn offer(&mut self, score: f32, position: impl FnOnce() -> Option<u64>) {
        if self.count == 0 || self.after.is_some_and(|after| score > after.score) {
            return;
        }
        let Some(position) = position() else { return };
        let hit = Hit { score, position };
        if self.after.is_some_and(|after| hit <= after) {
            return;
        }
        self.hits.push(hit);
        if self.hits.len() == self.count || self.hits.len() > self.count.saturating_mul(2) + SPARE {
            self.drop_worse();
        }
    }

    /// Leaves the best, the worst of them last.
    fn drop_worse(&mut self) {
        let (_, worst, _) = self.hits.select_nth_unstable(self.count - 1);
        self.threshold = worst.score.next_down();
        self.hits.truncate(self.count);
    }

    /// What was kept, best first.
    pub(super) fn into_hits(mut self) -> Vec<Hit> {
        self.hits.sort_unstable();
        self.hits.truncate(self.count);
        self.hits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_best_are_kept(scores in proptest::collection::vec(0_u8..20, 0..200), count in 0_usize..30, after: Option<u8>) {
            let hit = |(ordinal, score): (usize, &u8)| Hit { score: f32::from(*score), position: ordinal as u64 };
            let mut all: Vec<Hit> = scores.iter().enumerate().map(hit).collect();
            let after = after.and_then(|place| all.get(usize::from(place)).copied());
            let mut best = Best::new(count, after);
            for hit in &all {
                if hit.score > best.threshold() {
                    best.offer(hit.score, || Some(hit.position));
                }
            }
            all.sort_unstable();
            all.retain(|hit| after.is_none_or(|after| *hit > after));
            all.truncate(count);
            prop_assert_eq!(best.into_hits(), all);
        }
    }
}
