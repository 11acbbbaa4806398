//! `/api/v1/facets`: facets, filters by them, and histograms and ranges of picture sizes, which come when everything is
//! indexed.

use crate::support::{count, demo_server, problem, text, total};
use blendscope_shared::paths::escape;
use blendscope_tests::root::{GIF, Root, array, picture_record, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::{Value, json};
use std::process::Command;
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

const PATIENCE: Duration = Duration::from_secs(20);

/// A GIF that says it is so large.
fn gif(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = GIF.to_vec();
    bytes[6..8].copy_from_slice(&width.to_le_bytes());
    bytes[8..10].copy_from_slice(&height.to_le_bytes());
    bytes
}

/// The header of a JPEG of 640 × 480 pixels that is to be turned by a quarter.
fn turned_jpeg() -> Vec<u8> {
    let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let mut bytes = vec![0xFF, 0xD8, 0xFF, 0xE1, 0, exif.len() as u8 + 2];
    bytes.extend_from_slice(exif);
    bytes.extend_from_slice(&[0xFF, 0xC0, 0, 11, 8, 480_u16.to_be_bytes()[0], 480_u16.to_be_bytes()[1]]);
    bytes.extend_from_slice(&[640_u16.to_be_bytes()[0], 640_u16.to_be_bytes()[1], 1, 1, 0x11, 0]);
    bytes
}

/// Two samples of one picture, one whose picture is turned, and three whose picture has no size: missing, broken, none.
fn root_of_sizes() -> Root {
    let root = Root::with(&[(
        "farm.json",
        array(&[
            picture_record("a", "pictures/wide.gif", "A red barn."),
            picture_record("b", "pictures/turned.jpg", "A horse."),
            picture_record("c", "pictures/gone.gif", "A red hen."),
            record("d", "What colour is the barn?", "Red."),
            picture_record("e", "pictures/broken.gif", "A goose."),
            picture_record("f", "pictures/wide.gif", "The same barn."),
        ]),
    )]);
    root.write("pictures/wide.gif", gif(300, 200));
    root.write("pictures/turned.jpg", turned_jpeg());
    root.write("pictures/broken.gif", "no picture");
    root
}

/// A histogram's counts in the result and in everything, added up.
fn sums(server: &Server, name: &str, query: &str) -> (u64, u64) {
    let answer = server.json(&format!("/api/v1/facets?{query}"));
    let sum = |counts: &Value| counts.as_array().unwrap().iter().map(count).sum();
    let histogram = &answer["histograms"][name];
    (sum(&histogram["counts"]), sum(&histogram["all"]))
}

#[track_caller]
fn wait_for_sizes(server: &Server, samples: u64) {
    let found = poll(PATIENCE, || (sums(server, "width", "") == (samples, samples)).then_some(()));
    assert!(found.is_some(), "sizes of {:?} samples, not of {samples}", sums(server, "width", ""));
}

#[test]
fn samples_are_counted_and_found_by_the_size_of_their_picture() {
    let root = root_of_sizes();
    let server = Server::start(root.path());
    wait_for_sizes(&server, 3);
    assert_eq!(sums(&server, "height", "q=barn"), (2, 3));
    assert_eq!(sums(&server, "width", "width=480&q=horse"), (1, 3));
    assert_eq!(total(&server, "width=300"), 2);
    assert_eq!(total(&server, "width=301.."), 1);
    assert_eq!(total(&server, "height=640"), 1, "after turning");
    assert_eq!(total(&server, "width=300..480&height=..200"), 2);
    assert_eq!(total(&server, "q=width:%3E300"), 1);
    assert_eq!(total(&server, "q=barn+height:200"), 2);
}

#[test]
fn a_size_that_is_not_known_is_in_no_range() {
    let root = root_of_sizes();
    let server = Server::start(root.path());
    wait_for_sizes(&server, 3);
    for range in ["0..", "..100000", "0..299", "0"] {
        let expected = if range.starts_with("0..2") || range == "0" { 0 } else { 3 };
        assert_eq!(total(&server, &format!("width={range}")), expected, "{range}");
        assert_eq!(total(&server, &format!("q=width:{range}")), expected, "{range}");
    }
    let bounds = &server.json("/api/v1/facets?")["histograms"]["width"]["bounds"];
    assert_eq!(count(&bounds[0]), 300);
}

#[test]
fn sizes_are_kept_and_pictures_that_come_later_get_theirs() {
    let root = root_of_sizes();
    let index = tempfile::tempdir().unwrap();
    let server = Server::start_on(root.path(), index.path());
    server.wait_until_ready();
    wait_for_sizes(&server, 3);
    assert!(server.stop().success());
    root.write("pictures/gone.gif", gif(1000, 10));
    let server = Server::start_on(root.path(), index.path());
    assert_eq!(server.wait_until_ready()["state"], "ready");
    assert!(total(&server, "width=1..") >= 3);
    wait_for_sizes(&server, 4);
    assert_eq!(total(&server, "width=1000&height=10"), 1);
}

#[test]
fn pictures_in_archives_and_shards_have_sizes() {
    let inside = Root::with(&[("sa_1.jpg", turned_jpeg())]);
    inside.write("1.gif", gif(30, 20));
    inside.write("1.txt", "a white pixel");
    let records = [picture_record("a", "sam/images/sa_1.jpg", "A horse.")];
    let root = Root::with(&[("sharegpt4v/share-captioner_coco_lcs_sam_1246k_1107.json", array(&records))]);
    for (archive, members) in
        [("sam/images/000000.tar", &["sa_1.jpg"][..]), ("web/00000.tar", &["1.gif", "1.txt"])]
    {
        let archive = root.write(archive, "");
        let packed =
            Command::new("tar").arg("-cf").arg(archive).arg("-C").arg(inside.path()).args(members).status();
        assert!(packed.unwrap().success());
    }
    let server = Server::start(root.path());
    wait_for_sizes(&server, 2);
    assert_eq!(total(&server, "width=480&height=640"), 1);
    assert_eq!(total(&server, "width=30&height=20"), 1);
}
