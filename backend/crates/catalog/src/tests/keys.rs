//! Image keys, places beyond the expected folder, and the catalog entry that an unknown dataset is given.

use super::{CATALOG, Root, dataset, slugs};
use crate::source::Sources;
use crate::tests::containers;
use crate::{Catalog, FoundDataset};
use std::path::PathBuf;

fn key(key_root: &str, written: &str) -> String {
    let found =
        FoundDataset { slug: "set".to_owned(), key_root: key_root.to_owned(), ..FoundDataset::default() };
    CATALOG.image_key(&found, written)
}

#[test]
fn spellings_of_one_picture_have_one_key() {
    for (key_root, written) in [
        ("", "coco/train2017/000000033471.jpg"),
        ("", "./coco//train2017/000000033471.jpg"),
        ("", "train2014/COCO_train2014_000000033471.jpg"),
        ("", "coco/val2014/COCO_val2014_000000033471.jpg"),
        ("", "data/coco/train2017/000000033471.jpg"),
        ("", "playground/data/coco/train2017/000000033471.jpg"),
        ("coco/train2017", "000000033471.jpg"),
        ("coco", "train2017/000000033471.jpg"),
        ("custom", "coco/train2017/000000033471.jpg"),
    ] {
        assert_eq!(key(key_root, written), "coco/000000033471", "{key_root} {written}");
    }
    for (key_root, written) in [
        ("llava/llava_pretrain/images", "00453/004539375.jpg"),
        ("", "llava/llava_pretrain/images/00453/004539375.jpg"),
        ("", "LLaVA-Pretrain/images/00453/004539375.jpg"),
    ] {
        assert_eq!(key(key_root, written), "llava_pretrain/00453/004539375", "{key_root} {written}");
    }
    assert_eq!(key("", "vg/VG_100K/2412354.jpg"), key("", "vg/VG_100K_2/2412354.jpg"));
    assert_eq!(key("", "vflan/images_191task_1k/a+b.jpg"), key("", "allava_vflan/images/a+b.jpg"));
    assert_eq!(key("", "chatqa/train/png/1.png"), "chartqa/1.png");
    assert_eq!(key("", "ocr_vqa/images/140031996X.jpg"), "ocr_vqa/140031996X");
}

#[test]
fn other_pictures_have_other_keys() {
    assert_eq!(key("", "LLaVA-CC3M-Pretrain-595K/images/GCC_train_000114116.jpg"), "gcc/GCC_train_000114116");
    assert_eq!(key("", "ai2d/abc_images/1.png"), "ai2d_abc/1.png");
    // Not COCO's naming, so not COCO's picture.
    assert_eq!(key("", "coco/train2017/holiday.jpg"), "set/coco/train2017/holiday.jpg");
    assert_eq!(key("", "coco/train2017/000000033471.png"), "set/coco/train2017/000000033471.png");
    assert_eq!(key("", "mine/犬 1.jpg"), "set/mine/犬 1.jpg");
}

#[test]
fn a_ref_that_would_climb_has_a_key_that_cannot() {
    assert_eq!(key("coco/train2017", "../../etc/passwd"), "set/%2E%2E%2F%2E%2E%2Fetc%2Fpasswd");
    assert_eq!(key("", "/etc/passwd"), "set/%2Fetc%2Fpasswd");
}

#[test]
fn every_documented_path_leads_back_to_its_key() {
    let catalog = &CATALOG;
    for source in catalog.sources() {
        let name = source.names.as_deref().unwrap_or("n*").replace('#', "1").replace('*', "x");
        let paths = catalog.image_paths(&source.slug, &name);
        assert!(!paths.is_empty(), "{}", source.slug);
        for path in paths {
            assert_eq!(key("", &path), format!("{}/{name}", source.slug));
        }
    }
    assert!(catalog.image_paths("coco", "holiday").is_empty());
    assert!(catalog.image_paths("nobody", "1").is_empty());
}

#[test]
fn without_any_source_a_picture_is_named_after_its_dataset() {
    assert_eq!(Sources::default().key("set", "images", "./a//b.jpg"), "set/a/b.jpg");
}

const MIX: &str = "data/llava/llava_v1_5_mix665k.json";
const SLUG: &str = "llava-v1.5-mix665k";

/// The first place of a ref that is there, relative to the root.
fn place(root: &Root, written: &str) -> Option<String> {
    let places = root.locator().of_ref(SLUG, written);
    let found = places.iter().find(|path| path.is_file())?;
    Some(found.strip_prefix(root.path()).unwrap().to_str().unwrap().to_owned())
}

#[test]
fn a_picture_is_found_under_the_other_paths_of_its_source() {
    let root = Root::new();
    let missing = "coco/train2017/000000000001.jpg";
    root.records(MIX, &[missing])
        .file("data/coco/val2014/COCO_val2014_000000000002.jpg", "")
        .file("data/vg/VG_100K_2/7.jpg", "")
        .file("data/LLaVA-Pretrain/images/00453/004539375.jpg", "")
        .file("playground/data/gqa/images/9.jpg", "")
        .file("data/coco/val2017/holiday.jpg", "");
    for (written, expected) in [
        ("coco/train2017/000000000002.jpg", Some("data/coco/val2014/COCO_val2014_000000000002.jpg")),
        ("vg/VG_100K/7.jpg", Some("data/vg/VG_100K_2/7.jpg")),
        (
            "llava/llava_pretrain/images/00453/004539375.jpg",
            Some("data/LLaVA-Pretrain/images/00453/004539375.jpg"),
        ),
        ("gqa/images/9.jpg", Some("playground/data/gqa/images/9.jpg")),
        (missing, None),
        // Not COCO's naming: two pictures may well have this name.
        ("coco/train2017/holiday.jpg", None),
    ] {
        assert_eq!(place(&root, written).as_deref(), expected, "{written}");
    }
    let tried = root.locator().of_ref(SLUG, missing);
    assert_eq!(tried[0], root.path().join("data").join(missing), "the expected place comes first");
    assert_eq!(tried.len(), 3, "only folders that are there: {tried:?}");
}

#[test]
fn names_with_letters_by_number_are_the_names_with_the_letters() {
    let root = Root::new();
    root.records(MIX, &["wikiart/images/a.jpg"])
        .file("data/wikiart/images/s#U00e3o.jpg", "")
        .file("data/wikiart/images/ação.jpg", "");
    assert_eq!(place(&root, "wikiart/images/são.jpg").as_deref(), Some("data/wikiart/images/s#U00e3o.jpg"));
    assert_eq!(
        place(&root, "wikiart/images/a#U00e7#U00e3o.jpg").as_deref(),
        Some("data/wikiart/images/ação.jpg")
    );
    for name in ["são.jpg", "ação.jpg"] {
        let places = root.locator().of_key(&format!("wikiart/{name}"));
        assert!(places.iter().any(|place| place.is_file()), "{places:?}");
    }
}

#[test]
fn alternatives_say_how_listed_names_become_those_of_refs() {
    let root = Root::new();
    root.records(MIX, &["coco/train2017/000000000001.jpg"])
        .file("data/coco/train2017/000000000001.jpg", "")
        .file("data/coco/val2014/COCO_val2014_000000000002.jpg", "")
        .file("data/coco/val2017/000000000003.jpg", "");
    let resolved = root.resolve();
    let alternatives = root.locator().alternatives(dataset(&resolved, SLUG), "coco/train2017");
    let dirs: Vec<&PathBuf> = alternatives.iter().map(|other| &other.dir).collect();
    let expected = ["data/coco/val2017", "data/coco/val2014"].map(|dir| root.path().join(dir));
    assert_eq!(dirs, expected.iter().collect::<Vec<_>>());
    assert!(alternatives[0].is_plain() && !alternatives[1].is_plain());
    let listed = "COCO_val2014_000000000002.jpg";
    assert_eq!(alternatives[1].ref_name(listed).as_deref(), Some("000000000002.jpg"));
    assert_eq!(alternatives[1].ref_name("COCO_val2014_holiday.jpg"), None);
    assert_eq!(alternatives[0].ref_name("holiday.jpg"), None);
    assert_eq!(root.locator().alternatives(dataset(&resolved, SLUG), "mine"), []);
}

#[test]
fn folders_inside_names_are_kept() {
    let root = Root::new();
    root.records(MIX, &["llava/llava_pretrain/images/00001/000010000.jpg"])
        .file("data/LLaVA-Pretrain/images/00001/000010000.jpg", "");
    let resolved = root.resolve();
    let alternatives_of = |folder: &str| root.locator().alternatives(dataset(&resolved, SLUG), folder);
    let alternatives = alternatives_of("llava/llava_pretrain/images/00001");
    assert_eq!(alternatives.len(), 1);
    assert_eq!(alternatives[0].dir, root.path().join("data/LLaVA-Pretrain/images/00001"));
    assert_eq!(alternatives[0].ref_name("000010000.jpg").as_deref(), Some("000010000.jpg"));
    assert_eq!(alternatives_of("llava/llava_pretrain/images/x/y"), []);
}

#[test]
fn an_archive_keeps_the_place_of_its_folder() {
    let root = Root::new();
    root.records(MIX, &["vg/VG_100K/1.jpg"])
        .file("data/vg/VG_100K/1.jpg", "")
        .file("data/vg/VG_100K_2/2.tar", containers::pictures(&["2.jpg"]));
    let places = root.locator().of_ref(SLUG, "vg/VG_100K/2.jpg");
    assert!(places.contains(&root.path().join("data/vg/VG_100K_2/2.jpg")), "{places:?}");
}

/// Resolves the root, puts every suggestion into a user's file, and checks that all datasets are known then, with the
/// slugs, files and image folders that they had.
fn check(root: &Root) -> Vec<String> {
    let before = root.resolve();
    let blocks: Vec<String> = before.datasets.iter().filter_map(|found| found.suggestion.clone()).collect();
    let elsewhere = Root::new();
    elsewhere.file("my.toml", blocks.join("\n"));
    let catalog = Catalog::with_config(&elsewhere.path().join("my.toml")).unwrap();
    let after = catalog.resolve(root.path()).unwrap();
    for found in &before.datasets {
        let known = dataset(&after, &found.slug);
        assert!(known.is_known && known.suggestion.is_none(), "{}", found.slug);
        assert_eq!((&known.title, &known.files), (&found.title, &found.files));
        assert_eq!(known.image_dirs[0], found.image_dirs[0], "{}: {blocks:?}", found.slug);
    }
    assert_eq!(after.datasets.len(), before.datasets.len(), "{:?}", slugs(&after));
    blocks
}

#[test]
fn a_suggestion_names_the_dataset() {
    let root = Root::new();
    root.records("b/My \"Set\" #1.json", &["1.jpg"])
        .file("b/photos/1.jpg", "picture")
        .records("top.json", &["top/1.jpg"])
        .file("top/1.jpg", "picture")
        .records("データ/犬.jsonl", &["1.jpg"]);
    for number in 0..12 {
        root.records(&format!("d/part-{number:05}.jsonl"), &["1.jpg"]);
        root.file(&format!("shards/{number:05}.pkl"), containers::pairs());
    }
    let blocks = check(&root);
    assert!(blocks.iter().any(|block| block.contains("files = [\"d/part-#####.jsonl\"]")), "{blocks:?}");
}

#[test]
fn a_suggestion_is_relative_to_the_data_folder() {
    let root = Root::new();
    root.records("playground/data/llava/llava_v1_5_mix665k.json", &["coco/train2017/000000033471.jpg"])
        .records("playground/data/ours/train.json", &["photos/1.jpg"])
        .file("playground/data/ours/photos/1.jpg", "picture")
        .records("playground/data/beside.json", &["ours/photos/1.jpg"])
        .records("outside.json", &["1.jpg"])
        .file("1.jpg", "picture");
    let blocks = check(&root);
    let ours = "[[dataset]]\nslug = \"train\"\ntitle = \"train\"\nfiles = [\"ours/train.json\"]\nimages = [\"ours\"]\n";
    assert!(blocks.iter().any(|block| block == ours), "{blocks:?}");
}
