//! Box files: what a detector saw, beside the sample with the id.

use crate::support::{dataset_of, text};
use blendscope_tests::root::{GIF, Root, array, picture_record, record};
use blendscope_tests::server::Server;
use serde_json::{Value, json};

fn boxes(id: &Value) -> Value {
    json!({"id": id, "boxes": [[1, 2, 30, 40], [5, 6, 7, 8]], "scores": [0.5, 0.25], "labels": ["dog", "bench"]})
}

fn check(box_file: &Value) {
    let sample = picture_record("000000000009", "coco/train2017/000000000009.jpg", "A dog.");
    let mut other = picture_record("x", "coco/train2017/000000000009.jpg", "A dog.");
    other["id"] = json!(9);
    let root = Root::with(&[
        ("data/train_json/sft.json", array(&[sample, other, record("000000000009", "No picture?", "None.")])),
        ("data/bbox_json/train/boxes.json", box_file.to_string()),
    ]);
    root.write("data/coco/train2017/000000000009.jpg", GIF);
    let same_id = picture_record("000000000009", "docvqa/images/1.png", "A page.");
    root.write("data/docvqa/docvqa_train.json", array(&[same_id]));
    let server = Server::start(root.path());
    let slug = text(&dataset_of(&server, "data/train_json/sft.json")["slug"]).to_owned();
    let sample = |at: u64| server.json(&format!("/api/v1/samples/{slug}?at={at}"));
    let expected = json!([
        {"edges": [1.0, 2.0, 30.0, 40.0], "label": "dog", "score": 0.5},
        {"edges": [5.0, 6.0, 7.0, 8.0], "label": "bench", "score": 0.25},
    ]);
    assert_eq!(sample(0)["boxes"], expected);
    assert_eq!(sample(1)["boxes"], expected, "an id that is a number");
    assert_eq!(sample(2)["boxes"], Value::Null, "nothing to draw on");
    let other = server.json("/api/v1/samples/docvqa-train?at=0");
    assert_eq!(other["boxes"], Value::Null, "the same id in a dataset that has no box files");
}

#[test]
fn boxes_are_joined_by_the_id_as_text() {
    check(&json!([boxes(&json!("000000000009")), boxes(&json!(9))]));
}

#[test]
fn a_box_file_may_be_one_object() {
    check(&json!({"000000000009": boxes(&json!("000000000009")), "9": boxes(&json!("9"))}));
}
