//! The preparation documents' layouts: dataset, image folder and image key of each.

use super::{CATALOG, Root, dataset, slugs};
use crate::catalog::Locator;
use std::sync::Arc;

/// Annotation file, a ref in it, its picture, slug, expected image folder, image key: all relative to the data folder.
type Row = [&'static str; 6];

const CONVLLAVA: &[Row] = &[
    [
        "llava/llava_v1_5_mix665k.json",
        "coco/train2017/000000033471.jpg",
        "coco/train2017/000000033471.jpg",
        "llava-v1.5-mix665k",
        "",
        "coco/000000033471",
    ],
    [
        "sharegpt4v/share-captioner_coco_lcs_sam_1246k_1107.json",
        "sam/images/sa_545504.jpg",
        "sam/images/sa_545504.jpg",
        "sharegpt4v-pt-1246k",
        "",
        "sam/sa_545504",
    ],
    [
        "allava/allava_laion/ALLaVA-Caption-LAION-4V.json",
        "allava_laion/images/100277305.jpeg",
        "allava/allava_laion/images/100277305.jpeg",
        "allava-caption-laion-4v",
        "allava",
        "allava_laion/100277305",
    ],
    [
        "vflan/annotation_191-task_1k.json",
        "VQA-E+x_574_COCO_train2014_000000119456.jpg",
        "vflan/images_191task_1k/VQA-E+x_574_COCO_train2014_000000119456.jpg",
        "vision-flan-191-task-1k",
        "vflan/images_191task_1k",
        "vflan/VQA-E+x_574_COCO_train2014_000000119456.jpg",
    ],
];

const LLAVA_NEXT: &[Row] = &[
    [
        "llava/llava_sft/llava_v1_5_mix665k.json",
        "vg/VG_100K_2/2412354.jpg",
        "vg/VG_100K_2/2412354.jpg",
        "llava-v1.5-mix665k",
        "",
        "vg/2412354",
    ],
    [
        "llava/llava_pretrain/blip_laion_cc_sbu_558k.json",
        "00453/004539375.jpg",
        "llava/llava_pretrain/images/00453/004539375.jpg",
        "blip-laion-cc-sbu-558k",
        "llava/llava_pretrain/images",
        "llava_pretrain/00453/004539375",
    ],
];

const SHAREGPT4V: &[Row] = &[[
    "sharegpt4v/sharegpt4v_instruct_gpt4-vision_cap100k.json",
    "web-celebrity/images/Tom_Felton_2.jpg",
    "web-celebrity/images/Tom_Felton_2.jpg",
    "sharegpt4v-cap100k",
    "",
    "web-celebrity/Tom_Felton_2.jpg",
]];

const MG_LLAVA: &[Row] = &[
    [
        "LLaVA-Pretrain/blip_laion_cc_sbu_558k.json",
        "00453/004539375.jpg",
        "LLaVA-Pretrain/images/00453/004539375.jpg",
        "blip-laion-cc-sbu-558k",
        "LLaVA-Pretrain/images",
        "llava_pretrain/00453/004539375",
    ],
    [
        "allava_vflan/ALLaVA-Instruct-VFLAN-4V.json",
        "allava_vflan/images/images_191task_1k/PACS+guitar.png",
        "allava_vflan/images/images_191task_1k/PACS+guitar.png",
        "allava-instruct-vflan-4v",
        "",
        "vflan/PACS+guitar.png",
    ],
    [
        "train_json/pretrain.json",
        "LLaVA-Pretrain/images/00453/004539375.jpg",
        "LLaVA-Pretrain/images/00453/004539375.jpg",
        "pretrain",
        "",
        "llava_pretrain/00453/004539375",
    ],
];

const LLM_JP: &[Row] = &[
    [
        "LLaVA-Instruct-150K/llava_instruct_150k.json",
        "000000033471.jpg",
        "coco/train2017/000000033471.jpg",
        "llava-instruct-150k",
        "coco/train2017",
        "coco/000000033471",
    ],
    [
        "alt_pair_ja/llm-jp_mm_pair_step0_558k.json",
        "a.jpg",
        "alt_pair_ja/image_step0/a.jpg",
        "llm-jp-mm-pair-step0-558k",
        "alt_pair_ja/image_step0",
        "alt_pair_ja/a.jpg",
    ],
    [
        "japanese-photos/japanese_photos_conv_12k.json",
        "p.jpg",
        "japanese-photos/images/p.jpg",
        "japanese-photos-conv-12k",
        "japanese-photos/images",
        "japanese-photos/p.jpg",
    ],
    [
        "synthdog-ja/synthdog_ja_102k.json",
        "synthdog-ja/image/000/00000.jpg",
        "synthdog-ja/image/000/00000.jpg",
        "synthdog-ja-102k",
        "",
        "synthdog-ja/000/00000",
    ],
    [
        "LLaVA-Instruct-150K-JA/llava_instruct_150k_ja.jsonl",
        "000000033471.jpg",
        "coco/train2017/000000033471.jpg",
        "llava-instruct-150k-ja",
        "coco/train2017",
        "coco/000000033471",
    ],
];

/// Builds a layout below `base` and checks every row of it, with and without its pictures.
fn check(base: &str, rows: &[Row]) {
    for with_pictures in [true, false] {
        let root = Root::new();
        for [file, image, picture, ..] in rows {
            root.records(&format!("{base}{file}"), &[image]);
            if with_pictures {
                root.file(&format!("{base}{picture}"), "picture");
            }
        }
        let resolved = root.resolve();
        let catalog = Arc::clone(&CATALOG);
        let locator = Locator::new(Arc::clone(&catalog), &resolved);
        for [_, image, picture, slug, folder, key] in rows {
            let found = dataset(&resolved, slug);
            assert_eq!(found.image_root, format!("{base}{folder}").trim_end_matches('/'), "{slug}");
            assert_eq!(catalog.image_key(found, image), *key, "{slug}");
            let path = root.path().join(format!("{base}{picture}"));
            if with_pictures {
                assert_eq!(locator.of_ref(slug, image).first(), Some(&path), "{slug}");
            }
            assert!(locator.of_key(key).contains(&path), "{slug}: {:?}", locator.of_key(key));
        }
        assert_eq!(resolved.datasets.len(), rows.len(), "{:?}", slugs(&resolved));
        assert_eq!(resolved.unclaimed, []);
    }
}

#[test]
fn every_layout_is_known_as_the_data_folder_itself_and_from_above() {
    for rows in [CONVLLAVA, LLAVA_NEXT, SHAREGPT4V, MG_LLAVA, LLM_JP] {
        for base in ["", "data/", "playground/data/"] {
            check(base, rows);
        }
    }
}

#[test]
fn a_data_folder_of_any_name_is_recognised_by_its_documented_places() {
    check("vlm/prepared/", SHAREGPT4V);
    check("vlm/prepared/", LLAVA_NEXT);
}

#[test]
fn a_known_file_in_an_undocumented_folder_finds_its_pictures_and_keeps_their_keys() {
    let root = Root::new();
    root.records("mine/blip_laion_cc_sbu_558k.json", &["00453/004539375.jpg"])
        .file("mine/images/00453/004539375.jpg", "picture");
    let resolved = root.resolve();
    let found = dataset(&resolved, "blip-laion-cc-sbu-558k");
    assert_eq!(found.image_dirs[0], root.path().join("mine/images"));
    let catalog = Arc::clone(&CATALOG);
    let key = catalog.image_key(found, "00453/004539375.jpg");
    assert_eq!(key, "llava_pretrain/00453/004539375");
    let picture = root.path().join("mine/images/00453/004539375.jpg");
    assert!(Locator::new(catalog, &resolved).of_key(&key).contains(&picture));
}

#[test]
fn two_copies_of_a_file_are_two_datasets_and_the_documented_place_keeps_the_name() {
    let root = Root::new();
    root.records("backup/llava_v1_5_mix665k.json", &[])
        .records("llava/llava_v1_5_mix665k.json", &["coco/train2017/000000033471.jpg"]);
    let resolved = root.resolve();
    assert_eq!(slugs(&resolved), ["llava-v1.5-mix665k"], "an empty array has no records");
    root.records("backup/llava_v1_5_mix665k.json", &["coco/train2017/000000033471.jpg"]);
    let resolved = root.resolve();
    assert_eq!(slugs(&resolved), ["llava-v1.5-mix665k", "llava-v1.5-mix665k-backup"]);
    assert_eq!(resolved.datasets[0].files[0].relative, "llava/llava_v1_5_mix665k.json");
}
