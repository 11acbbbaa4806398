//! `/api/v1/compare`: what two blends have in common, and both as a figure.

use crate::support::{count, problem};
use blendscope_shared::paths::escape;
use blendscope_tests::root::{Root, array, picture_record, record};
use blendscope_tests::server::Server;
use serde_json::Value;

const DOG: &str = "coco/train2017/000000000009.jpg";
const BUS: &str = "coco/train2017/000000000025.jpg";

/// Stage 1 of `ConvLLaVA` has a and b with one picture each; stage 3 the second of them again, and a text.
fn root() -> Root {
    Root::with(&[
        (
            "data/sharegpt4v/share-captioner_coco_lcs_sam_1246k_1107.json",
            array(&[picture_record("a", DOG, "A dog on a bench."), picture_record("b", BUS, "A red bus.")]),
        ),
        (
            "data/llava/llava_v1_5_mix665k.json",
            array(&[picture_record("b", BUS, "A red bus."), record("1", "Why?", "Because of the dog.")]),
        ),
    ])
}

fn counts(of: &Value) -> (u64, u64) {
    (count(&of["samples"]), count(&of["pictures"]))
}

#[test]
fn what_two_blends_have_in_common_is_counted() {
    let root = root();
    let server = Server::start(root.path());
    let common = |a: &str, b: &str| server.json(&format!("/api/v1/compare?a={}&b={}", escape(a), escape(b)));
    let stages = common("convllava/1", "convllava/3");
    assert_eq!((counts(&stages["a"]), counts(&stages["b"])), ((2, 2), (2, 1)));
    assert_eq!(counts(&stages["both"]), (1, 1), "sample b and its bus");
    assert_eq!((&stages["is_known"], &stages["is_final"]), (&Value::from(true), &Value::from(true)));
    assert_eq!(counts(&common("?q=dog", "?")["both"]), (2, 1));
    assert_eq!(counts(&common("?q=dog", "?q=bus")["both"]), (0, 0));
    let figure =
        server.get(&format!("/api/v1/compare/figure?as=markdown&a=convllava/3&b={}", escape("?q=dog")));
    assert!(figure.text().contains("q=dog"), "{}", figure.text());
    assert!(figure.text().contains("| 665,298 |"), "stages are as documented: {}", figure.text());
    let svg = server.get("/api/v1/compare/figure?as=svg&a=convllava/1&b=convllava/3&by=tokens");
    assert!(svg.text().starts_with("<svg"));
}

#[test]
fn what_cannot_be_compared_is_told() {
    let root = root();
    let server = Server::start(root.path());
    let get = |query: &str| server.get(&format!("/api/v1/compare?{query}"));
    problem(&get("a=gpt-5/1&b=?"), 404);
    assert!(problem(&get("a=convllava/9&b=%3F"), 400).contains("no stage 9"));
    assert!(problem(&get("a=convllava/x&b=%3F"), 400).contains("`convllava/1`"));
    assert!(problem(&get("a=convllava/1"), 400).contains('b'));
    assert!(problem(&get("a=%3F&b=%3F&c=1"), 400).contains('c'));
}
