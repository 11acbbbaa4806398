//! `/api/v1/templates`.

use crate::support::{count, items, problem, text};
use blendscope_shared::paths::templates;
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use serde_json::Value;
use std::collections::BTreeMap;

const SUFFIX: &str = "Answer the question using a single word or phrase.";
const REGION: &str = "Please provide a short description for this region: …";

/// Questions that are all different, each with a suffix.
fn questions(samples: usize) -> Vec<Value> {
    let question = |number| format!("<image>\nHow old is number {number}?\n{SUFFIX}");
    (0..samples).map(|number| record(&format!("q{number}"), &question(number), "7")).collect()
}

fn regions(samples: usize) -> Vec<Value> {
    let region =
        |number| format!("Please provide a short description for this region: [0.{number}, 0.5, 0.6, 0.7]");
    (0..samples).map(|number| record(&format!("r{number}"), &region(number), "a cat")).collect()
}

/// Two datasets: one has both prompts, the other only the suffix.
fn two_files() -> Root {
    let both = [questions(30), regions(9), vec![record("x", "Who is it?", SUFFIX)]].concat();
    Root::with(&[("one/one.json", array(&both)), ("two/two.json", array(&questions(12)))])
}

/// Texts with their counts.
fn counts(answer: &Value) -> BTreeMap<&str, u64> {
    items(answer).iter().map(|item| (text(&item["text"]), count(&item["samples"]))).collect()
}

#[test]
fn prompts_are_found_with_their_exact_counts_over_all_files() {
    let root = two_files();
    let server = Server::start(root.path());
    let answer = server.json("/api/v1/templates");
    assert_eq!(counts(&answer), BTreeMap::from([(SUFFIX, 42), (REGION, 9)]));
    assert_eq!(text(&items(&answer)[0]["text"]), SUFFIX, "the most frequent first");
    assert_eq!((count(&answer["total"]), count(&answer["samples"])), (2, 51));
    assert_eq!((&answer["final"], &answer["next"]), (&Value::Bool(true), &Value::Null));
    let uses = items(&answer)[0]["datasets"].as_array().unwrap();
    let uses: Vec<_> = uses.iter().map(|of| (text(&of["dataset"]), count(&of["samples"]))).collect();
    assert_eq!(uses, [("one", 30), ("two", 12)]);
}

#[test]
fn some_datasets_alone_have_their_own_counts() {
    let root = two_files();
    let server = Server::start(root.path());
    let answer = server.json("/api/v1/templates?dataset=two");
    assert_eq!(counts(&answer), BTreeMap::from([(SUFFIX, 12)]));
    assert_eq!(count(&answer["samples"]), 12);
    let id = text(&items(&answer)[0]["id"]);
    assert_eq!(text(&items(&answer)[0]["url"]), format!("/search?dataset=two&template={id}"));
    let both = server.json("/api/v1/templates?dataset=two&dataset=one");
    assert_eq!(counts(&both), counts(&server.json("/api/v1/templates")));
}

#[test]
fn lengths_of_answers_are_those_of_exactly_the_samples() {
    let root = two_files();
    let server = Server::start(root.path());
    assert!(items(&server.json(&templates(0))).iter().all(|item| item.get("answers").is_none()));
    for query in ["lengths=true", "lengths=true&dataset=one"] {
        for item in items(&server.json(&format!("/api/v1/templates?{query}"))) {
            let search = text(&item["url"]).trim_start_matches("/search?");
            let account = server.json(&format!("/api/v1/accounts?{search}"));
            assert_eq!(account["samples"], item["samples"], "{item}");
            assert_eq!(item["answers"]["words"], account["words"]["gpt"], "{item}");
            assert_eq!(item["answers"]["characters"], account["characters"]["gpt"], "{item}");
        }
    }
    let of_one = server.json("/api/v1/templates?lengths=true&dataset=one");
    let regions = &items(&of_one)[1];
    assert_eq!((count(&regions["answers"]["words"]), count(&regions["answers"]["characters"])), (18, 45));
}

#[test]
fn pages_follow_each_other() {
    let root = two_files();
    let server = Server::start(root.path());
    let all = server.json(&templates(0));
    let first = server.json("/api/v1/templates?limit=1");
    let second = server.json(&format!("/api/v1/templates?limit=1&cursor={}", text(&first["next"])));
    assert_eq!([&items(&first)[0], &items(&second)[0]], [&items(&all)[0], &items(&all)[1]]);
    assert_eq!(second["next"], Value::Null);
    assert_eq!(items(&server.json(&templates(1))), items(&second));
    assert_eq!(items(&server.json(&templates(7))), &[] as &[Value]);
}

#[test]
fn an_id_is_the_same_after_another_indexing_and_in_another_root() {
    let root = two_files();
    let ids = |server: &Server| -> Vec<String> {
        items(&server.json("/api/v1/templates")).iter().map(|item| text(&item["id"]).to_owned()).collect()
    };
    let index = tempfile::tempdir().unwrap();
    let server = Server::start_on(root.path(), index.path());
    server.wait_until_ready();
    let before = ids(&server);
    assert!(server.stop().success());
    root.write("one/one.json", array(&[questions(80), regions(50)].concat()));
    let server = Server::start_on(root.path(), index.path());
    server.wait_until_ready();
    assert_eq!(ids(&server), before);
    let answer = server.json("/api/v1/templates");
    assert_eq!(counts(&answer), BTreeMap::from([(SUFFIX, 92), (REGION, 50)]), "counted anew");

    let other = Root::with(&[("any.json", array(&questions(8)))]);
    assert_eq!(ids(&Server::start(other.path())), before[..1]);
}

#[test]
fn bad_parameters_are_named() {
    let root = Root::with(&[("set.json", array(&questions(3)))]);
    let server = Server::start(root.path());
    for (query, named) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("offset=-1", "offset"),
        ("cursor=x", "cursor"),
        ("cursor=1&offset=1", "cursor"),
        ("limit=1&limit=2", "limit"),
        ("lengths=yes", "lengths"),
        ("colour=red", "colour"),
    ] {
        let detail = problem(&server.get(&format!("/api/v1/templates?{query}")), 400);
        assert!(detail.contains(&format!("`{named}`")), "{query}: {detail}");
    }
    assert!(problem(&server.get("/api/v1/templates?dataset=nothing"), 404).contains("`nothing`"));
    assert_eq!(items(&server.json("/api/v1/templates")), &[] as &[Value], "three samples share nothing yet");
}
