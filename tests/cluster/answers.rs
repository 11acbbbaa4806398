//! The same answers as from an index on this machine.

use crate::support::{Cluster, Index, RECOVERY};
use crate::weather::{end_leases, is_held};
use blendscope_shared::paths::escape;
use blendscope_tests::demo;
use blendscope_tests::root::{GIF, Root, array, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::{Value, json};
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// Queries of every kind that there is.
const QUERIES: [&str; 30] = [
    "",
    "red",
    "red bus",
    "\"red bus\"",
    "-red",
    "the",
    "\"in the\"",
    "bu*",
    "\"what col*\"",
    "buss~2",
    "red NEAR/5 bus",
    "dog NEAR/10 \"in the\"",
    "human:what",
    "gpt:(red bus)",
    "turns:>3",
    "words:10..50 OR images:0",
    "lang:ja",
    "(red OR blue) -bus",
    "犬",
    "東京",
    "の",
    "cars",
    "running",
    "cafe",
    "image",
    "xyzzyq",
    "flag:duplicate_id",
    "source:coco",
    "-the -a",
    "42",
];

/// Filters beside them, and what they are asked in turns with.
const FILTERS: [&str; 8] = [
    "",
    "&image_status=missing",
    "&image_status=broken",
    "&width=100..400",
    "&lang=en",
    "&turns=2..4",
    "&words=1..20&lang=en&lang=ja",
    "&flag=duplicate_sample",
];

const ORDERS: [&str; 4] = ["file", "longest", "shortest", "random&seed=7"];

/// What may differ: times and names of this process, and relevance.
const MAY_DIFFER: [&str; 7] = ["took_ms", "total_ms", "engine", "read_only", "notice", "score", "relevance"];

/// An answer without what may differ.
fn without(value: &Value, names: &[&str]) -> Value {
    match value {
        Value::Object(entries) => {
            let kept = entries.iter().filter(|(name, _)| !names.contains(&name.as_str()));
            Value::Object(kept.map(|(name, value)| (name.clone(), without(value, names))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| without(item, names)).collect()),
        value => value.clone(),
    }
}

/// Two servers of the same root.
struct Both {
    local: Server,
    cluster: Server,
    compared: usize,
}

impl Both {
    /// Servers of a root that is in the index.
    fn of(root: &Path, index: &Index<'_>) -> Self {
        let local = Server::start(root);
        local.wait_until_ready();
        let both = Self { local, cluster: index.serve(root), compared: 0 };
        // An index on this machine finds out about pictures when everything else is done.
        let pictures = |server: &Server| {
            let facets = server.json("/api/v1/facets?q=");
            [
                &facets["facets"]["image_status"],
                &facets["histograms"]["width"],
                &facets["histograms"]["height"],
            ]
            .map(Value::clone)
        };
        let is_same = || (pictures(&both.local) == pictures(&both.cluster)).then_some(());
        poll(RECOVERY, is_same).expect("both know the same of pictures");
        both
    }

    /// Asks both, and fails when they answer differently; names beside the usual may differ.
    fn ask(&mut self, target: &str, others: &[&str]) -> Value {
        let names = [&MAY_DIFFER, others].concat();
        let (local, cluster) = (self.local.get(target), self.cluster.get(target));
        assert_eq!(local.status, cluster.status, "{target}: {}", cluster.text());
        self.compared += 1;
        if target.contains("/export") {
            assert_eq!(local.text(), cluster.text(), "{target}");
            return Value::Null;
        }
        let (local, cluster) = (local.json(), cluster.json());
        assert_eq!(without(&local, &names), without(&cluster, &names), "{target}");
        local
    }

    /// The first page, the second and one at the end; how many samples there are.
    fn search(&mut self, query: &str, filter: &str, order: &str, others: &[&str]) -> u64 {
        let target = format!("/api/v1/search?q={}{filter}&limit=5&sort={order}", escape(query));
        let answer = self.ask(&target, others);
        if let Some(next) = answer["next"].as_str() {
            self.ask(&format!("{target}&cursor={next}"), others);
        }
        let count = answer["total"]["count"].as_u64().unwrap();
        if count > 9 {
            self.ask(&format!("{target}&offset={}", count - 7), others);
        }
        count
    }
}

#[test]
fn every_answer_is_that_of_an_index_on_this_machine() {
    let Some(cluster) = Cluster::find() else { return };
    let index = Index::new(&cluster);
    index.fill(demo::root(), &["--workers", "2"]);
    // Who looks at pictures may be killed at any time.
    for number in 0..3 {
        let mut worker = index.begin(demo::root(), &["--sizes"]);
        poll(RECOVERY, || is_held(&cluster, &index)).expect("the worker begins");
        sleep(Duration::from_millis(150 * number));
        let _ = worker.kill();
        worker.wait().unwrap();
        end_leases(&cluster, &index);
    }
    index.fill(demo::root(), &["--sizes"]);
    let mut both = Both::of(demo::root(), &index);
    for filter in ["image_status=broken", "image_status=missing", "width=100..400"] {
        let found = both.ask(&format!("/api/v1/search?q=&{filter}&sort=file"), &[]);
        assert_ne!(found["total"]["count"], 0, "{filter}");
    }
    let datasets = both.ask("/api/v1/datasets", &[]);
    let slugs = datasets["items"].as_array().unwrap().iter().map(|dataset| dataset["slug"].as_str().unwrap());
    for slug in slugs {
        both.ask(&format!("/api/v1/datasets/{slug}"), &[]);
        both.ask(&format!("/api/v1/templates?dataset={slug}"), &[]);
        let sample = both.ask(&format!("/api/v1/samples/{slug}?at=3"), &[]);
        if let Some(key) = sample["key"].as_str() {
            // A link made by one opens at the other.
            both.ask(&format!("/api/v1/samples/{slug}/{}", escape(key)), &[]);
        }
        if let Some(image) = sample["images"][0]["key"].as_str() {
            both.ask(&format!("/api/v1/images?key={}", escape(image)), &[]);
        }
    }
    let recipes = both.ask("/api/v1/recipes", &[]);
    for recipe in recipes["items"].as_array().unwrap() {
        let slug = recipe["slug"].as_str().unwrap();
        both.ask(&format!("/api/v1/recipes/{slug}"), &[]);
        both.ask(&format!("/api/v1/recipes/{slug}/overlap"), &[]);
    }
    both.ask("/api/v1/layouts", &[]);
    for (at, query) in QUERIES.iter().enumerate() {
        let filter = FILTERS[at % FILTERS.len()];
        both.ask(&format!("/api/v1/facets?q={}{filter}", escape(query)), &[]);
        both.ask(&format!("/api/v1/accounts?q={}{filter}", escape(query)), &[]);
        both.ask(&format!("/api/v1/accounts?q={}{filter}&pictures=true", escape(query)), &[]);
        both.ask(&format!("/api/v1/draw?q={}{filter}&n=5&by=lang&seed=2", escape(query)), &[]);
        for order in ORDERS {
            both.search(query, filter, order, &[]);
        }
        let typed = format!("/api/v1/search?q={}&typing=true&limit=3&sort=file", escape(query));
        both.ask(&typed, &[]);
        // In another order, but as many.
        both.ask(&format!("/api/v1/search?q={}{filter}&sort=relevance", escape(query)), &["items", "next"]);
        both.ask(&format!("/api/v1/export?q={}&what=ids", escape(query)), &[]);
        both.ask(&format!("/api/v1/export?q={}&what=ids&sort=random&seed=3&limit=9", escape(query)), &[]);
    }
    assert!(both.compared > 400, "only {} answers were compared", both.compared);
}

/// Files of the larger root: it has more samples than the cluster passes over.
const FILES: u32 = 44;

#[test]
fn workers_take_no_file_twice_and_a_changed_file_is_told_and_read_again() {
    let Some(cluster) = Cluster::find() else { return };
    let index = Index::new(&cluster);
    let root = crate::weather::many_files(FILES);
    let workers: Vec<_> = (0..3).map(|_| index.begin(root.path(), &["--workers", "2"])).collect();
    for worker in workers {
        let output = worker.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let mut both = Both::of(root.path(), &index);
    assert_eq!(both.cluster.json("/api/v1/status")["samples"], FILES * crate::weather::SAMPLES);
    for order in ORDERS {
        for offset in [19_999, 20_500, 21_997] {
            both.ask(&format!("/api/v1/search?q=red&sort={order}&offset={offset}&limit=5"), &[]);
        }
    }
    // More words than clauses that a query may have.
    let similar = (100..140).map(|number| format!("w{number}~2")).collect::<Vec<_>>().join(" OR ");
    for query in ["\"of 3 w*\"", "shows NEAR/9 w*", "w* NEAR/9 w* NEAR/9 shows", &similar] {
        let found = both.ask(&format!("/api/v1/search?q={}&sort=file&limit=5", escape(query)), &["terms"]);
        assert_ne!(found["total"]["count"], 0, "{query}");
    }
    let server = both.cluster;
    // Each sample is in the cluster once, whoever read it: nothing was read that did not count.
    let documents = cluster.get(&format!("/{}/_count", index.name));
    assert_eq!(documents["count"], FILES * crate::weather::SAMPLES);

    root.write("file-3/chat.json", crate::weather::records(3, "a violet zebra"));
    index.fill(root.path(), &[]);
    let violet = || {
        let found = server.json("/api/v1/search?q=violet&limit=1");
        (found["total"]["count"] == crate::weather::SAMPLES).then_some(())
    };
    poll(RECOVERY, violet).expect("what changed is found");
    assert_eq!(server.json("/api/v1/status")["samples"], FILES * crate::weather::SAMPLES);
}

/// Words of which each text of a root of chains has fourteen, so that they stand near each other in every way.
const WORDS: [&str; 6] = ["red", "bus", "tree", "on", "hill", "seen"];

/// A root with texts of a few words in an order of its own each.
fn chains() -> Root {
    let mut state = 7_u64;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        WORDS[(state >> 33) as usize % WORDS.len()]
    };
    let mut text = || (0..14).map(|_| word()).collect::<Vec<_>>().join(" ");
    let records: Vec<Value> =
        (0..400).map(|number| record(&format!("c{number}"), "What?", &text())).collect();
    Root::with(&[("chains.json", array(&records))])
}

#[test]
fn words_that_are_near_each_other_in_a_chain_are_all_found() {
    let Some(cluster) = Cluster::find() else { return };
    let (index, root) = (Index::new(&cluster), chains());
    index.fill(root.path(), &[]);
    let mut both = Both::of(root.path(), &index);
    for query in [
        "red NEAR/2 bus NEAR/0 tree",
        "red NEAR/0 bus NEAR/0 tree",
        "red NEAR/5 bus NEAR/0 tree",
        "tree NEAR/3 red NEAR/1 hill NEAR/0 bus",
        "hill NEAR/1 \"red bus\" NEAR/1 tree",
        "\"on hill\" NEAR/4 bus NEAR/0 \"tree seen\"",
        "red NEAR/0 bus NEAR/0 red",
        "red NEAR/1 tree NEAR/1 bus NEAR/1 hill NEAR/1 on",
        "tre* NEAR/2 buses NEAR/0 hills",
        "red NEAR/1 red NEAR/0 bus",
    ] {
        let found = both.ask(&format!("/api/v1/search?q={}&sort=file&limit=50", escape(query)), &[]);
        assert_ne!(found["total"]["count"], 0, "{query}");
        both.ask(&format!("/api/v1/export?q={}&what=ids", escape(query)), &[]);
    }
}

/// Image sources, of which each record of a root has some.
const SOURCES: [&str; 5] = [
    "coco/train2017/1.jpg",
    "gqa/images/1.jpg",
    "ocr_vqa/images/1.jpg",
    "textvqa/train_images/1.jpg",
    "our/1.gif",
];

/// A record with the image sources that a number names.
fn of_sources(id: &str, number: usize) -> Value {
    let images = SOURCES.iter().enumerate().filter(|(source, _)| number & (1 << source) != 0);
    let images: Vec<&str> = images.map(|(_, image)| *image).collect();
    let mut record = record(id, &"<image>\n".repeat(images.len()), &format!("A red bus, number {number}."));
    record["image"] = json!(images);
    record
}

/// A root with many files, in each of which image sources have other codes, and a folder of small files.
fn many_codes(files: usize) -> Root {
    let root = Root::with(&[("our/1.gif", GIF)]);
    for file in 0..files {
        let records = (0..31).map(|number| of_sources(&format!("{file}-{number}"), 1 + (number + file) % 31));
        root.write(&format!("file-{file}/chat.json"), array(&records.collect::<Vec<_>>()));
        let small = of_sources(&format!("small-{file}"), 1 + file % 31);
        root.write(&format!("small/part-{file:03}.json"), array(&[small]));
    }
    root
}

/// Clauses of a query that the cluster takes; 1,024 where nothing is said.
fn allow_clauses(cluster: &Cluster, most: &str) {
    let body = format!(r#"{{"transient": {{"indices.query.bool.max_clause_count": {most}}}}}"#);
    let answer = cluster.ask("PUT", "/_cluster/settings", &body);
    assert_eq!(answer["acknowledged"], true, "{answer}");
}

#[test]
fn filters_by_source_take_few_clauses_however_many_parts_there_are() {
    let Some(cluster) = Cluster::find() else { return };
    let (index, root) = (Index::new(&cluster), many_codes(24));
    index.fill(root.path(), &["--workers", "2"]);
    // Parts of which only some files are left.
    for file in (0..24).step_by(2) {
        std::fs::remove_file(root.path().join(format!("small/part-{file:03}.json"))).unwrap();
    }
    index.fill(root.path(), &["--sizes"]);
    let mut both = Both::of(root.path(), &index);
    allow_clauses(&cluster, "48");
    let asked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let filters = ["source=gqa", "source=ocr_vqa&image_status=missing", "source=textvqa&source=gqa"];
        for (filter, query) in
            filters.into_iter().flat_map(|one| ["", "red", "source:textvqa"].map(|query| (one, query)))
        {
            both.ask(&format!("/api/v1/facets?q={}&{filter}", escape(query)), &["forms"]);
            let found = both.search(query, &format!("&{filter}"), "file", &["forms"]);
            assert_ne!(found, 0, "{query} {filter}");
        }
        for filter in ["&image_status=present", "&width=1..5"] {
            assert_ne!(both.search("red", filter, "file", &["forms"]), 0, "{filter}");
        }
    }));
    allow_clauses(&cluster, "1");
    let refused = both.cluster.get("/api/v1/search?q=red+-seen");
    allow_clauses(&cluster, "null");
    asked.unwrap();
    assert!(refused.status >= 500 && refused.text().contains("ask for fewer words"), "{}", refused.text());
}
