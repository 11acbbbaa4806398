//! Odd roots: links, unreadable and foreign files, strange names, unknown datasets.

use super::{CATALOG, Root, dataset, slugs, unclaimed};
use crate::catalog::Locator;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::sync::Arc;

#[test]
fn what_is_not_read_stands_under_unclaimed_with_a_reason() {
    let root = Root::new();
    root.file("coco/annotations/captions_train2017.json", r#"{"info": {}, "images": [], "annotations": []}"#)
        .file("alt_pair_ja/pkl02/00000.pkl", "x")
        .file("alt_pair_ja/pkl02/00000.count", "1")
        .file("alt_pair_ja/pkl02/00001.count", "1")
        .file("synthdog-ja/data/train-00000-of-00001.parquet", "PAR1")
        .file("sam/000000.tar", "x")
        .file("ids.csv.gz", "x")
        .file("x.tar.gz", "x")
        .file("train.arrow", "x")
        .file("cut.json", "")
        .file("notes.txt", "nothing to say of this one")
        .file("config.yaml", "nor of this");
    fs::create_dir_all(root.path().join("x.json")).unwrap();
    symlink("/nowhere/y.json", root.path().join("y.json")).unwrap();
    let resolved = root.resolve();
    assert_eq!(slugs(&resolved), Vec::<&str>::new());
    assert_eq!(resolved.unclaimed.len(), 11, "{:?}", resolved.unclaimed);
    assert!(unclaimed(&resolved, "alt_pair_ja/pkl02/00001.count").contains("00001.pkl, which is not here"));
    assert!(unclaimed(&resolved, "x.tar.gz").contains("unpack"));
    assert!(unclaimed(&resolved, "train.arrow").contains("parquet"));
    for unreadable in ["alt_pair_ja/pkl02/00000.pkl", "synthdog-ja/data/train-00000-of-00001.parquet"] {
        assert!(!unclaimed(&resolved, unreadable).is_empty());
    }
    assert!(unclaimed(&resolved, "x.json").contains("is a directory"));
    assert!(unclaimed(&resolved, "y.json").contains("cannot be opened"));
    for other in ["coco/annotations/captions_train2017.json", "cut.json", "ids.csv.gz", "sam/000000.tar"] {
        assert!(!unclaimed(&resolved, other).is_empty());
    }
    let paths: Vec<&str> = resolved.unclaimed.iter().map(|file| file.path.as_str()).collect();
    assert!(paths.is_sorted(), "{paths:?}");
}

#[test]
fn a_folder_named_like_a_file_is_looked_into() {
    let root = Root::new();
    root.records("x.json/train.json", &["1.jpg"]);
    let resolved = root.resolve();
    assert_eq!((slugs(&resolved), resolved.unclaimed.len()), (vec!["train"], 0));
}

#[test]
fn links_are_followed_once_and_cycles_end() {
    let (root, elsewhere) = (Root::new(), Root::new());
    elsewhere.records("captions.json", &["1.jpg"]).file("1.jpg", "picture");
    root.records("real/train.json", &["a.jpg"]);
    symlink(elsewhere.path(), root.path().join("linked")).unwrap();
    symlink(root.path(), root.path().join("real/round")).unwrap();
    symlink(root.path().join("real"), root.path().join("again")).unwrap();
    symlink(root.path().join("real/train.json"), root.path().join("also.json")).unwrap();
    symlink(root.path().parent().unwrap(), root.path().join("up")).unwrap();
    let resolved = root.resolve();
    assert_eq!(slugs(&resolved), ["captions", "train"]);
    assert!(unclaimed(&resolved, "up").contains("above the root"));
    assert_eq!(dataset(&resolved, "captions").files[0].relative, "linked/captions.json");
    assert_eq!(dataset(&resolved, "captions").image_root, "linked");
    assert_eq!(dataset(&resolved, "train").files[0].relative, "real/train.json");
    assert!(unclaimed(&resolved, "also.json").contains("link to a file"));
}

#[test]
fn hidden_files_and_packed_copies_are_not_read_twice() {
    let root = Root::new();
    root.records(".git/x.json", &["1.jpg"])
        .records("._train.json", &["1.jpg"])
        .records("train.json", &["1.jpg"])
        .file("train.json.gz", "x");
    let resolved = root.resolve();
    assert_eq!(slugs(&resolved), ["train"]);
    assert!(unclaimed(&resolved, "train.json.gz").contains("packed copy of train.json"));
}

#[test]
fn unknown_datasets_are_named_after_their_files_and_find_their_pictures() {
    let root = Root::new();
    root.records("b/My Set.json", &["1.jpg", "2.jpg", "none.jpg"])
        .file("b/photos/1.jpg", "picture")
        .file("b/photos/2.jpg", "picture")
        .file("b/1.jpg", "picture")
        .records("c/My Set.json", &["1.jpg"])
        .records("coco.json", &["1.jpg"])
        .records("d/part-000.jsonl", &["1.jpg"])
        .records("d/part-001.jsonl", &["2.jpg"])
        .records("e/データ.json", &["犬+1 b.jpg"])
        .file("e/images/犬+1 b.jpg", "picture");
    let resolved = root.resolve();
    assert_eq!(slugs(&resolved), ["my-set", "c-my-set", "coco-2", "d", "dataset"]);
    let first = dataset(&resolved, "my-set");
    assert_eq!(first.title, "My Set");
    assert_eq!(first.image_root, "b/photos", "two hits are better than one");
    assert_eq!(first.image_dirs[1], root.path().join("b"));
    assert_eq!(dataset(&resolved, "d").files.len(), 2);
    assert_eq!(dataset(&resolved, "c-my-set").image_dirs, [root.path()]);
    let catalog = Arc::clone(&CATALOG);
    let unicode = dataset(&resolved, "dataset");
    assert_eq!((unicode.title.as_str(), unicode.image_root.as_str()), ("データ", "e/images"));
    let key = catalog.image_key(unicode, "犬+1 b.jpg");
    let locator = Locator::new(catalog, &resolved);
    assert_eq!(locator.of_key(&key)[0], root.path().join("e/images/犬+1 b.jpg"));
}

#[test]
fn a_file_name_that_is_not_unicode_is_no_obstacle() {
    let root = Root::new();
    root.records("train.json", &["1.jpg"]);
    let name = std::ffi::OsStr::from_bytes(b"bad\xff name.json");
    fs::rename(root.path().join("train.json"), root.path().join(name)).unwrap();
    let resolved = root.resolve();
    assert_eq!(slugs(&resolved), ["bad-name"]);
    assert_eq!(resolved.datasets[0].files[0].path, root.path().join(name));
}

#[test]
fn a_ref_never_leads_out_of_the_root() {
    let root = Root::new();
    root.records("train.json", &["../../../etc/passwd", "/etc/passwd", "a/../../b", "1.jpg"]);
    let resolved = root.resolve();
    let catalog = Arc::clone(&CATALOG);
    let locator = Locator::new(Arc::clone(&catalog), &resolved);
    for bad in ["../../../etc/passwd", "/etc/passwd", "a/../../b", "a\0b", ""] {
        assert!(locator.of_ref("train", bad).is_empty(), "{bad:?}");
        assert!(locator.of_key(&format!("train/{bad}")).is_empty(), "{bad:?}");
        assert!(locator.of_key(&format!("wikiart/{bad}")).is_empty(), "{bad:?}");
        let key = catalog.image_key(dataset(&resolved, "train"), bad);
        assert!(locator.of_key(&key).iter().all(|path| path.parent() == Some(root.path())), "{bad:?}");
    }
    assert_eq!(locator.of_ref("train", "1.jpg"), [root.path().join("1.jpg")]);
    assert!(locator.of_ref("nobody", "1.jpg").is_empty());
    assert!(locator.of_key("coco").is_empty());
}

#[test]
fn a_root_that_is_no_folder_is_named() {
    let root = Root::new();
    root.file("x", "");
    let of = |path: &str| CATALOG.resolve(&root.path().join(path)).unwrap_err().to_string();
    assert!(of("nothing").starts_with("cannot read the root "), "{}", of("nothing"));
    assert!(of("x").contains("is not a folder"), "{}", of("x"));
}
