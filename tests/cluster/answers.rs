//! The same answers as from an index on this machine.

use crate::support::{Cluster, Index};
use blendscope_shared::paths::escape;
use blendscope_tests::demo;
use blendscope_tests::server::Server;
use serde_json::Value;

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
const FILTERS: [&str; 5] =
    ["", "&lang=en", "&turns=2..4", "&words=1..20&lang=en&lang=ja", "&flag=duplicate_sample"];

const ORDERS: [&str; 4] = ["file", "longest", "shortest", "random&seed=7"];

/// What may differ: times and names of this process, relevance, and what is found out after reading, which only an index on
/// this machine is asked to look for.
const MAY_DIFFER: [&str; 11] = [
    "took_ms",
    "total_ms",
    "engine",
    "read_only",
    "notice",
    "score",
    "relevance",
    "images_broken",
    "width",
    "height",
    "image_status",
];

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

    fn search(&mut self, query: &str, filter: &str, order: &str) {
        let target = format!("/api/v1/search?q={}{filter}&limit=5&sort={order}", escape(query));
        let answer = self.ask(&target, &[]);
        if let Some(next) = answer["next"].as_str() {
            self.ask(&format!("{target}&cursor={next}"), &[]);
        }
        let count = answer["total"]["count"].as_u64().unwrap();
        if count > 9 {
            self.ask(&format!("{target}&offset={}", count - 7), &[]);
        }
    }
}

#[test]
fn every_answer_is_that_of_an_index_on_this_machine() {
    let Some(cluster) = Cluster::find() else { return };
    let index = Index::new(&cluster);
    index.fill(demo::root(), &["--workers", "2"]);
    let mut both =
        Both { local: Server::start(demo::root()), cluster: index.serve(demo::root()), compared: 0 };
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
            both.search(query, filter, order);
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
    let mut both = Both { local: Server::start(root.path()), cluster: index.serve(root.path()), compared: 0 };
    assert_eq!(both.cluster.json("/api/v1/status")["samples"], FILES * crate::weather::SAMPLES);
    for order in ORDERS {
        for offset in [19_999, 20_500, 21_997] {
            both.ask(&format!("/api/v1/search?q=red&sort={order}&offset={offset}&limit=5"), &[]);
        }
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
    blendscope_tests::wait::poll(crate::support::RECOVERY, violet).expect("what changed is found");
    assert_eq!(server.json("/api/v1/status")["samples"], FILES * crate::weather::SAMPLES);
}
