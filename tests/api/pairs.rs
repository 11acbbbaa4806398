//! Counting by a plain scan, in code that shares nothing with the index.
//!
//! A *plan* says in plain words what a query has to mean; the scan applies it to every sample. `pairs/pairs.txt` holds
//! queries with their plans and counts.
//!
//! | plan | meaning |
//! |---|---|
//! | `w:dog` | the word, its accented and its inflected forms |
//! | `e:red_bus` | these units in a row, exactly (`_` for blanks) |
//! | `p:bu` | a word that begins so |
//! | `g:red_bu` | units in a row, of which the last may go on |
//! | `f1:buss` | words at most one edit away |
//! | `(near 5 A B)` | leaves in one turn with at most five units between, in either order; chains go on `… 3 C` |
//! | `(human A)`, `(gpt A)` | leaves in turns of that role only |
//! | `(and A B)`, `(or A B)`, `(not A)` | over the sample |
//! | `turns=4..`, `words=10..50`, `words_gpt=…`, `words_human=…` | facts |

mod forms;
mod plan;
mod text;

use crate::support::total;
use blendscope_shared::paths::escape;
use blendscope_tests::server::Server;
use plan::Plan;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use text::Scan;

/// Queries with plans and counts: `query`, `plan`, `count`, with tabs between.
const PAIRS: &str = include_str!("pairs/pairs.txt");

/// A line of the file.
struct Pair {
    /// As people type it.
    query: &'static str,
    /// What it has to mean.
    plan: &'static str,
    /// Samples of `bench_240k.json.gz` that match.
    count: Option<u64>,
}

/// Every pair of the file.
fn pairs() -> Vec<Pair> {
    let lines = PAIRS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let mut columns = line.split('\t');
            let mut column = || columns.next().unwrap_or_else(|| panic!("`{line}` lacks a column"));
            let (query, plan) = (column(), column());
            Pair { query, plan, count: columns.next().and_then(|count| count.parse().ok()) }
        })
        .collect()
}

/// The file that the pairs were counted in, where `BLENDSCOPE_REAL_DATA` names a folder with it.
fn bench_file() -> Option<PathBuf> {
    let folder = std::env::var_os("BLENDSCOPE_REAL_DATA");
    let file = folder.map(|folder| PathBuf::from(folder).join("bench_240k.json.gz"));
    file.filter(|file| file.is_file())
}

/// The texts of every record of the file.
fn scan(file: &Path) -> Scan {
    let mut unpacked = Command::new("gzip").arg("-dc").arg(file).stdout(Stdio::piped()).spawn().unwrap();
    let text = BufReader::with_capacity(1 << 20, unpacked.stdout.take().unwrap());
    let records: Vec<serde_json::Value> = serde_json::from_reader(text).unwrap();
    unpacked.wait().unwrap();
    let mut scan = Scan::default();
    for record in &records {
        let turns = record["conversations"].as_array().into_iter().flatten();
        let part =
            |turn: &'_ serde_json::Value, name: &str| turn[name].as_str().unwrap_or_default().to_owned();
        let turns: Vec<(String, String)> =
            turns.map(|turn| (part(turn, "from"), part(turn, "value"))).collect();
        scan.add(turns.iter().map(|(role, text)| (role.as_str(), text.as_str())));
    }
    scan
}

#[test]
fn every_query_of_the_list_counts_what_a_scan_counts() {
    let Some(file) = bench_file() else { return };
    let root = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(&file, root.path().join("bench_240k.json.gz")).unwrap();
    let server = Server::start(root.path());
    let wrong: Vec<String> = pairs()
        .iter()
        .filter_map(|pair| {
            let found = total(&server, &format!("q={}", escape(pair.query)));
            (Some(found) != pair.count).then(|| format!("{}: {found}, not {:?}", pair.query, pair.count))
        })
        .collect();
    assert_eq!(wrong, [""; 0], "{} of {}", wrong.len(), pairs().len());
}

#[test]
fn the_counts_of_the_list_are_those_of_a_scan() {
    let Some(file) = bench_file() else { return };
    let scan = scan(&file);
    for pair in pairs().iter().step_by(7) {
        let plan = Plan::read(pair.plan, &scan);
        assert_eq!(Some(plan.count(&scan)), pair.count, "{}", pair.query);
    }
    assert!(pairs().len() >= 150);
}
