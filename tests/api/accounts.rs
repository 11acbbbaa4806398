//! `/api/v1/accounts` and what stages have in common: every number against a plain count.

use crate::support::{count, problem};
use blendscope_tests::root::{Root, array, picture_record, record};
use blendscope_tests::server::Server;
use serde_json::{Value, json};

const DOG: &str = "coco/train2017/000000000009.jpg";
const BUS: &str = "coco/train2017/000000000025.jpg";

/// Stage 1 of `ConvLLaVA` has a, b and c with two pictures; stage 3 one of these again, and a text.
fn root() -> Root {
    Root::with(&[
        (
            "data/sharegpt4v/share-captioner_coco_lcs_sam_1246k_1107.json",
            array(&[picture_record("a", DOG, "A dog on a bench."), picture_record("b", DOG, "犬です。")]),
        ),
        (
            "data/sharegpt4v/sharegpt4v_instruct_gpt4-vision_cap100k.json",
            array(&[picture_record("c", BUS, "A red bus.")]),
        ),
        (
            "data/llava/llava_v1_5_mix665k.json",
            array(&[
                record("1", "Why?", "Because of the dog."),
                picture_record("d", DOG, "The dog again."),
                picture_record("e", "gqa/images/1.jpg", ""),
                picture_record("c", BUS, "A red bus."),
            ]),
        ),
    ])
}

fn account(server: &Server, query: &str) -> Value {
    let answer = server.json(&format!("/api/v1/accounts?{query}"));
    assert_eq!(answer["is_final"], true, "{answer}");
    answer
}

#[test]
fn what_samples_come_to_is_a_plain_count() {
    let root = root();
    let server = Server::start(root.path());
    let all = account(&server, "pictures=true");
    assert_eq!((count(&all["samples"]), count(&all["text_only"]), count(&all["turns"])), (7, 1, 14));
    assert_eq!((count(&all["images"]), count(&all["pictures"])), (6, 3));
    let gpt = [
        "A dog on a bench.",
        "犬です。",
        "A red bus.",
        "Because of the dog.",
        "The dog again.",
        "",
        "A red bus.",
    ];
    let words = |texts: &[&str]| -> usize { texts.iter().map(|text| text.split_whitespace().count()).sum() };
    let characters = |texts: &[&str]| -> usize { texts.iter().map(|text| text.chars().count()).sum() };
    assert_eq!(count(&all["words"]["gpt"]), words(&gpt) as u64);
    assert_eq!(count(&all["characters"]["gpt"]), characters(&gpt) as u64);
    let others = characters(&gpt) as u64 - 3;
    assert_eq!(
        count(&all["tokens_gpt"]),
        (3 * 3 + others).div_ceil(4),
        "犬, で and す are 3/4 of a token each"
    );
    assert_eq!(
        count(&all["characters"]["all"]),
        count(&all["characters"]["gpt"]) + count(&all["characters"]["human"])
    );
    let policies = all["image_tokens"].as_array().unwrap();
    assert!(policies.contains(&json!({"each": 576, "all": 6 * 576})), "{policies:?}");
}

#[test]
fn the_account_of_a_search_is_that_of_its_samples() {
    let root = root();
    let server = Server::start(root.path());
    let dogs = account(&server, "q=dog&pictures=true");
    assert_eq!((count(&dogs["samples"]), count(&dogs["images"]), count(&dogs["pictures"])), (3, 2, 1));
    let of_datasets = dogs["datasets"].as_array().unwrap();
    let samples: u64 = of_datasets.iter().map(|of| count(&of["account"]["samples"])).sum();
    let words: u64 = of_datasets.iter().map(|of| count(&of["account"]["words"]["all"])).sum();
    assert_eq!((of_datasets.len(), samples, words), (2, 3, count(&dogs["words"]["all"])));
    let stage = account(&server, "recipe=convllava&stage=1");
    assert_eq!((count(&stage["samples"]), &stage["pictures"]), (3, &Value::Null));
    let parts = server.json("/api/v1/recipes/convllava")["stages"][0]["parts"].clone();
    let tokens = |value: &Value| count(&value["tokens"]) + count(&value["tokens_gpt"]);
    let of_dataset = stage["datasets"][0]["account"].clone();
    assert_eq!(tokens(&parts[0]["account"]), tokens(&of_dataset), "a recipe's part counts as a search does");
    assert_eq!(parts[0]["account"]["languages"], of_dataset["languages"]);
    assert_eq!(parts[0]["characters"], of_dataset["characters"]["all"]);
}

#[test]
fn a_sample_without_a_word_is_told() {
    let root = Root::with(&[("mine/a.json", array(&[record("1", "", " "), record("2", "", "Yes.")]))]);
    let server = Server::start(root.path());
    assert_eq!(count(&account(&server, "")["empty"]), 1);
    let datasets = server.json("/api/v1/datasets");
    assert_eq!(count(&datasets["items"][0]["characters"]), 5);
}

#[test]
fn stages_tell_what_was_read_before() {
    let root = root();
    let server = Server::start(root.path());
    let overlap = server.json("/api/v1/recipes/convllava/overlap");
    let [first, second, third] = [0, 1, 2].map(|stage| overlap["stages"][stage].clone());
    assert_eq!(first, json!({"pictures": 2, "pictures_before": 0, "samples": 3, "samples_before": 0}));
    assert_eq!(second, json!({"pictures": 2, "pictures_before": 2, "samples": 3, "samples_before": 3}));
    assert_eq!(third, json!({"pictures": 3, "pictures_before": 2, "samples": 4, "samples_before": 1}));
    assert_eq!(overlap["is_final"], true);
    assert!(problem(&server.get("/api/v1/recipes/gpt-5/overlap"), 404).contains("gpt-5"));
}

#[test]
fn wrong_parameters_are_named() {
    let root = root();
    let server = Server::start(root.path());
    assert!(problem(&server.get("/api/v1/accounts?pictures=yes"), 400).contains("pictures"));
    assert!(problem(&server.get("/api/v1/accounts?colour=red"), 400).contains("colour"));
    problem(&server.get("/api/v1/accounts?dataset=none"), 404);
}
