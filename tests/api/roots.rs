//! What lies under a root: folders of captions, files with several names, reference datasets, and what is noticed later.

use crate::support::{count, file_entry, items, text, total, unclaimed_reason};
use blendscope_shared::paths::image as image_address;
use blendscope_tests::root::{GIF, Root, array, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use std::fs;
use std::process::Command;
use std::time::Duration;

/// What changed is noticed within 20 seconds; the rest is for a busy machine.
const NOTICED: Duration = Duration::from_secs(40);

fn finds(server: &Server, query: &str) -> Option<()> {
    poll(NOTICED, || (count(&server.json(query)["total"]["count"]) > 0).then_some(()))
}

#[test]
fn pictures_with_captions_beside_them_are_samples_and_edited_captions_are_noticed() {
    let root = Root::with(&[("ours/00000/000000000.gif", GIF), ("ours/00000/000000001.gif", GIF)]);
    root.write("ours/00000/000000000.txt", "a crimson kite");
    root.write(
        "ours/00000/000000000.json",
        r#"{"caption": "a crimson kite", "url": "http://x/1", "width": 1}"#,
    );
    root.write("ours/00000/000000001.txt", "a green ferry");
    let server = Server::start(root.path());
    let entry = file_entry(&server, "ours/00000");
    assert_eq!((text(&entry["container"]), count(&entry["samples"])), ("folder", 2));
    let answer = server.json("/api/v1/search?q=%22green+ferry%22");
    let image = &items(&answer)[0]["images"][0];
    assert_eq!(image["status"], "present", "{image}");
    assert_eq!(server.get(&image_address(text(&image["key"]))).body, GIF);
    assert_eq!(items(&answer)[0]["id"], "000000001");

    root.write("ours/00000/000000001.txt", "a yellow ferry");
    finds(&server, "/api/v1/search?q=yellow")
        .expect("a caption of the same folder that was edited is noticed");
    root.write("ours/00000/000000002.gif", GIF);
    root.write("ours/00000/000000002.txt", "a blue tram");
    finds(&server, "/api/v1/search?q=%22blue+tram%22").expect("a new pair is noticed");
    server.wait_until_ready();
    assert_eq!(total(&server, "q=ferry"), 1);
}

#[test]
fn a_file_that_was_not_data_is_read_when_it_is_replaced_in_place() {
    let root = Root::with(&[("a.json", array(&[record("1", "q", "first")])), ("b.json", "{}".to_owned())]);
    let server = Server::start(root.path());
    assert!(!unclaimed_reason(&server, "b.json").is_empty());
    root.write("b.json", array(&[record("2", "q", "second")]));
    finds(&server, "/api/v1/search?q=second").expect("it is noticed though its folder did not change");
}

#[test]
fn a_packed_file_of_another_content_is_no_copy() {
    let pack = |text: &str| {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        Command::new("gzip").arg("-c").arg(file.path()).output().unwrap().stdout
    };
    let set = |word: &str| array(&[record(word, "q", word)]);
    let root = Root::with(&[("same.json", set("red")), ("other.json", set("green"))]);
    root.write("same.json.gz", pack(&set("red")));
    root.write("other.json.gz", pack(&set("blue")));
    fs::hard_link(root.path().join("same.json"), root.path().join("twin.json")).unwrap();
    let server = Server::start(root.path());
    for (word, expected) in [("red", 1), ("green", 1), ("blue", 1)] {
        assert_eq!(total(&server, &format!("q={word}")), expected, "{word}");
    }
    assert!(unclaimed_reason(&server, "same.json.gz").contains("packed copy of same.json"));
    assert!(unclaimed_reason(&server, "twin.json").contains("same.json"));
}

#[test]
fn reference_datasets_are_searched_and_in_the_blend_only_when_asked_for() {
    let root = Root::with(&[
        ("train.json", array(&[record("1", "q", "a bus"), record("2", "q", "a bus")])),
        ("val.json", array(&[record("3", "q", "a bus")])),
    ]);
    let config = root
        .write(".config.toml", "[[dataset]]\nslug = \"my-val\"\nfiles = [\"val.json\"]\nreference = true\n");
    let server = Server::start_with(root.path(), &["--config", config.to_str().unwrap()]);
    let datasets = server.json("/api/v1/datasets");
    let marked: Vec<(&str, bool)> = items(&datasets)
        .iter()
        .map(|dataset| (text(&dataset["slug"]), dataset["is_reference"] == true))
        .collect();
    assert_eq!(marked, [("my-val", true), ("train", false)]);
    for (query, parts, left_out) in [
        ("q=bus", vec!["train"], 1),
        ("q=", vec!["train"], 1),
        ("q=bus&reference=true", vec!["train", "my-val"], 0),
        ("q=bus&dataset=my-val", vec!["my-val"], 0),
    ] {
        let answer = server.json(&format!("/api/v1/search?{query}"));
        let blend: Vec<&str> =
            answer["blend"].as_array().unwrap().iter().map(|part| text(&part["dataset"])).collect();
        assert_eq!((blend, count(&answer["left_out"])), (parts, left_out), "{query}");
        let expected = if query.contains("dataset") { 1 } else { 3 };
        assert_eq!(count(&answer["total"]["count"]), expected, "{query}");
    }
}
