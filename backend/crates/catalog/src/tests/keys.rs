//! Image keys: one name for every spelling of a picture.

use super::CATALOG;
use crate::FoundDataset;
use crate::source::Sources;

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
