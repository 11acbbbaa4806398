//! `/api/v1/datasets`.

use crate::support::{count, dataset_of, demo_server, file_entry, items, problem, text, unclaimed_reason};
use blendscope_tests::root::{GIF, Root, array, picture_record, record};
use blendscope_tests::server::Server;
use serde_json::json;

#[test]
fn every_dataset_of_the_demo_root_adds_up() {
    let server = demo_server();
    let datasets = server.json("/api/v1/datasets");
    assert!(items(&datasets).len() >= 2, "{datasets}");
    for dataset in items(&datasets) {
        let files = dataset["files"].as_array().unwrap();
        for field in ["samples", "skipped", "images_referenced", "images_missing"] {
            let sum: u64 = files.iter().map(|file| count(&file[field])).sum();
            assert_eq!(count(&dataset[field]), sum, "{field} of {}", dataset["slug"]);
        }
        assert_eq!(dataset["complete"], true);
        let detail = server.json(&format!("/api/v1/datasets/{}", text(&dataset["slug"])));
        assert_eq!(detail["samples"], dataset["samples"]);
        let of_records = |problem: &&serde_json::Value| problem["record"].is_u64();
        let problems = detail["problems"].as_array().unwrap().iter().filter(of_records).count();
        assert_eq!(problems as u64, count(&dataset["skipped"]));
    }
}

#[test]
fn an_unknown_dataset_is_not_found() {
    let server = demo_server();
    assert!(problem(&server.get("/api/v1/datasets/no-such-set"), 404).contains("no-such-set"));
    assert!(problem(&server.get("/api/v1/datasets?limit=5"), 400).contains("limit"));
}

#[test]
fn missing_images_are_counted_as_refs() {
    let records = [
        picture_record("a", "images/here.gif", "one pixel"),
        picture_record("b", "images/gone.gif", "nothing"),
        picture_record("c", "images/gone.gif", "the same nothing"),
        record("d", "no picture", "none"),
    ];
    let root = Root::with(&[("dots.json", array(&records).as_bytes()), ("images/here.gif", GIF)]);
    let server = Server::start(root.path());
    let file = file_entry(&server, "dots.json");
    assert_eq!(file["container"], "json_array");
    assert_eq!([&file["samples"], &file["images_referenced"], &file["images_missing"]], [4, 3, 2]);
}

#[test]
fn a_bad_record_is_reported_with_its_place_and_the_rest_is_kept() {
    let bad = json!({"id": "b", "conversations": 42});
    let root = Root::with(&[("three.json", array(&[record("a", "1", "2"), bad, record("c", "3", "4")]))]);
    let server = Server::start(root.path());
    let dataset = dataset_of(&server, "three.json");
    assert_eq!([&dataset["samples"], &dataset["skipped"], &dataset["problems_total"]], [2, 1, 1]);
    let problem = &dataset["problems"][0];
    assert_eq!(problem["file"], "three.json");
    assert_eq!(problem["record"], 1);
    let content = array(&[record("a", "1", "2")]);
    // The bad record begins where the closing bracket of an array of the first one would be, plus the comma.
    assert_eq!(count(&problem["byte_offset"]), content.len() as u64);
    assert!(!text(&problem["message"]).is_empty());
}

#[test]
fn an_annotation_file_of_another_schema_is_unclaimed_with_a_reason() {
    let coco = json!({"info": {}, "images": [{"id": 1, "file_name": "1.jpg"}], "annotations": []});
    let root = Root::with(&[
        ("annotations/captions_train2017.json", coco.to_string()),
        ("good.json", array(&[record("a", "1", "2")])),
    ]);
    let server = Server::start(root.path());
    assert!(!unclaimed_reason(&server, "annotations/captions_train2017.json").is_empty());
    assert_eq!(file_entry(&server, "good.json")["samples"], 1);
}

#[test]
fn lines_and_gzip_are_read_whatever_the_extension() {
    let lines = format!("{}\n{}\n", record("a", "1", "2"), record("b", "3", "4"));
    let root = Root::with(&[("lines.json", lines.clone()), ("more/lines.jsonl", lines)]);
    let server = Server::start(root.path());
    for path in ["lines.json", "more/lines.jsonl"] {
        let file = file_entry(&server, path);
        assert_eq!([&file["container"], &file["samples"]], [&json!("json_lines"), &json!(2)], "{path}");
    }
}
