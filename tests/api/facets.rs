//! `/api/v1/facets`, and filters by what it tells.

use crate::support::{count, demo_server, problem, text, total};
use blendscope_shared::paths::escape;
use blendscope_tests::root::{Root, array, picture_record, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::{Value, json};
use std::time::Duration;

/// Five samples of two datasets: two with a picture that is not there, three without any, one in Japanese, one id twice.
fn root() -> Root {
    let long = "A red barn stands on the hill, and behind it a white horse looks over the fence.";
    Root::with(&[
        (
            "farm.json",
            array(&[
                picture_record("a", "coco/train2017/000000000009.jpg", long),
                record("b", "What colour is the horse?", "White."),
                record("b", "Where is the horse?", "On the hill."),
                record("c", "何がいますか、東京に白い犬がいますか？", "東京に白い犬がいます。"),
            ]),
        ),
        ("town.json", array(&[picture_record("d", "vg/VG_100K/1.jpg", "A horse in the street.")])),
    ])
}

fn facets(server: &Server, query: &str) -> Value {
    server.json(&format!("/api/v1/facets?{query}"))
}

/// The count of a value of a facet in the result and in everything.
fn counts(answer: &Value, facet: &str, value: &str) -> (u64, u64) {
    let values = answer["facets"][facet].as_array().unwrap();
    let found = values.iter().find(|entry| entry["value"] == value);
    found.map_or((0, 0), |entry| (count(&entry["count"]), count(&entry["all"])))
}

fn numbers(value: &Value) -> Vec<u64> {
    value.as_array().unwrap().iter().map(count).collect()
}

#[test]
fn a_result_is_counted_against_everything() {
    let root = root();
    let server = Server::start(root.path());
    let answer = facets(&server, "q=horse");
    assert_eq!((count(&answer["total"]["count"]), &answer["total"]["final"]), (4, &json!(true)));
    assert_eq!(counts(&answer, "dataset", "farm"), (3, 4));
    assert_eq!(counts(&answer, "source", "coco"), (1, 1));
    assert_eq!(counts(&answer, "source", "vg"), (1, 1));
    assert_eq!(counts(&answer, "lang", "ja"), (0, 1));
    assert_eq!(counts(&answer, "image_status", "missing"), (2, 2));
    assert_eq!(counts(&answer, "image_status", "text_only"), (2, 3));
    assert_eq!(counts(&answer, "flag", "duplicate_id"), (2, 2));
    assert_eq!(counts(&answer, "role", "human"), (2, 5));
    assert_eq!(counts(&answer, "role", "gpt"), (2, 5));
    let turns = &answer["histograms"]["turns"];
    assert_eq!((numbers(&turns["bounds"]), numbers(&turns["counts"])), (vec![2, 3], vec![4]));
    assert_eq!(numbers(&turns["all"]), [5]);
}

#[test]
fn values_of_one_facet_add_up_and_facets_restrict_each_other() {
    let root = root();
    let server = Server::start(root.path());
    assert_eq!(total(&server, "dataset=farm&dataset=town"), 5);
    assert_eq!(total(&server, "source=coco&source=vg"), 2);
    assert_eq!(total(&server, "source=coco&source=vg&dataset=farm"), 1);
    assert_eq!(total(&server, "has=text_only&lang=ja"), 1);
    assert_eq!(total(&server, "has=image&words=15.."), 1);
    assert_eq!(total(&server, "q=horse&role=human"), 2);
    assert_eq!(total(&server, "q=horse&role=human&role=gpt"), 4);
    assert_eq!(total(&server, "q=source:vg+horse"), 1);
    // What is chosen in a facet does not hide its other values: they say what choosing them would add.
    let answer = facets(&server, "dataset=town");
    assert_eq!(counts(&answer, "dataset", "farm"), (4, 4));
    assert_eq!(counts(&answer, "source", "coco"), (0, 1));
}

#[test]
fn a_range_leaves_its_own_histogram_whole() {
    let root = root();
    let server = Server::start(root.path());
    let answer = facets(&server, "words=15..&turns=2");
    assert_eq!(count(&answer["total"]["count"]), 1);
    assert_eq!(numbers(&answer["histograms"]["words"]["counts"]).iter().sum::<u64>(), 5);
    assert_eq!(numbers(&answer["histograms"]["images"]["counts"]).iter().sum::<u64>(), 1);
}

/// Waits until all pictures of the demo root were looked at, some of which are broken.
fn wait_for_pictures(server: &Server) {
    let mut before = 0;
    let is_done = poll(Duration::from_mins(1), || {
        std::thread::sleep(Duration::from_secs(2));
        let broken = total(server, "image_status=broken");
        (broken > 0 && std::mem::replace(&mut before, broken) == broken).then_some(())
    });
    is_done.expect("the demo root has broken pictures");
}

#[test]
fn every_count_is_what_choosing_the_value_finds() {
    let server = demo_server();
    wait_for_pictures(&server);
    for query in
        ["", "q=red", "q=a+-cat&lang=en", "q=turns:2..4&words=5..60", "q=%22in+the%22&flag=missing_id"]
    {
        let answer = facets(&server, query);
        for dimension in answer["dimensions"].as_array().unwrap() {
            let name = text(&dimension["name"]);
            let chosen = query.split('&').any(|pair| pair.starts_with(&format!("{name}=")));
            if chosen {
                continue;
            }
            if dimension["is_range"] == true {
                let histogram = &answer["histograms"][name];
                let bounds = numbers(&histogram["bounds"]);
                for (bar, expected) in bounds.windows(2).zip(numbers(&histogram["counts"])).step_by(3) {
                    let range = format!("{query}&{name}={}..{}", bar[0], bar[1] - 1);
                    assert_eq!(total(&server, &range), expected, "{range}");
                }
                continue;
            }
            for value in answer["facets"][name].as_array().unwrap().iter().step_by(2) {
                let asked = format!("{query}&{name}={}", escape(text(&value["value"])));
                assert_eq!(total(&server, &asked), count(&value["count"]), "{asked}");
                let by_field = format!("q={name}:%22{}%22", escape(text(&value["value"])));
                if name != "role" && query.is_empty() {
                    assert_eq!(total(&server, &by_field), count(&value["all"]), "{by_field}");
                }
            }
        }
    }
}

#[test]
fn what_cannot_be_asked_is_named() {
    let root = root();
    let server = Server::start(root.path());
    for (query, parameter, status) in [
        ("colour=red", "colour", 400),
        ("turns=many", "turns", 400),
        ("has=sound", "has", 400),
        ("flag=purple", "flag", 400),
        ("role=parrot", "role", 400),
        ("image_status=lost", "image_status", 400),
        ("stage=2", "stage", 400),
        ("dataset=nowhere", "nowhere", 404),
        ("recipe=nowhere", "nowhere", 404),
    ] {
        for call in ["facets", "search"] {
            let detail = problem(&server.get(&format!("/api/v1/{call}?{query}")), status);
            assert!(detail.contains(parameter), "{call}?{query}: {detail}");
        }
    }
    assert_eq!(total(&server, "lang=xx"), 0);
}
