//! Odd roots: links, unreadable and foreign files, strange names, unknown datasets.

use super::{CATALOG, Root, dataset, slugs, unclaimed};
use crate::Locator;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs;
use std::io::Write;
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
        .file("a/train.tfrecord", "x")
        .file("a/images.zip.001", "x")
        .file("a/more.jsonl.xz", "x")
        .file("table.lance/data/1.lance", "x")
        .file("cut.json", "")
        .file("notes.txt", "nothing to say of this one")
        .file("config.yaml", "nor of this");
    fs::create_dir_all(root.path().join("x.json")).unwrap();
    symlink("/nowhere/y.json", root.path().join("y.json")).unwrap();
    let resolved = root.resolve();
    assert_eq!(slugs(&resolved), Vec::<&str>::new());
    assert_eq!(resolved.unclaimed.len(), 15, "{:?}", resolved.unclaimed);
    assert!(unclaimed(&resolved, "alt_pair_ja/pkl02/00001.count").contains("00001.pkl, which is not here"));
    for (path, part) in [
        ("a/train.tfrecord", "TFRecord"),
        ("a/images.zip.001", "part of a split archive"),
        ("a/more.jsonl.xz", "xz"),
        ("table.lance", "Lance"),
    ] {
        assert!(unclaimed(&resolved, path).contains(part), "{path}");
    }
    for unreadable in ["alt_pair_ja/pkl02/00000.pkl", "synthdog-ja/data/train-00000-of-00001.parquet"] {
        assert!(!unclaimed(&resolved, unreadable).is_empty());
    }
    assert!(unclaimed(&resolved, "x.json").contains("is a directory"));
    assert!(unclaimed(&resolved, "y.json").contains("link to /nowhere/y.json, which is not there"));
    for other in [
        "x.tar.gz",
        "train.arrow",
        "coco/annotations/captions_train2017.json",
        "cut.json",
        "ids.csv.gz",
        "sam/000000.tar",
    ] {
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
    assert!(unclaimed(&resolved, "also.json").contains("link to a file that is read: real/train.json"));
}

#[test]
fn a_file_with_several_names_is_read_once_by_the_one_that_tells_what_it_is() {
    let root = Root::new();
    root.records("blobs/0a1b2c3d4e5f60718293a4b5c6d7", &["1.jpg"]).records("one.json", &["1.jpg"]);
    fs::create_dir_all(root.path().join("snapshots/x")).unwrap();
    let blob = root.path().join("blobs/0a1b2c3d4e5f60718293a4b5c6d7");
    symlink(blob, root.path().join("snapshots/x/train.jsonl")).unwrap();
    fs::hard_link(root.path().join("one.json"), root.path().join("two.json")).unwrap();
    symlink("/nowhere/images", root.path().join("images")).unwrap();
    symlink("/nowhere/run.sh", root.path().join("run.sh")).unwrap();
    symlink("../.git/annex/objects/x", root.path().join("big.parquet")).unwrap();
    symlink("self.json", root.path().join("self.json")).unwrap();
    let resolved = root.resolve();
    assert_eq!(slugs(&resolved), ["one", "train"]);
    assert!(unclaimed(&resolved, "two.json").contains("read: one.json"));
    assert!(unclaimed(&resolved, "blobs/0a1b2c3d4e5f60718293a4b5c6d7").contains("snapshots/x/train.jsonl"));
    assert!(unclaimed(&resolved, "images").contains("not there"));
    assert!(unclaimed(&resolved, "big.parquet").contains("git annex get"));
    assert!(unclaimed(&resolved, "self.json").contains("cannot be opened"));
    assert_eq!(resolved.unclaimed.len(), 5, "{:?}", resolved.unclaimed);
}

#[test]
fn data_is_found_whatever_its_name_ends_with_and_notes_are_not() {
    let root = Root::new();
    root.records("caps", &["1.jpg"])
        .records("set/train.jsonl.part-aa", &["1.jpg"])
        .records("set/lines.txt", &["1.jpg"])
        .file("notes.txt", "Nothing but words, and more of them.")
        .file("requirements.txt", "torch==2.0\nnumpy\n")
        .file("LICENSE", "All rights reserved")
        .file("seen", "yes");
    let resolved = root.resolve();
    let paths: Vec<&str> = resolved.datasets.iter().map(|set| set.files[0].relative.as_str()).collect();
    assert_eq!(paths, ["caps", "set/lines.txt", "set/train.jsonl.part-aa"]);
    assert_eq!(resolved.unclaimed, []);
}

#[test]
fn hidden_files_are_passed_over() {
    let root = Root::new();
    root.records(".git/x.json", &["1.jpg"])
        .records("._train.json", &["1.jpg"])
        .records("train.json", &["1.jpg"]);
    let resolved = root.resolve();
    assert_eq!((slugs(&resolved), resolved.unclaimed.len()), (vec!["train"], 0));
}

#[test]
fn a_packed_copy_is_told_by_its_content_and_not_by_its_name() {
    let root = Root::new();
    root.records("same.json", &["1.jpg"]).records("other.json", &["2.jpg"]).file("broken.json.gz", "x");
    let packed = |name: &str| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&fs::read(root.path().join(name)).unwrap()).unwrap();
        encoder.finish().unwrap()
    };
    root.file("same.json.gz", packed("same.json")).file("other.json.gz", packed("same.json"));
    let resolved = root.resolve();
    assert_eq!(slugs(&resolved), ["other", "other-2", "same"]);
    assert_eq!(dataset(&resolved, "other-2").files[0].relative, "other.json.gz");
    assert!(unclaimed(&resolved, "same.json.gz").contains("packed copy of same.json"));
    assert!(!unclaimed(&resolved, "broken.json.gz").contains("copy"));
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
        .records("f/annotations/val.json", &["v/1.jpg"])
        .file("f/photos/v/1.jpg", "picture")
        .records("e/データ.json", &["犬+1 b.jpg"])
        .file("e/images/犬+1 b.jpg", "picture");
    let resolved = root.resolve();
    assert_eq!(slugs(&resolved), ["my-set", "c-my-set", "coco-2", "d", "dataset", "val"]);
    assert_eq!(dataset(&resolved, "val").image_root, "f/photos");
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
