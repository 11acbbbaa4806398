//! The measured figures, as they are written for other programs too; and the budgets that Blendscope is to meet.

use crate::queries::Query;
use serde::Serialize;

/// Everything that was measured on one root.
#[derive(Serialize)]
pub(crate) struct Run {
    /// What the samples are, for people.
    pub(crate) data: String,
    pub(crate) samples: u64,
    /// Bytes of the annotation files as they lie on disk.
    pub(crate) source_bytes: u64,
    pub(crate) queries: Vec<Asked>,
    /// Blendscope, then the peers.
    pub(crate) engines: Vec<Engine>,
    #[serde(flatten)]
    pub(crate) served: Served,
}

/// A query, and how many samples have exactly its words, inflected forms left out.
#[derive(Serialize)]
pub(crate) struct Asked {
    #[serde(flatten)]
    pub(crate) query: Query,
    pub(crate) exact: u64,
}

/// What one engine took to build its index and to answer.
#[derive(Serialize)]
pub(crate) struct Engine {
    pub(crate) name: String,
    pub(crate) build_seconds: f64,
    /// Processor time of building on all cores, where the system tells it.
    pub(crate) build_processor_seconds: Option<f64>,
    pub(crate) peak_memory_bytes: u64,
    pub(crate) index_bytes: u64,
    /// Per query; none where the engine cannot answer it.
    pub(crate) answers: Vec<Option<Answer>>,
}

/// An answer inside an engine.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Answer {
    pub(crate) took_ms: f64,
    /// Samples found.
    pub(crate) found: u64,
}

/// What Blendscope's server took.
#[derive(Serialize)]
pub(crate) struct Served {
    /// From starting the server on a root without an index to an answer with a sample in it.
    pub(crate) first_sample_seconds: f64,
    /// All search calls of the clients that asked at once, sorted.
    pub(crate) search_calls_ms: Vec<f64>,
    /// The facets call per query, sorted; none where the server has no such call.
    pub(crate) facets_calls_ms: Option<Vec<f64>>,
}

impl Run {
    pub(crate) fn blendscope(&self) -> &Engine {
        &self.engines[0]
    }

    pub(crate) fn peers(&self) -> &[Engine] {
        &self.engines[1..]
    }
}

impl Engine {
    /// Milliseconds of the queries for which `is_asked` holds by their place, sorted.
    pub(crate) fn times_ms(&self, is_asked: impl Fn(usize) -> bool) -> Vec<f64> {
        let asked = self.answers.iter().enumerate().filter(|(place, _)| is_asked(*place));
        sorted(asked.filter_map(|(_, answer)| answer.map(|answer| answer.took_ms)).collect())
    }

    /// Milliseconds of all queries that it can answer, sorted.
    pub(crate) fn all_times_ms(&self) -> Vec<f64> {
        self.times_ms(|_| true)
    }
}

/// Per query the answer of median time over several rounds, each of which asked all queries.
pub(crate) fn median_answers(rounds: &[Vec<Option<Answer>>]) -> Vec<Option<Answer>> {
    let queries = rounds.first().map_or(0, Vec::len);
    let median = |query: usize| {
        let mut answers: Vec<Answer> = rounds.iter().filter_map(|round| *round.get(query)?).collect();
        answers.sort_by(|a, b| a.took_ms.total_cmp(&b.took_ms));
        answers.get(answers.len() / 2).copied()
    };
    (0..queries).map(median).collect()
}

/// Per query the median time over several rounds, sorted.
pub(crate) fn median_times(rounds: &[Vec<f64>]) -> Vec<f64> {
    let queries = rounds.first().map_or(0, Vec::len);
    let median = |query: usize| {
        let times = sorted(rounds.iter().map(|round| round[query]).collect());
        times[times.len() / 2]
    };
    sorted((0..queries).map(median).collect())
}

pub(crate) fn sorted(mut times: Vec<f64>) -> Vec<f64> {
    times.sort_by(f64::total_cmp);
    times
}

/// The least of sorted times that so many percent are not above; zero of none.
pub(crate) fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(0.0)
}

/// Of the time of each of these peers, building may take so much.
const BUILD: f64 = 0.5;
const BUILD_PEERS: [&str; 2] = ["tantivy-py", "SQLite FTS5"];
/// Of the bytes of the annotation files.
const INDEX: f64 = 0.5;
/// Whatever the size.
const PEAK_BYTES: u64 = 500_000_000;
const FIRST_SAMPLE_SECONDS: f64 = 2.0;
/// Search is promised for so many samples.
const SEARCH_UP_TO: u64 = 1_500_000;
const ENGINE_P50_MS: f64 = 1.0;
const ENGINE_WORST_MS: f64 = 15.0;
const CALL_P99_MS: f64 = 30.0;
const FACETS_P50_MS: f64 = 20.0;
const FACETS_WORST_MS: f64 = 150.0;

pub(crate) fn build(run: &Run) -> String {
    let named = format!("≤ {BUILD} × {}", BUILD_PEERS.join(", "));
    let peers = run.peers().iter().filter(|peer| BUILD_PEERS.iter().any(|name| peer.name.starts_with(name)));
    let ratios: Vec<f64> = peers.map(|peer| run.blendscope().build_seconds / peer.build_seconds).collect();
    if ratios.len() < BUILD_PEERS.len() {
        return format!("{named}: not measured");
    }
    judged(named, ratios.iter().all(|&ratio| ratio <= BUILD))
}

pub(crate) fn index(run: &Run) -> String {
    let share = run.blendscope().index_bytes as f64 / run.source_bytes as f64;
    judged(format!("≤ {INDEX} of the source"), share <= INDEX)
}

pub(crate) fn peak(run: &Run) -> String {
    judged("≤ 500 MB".to_owned(), run.blendscope().peak_memory_bytes <= PEAK_BYTES)
}

pub(crate) fn first_sample(run: &Run) -> String {
    judged("≤ 2 s".to_owned(), run.served.first_sample_seconds <= FIRST_SAMPLE_SECONDS)
}

pub(crate) fn engine_p50(run: &Run) -> String {
    search(run, ENGINE_P50_MS, percentile(&run.blendscope().all_times_ms(), 50))
}

pub(crate) fn engine_worst(run: &Run) -> String {
    search(run, ENGINE_WORST_MS, percentile(&run.blendscope().all_times_ms(), 100))
}

pub(crate) fn call_p99(run: &Run) -> String {
    search(run, CALL_P99_MS, percentile(&run.served.search_calls_ms, 99))
}

pub(crate) fn facets_p50(run: &Run, times_ms: &[f64]) -> String {
    search(run, FACETS_P50_MS, percentile(times_ms, 50))
}

pub(crate) fn facets_worst(run: &Run, times_ms: &[f64]) -> String {
    search(run, FACETS_WORST_MS, percentile(times_ms, 100))
}

fn search(run: &Run, most_ms: f64, took_ms: f64) -> String {
    if run.samples > SEARCH_UP_TO {
        return format!("≤ {most_ms} ms at 1M");
    }
    judged(format!("≤ {most_ms} ms"), took_ms <= most_ms)
}

fn judged(budget: String, is_met: bool) -> String {
    format!("{budget}: {}", if is_met { "met" } else { "missed" })
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
        let answer = |took_ms: f64| Some(Answer { took_ms, found: 1 });
        let rounds = [vec![answer(3.0), None], vec![answer(1.0), None], vec![answer(2.0), None]];
        assert_eq!(median_answers(&rounds), [answer(2.0), None]);
        assert_eq!(median_times(&[vec![9.0, 1.0], vec![7.0, 3.0], vec![8.0, 2.0]]), [2.0, 8.0]);
    }
}
