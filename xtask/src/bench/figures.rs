//! What was measured.

use super::queries::Query;
use std::time::Duration;

/// Everything that was measured on one root.
pub(super) struct Run {
    pub(super) title: String,
    pub(super) samples: u64,
    /// Bytes of the annotation files as they lie on disk.
    pub(super) bytes: u64,
    pub(super) queries: Vec<Query>,
    pub(super) blendscope: Engine,
    /// Per query the samples with exactly these words, inflected forms left out.
    pub(super) exact: Vec<u64>,
    pub(super) served: Served,
    pub(super) peers: Vec<Engine>,
}

/// What one engine took to build its index and to answer.
pub(super) struct Engine {
    pub(super) name: String,
    pub(super) build: Duration,
    /// Processor time of building on all cores, where the system tells it.
    pub(super) build_processor: Option<Duration>,
    pub(super) peak_bytes: u64,
    pub(super) index_bytes: u64,
    /// Per query; none where the engine cannot answer it.
    pub(super) answers: Vec<Option<Answer>>,
}

/// An answer inside an engine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Answer {
    pub(super) took_ms: f64,
    /// Samples found.
    pub(super) count: u64,
}

/// What Blendscope's server took.
pub(super) struct Served {
    /// From starting the server on a root without an index to an answer with a sample in it.
    pub(super) first_sample: Duration,
    /// Milliseconds of all search calls of the clients that asked at once, sorted.
    pub(super) searches_ms: Vec<f64>,
    /// Milliseconds of the facets call per query, sorted; none where the server has no such call.
    pub(super) facets_ms: Option<Vec<f64>>,
}

impl Engine {
    /// Milliseconds of the queries for which `is_asked` holds by their place, sorted.
    pub(super) fn times_ms(&self, is_asked: impl Fn(usize) -> bool) -> Vec<f64> {
        let asked = self.answers.iter().enumerate().filter(|(place, _)| is_asked(*place));
        sorted(asked.filter_map(|(_, answer)| answer.map(|answer| answer.took_ms)).collect())
    }

    /// Milliseconds of all queries that it can answer, sorted.
    pub(super) fn all_times_ms(&self) -> Vec<f64> {
        self.times_ms(|_| true)
    }
}

/// Per query the answer of median time over several rounds, each of which asked all queries.
pub(super) fn medians(rounds: &[Vec<Option<Answer>>]) -> Vec<Option<Answer>> {
    let queries = rounds.first().map_or(0, Vec::len);
    let median = |query: usize| {
        let mut answers: Vec<Answer> = rounds.iter().filter_map(|round| *round.get(query)?).collect();
        answers.sort_by(|a, b| a.took_ms.total_cmp(&b.took_ms));
        answers.get(answers.len() / 2).copied()
    };
    (0..queries).map(median).collect()
}

pub(super) fn sorted(mut times: Vec<f64>) -> Vec<f64> {
    times.sort_by(f64::total_cmp);
    times
}

/// The least of sorted times that so many percent are not above; zero of none.
pub(super) fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_occurred() {
        let times: Vec<f64> = (1..=20).map(f64::from).collect();
        let shown = |times: &[f64], percent: usize| percentile(times, percent).to_string();
        assert_eq!([5, 50, 51, 99, 100].map(|percent| shown(&times, percent)), ["1", "10", "11", "20", "20"]);
        assert_eq!((shown(&[7.0], 50), shown(&[], 50)), ("7".to_owned(), "0".to_owned()));
    }

    #[test]
    fn medians_are_taken_per_query() {
        let answer = |took_ms: f64| Some(Answer { took_ms, count: 1 });
        let rounds = [vec![answer(3.0), None], vec![answer(1.0), None], vec![answer(2.0), None]];
        assert_eq!(medians(&rounds), [answer(2.0), None]);
    }
}
