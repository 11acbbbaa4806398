//! The catalog entry that an unknown dataset is given.

use super::{Root, containers, dataset, slugs};
use crate::Catalog;

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
