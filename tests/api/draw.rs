//! `/api/v1/draw`: samples of a search by a rule and a seed.

use crate::support::{count, items, problem, text};
use blendscope_tests::root::{Root, array, picture_record, record};
use blendscope_tests::server::Server;
use serde_json::Value;

const PICTURES: [&str; 2] = ["coco/train2017/000000000009.jpg", "coco/train2017/000000000025.jpg"];

/// Thirty texts, six of them with pictures of which there are two; four in Japanese, all saying the same.
fn root() -> Root {
    let english: Vec<_> = (0..24)
        .map(|n| record(&format!("e{n}"), "Where is it?", &format!("It is {}there.", "over ".repeat(n))))
        .collect();
    let pictures: Vec<_> = (0..6)
        .map(|n| picture_record(&format!("p{n}"), PICTURES[n % 2], "A dog is here, and it sleeps."))
        .collect();
    let japanese: Vec<_> = (0..4)
        .map(|n| record(&format!("j{n}"), "何がいますか、東京に白い犬がいますか？", "東京に白い犬がいます。"))
        .collect();
    Root::with(&[
        ("mine/english.json", array(&english)),
        ("mine/pictures.json", array(&pictures)),
        ("mine/japanese.json", array(&japanese)),
    ])
}

fn draw(server: &Server, query: &str) -> Value {
    server.json(&format!("/api/v1/draw?{query}"))
}

fn ids(answer: &Value) -> Vec<String> {
    items(answer).iter().map(|hit| text(&hit["id"]).to_owned()).collect()
}

fn drawn(answer: &Value, value: &str) -> u64 {
    let groups = answer["groups"].as_array().unwrap();
    groups.iter().find(|group| group["value"] == value).map_or(0, |group| count(&group["drawn"]))
}

#[test]
fn the_same_seed_draws_the_same_samples() {
    let root = root();
    let server = Server::start(root.path());
    let first = draw(&server, "n=10&seed=3");
    assert_eq!((count(&first["there"]), count(&first["drawn"]), ids(&first).len()), (34, 10, 10));
    assert_eq!(ids(&draw(&server, "n=10&seed=3")), ids(&first));
    assert_ne!(ids(&draw(&server, "n=10&seed=4")), ids(&first));
    let mut different = ids(&first);
    different.sort();
    different.dedup();
    assert_eq!(different.len(), 10);
    let found = draw(&server, "dataset=pictures&n=100");
    assert_eq!((count(&found["there"]), count(&found["drawn"])), (6, 6));
}

#[test]
fn each_value_of_a_facet_gets_as_many_or_its_share() {
    let root = root();
    let server = Server::start(root.path());
    let each = draw(&server, "by=dataset&each=true&n=5");
    assert_eq!(["english", "pictures", "japanese"].map(|value| drawn(&each, value)), [5, 5, 4]);
    let share = draw(&server, "by=dataset&n=17");
    assert_eq!(["english", "pictures", "japanese"].map(|value| drawn(&share, value)), [12, 3, 2]);
    assert_eq!(drawn(&draw(&server, "by=lang&each=true&n=3"), "ja"), 3);
    assert!(problem(&server.get("/api/v1/draw?by=colour"), 400).contains("dataset"));
}

#[test]
fn a_picture_or_a_text_comes_once() {
    let root = root();
    let server = Server::start(root.path());
    let pictures = draw(&server, "once=picture");
    assert_eq!(count(&pictures["drawn"]), 2);
    let keys: Vec<&Value> = items(&pictures).iter().map(|hit| &hit["images"][0]["key"]).collect();
    assert_ne!(keys[0], keys[1]);
    assert_eq!(count(&draw(&server, "once=text&dataset=japanese")["drawn"]), 1);
    assert_eq!(count(&draw(&server, "once=text&dataset=english")["drawn"]), 24);
}

#[test]
fn the_longest_come_first() {
    let root = root();
    let server = Server::start(root.path());
    assert_eq!(ids(&draw(&server, "take=longest&n=3&dataset=english")), ["e23", "e22", "e21"]);
}

#[test]
fn a_draw_is_taken_along() {
    let root = root();
    let server = Server::start(root.path());
    let query = "n=10&seed=3&by=dataset";
    let lines = server.get(&format!("/api/v1/draw/samples?{query}&what=ids"));
    let taken: Vec<String> = lines
        .text()
        .lines()
        .map(|line| text(&serde_json::from_str::<Value>(line).unwrap()["id"]).to_owned())
        .collect();
    assert_eq!(taken, ids(&draw(&server, query)));
    problem(&server.get("/api/v1/draw/samples?n=0"), 400);
}
