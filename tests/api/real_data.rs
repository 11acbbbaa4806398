//! Real data, where `BLENDSCOPE_REAL_DATA` names a folder with it: `playground/data` in the layouts of the preparation
//! documents. None of it is in this repository.

use crate::oracle::compare_with_scan;
use crate::support::{count, file_entry, unclaimed_reason};
use blendscope_tests::server::Server;
use std::io::Write;
use std::path::PathBuf;

/// Annotation file, records, image refs, missing image refs.
const FILES: [(&str, u64, u64, u64); 19] = [
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
];

/// Files that are no LLaVA-shaped JSON.
const UNCLAIMED: [&str; 6] = [
    "coco/annotations/captions_train2017.json",
    "synthdog-ja/data/train-00000-of-00001.parquet",
    "alt_pair_ja/pkl02/00000.pkl",
    "coyo-700m/pkl02-split/part-00000.pkl",
    "mmc4-core/pkl-core/docs_0_v3.pkl",
    "interleaved_ja/pkl-limit-tokens/00000.pkl",
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
fn what_cannot_be_read_yet_is_unclaimed_with_a_reason() {
    let Some(root) = real_root() else { return };
    let server = Server::start(&root);
    for path in UNCLAIMED {
        assert!(!unclaimed_reason(&server, path).is_empty(), "{path}");
    }
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
