//! What the first page of a root shows: what is wrong by cause, searches to begin with, what documents put where.

use crate::support::{count, items, text};
use blendscope_tests::root::{GIF, Root, array, picture_record, record};
use blendscope_tests::server::Server;
use serde_json::Value;

/// A root with a folder that is absent, one that holds a part, a broken picture, a bad record and an empty response.
fn troubled() -> Root {
    let records: Vec<Value> = (0..4)
        .map(|n| {
            picture_record(&format!("c{n}"), &format!("coco/train2017/00000000000{n}.jpg"), "A red bus.")
        })
        .chain((0..3).map(|n| picture_record(&format!("g{n}"), &format!("gqa/images/{n}.jpg"), "A dog.")))
        .chain([record("empty", "Say something.", "")])
        .collect();
    let own =
        [picture_record("b", "pics/cut.gif", "A dot."), picture_record("w", "pics/whole.gif", "A dot.")];
    let root = Root::with(&[("llava/llava_sft/llava_v1_5_mix665k.json", array(&records))]);
    root.write("own.jsonl", format!("{}\n{{not json\n{}\n", own[0], own[1]));
    root.write("coco/train2017/000000000000.jpg", GIF);
    root.write("pics/cut.gif", &GIF[..GIF.len() - 2]);
    root.write("pics/whole.gif", GIF);
    root
}

fn trouble<'a>(troubles: &'a Value, kind: &str) -> &'a Value {
    let found = items(troubles).iter().find(|trouble| trouble["kind"] == kind);
    found.unwrap_or_else(|| panic!("no `{kind}` in {troubles}"))
}

/// What is wrong, as soon as the pictures were looked at for damage, which comes last.
fn all_troubles(server: &Server) -> Value {
    let found = blendscope_tests::wait::poll(std::time::Duration::from_secs(20), || {
        let troubles = server.json("/api/v1/troubles");
        items(&troubles).iter().any(|trouble| trouble["kind"] == "pictures_broken").then_some(troubles)
    });
    found.expect("the broken picture is found")
}

#[test]
fn every_cause_counts_the_samples_that_its_link_finds() {
    let root = troubled();
    let server = Server::start(root.path());
    let troubles = all_troubles(&server);
    for (kind, samples) in
        [("folder_absent", 3), ("folder_partial", 3), ("pictures_broken", 1), ("empty_answer", 1)]
    {
        let trouble = trouble(&troubles, kind);
        assert_eq!(count(&trouble["count"]), samples, "{trouble}");
        let found = server.json(&format!("/api/v1{}&limit=1", text(&trouble["url"])));
        assert_eq!(count(&found["total"]["count"]), samples, "{trouble}");
        assert!(text(&trouble["remedy"]).len() > 20, "{trouble}");
    }
    assert_eq!(count(&troubles["missing"]), 6);
}

#[test]
fn causes_name_the_folder_and_the_record() {
    let root = troubled();
    let server = Server::start(root.path());
    let troubles = all_troubles(&server);
    let title = |kind: &str| text(&trouble(&troubles, kind)["title"]).to_owned();
    assert_eq!(title("folder_absent"), "the picture folder gqa/images is not here");
    assert_eq!(title("folder_partial"), "coco/train2017 holds only 1 file");
    let skipped = trouble(&troubles, "records_skipped");
    assert_eq!((count(&skipped["count"]), text(&skipped["unit"])), (1, "records"));
    assert!(!text(&skipped["detail"]).is_empty());
}

#[test]
fn causes_of_one_dataset_are_its_own() {
    let root = troubled();
    let server = Server::start(root.path());
    all_troubles(&server);
    let own = server.json("/api/v1/troubles?dataset=llava-v1.5-mix665k");
    assert_eq!(count(&own["missing"]), 6);
    assert!(items(&own).iter().all(|trouble| trouble["kind"] != "pictures_broken"), "{own}");
    assert_eq!(server.get("/api/v1/troubles?dataset=nobody").status, 404);
    assert_eq!(server.get("/api/v1/troubles?colour=red").status, 400);
}

#[test]
fn what_was_looked_for_and_not_found_is_said() {
    let root = Root::with(&[("notes.json", array(&[record("1", "What is it?", "A dog.")]))]);
    let server = Server::start(root.path());
    let troubles = server.json("/api/v1/troubles");
    assert!(items(&troubles).is_empty(), "{troubles}");
    assert!(troubles["clear"].as_array().unwrap().len() > 4);
}

#[test]
fn examples_are_made_from_the_data_and_find_something() {
    let records: Vec<Value> = (0..30)
        .map(|n| picture_record(&n.to_string(), "a.gif", "There is a zebra beside an umbrella."))
        .collect();
    let root = Root::with(&[("zoo.json", array(&records))]);
    root.write("a.gif", GIF);
    let server = Server::start(root.path());
    let examples = server.json("/api/v1/examples");
    let titles: Vec<&str> = items(&examples).iter().map(|example| text(&example["title"])).collect();
    assert!(titles.contains(&"zebra") || titles.contains(&"umbrella"), "{titles:?}");
    for example in items(&examples) {
        let found = server.json(&format!("/api/v1{}&limit=1", text(&example["url"])));
        assert_eq!(found["total"]["count"], example["count"], "{example}");
        assert_eq!(example["images"].as_array().unwrap().len(), 1, "the same picture once");
    }
}

#[test]
fn covers_come_from_all_over_a_dataset() {
    let records: Vec<Value> = (0..300)
        .map(|n| picture_record(&n.to_string(), &format!("pics/{}.gif", n / 100), "A dot."))
        .collect();
    let root = Root::with(&[("dots.json", array(&records))]);
    for n in 0..3 {
        root.write(&format!("pics/{n}.gif"), GIF);
    }
    let server = Server::start(root.path());
    let datasets = server.json("/api/v1/datasets");
    let covers = datasets["items"][0]["covers"].as_array().unwrap();
    let written: Vec<&str> = covers.iter().map(|cover| text(&cover["written"])).collect();
    assert_eq!(written, ["pics/0.gif", "pics/1.gif", "pics/2.gif"]);
}

#[test]
fn documents_say_what_to_put_where() {
    let root = Root::with::<&str>(&[]);
    let server = Server::start(root.path());
    let layouts = server.json("/api/v1/layouts");
    let convllava = items(&layouts).iter().find(|layout| layout["slug"] == "convllava").unwrap();
    let places: Vec<&str> =
        convllava["places"].as_array().unwrap().iter().map(|place| text(&place["path"])).collect();
    assert!(places.contains(&"coco/train2017/"), "{places:?}");
    assert!(convllava["places"].as_array().unwrap().iter().any(|place| !place["dataset"].is_null()));
}
