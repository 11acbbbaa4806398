//! The table of growth.

use super::figures::{Engine, Run, percentile};
use super::table::Table;
use super::tables::milliseconds;
use crate::report;
use std::time::Duration;

/// How the figures of every engine grow from one root to the next, with the factors.
pub(super) fn table(runs: &[Run]) -> String {
    let mut head = vec!["growth".to_owned(), "engine".to_owned()];
    head.extend(runs.iter().map(|run| format!("{} samples", report::count(run.samples))));
    let mut table = Table::new(head);
    let mut source = vec!["source".to_owned(), String::new()];
    source.extend(grown(runs.iter().map(|run| Some(bytes(run.bytes)))));
    table.row(source);
    let mut engines = vec!["Blendscope"];
    if let Some(run) = runs.iter().max_by_key(|run| run.peers.len()) {
        engines.extend(run.peers.iter().map(|peer| peer.name.as_str()));
    }
    for (what, figure) in GROWING {
        for engine in &engines {
            let mut cells = vec![what.to_owned(), (*engine).to_owned()];
            cells.extend(grown(runs.iter().map(|run| of_engine(run, engine).and_then(figure))));
            table.row(cells);
        }
    }
    table.text()
}

/// A figure, and how it is shown.
type Shown = (f64, String);

/// What grows, and its figure of an engine.
type Growing = (&'static str, fn(&Engine) -> Option<Shown>);

const GROWING: [Growing; 6] = [
    ("build", |engine| Some(seconds(engine.build))),
    ("build, processor time", |engine| engine.build_processor.map(seconds)),
    ("memory", |engine| Some(bytes(engine.peak_bytes))),
    ("index", |engine| Some(bytes(engine.index_bytes))),
    ("search p50", |engine| Some(search(engine, 50))),
    ("search worst", |engine| Some(search(engine, 100))),
];

fn seconds(time: Duration) -> Shown {
    (time.as_secs_f64(), report::duration(time))
}

fn bytes(count: u64) -> Shown {
    (count as f64, report::bytes(count))
}

fn search(engine: &Engine, percent: usize) -> Shown {
    let time_ms = percentile(&engine.all_times_ms(), percent);
    (time_ms, milliseconds(time_ms))
}

fn of_engine<'a>(run: &'a Run, name: &str) -> Option<&'a Engine> {
    std::iter::once(&run.blendscope).chain(&run.peers).find(|engine| engine.name == name)
}

/// Figures with the factor to the one before.
fn grown(figures: impl Iterator<Item = Option<Shown>>) -> Vec<String> {
    let mut before = None;
    let mut cells = Vec::new();
    for figure in figures {
        cells.push(match (&figure, before) {
            (None, _) => "not run".to_owned(),
            (Some((figure, shown)), Some(before)) => format!("{shown} (×{:.1})", figure / before),
            (Some((_, shown)), None) => shown.clone(),
        });
        before = figure.map(|(figure, _)| figure);
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_are_to_the_figure_before() {
        let figures = [Some(1.0), Some(12.5), None, Some(400.0)];
        let cells =
            grown(figures.into_iter().map(|figure| figure.map(|figure| (figure, milliseconds(figure)))));
        assert_eq!(cells, ["1.00 ms", "12.5 ms (×12.5)", "not run", "400 ms"]);
    }
}
