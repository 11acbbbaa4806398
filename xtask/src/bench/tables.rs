//! The tables that a measurement ends in.

use super::blendscope::CLIENTS;
use super::budgets;
use super::figures::{Answer, Engine, Run, percentile};
use super::process::memory_kind;
use super::table::Table;
use crate::report;

/// How to read the figures in brackets.
pub(super) const LEGEND: &str = "\
In brackets: Blendscope's figure divided by the peer's; below 1 Blendscope needs less. Search times are divided over the
queries that both can answer. Every query is asked once by a new process (median of three), for the best 20 hits and the
exact number of all; files are in the system's cache. Blendscope reads every file as it lies and indexes CJK characters,
keys, image refs and columns besides; the peers index the texts, as one field, and store them.";

/// Everything about one root, Blendscope beside its budgets and the peers.
pub(super) fn summary(run: &Run) -> String {
    let mut head = ["", "Blendscope", "budget"].map(str::to_owned).to_vec();
    head.extend(run.peers.iter().map(|peer| peer.name.clone()));
    let mut table = Table::new(head);
    building(run, &mut table);
    searching(run, &mut table);
    serving(run, &mut table);
    table.text()
}

fn building(run: &Run, table: &mut Table) {
    let seconds = |engine: &Engine| engine.build.as_secs_f64();
    compared(table, run, "build, reading included", budgets::build(run), |engine| {
        (report::duration(engine.build), seconds(&run.blendscope) / seconds(engine))
    });
    if let Some(ours) = run.blendscope.build_processor {
        compared(table, run, "the same in processor time", String::new(), |engine| {
            let theirs = engine.build_processor.unwrap_or_default();
            (report::duration(theirs), ours.as_secs_f64() / theirs.as_secs_f64())
        });
    }
    compared(table, run, memory_kind(), budgets::peak(run), |engine| {
        (report::bytes(engine.peak_bytes), run.blendscope.peak_bytes as f64 / engine.peak_bytes as f64)
    });
    let of_source = |engine: &Engine| engine.index_bytes as f64 / run.bytes as f64;
    compared(table, run, "index on disk, of the source", budgets::index(run), |engine| {
        (
            format!("{}, {:.2}", report::bytes(engine.index_bytes), of_source(engine)),
            of_source(&run.blendscope) / of_source(engine),
        )
    });
}

fn searching(run: &Run, table: &mut Table) {
    let count = run.queries.len();
    let rows = [
        ("search in the engine, p50".to_owned(), 50, budgets::engine_p50(run)),
        (format!("search in the engine, worst of {count}"), 100, budgets::engine_worst(run)),
    ];
    for (what, percent, budget) in rows {
        compared(table, run, &what, budget, |engine| {
            let answered = |place: usize| engine.answers[place].is_some();
            let theirs = percentile(&engine.all_times_ms(), percent);
            (milliseconds(theirs), percentile(&run.blendscope.times_ms(answered), percent) / theirs)
        });
    }
}

fn serving(run: &Run, table: &mut Table) {
    let served = &run.served;
    let mut row = |what: String, figure: String, budget: String| table.row(vec![what, figure, budget]);
    let call = |percent: usize| milliseconds(percentile(&served.searches_ms, percent));
    row(format!("search call over HTTP, {CLIENTS} clients, p50"), call(50), String::new());
    row(format!("search call over HTTP, {CLIENTS} clients, p99"), call(99), budgets::call_p99(run));
    match &served.facets_ms {
        None => row("facets call over HTTP".to_owned(), "not there".to_owned(), String::new()),
        Some(times_ms) => {
            let figure = |percent: usize| milliseconds(percentile(times_ms, percent));
            row("facets call over HTTP, p50".to_owned(), figure(50), budgets::facets_p50(run, times_ms));
            row("facets call over HTTP, worst".to_owned(), figure(100), budgets::facets_worst(run, times_ms));
        }
    }
    row(
        "first sample after start, no index".to_owned(),
        format!("{:.2} s", served.first_sample.as_secs_f64()),
        budgets::first_sample(run),
    );
}

/// A row with a figure of each engine, that of a peer with the ratio in brackets.
fn compared(
    table: &mut Table,
    run: &Run,
    what: &str,
    budget: String,
    figure: impl Fn(&Engine) -> (String, f64),
) {
    let mut cells = vec![what.to_owned(), figure(&run.blendscope).0, budget];
    cells.extend(run.peers.iter().map(|peer| {
        let (figure, ratio) = figure(peer);
        format!("{figure} ({})", shown_ratio(ratio))
    }));
    table.row(cells);
}

/// With two digits that count.
fn shown_ratio(ratio: f64) -> String {
    match ratio {
        ..0.01 => format!("{ratio:.4}"),
        ..0.1 => format!("{ratio:.3}"),
        ..10.0 => format!("{ratio:.2}"),
        _ => format!("{ratio:.0}"),
    }
}

/// The queries one by one. Where a peer finds another number of samples, it is told.
pub(super) fn queries(run: &Run) -> String {
    let mut head = ["query", "kind", "found", "exactly so", "Blendscope"].map(str::to_owned).to_vec();
    head.extend(run.peers.iter().map(|peer| peer.name.clone()));
    let mut table = Table::new(head);
    for (place, query) in run.queries.iter().enumerate() {
        let ours = run.blendscope.answers[place];
        let exact = run.exact[place];
        let mut cells = vec![
            query.typed(),
            query.kind.name().to_owned(),
            ours.map_or_else(String::new, |answer| report::count(answer.count)),
            report::count(exact),
            ours.map_or_else(String::new, |answer| milliseconds(answer.took_ms)),
        ];
        cells.extend(run.peers.iter().map(|peer| peer_answer(peer.answers[place], exact)));
        table.row(cells);
    }
    table.text()
}

fn peer_answer(answer: Option<Answer>, exact: u64) -> String {
    match answer {
        None => "n/a".to_owned(),
        Some(answer) if answer.count == exact => milliseconds(answer.took_ms),
        Some(answer) => {
            format!("{}, {} found", milliseconds(answer.took_ms), report::count(answer.count))
        }
    }
}

/// A time as people read it, with three digits that count.
pub(super) fn milliseconds(time_ms: f64) -> String {
    match time_ms {
        ..10.0 => format!("{time_ms:.2} ms"),
        ..100.0 => format!("{time_ms:.1} ms"),
        _ => format!("{time_ms:.0} ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_number_of_samples_is_told() {
        let answer = |count: u64| Some(Answer { took_ms: 1.0, count });
        assert_eq!(peer_answer(answer(1234), 1234), "1.00 ms");
        assert_eq!(peer_answer(answer(1234), 1), "1.00 ms, 1,234 found");
        assert_eq!(peer_answer(None, 1), "n/a");
    }
}
