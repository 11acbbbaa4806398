//! Search against a plain scan of the files: what `grep` would find, by the one definition of a term, in other code.
//!
//! A text is folded (NFKC, then full case folding) and cut into units: every CJK character is one, and so is every
//! maximal run of other letters, digits, marks and `_`. A query finds a turn when its units stand there in a row.

use crate::support::{count, items, text, total};
use blendscope_shared::paths::escape;
use blendscope_tests::demo;
use blendscope_tests::server::Server;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What people look for, and what search engines lose.
const QUERIES: [&str; 16] = [
    "犬",
    "東京",
    "写真",
    "狗",
    "yes",
    "two",
    "42",
    "3D",
    "B",
    "right",
    "the",
    "of the",
    "in the image",
    "What is",
    "です",
    "の写真",
];

#[test]
fn the_demo_root_is_searched_as_a_scan_would() {
    let server = Server::start(demo::root());
    let found = compare_with_scan(&server, demo::root());
    for query in ["犬", "yes", "two", "the"] {
        assert!(found.contains(query), "`{query}` is nowhere in the demo root: the comparison shows nothing");
    }
}

#[test]
fn units_are_cut_as_defined() {
    assert_eq!(units("Straße, 42歳: d'une ＡＢ"), ["strasse", "42", "歳", "d", "une", "ab"]);
    assert_eq!(units("東京・タワーx_1"), ["東", "京", "タ", "ワ", "ー", "x_1"]);
}

/// Compares the total of every query with a scan of every annotation file, and gives the queries that found something.
pub(crate) fn compare_with_scan(server: &Server, root: &Path) -> BTreeSet<&'static str> {
    let datasets = server.json("/api/v1/datasets");
    let mut samples: Vec<Vec<Vec<String>>> = Vec::new();
    for dataset in items(&datasets) {
        let dataset = server.json(&format!("/api/v1/datasets/{}", text(&dataset["slug"])));
        samples.extend(binary_samples(server, &dataset));
        for file in dataset["files"].as_array().unwrap() {
            let path = text(&file["path"]);
            let skipped = skipped_records(&dataset, path);
            if !is_plain(file) {
                continue;
            }
            let records = read(root, path, text(&file["container"])).into_iter().enumerate();
            let kept = records.filter(|(number, _)| !skipped.contains(&(*number as u64)));
            samples.extend(kept.map(|(_, record)| turns(&record).iter().map(|turn| units(turn)).collect()));
        }
    }
    assert_eq!(total(server, "q="), samples.len() as u64);
    let mut found = BTreeSet::new();
    for query in QUERIES {
        let wanted = units(query);
        let has = |turn: &Vec<String>| turn.windows(wanted.len()).any(|window| window == wanted);
        let expected = samples.iter().filter(|turns| turns.iter().any(has)).count() as u64;
        let quoted = format!("q=%22{}%22", escape(query));
        assert_eq!(total(server, &quoted), expected, "`{query}`");
        if expected > 0 {
            found.insert(query);
        }
    }
    found
}

/// Whether a plain scan finds the turns in a file: it is JSON of one record after the other.
fn is_plain(file: &Value) -> bool {
    ["json_array", "json_lines"].iter().any(|form| text(&file["container"]).starts_with(form))
}

/// The samples of a dataset in containers that a plain scan cannot read, by their texts as they are shown.
fn binary_samples(server: &Server, dataset: &Value) -> Vec<Vec<Vec<String>>> {
    if dataset["files"].as_array().unwrap().iter().all(is_plain) {
        return Vec::new();
    }
    let sample = |at: u64| server.json(&format!("/api/v1/samples/{}?at={at}", text(&dataset["slug"])));
    let texts = |sample: Value| {
        sample["turns"].as_array().unwrap().iter().map(|turn| units(text(&turn["text"]))).collect()
    };
    (0..count(&dataset["samples"])).map(|at| texts(sample(at))).collect()
}

fn skipped_records(dataset: &Value, path: &str) -> BTreeSet<u64> {
    let problems = dataset["problems"].as_array().unwrap();
    let of_file = problems.iter().filter(|problem| problem["file"] == path && problem["record"].is_u64());
    of_file.map(|problem| count(&problem["record"])).collect()
}

fn read(root: &Path, path: &str, container: &str) -> Vec<Value> {
    let file = root.join(path);
    let bytes = if container.ends_with("_gzip") {
        Command::new("gzip").arg("-dc").arg(&file).output().unwrap().stdout
    } else {
        std::fs::read(&file).unwrap()
    };
    let text = String::from_utf8(bytes).unwrap();
    if container.starts_with("json_lines") {
        return text
            .lines()
            .filter(|line| !line.trim().is_empty())
            // A line that is not JSON is reported by the server, so it is left out by its number.
            .map(|line| serde_json::from_str(line).unwrap_or(Value::Null))
            .collect();
    }
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The texts of a record's turns.
fn turns(record: &Value) -> Vec<String> {
    let lists = ["conversations", "conversation", "messages"].map(|name| record[name].as_array());
    let list = lists.into_iter().flatten().next();
    let words =
        |turn: &Value| turn["value"].as_str().or(turn["content"].as_str()).unwrap_or_default().to_owned();
    list.map(|turns| turns.iter().map(words).collect()).unwrap_or_default()
}

fn units(text: &str) -> Vec<String> {
    let folded = caseless::default_case_fold_str(&text.nfkc().collect::<String>());
    let mut units: Vec<String> = Vec::new();
    let mut in_word = false;
    for letter in folded.chars() {
        let continues = in_word;
        in_word = !is_cjk(letter) && (letter.is_alphanumeric() || letter == '_' || is_combining_mark(letter));
        if in_word && continues {
            units.last_mut().unwrap().push(letter);
        } else if in_word || is_cjk(letter) {
            units.push(letter.to_string());
        }
    }
    units
}

/// Han, Hiragana, Katakana with `ー` and `々`, Hangul.
fn is_cjk(letter: char) -> bool {
    matches!(letter,
        '々' | '〇' | '\u{3041}'..='\u{3096}' | '\u{309d}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}' | '\u{1100}'..='\u{11ff}' | '\u{3131}'..='\u{318e}' | '\u{ac00}'..='\u{d7a3}')
}
