//! `/api/v1/accounts` and what stages have in common: every number against a plain count.

use crate::support::{count, problem};
use blendscope_tests::root::{GIF, Root, array, picture_record, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::{Value, json};
use std::time::Duration;

/// How long sizes of pictures may take to be looked up on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

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

/// A white picture of this size, by its header; nobody decodes it.
fn gif(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = GIF.to_vec();
    bytes[6..8].copy_from_slice(&width.to_le_bytes());
    bytes[8..10].copy_from_slice(&height.to_le_bytes());
    bytes
}

#[test]
fn images_have_as_many_tokens_as_their_sizes_make() {
    let mut several = picture_record("c", "images/a.gif", "Two.");
    several["image"] = json!(["images/a.gif", "images/b.gif"]);
    let records = [
        picture_record("a", "images/a.gif", "One."),
        picture_record("b", "images/none.gif", "Not there."),
        several,
        record("t", "Why?", "A text."),
    ];
    let root = Root::with(&[
        ("set.json", array(&records).into_bytes()),
        ("images/a.gif", gif(640, 480)),
        ("images/b.gif", gif(336, 336)),
    ]);
    let server = Server::start(root.path());
    // One tile of the whole, and 36 rows of 48 tokens with one at the end of each; sizes are looked up in the background.
    let (of_a, tile) = (576 + 36 * 49, 576);
    let expected = json!({"tokens": of_a + tile + 2 * tile, "unknown": 1});
    let counted = || (account(&server, "tiles=true")["tiles"] == expected).then_some(());
    assert!(
        poll(PATIENCE, counted).is_some(),
        "{} and not {expected}",
        account(&server, "tiles=true")["tiles"]
    );
    assert_eq!(account(&server, "")["tiles"], Value::Null, "only where it is asked for");
    let board = server.json("/api/v1/board?part=@dataset%3Dset&picture=any&by=pictures");
    let of_part = &board["parts"][0]["account"];
    assert_eq!((&of_part["tiles"], count(&of_part["pictures"])), (&expected, 3));
}

/// What LLaVA v1.5's mix of 665,298 samples is made of, in hundredths: the image source, and samples of it.
const MIX665K: [(&str, u64); 5] =
    [("coco", 3641), ("vg", 864), ("ocr_vqa", 800), ("gqa", 721), ("textvqa", 220)];

/// Samples without a picture.
const TEXTS: u64 = 407;

#[test]
fn the_parts_of_mix665k_are_counted_by_their_sources() {
    let mut records = Vec::new();
    for (source, samples) in MIX665K {
        let folder = match source {
            "coco" => "coco/train2017/",
            "vg" => "vg/VG_100K/",
            "ocr_vqa" => "ocr_vqa/images/",
            "gqa" => "gqa/images/",
            _ => "textvqa/train_images/",
        };
        let picture = |number| {
            picture_record(&format!("{source}{number}"), &format!("{folder}{number:012}.jpg"), "Yes.")
        };
        records.extend((0..samples).map(picture));
    }
    records.extend((0..TEXTS).map(|number| record(&format!("text{number}"), "Why?", "So.")));
    let root = Root::with(&[("llava/llava_v1_5_mix665k.json", array(&records))]);
    let server = Server::start(root.path());
    let all = account(&server, "dataset=llava-v1.5-mix665k");
    assert_eq!((count(&all["samples"]), count(&all["text_only"])), (6653, TEXTS));
    for (source, samples) in MIX665K {
        assert_eq!(count(&account(&server, &format!("source={source}"))["samples"]), samples, "{source}");
    }
    assert_eq!(count(&all["images"]), 6653 - TEXTS);
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
