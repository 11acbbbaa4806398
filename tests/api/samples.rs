//! `/api/v1/samples`.

use crate::support::{count, dataset_of, demo_server, items, problem, text};
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use serde_json::{Value, json};
use std::fs;

fn nth(server: &Server, path: &str, ordinal: u64) -> Value {
    let slug = text(&dataset_of(server, path)["slug"]).to_owned();
    server.json(&format!("/api/v1/samples/{slug}?at={ordinal}"))
}

#[test]
fn a_sample_is_the_record_as_it_stands() {
    let server = demo_server();
    let hit = server.json("/api/v1/search?sort=random&seed=3&limit=1")["items"][0].clone();
    let (dataset, key) = (text(&hit["dataset"]), text(&hit["key"]));
    let sample = server.json(&format!("/api/v1/samples/{dataset}/{key}"));
    for field in ["dataset", "key", "id", "ordinal", "url"] {
        assert_eq!(sample[field], hit[field], "{field}");
    }
    assert_eq!(text(&sample["url"]), format!("/s/{dataset}/{key}"));
    assert_eq!(sample["turns"].as_array().unwrap().len() as u64, count(&hit["turn_count"]));
    let file = blendscope_tests::demo::root().join(text(&sample["file"]["path"]));
    let raw = text(&sample["raw"]);
    let begin = count(&sample["file"]["byte_offset"]) as usize;
    assert_eq!(&fs::read(file).unwrap()[begin..begin + raw.len()], raw.as_bytes());
}

#[test]
fn neighbours_lead_through_the_file_in_order() {
    let root = Root::with(&[("abc.json", array(&["a", "b", "c"].map(|id| record(id, "?", id))))]);
    let server = Server::start(root.path());
    let [a, b, c] = [0, 1, 2].map(|ordinal| nth(&server, "abc.json", ordinal));
    assert_eq!([&a["id"], &b["id"], &c["id"]], ["a", "b", "c"]);
    assert_eq!([&a["previous"], &a["next"]], [&Value::Null, &b["url"]]);
    assert_eq!([&b["previous"], &b["next"]], [&a["url"], &c["url"]]);
    assert_eq!([&c["previous"], &c["next"]], [&b["url"], &Value::Null]);
}

#[test]
fn equal_records_have_names_of_their_own() {
    let twice = record("same", "?", "!");
    let root = Root::with(&[("twice.json", array(&[twice.clone(), twice]))]);
    let server = Server::start(root.path());
    let keys = [0, 1].map(|ordinal| text(&nth(&server, "twice.json", ordinal)["key"]).to_owned());
    let [first, second] =
        if keys[0].len() < keys[1].len() { keys } else { [keys[1].clone(), keys[0].clone()] };
    assert_eq!(second, format!("{first}~2"));
}

#[test]
fn the_same_record_in_two_datasets_knows_its_twin() {
    let same = array(&[record("same", "?", "!")]);
    let root = Root::with(&[("one.json", same.clone()), ("two.json", same)]);
    let server = Server::start(root.path());
    let (one, two) = (nth(&server, "one.json", 0), nth(&server, "two.json", 0));
    assert_eq!(one["twins"], json!([{"dataset": two["dataset"], "url": two["url"]}]));
}

#[test]
fn everything_else_in_a_record_is_kept() {
    let mut odd = record("odd", "?", "!");
    odd["model"] = "gpt-4v".into();
    odd["meta_info"] = json!({"z": 1, "a": [null, 2.50]});
    let root = Root::with(&[("odd.json", array(&[odd.clone()]))]);
    let server = Server::start(root.path());
    let sample = nth(&server, "odd.json", 0);
    assert_eq!(sample["extra"], json!({"model": "gpt-4v", "meta_info": {"z": 1, "a": [null, 2.5]}}));
    assert_eq!(serde_json::from_str::<Value>(text(&sample["raw"])).unwrap(), odd);
}

/// Odd cases of real files, each with the reason why it is here.
#[test]
fn every_dialect_is_read() {
    let turns = json!([{"from": "human", "value": "ask"}, {"from": "gpt", "value": "tell"}]);
    for (reason, record) in [
        ("GQA writes numbers as ids", json!({"id": 2_354_786, "conversations": turns})),
        ("ALLaVA's Evol files have `idx` in place of `id`", json!({"idx": 7, "conversations": turns})),
        ("VG ids have a slash", json!({"id": "VG_100K_2/2412354", "conversations": turns})),
        (
            "parquet exports write a missing image as null",
            json!({"id": "a", "image": null, "conversations": turns}),
        ),
        (
            "MG-LLaVA writes a missing image as empty text",
            json!({"id": "a", "image": "", "conversations": turns}),
        ),
        (
            "Mantis has `conversation` and chat roles",
            json!({"id": "a", "images": ["x.jpg", "y.jpg"], "conversation": [
            {"role": "user", "content": "ask"}, {"role": "assistant", "content": "tell"}]}),
        ),
        (
            "chat exports have `messages`",
            json!({"id": "a", "messages": [
            {"role": "user", "content": "ask"}, {"role": "assistant", "content": "tell"}]}),
        ),
    ] {
        let root = Root::with(&[("dialect.json", array(&[record]))]);
        let server = Server::start(root.path());
        let turns = nth(&server, "dialect.json", 0)["turns"].clone();
        let expected = json!([{"role": "human", "text": "ask"}, {"role": "gpt", "text": "tell"}]);
        assert_eq!(turns, expected, "{reason}");
    }
}

#[test]
fn a_link_survives_another_order_of_files_and_records() {
    let records = ["a", "b", "c", "d"].map(|id| record(id, "?", id));
    let there =
        Root::with(&[("x/set.json", array(&records)), ("other.json", array(&[record("z", "1", "2")]))]);
    let mut turned = records.clone();
    turned.reverse();
    let pretty = serde_json::to_string_pretty(&turned).unwrap();
    let here = Root::with(&[("x/set.json", pretty), ("0.json", array(&[record("y", "1", "2")]))]);
    let (there, here) = (Server::start(there.path()), Server::start(here.path()));
    for hit in items(&there.json("/api/v1/search?dataset=set")) {
        let address = format!("/api/v1/samples/{}/{}", text(&hit["dataset"]), text(&hit["key"]));
        let (one, other) = (there.json(&address), here.json(&address));
        assert_eq!(one["turns"], other["turns"]);
        assert_eq!(one["id"], other["id"]);
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    let server = demo_server();
    let datasets = server.json("/api/v1/datasets");
    let dataset = &items(&datasets)[0];
    let slug = text(&dataset["slug"]);
    for key in ["0000000000000", "short", "not-a-key-at-all!", "0000000000000~9"] {
        problem(&server.get(&format!("/api/v1/samples/{slug}/{key}")), 404);
    }
    problem(&server.get("/api/v1/samples/no-such-set/0000000000000"), 404);
    problem(&server.get(&format!("/api/v1/samples/{slug}?at={}", count(&dataset["samples"]))), 404);
    assert!(problem(&server.get(&format!("/api/v1/samples/{slug}?at=x")), 400).contains("`at`"));
    assert!(problem(&server.get(&format!("/api/v1/samples/{slug}")), 400).contains("`at`"));
}

#[test]
fn look_alike_letters_in_a_key_are_read_kindly() {
    let server = demo_server();
    let hit = server.json("/api/v1/search?limit=1")["items"][0].clone();
    let key = text(&hit["key"]).to_ascii_lowercase();
    let sample = server.json(&format!("/api/v1/samples/{}/{key}", text(&hit["dataset"])));
    assert_eq!(sample["url"], hit["url"]);
}
