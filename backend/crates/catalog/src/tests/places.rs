//! Where pictures are looked for beyond the expected folder.

use super::{Root, dataset};
use std::path::PathBuf;

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
        .file("data/vg/VG_100K_2/2.tar", super::containers::pictures(&["2.jpg"]));
    let places = root.locator().of_ref(SLUG, "vg/VG_100K/2.jpg");
    assert!(places.contains(&root.path().join("data/vg/VG_100K_2/2.jpg")), "{places:?}");
}
