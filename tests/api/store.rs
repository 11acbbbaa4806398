//! What the index has on disk: small files share generations, what is the same is not read again, damage is mended, and
//! the same data gives the same answers whatever was there before.

use crate::support::{items, text, total};
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Shards of one data set.
const SHARDS: usize = 300;

fn shard(number: usize, word: &str) -> (String, String) {
    let lines = (0..4).map(|line| record(&format!("{number}-{line}"), "What is it?", word).to_string());
    (format!("set/part-{number:05}.jsonl"), lines.collect::<Vec<_>>().join("\n"))
}

fn root() -> Root {
    let shards: Vec<(String, String)> = (0..SHARDS).map(|number| shard(number, "common")).collect();
    let files: Vec<(&str, &str)> = shards.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Root::with(&files)
}

/// The folder that holds everything of the only root with an index in `index`.
fn home(index: &Path) -> PathBuf {
    fs::read_dir(index).unwrap().next().unwrap().unwrap().path()
}

/// The files of generations.
fn generations(index: &Path) -> BTreeSet<PathBuf> {
    let layout = fs::read_dir(home(index)).unwrap().flatten().map(|entry| entry.path());
    let store = layout.map(|path| path.join("store")).find(|path| path.is_dir()).unwrap();
    let files = fs::read_dir(store).unwrap().flatten().map(|entry| entry.path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "gen")).collect()
}

/// All files below a folder.
fn files_below(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    entries.map(|path| if path.is_dir() { files_below(&path) } else { 1 }).sum()
}

fn ready(root: &Root, index: &Path) -> Server {
    let server = Server::start_on(root.path(), index);
    server.wait_until_ready();
    server
}

#[test]
fn answers_list_a_part_of_very_many_files() {
    let (root, index) = (root(), tempfile::tempdir().unwrap());
    let server = ready(&root, index.path());
    let all = &server.json("/api/v1/datasets")["items"][0];
    assert_eq!(all["files_total"], SHARDS);
    assert_eq!(all["files"].as_array().unwrap().len(), 50);
    assert_eq!(all["samples"], 4 * SHARDS);
    let one = server.json(&format!("/api/v1/datasets/{}", all["slug"].as_str().unwrap()));
    assert_eq!(one["files"].as_array().unwrap().len(), SHARDS);
}

#[test]
fn small_files_share_a_generation_and_a_changed_one_is_read_alone() {
    let (root, index) = (root(), tempfile::tempdir().unwrap());
    let server = ready(&root, index.path());
    assert_eq!(total(&server, "q=common"), 4 * SHARDS as u64);
    let before = generations(index.path());
    assert!(before.len() < 4, "{before:?}");
    // As many as for one file: neither files nor maps grow with the shards.
    assert!(files_below(index.path()) < 100, "{} files", files_below(index.path()));
    assert!(server.maps() < 400, "{} maps", server.maps());
    let second = server.json("/api/v1/search?q=common&sort=file&limit=1&offset=5");
    assert_eq!(second["items"][0]["ordinal"], 5);

    let (path, text) = shard(7, "special words");
    root.write(&path, text);
    let found = poll(Duration::from_secs(40), || (total_now(&server, "q=special") == 4).then_some(()));
    assert!(found.is_some());
    server.wait_until_ready();
    assert_eq!(total(&server, "q=common"), 4 * (SHARDS as u64 - 1));
    assert_eq!(total(&server, "q="), 4 * SHARDS as u64);
    assert_eq!(total(&server, "q=turns:2"), 4 * SHARDS as u64);
    assert_eq!(total(&server, "words=1..100"), 4 * SHARDS as u64);
    let hit = &server.json("/api/v1/search?q=special&sort=file&limit=1")["items"][0];
    assert_eq!(hit["ordinal"], 28, "it keeps its place in the data set");
    let after = generations(index.path());
    assert!(before.is_subset(&after) && after.len() == before.len() + 1, "{after:?}");

    fs::remove_file(root.path().join(shard(8, "").0)).unwrap();
    let gone = poll(Duration::from_mins(1), || {
        (total_now(&server, "q=common") == 4 * (SHARDS as u64 - 2)).then_some(())
    });
    assert!(gone.is_some());
    server.wait_until_ready();
    assert_eq!(total(&server, "q="), 4 * (SHARDS as u64 - 1));
    let facets = server.json("/api/v1/facets?q=what");
    let sum: u64 = facets["histograms"]["turns"]["counts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|count| count.as_u64().unwrap())
        .sum();
    assert_eq!(sum, 4 * (SHARDS as u64 - 1), "{facets}");
}

fn total_now(server: &Server, query: &str) -> u64 {
    server.json(&format!("/api/v1/search?{query}&limit=1"))["total"]["count"].as_u64().unwrap()
}

#[test]
fn files_of_which_only_the_times_changed_are_not_read_again() {
    let (root, index) = (root(), tempfile::tempdir().unwrap());
    assert!(ready(&root, index.path()).stop().success());
    let before = generations(index.path());
    for number in 0..SHARDS {
        let path = root.path().join(shard(number, "").0);
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_hours(number as u64)).unwrap();
    }
    let server = ready(&root, index.path());
    assert_eq!(generations(index.path()), before);
    // What is shown is read from the files as they are now.
    let hit = &server.json("/api/v1/search?q=common&limit=1")["items"][0];
    assert!(hit["trouble"].is_null() && hit["id"].is_string(), "{hit}");
}

#[test]
fn a_damaged_generation_is_read_again() {
    let (root, index) = (root(), tempfile::tempdir().unwrap());
    root.write("other.jsonl", record("o", "What?", "other").to_string());
    assert!(ready(&root, index.path()).stop().success());
    for path in generations(index.path()) {
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).unwrap();
    }
    let damaged = generations(index.path());
    let server = ready(&root, index.path());
    let mended =
        poll(Duration::from_mins(1), || generations(index.path()).is_disjoint(&damaged).then_some(()));
    assert!(mended.is_some(), "{:?}", generations(index.path()));
    server.wait_until_ready();
    assert_eq!(total(&server, "q=common"), 4 * SHARDS as u64);
    assert_eq!(total(&server, "q=other"), 1);
}

#[test]
fn an_index_of_an_earlier_layout_goes_when_the_new_one_is_ready_and_a_later_one_is_refused() {
    let root = Root::with(&[("set.jsonl", record("a", "What?", "layout").to_string())]);
    let index = tempfile::tempdir().unwrap();
    assert!(ready(&root, index.path()).stop().success());
    let home = home(index.path());
    let earlier = [home.join("text"), home.join("columns"), home.join("v3")];
    for folder in &earlier {
        fs::create_dir_all(folder.join("more")).unwrap();
    }
    fs::write(root.path().join("new.jsonl"), record("b", "What?", "layout").to_string()).unwrap();
    let server = ready(&root, index.path());
    assert_eq!(total(&server, "q=layout"), 2);
    let gone = poll(Duration::from_secs(20), || earlier.iter().all(|folder| !folder.exists()).then_some(()));
    assert!(gone.is_some());
    assert!(server.stop().success());

    fs::create_dir_all(home.join("v99").join("text")).unwrap();
    let refused = Server::command(root.path(), index.path()).output().unwrap();
    assert!(!refused.status.success());
    let error = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(error.contains("later version") && error.contains("99"), "{error}");
    assert!(home.join("v99").exists());
}

/// Queries of every kind, ranked and not.
const QUERIES: [&str; 14] = [
    "dog",
    "\"dog\"",
    "bus",
    "red bus",
    "\"red bus\"",
    "bu*",
    "\"the b*\"",
    "dgo~",
    "dgos",
    "red NEAR/3 hill",
    "human:dog OR gpt:hill",
    "the -dog",
    "buses hill -\"red bus\"",
    "walk",
];

/// The n-th of the texts that a file consists of; `salt` makes other ones of other lengths.
fn sentence(number: usize, salt: usize) -> String {
    const WORDS: [&str; 11] =
        ["red", "bus", "buses", "the", "dog", "dogs", "hill", "walks", "walking", "a", "walked"];
    let length = 2 + (number * 7 + salt * 3) % 19;
    (0..length)
        .map(|at| WORDS[(number * 5 + at * (3 + salt) + number / 11) % WORDS.len()])
        .collect::<Vec<_>>()
        .join(" ")
}

fn set(file: usize, salt: usize) -> String {
    let records = (0..240).map(|number| {
        let number = number + file * 240;
        record(&format!("{file}-{number}"), &sentence(number, salt), &sentence(number * 3 + 1, salt))
    });
    array(&records.collect::<Vec<_>>())
}

/// Everything that a query says of the data: names and relevance in their order, counts of words and forms.
fn answers(server: &Server) -> Vec<Value> {
    let mut all = Vec::new();
    for query in QUERIES {
        for sort in ["relevance", "file", "longest", "random"] {
            let address =
                format!("/api/v1/search?limit=200&sort={sort}&q={}", blendscope_shared::paths::escape(query));
            let first = server.json(&address);
            let next = first["next"].as_str().map(|next| server.json(&format!("{address}&cursor={next}")));
            let pages = std::iter::once(&first).chain(&next).flat_map(items);
            let hits: Vec<Value> = pages.map(|hit| json!([hit["url"], hit["score"]])).collect();
            all.push(json!({"query": query, "total": first["total"], "understood": first["understood"], "hits": hits}));
        }
    }
    all
}

fn write(root: &Path, file: usize, salt: usize) {
    fs::write(root.join(format!("set-{file}.json")), set(file, salt)).unwrap();
}

/// Serves the root on an index until all is read.
fn serve(root: &Root, index: &Path) -> Server {
    let server = Server::start_on(root.path(), index);
    server.wait_until_ready();
    server
}

#[test]
fn rewritten_files_leave_nothing_behind() {
    let root = Root::with::<&str>(&[]);
    (0..4).for_each(|file| write(root.path(), file, file + 1));
    let index = tempfile::tempdir().unwrap();
    for (file, salt) in [(1, 9), (3, 8), (1, 7), (2, 5), (1, 2), (0, 6)] {
        assert!(serve(&root, index.path()).stop().success());
        write(root.path(), file, salt);
    }
    fs::remove_file(root.path().join("set-3.json")).unwrap();
    let rewritten = answers(&serve(&root, index.path()));
    let new = tempfile::tempdir().unwrap();
    let fresh = answers(&serve(&root, new.path()));
    for (rewritten, fresh) in rewritten.iter().zip(&fresh) {
        assert_eq!(rewritten, fresh, "{}", text(&fresh["query"]));
    }
}
