//! The tables that a measurement ends in: they read well on a terminal and in Markdown.

use crate::blendscope::CLIENTS;
use crate::figures::{self, Answer, Asked, Engine, Run, percentile};
use crate::system::memory_kind;
use std::time::Duration;
use xtask::report;

/// How to read the figures in brackets.
pub(crate) const LEGEND: &str = "\
In brackets: Blendscope's figure divided by the peer's; below 1 Blendscope needs less. Search times are divided over the
queries that both can answer. Every query is asked once by a new process (median of three), for the best 20 hits and the
exact number of all; files are in the system's cache. Blendscope reads every file as it lies and indexes CJK characters,
keys, image refs and columns besides; the peers index the texts, as one field, and store them.";

/// Everything about one root, Blendscope beside its budgets and the peers.
pub(crate) fn summary(run: &Run) -> String {
    let mut head = ["", "Blendscope", "budget"].map(str::to_owned).to_vec();
    head.extend(run.peers().iter().map(|peer| peer.name.clone()));
    let mut table = Table::new(head);
    building(run, &mut table);
    searching(run, &mut table);
    serving(run, &mut table);
    table.text()
}

fn building(run: &Run, table: &mut Table) {
    let ours = run.blendscope();
    compared(table, run, "build, reading included", figures::build(run), |engine| {
        (time(engine.build_seconds), ours.build_seconds / engine.build_seconds)
    });
    if let Some(our_seconds) = ours.build_processor_seconds {
        compared(table, run, "the same in processor time", String::new(), |engine| {
            let seconds = engine.build_processor_seconds.unwrap_or_default();
            (time(seconds), our_seconds / seconds)
        });
    }
    compared(table, run, memory_kind(), figures::peak(run), |engine| {
        let bytes = engine.peak_memory_bytes;
        (report::bytes(bytes), ours.peak_memory_bytes as f64 / bytes as f64)
    });
    compared(table, run, "index on disk, of the source", figures::index(run), |engine| {
        let bytes = engine.index_bytes;
        let of_source = bytes as f64 / run.source_bytes as f64;
        (format!("{}, {of_source:.2}", report::bytes(bytes)), ours.index_bytes as f64 / bytes as f64)
    });
}

fn searching(run: &Run, table: &mut Table) {
    let count = run.queries.len();
    let rows = [
        ("search in the engine, p50".to_owned(), 50, figures::engine_p50(run)),
        (format!("search in the engine, worst of {count}"), 100, figures::engine_worst(run)),
    ];
    for (what, percent, budget) in rows {
        compared(table, run, &what, budget, |engine| {
            let answered = |place: usize| engine.answers[place].is_some();
            let theirs = percentile(&engine.all_times_ms(), percent);
            (milliseconds(theirs), percentile(&run.blendscope().times_ms(answered), percent) / theirs)
        });
    }
}

fn serving(run: &Run, table: &mut Table) {
    let served = &run.served;
    let mut row = |what: String, figure: String, budget: String| table.row(vec![what, figure, budget]);
    let call = |percent: usize| milliseconds(percentile(&served.search_calls_ms, percent));
    row(format!("search call over HTTP, {CLIENTS} clients, p50"), call(50), String::new());
    row(format!("search call over HTTP, {CLIENTS} clients, p99"), call(99), figures::call_p99(run));
    match &served.facets_calls_ms {
        None => row("facets call over HTTP".to_owned(), "not there".to_owned(), String::new()),
        Some(times_ms) => {
            let figure = |percent: usize| milliseconds(percentile(times_ms, percent));
            row("facets call over HTTP, p50".to_owned(), figure(50), figures::facets_p50(run, times_ms));
            row("facets call over HTTP, worst".to_owned(), figure(100), figures::facets_worst(run, times_ms));
        }
    }
    row(
        "first sample after start, no index".to_owned(),
        format!("{:.2} s", served.first_sample_seconds),
        figures::first_sample(run),
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
    let mut cells = vec![what.to_owned(), figure(run.blendscope()).0, budget];
    cells.extend(run.peers().iter().map(|peer| {
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
pub(crate) fn queries(run: &Run) -> String {
    let mut head = ["query", "kind", "found", "exactly so", "Blendscope"].map(str::to_owned).to_vec();
    head.extend(run.peers().iter().map(|peer| peer.name.clone()));
    let mut table = Table::new(head);
    for (place, Asked { query, exact }) in run.queries.iter().enumerate() {
        let ours = run.blendscope().answers[place];
        let mut cells = vec![
            query.typed.clone(),
            query.kind.name().to_owned(),
            ours.map_or_else(String::new, |answer| report::count(answer.found)),
            report::count(*exact),
            ours.map_or_else(String::new, |answer| milliseconds(answer.took_ms)),
        ];
        cells.extend(run.peers().iter().map(|peer| peer_answer(peer.answers[place], *exact)));
        table.row(cells);
    }
    table.text()
}

fn peer_answer(answer: Option<Answer>, exact: u64) -> String {
    match answer {
        None => "n/a".to_owned(),
        Some(answer) if answer.found == exact => milliseconds(answer.took_ms),
        Some(answer) => {
            format!("{}, {} found", milliseconds(answer.took_ms), report::count(answer.found))
        }
    }
}

/// A time as people read it.
fn time(seconds: f64) -> String {
    report::duration(Duration::from_secs_f64(seconds))
}

/// A time as people read it, with three digits that count.
fn milliseconds(time_ms: f64) -> String {
    match time_ms {
        ..10.0 => format!("{time_ms:.2} ms"),
        ..100.0 => format!("{time_ms:.1} ms"),
        _ => format!("{time_ms:.0} ms"),
    }
}

/// How the figures of every engine grow from one root to the next, with the factors.
pub(crate) fn growth(runs: &[Run]) -> String {
    let mut head = vec!["growth".to_owned(), "engine".to_owned()];
    head.extend(runs.iter().map(|run| format!("{} samples", report::count(run.samples))));
    let mut table = Table::new(head);
    let mut source = vec!["source".to_owned(), String::new()];
    source.extend(grown(runs.iter().map(|run| Some(bytes(run.source_bytes)))));
    table.row(source);
    let most_engines = runs.iter().map(|run| &run.engines).max_by_key(|engines| engines.len());
    let engines: Vec<&str> = most_engines.into_iter().flatten().map(|engine| engine.name.as_str()).collect();
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
    ("build", |engine| Some(seconds(engine.build_seconds))),
    ("build, processor time", |engine| engine.build_processor_seconds.map(seconds)),
    ("memory", |engine| Some(bytes(engine.peak_memory_bytes))),
    ("index", |engine| Some(bytes(engine.index_bytes))),
    ("search p50", |engine| Some(search(engine, 50))),
    ("search worst", |engine| Some(search(engine, 100))),
];

fn seconds(seconds: f64) -> Shown {
    (seconds, time(seconds))
}

fn bytes(count: u64) -> Shown {
    (count as f64, report::bytes(count))
}

fn search(engine: &Engine, percent: usize) -> Shown {
    let time_ms = percentile(&engine.all_times_ms(), percent);
    (time_ms, milliseconds(time_ms))
}

fn of_engine<'a>(run: &'a Run, name: &str) -> Option<&'a Engine> {
    run.engines.iter().find(|engine| engine.name == name)
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

/// A table; its first row is the head.
struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    fn new(head: Vec<String>) -> Self {
        Self { rows: vec![head] }
    }

    fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The table as text, the first column at the left and the others at the right.
    fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let cell = |row: &Vec<String>, column: usize| row.get(column).cloned().unwrap_or_default();
        let widths: Vec<usize> = (0..columns)
            .map(|column| self.rows.iter().map(|row| width(&cell(row, column))).max().unwrap_or(0).max(3))
            .collect();
        let mut lines = Vec::new();
        for (number, row) in self.rows.iter().enumerate() {
            let cells = widths
                .iter()
                .enumerate()
                .map(|(column, &width)| padded(&cell(row, column), width, column > 0));
            lines.push(format!("| {} |", cells.collect::<Vec<_>>().join(" | ")));
            if number == 0 {
                let rules = widths.iter().enumerate().map(|(column, &width)| match column {
                    0 => "-".repeat(width + 2),
                    _ => format!("{}:", "-".repeat(width + 1)),
                });
                lines.push(format!("|{}|", rules.collect::<Vec<_>>().join("|")));
            }
        }
        lines.join("\n")
    }
}

fn padded(text: &str, wanted: usize, at_right: bool) -> String {
    let blanks = " ".repeat(wanted.saturating_sub(width(text)));
    if at_right { format!("{blanks}{text}") } else { format!("{text}{blanks}") }
}

/// Columns on a terminal: Han and Kana take two.
fn width(text: &str) -> usize {
    text.chars().map(|character| if ('\u{3000}'..='\u{9fff}').contains(&character) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_number_of_samples_is_told() {
        let answer = |found: u64| Some(Answer { took_ms: 1.0, found });
        assert_eq!(peer_answer(answer(1234), 1234), "1.00 ms");
        assert_eq!(peer_answer(answer(1234), 1), "1.00 ms, 1,234 found");
        assert_eq!(peer_answer(None, 1), "n/a");
    }

    #[test]
    fn factors_are_to_the_figure_before() {
        let figures = [Some(1.0), Some(12.5), None, Some(400.0)];
        let cells =
            grown(figures.into_iter().map(|figure| figure.map(|figure| (figure, milliseconds(figure)))));
        assert_eq!(cells, ["1.00 ms", "12.5 ms (×12.5)", "not run", "400 ms"]);
    }

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(["what", "n"].map(str::to_owned).to_vec());
        table.row(["犬", "1,000"].map(str::to_owned).to_vec());
        assert_eq!(table.text(), "| what |     n |\n|------|------:|\n| 犬   | 1,000 |");
    }
}
