//! What Blendscope is to keep to, and whether it did.

use crate::figures::{Run, percentile};

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
