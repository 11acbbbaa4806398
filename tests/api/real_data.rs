//! Real data, where `BLENDSCOPE_REAL_DATA` names a folder with it: `playground/data` in the layouts of the preparation
//! documents. None of it is in this repository.

use crate::oracle::compare_with_scan;
use crate::support::{count, dataset_of, file_entry, items, text};
use blendscope_shared::paths::image as image_address;
use blendscope_tests::server::Server;
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;

/// Annotation file, records, image refs, missing image refs.
const FILES: [(&str, u64, u64, u64); 24] = [
    ("llava/llava_pretrain/blip_laion_cc_sbu_558k.json", 137, 137, 7),
    ("llava/llava_sft/llava_v1_5_mix665k.json", 55, 47, 23),
    ("sharegpt4v/mantis_instruct_contrastive_caption.json", 39, 167, 4),
    ("sharegpt4v/mantis_as_llava.json", 39, 167, 4),
    ("sharegpt4v/sharegpt4v_instruct_gpt4-vision_cap100k.json", 12, 12, 12),
    ("llava_bench_in_the_wild/en_gpt4.json", 32, 32, 4),
    ("llava_instruct_ja/llava_instruct_ja_156k.json", 167, 167, 6),
    ("japanese-photos/japanese_photos_conv_12k.json", 12, 12, 12),
    ("alt_pair_ja/llm-jp_mm_pair_step0_558k.json", 21, 21, 16),
    ("docvqa/docvqa_train.json", 17, 17, 8),
    ("dvqa/dvqa_train.json", 3, 3, 0),
    ("ai2d/ai2d_train.json", 12, 12, 12),
    ("share_textvqa/share_textvqa.json", 8, 8, 8),
    ("allava_laion/ALLaVA-Caption-LAION-4V.json", 1, 1, 1),
    ("allava_laion/ALLaVA-Instruct-LAION-4V.json", 1, 1, 1),
    ("allava_vflan/ALLaVA-Caption-VFLAN-4V.json", 1, 1, 1),
    ("allava_vflan/ALLaVA-Instruct-VFLAN-4V.json", 1, 1, 1),
    ("wikiart/wikiart_tate.json", 20, 20, 20),
    ("synthdog-ja/synthdog_ja_0k.json", 24, 24, 4),
    ("synthdog-ja/data/train-00000-of-00001.parquet", 24, 24, 0),
    ("alt_pair_ja/pkl02/00000.pkl", 6, 6, 0),
    ("coyo-700m/pkl02-split/part-00000.pkl", 24, 24, 0),
    ("mmc4-core/pkl-core/docs_0_v3.pkl", 4, 14, 0),
    ("interleaved_ja/pkl-limit-tokens/00000.pkl", 5, 5, 0),
];

/// Files whose pictures lie inside them: how many can be shown, how many a document names without carrying them.
const EMBEDDED: [(&str, usize, usize); 5] = [
    ("synthdog-ja/data/train-00000-of-00001.parquet", 24, 0),
    ("alt_pair_ja/pkl02/00000.pkl", 6, 0),
    ("coyo-700m/pkl02-split/part-00000.pkl", 24, 0),
    ("mmc4-core/pkl-core/docs_0_v3.pkl", 12, 2),
    ("interleaved_ja/pkl-limit-tokens/00000.pkl", 5, 0),
];

/// The real root; without one, says so past the test program's capture of outputs.
fn real_root() -> Option<PathBuf> {
    let folder = std::env::var_os("BLENDSCOPE_REAL_DATA");
    if folder.is_none() {
        let _ = writeln!(std::io::stderr(), "skipped: BLENDSCOPE_REAL_DATA names no folder with real data");
    }
    folder.map(|folder| PathBuf::from(folder).join("playground").join("data"))
}

#[test]
fn every_file_shows_exactly_its_records_and_its_missing_images() {
    let Some(root) = real_root() else { return };
    let server = Server::start(&root);
    let read = FILES.map(|(path, ..)| {
        let file = file_entry(&server, path);
        assert_eq!(file["skipped"], 0, "{path}");
        (path, count(&file["samples"]), count(&file["images_referenced"]), count(&file["images_missing"]))
    });
    assert_eq!(read, FILES);
}

#[test]
fn every_embedded_image_is_shown() {
    let Some(root) = real_root() else { return };
    let server = Server::start(&root);
    for (path, shown, not_embedded) in EMBEDDED {
        let slug = text(&dataset_of(&server, path)["slug"]).to_owned();
        let hits = server.json(&format!("/api/v1/search?dataset={slug}&limit=200"));
        let images: Vec<&Value> =
            items(&hits).iter().flat_map(|hit| hit["images"].as_array().unwrap()).collect();
        let with = |status: &str| images.iter().filter(|image| image["status"] == status).count();
        assert_eq!((with("present"), with("not_embedded")), (shown, not_embedded), "{path}");
        assert_eq!(images.len(), shown + not_embedded, "{path}");
        for image in images.iter().filter(|image| image["status"] == "present") {
            let original = server.get(&image_address(text(&image["key"])));
            assert_eq!(original.header("content-type"), Some("image/jpeg"), "{path}");
            let thumbnail = server.get(text(&image["thumbnail"]));
            assert_eq!((thumbnail.status, &thumbnail.body[..2]), (200, &[0xff, 0xd8][..]), "{path}");
        }
    }
}

#[test]
fn captions_of_coco_are_looked_things_up_in_and_no_file_is_left_over() {
    let Some(root) = real_root() else { return };
    let server = Server::start(&root);
    let captions = dataset_of(&server, "coco/annotations/captions_train2017.json");
    assert_eq!((count(&captions["samples"]), &captions["is_reference"]), (55, &Value::Bool(true)));
    let datasets = server.json("/api/v1/datasets");
    assert_eq!(datasets["unclaimed"].as_array().unwrap().len(), 0, "{}", datasets["unclaimed"]);
}

#[test]
fn every_recipe_shows_what_is_there() {
    let Some(root) = real_root() else { return };
    let server = Server::start(&root);
    let recipes = server.json("/api/v1/recipes");
    let mut parts_found = 0;
    for recipe in items(&recipes) {
        for part in
            recipe["stages"].as_array().unwrap().iter().flat_map(|stage| stage["parts"].as_array().unwrap())
        {
            if part["is_found"] == true {
                let dataset = server.json(&format!("/api/v1/datasets/{}", text(&part["dataset"])));
                assert!(count(&part["samples"]) >= count(&dataset["samples"]), "{part}");
                assert!(part["url"].is_string(), "{part}");
                parts_found += 1;
            }
        }
    }
    assert!(parts_found >= 12, "only {parts_found} parts of recipes were found");
}

#[test]
fn real_data_is_searched_as_a_scan_would() {
    let Some(root) = real_root() else { return };
    let server = Server::start(&root);
    let found = compare_with_scan(&server, &root);
    for query in ["犬", "写真", "yes", "two", "42"] {
        assert!(found.contains(query), "`{query}` is nowhere in the real data");
    }
}
