//! Archives, folders of pairs, box files, id lists: what stands beside annotation files.

use super::{Root, containers, dataset, slugs, unclaimed};
use crate::ListForm;

#[test]
fn archives_of_pictures_are_no_datasets() {
    let root = Root::new();
    root.file("sam/images/sa_000000.tar", containers::pictures(&["sa_1.jpg", "sa_2.jpg"]))
        .file("web/000.tar", containers::tar(&[("1.jpg", b"\xff\xd8\xff\xe0"), ("1.txt", b"a bus")]))
        .file("web/001.tar", containers::tar(&[("2.jpg", b"\xff\xd8\xff\xe0"), ("2.txt", b"a dog")]));
    let resolved = root.resolve();
    assert_eq!(resolved.archives, [root.path().join("sam/images/sa_000000.tar")]);
    assert_eq!(slugs(&resolved), ["web"]);
}

#[test]
fn where_an_archive_stands_for_the_expected_folder_no_other_is_taken() {
    let root = Root::new();
    root.records("data/japanese-photos/japanese_photos_conv_12k.json", &["1.jpg"])
        .file("data/elsewhere/1.jpg", "another picture")
        .file("data/1.jpg", "another picture");
    let image_root = || dataset(&root.resolve(), "japanese-photos-conv-12k").image_root.clone();
    assert_eq!(image_root(), "data", "without an archive the picture is looked for");
    root.file("data/japanese-photos/images.tar", containers::pictures(&["images/1.jpg"]));
    assert_eq!(image_root(), "data/japanese-photos/images");
}

#[test]
fn facts_beside_each_picture_are_one_entry() {
    let root = Root::new();
    for number in 0..20 {
        root.file(&format!("sam/images/sa_{number}.jpg"), "picture")
            .file(&format!("sam/images/sa_{number}.json"), r#"{"image": {}, "annotations": []}"#);
    }
    root.records("sam/images/train.json", &["sa_1.jpg"]);
    let resolved = root.resolve();
    assert_eq!(slugs(&resolved), ["train"]);
    assert!(unclaimed(&resolved, "sam/images").contains("facts about the pictures"));
    assert_eq!(resolved.unclaimed.len(), 1);
}

#[test]
fn pictures_with_captions_beside_them_are_a_dataset() {
    let root = Root::new();
    for shard in ["ours/00000", "ours/00001"] {
        for number in 0..3 {
            root.file(&format!("{shard}/{number}.jpg"), "").file(&format!("{shard}/{number}.txt"), "a bus");
        }
        root.file(&format!("{shard}_stats.json"), r#"{"count": 3}"#);
    }
    root.file("mine/1.png", "")
        .file("mine/1.caption", "a dog")
        .file("yolo/1.jpg", "")
        .file("yolo/1.txt", "0 0.5 0.5");
    let resolved = root.resolve();
    assert_eq!(slugs(&resolved), ["mine", "ours"]);
    let ours = dataset(&resolved, "ours");
    assert_eq!((ours.files.len(), ours.files[1].relative.as_str()), (2, "ours/00001"));
    assert_eq!((ours.files[0].bytes, ours.image_root.as_str()), (15, "ours"));
    assert!(unclaimed(&resolved, "yolo").contains("YOLO"));
    assert!(unclaimed(&resolved, "ours/00000_stats.json").contains("count"));
    let path = root.locator().of_ref("ours", "00001/2.jpg");
    assert_eq!(path[0], root.path().join("ours/00001/2.jpg"));
}

#[test]
fn a_root_of_pairs_names_its_pictures_from_itself() {
    let root = Root::new();
    root.file("1.jpg", "").file("1.txt", "a bus").file("2.jpg", "").file("2.txt", "a dog");
    let resolved = root.resolve();
    let found = &resolved.datasets[0];
    let name = root.path().file_name().unwrap().to_string_lossy();
    assert_eq!((found.title.as_str(), found.files[0].relative.as_str()), (&*name, "."));
    assert_eq!(found.image_dirs, [root.path()]);
}

#[test]
fn texts_whose_pictures_lie_elsewhere_are_told() {
    let root = Root::new();
    for number in 0..30 {
        root.file(&format!("images/{number}.jpg"), "")
            .file(&format!("texts/{number}.txt"), "a bus on a road");
    }
    let resolved = root.resolve();
    assert!(unclaimed(&resolved, "texts").starts_with("30 text files without a picture"));
    assert_eq!(resolved.unclaimed.len(), 1);
}

#[test]
fn the_table_of_a_download_is_not_read_beside_what_was_downloaded() {
    let root = Root::new();
    let table = containers::table();
    root.file("00000.tar", containers::tar(&[("1.jpg", b"\xff\xd8\xff\xe0"), ("1.txt", b"a bus")]))
        .file("00000_stats.json", "{}")
        .file("00000.parquet", &table)
        .file("00001.parquet", &table);
    let resolved = root.resolve();
    let files: Vec<&str> =
        resolved.datasets.iter().flat_map(|set| &set.files).map(|file| file.relative.as_str()).collect();
    assert_eq!(files, ["00000.tar", "00001.parquet"]);
    assert!(unclaimed(&resolved, "00000.parquet").contains("img2dataset downloaded into 00000.tar"));
}

#[test]
fn very_many_folders_of_pairs_are_one_dataset() {
    let root = Root::new();
    for name in ["rose", "tulip", "a", "b", "c", "d", "e", "f", "g", "h"] {
        root.file(&format!("flowers/{name}/1.jpg"), "").file(&format!("flowers/{name}/1.txt"), "a flower");
    }
    assert_eq!(slugs(&root.resolve()), ["flowers"]);
}

#[test]
fn an_annotation_file_with_the_name_of_a_picture_is_one() {
    let root = Root::new();
    root.records("a/train.json", &["train.jpg"]).file("a/train.jpg", "");
    assert_eq!(slugs(&root.resolve()), ["train"]);
}

#[test]
fn many_foreign_files_of_a_folder_are_counted() {
    let root = Root::new();
    for number in 0..300 {
        root.file(&format!("labels/{number:04}.json"), r#"{"shapes": []}"#);
    }
    let resolved = root.resolve();
    assert_eq!(resolved.unclaimed.len(), 6, "{:?}", resolved.unclaimed);
    assert!(resolved.unclaimed[2].reason.contains("197 more like it"), "{:?}", resolved.unclaimed);
    assert!(resolved.unclaimed[5].reason.contains("not looked into"), "{:?}", resolved.unclaimed);
}

#[test]
fn box_files_are_told_from_samples() {
    let root = Root::new();
    root.file(
        "bbox_json/train/boxes.json",
        r#"[{"id": "1", "boxes": [[0, 0, 10, 10]], "scores": [0.5], "labels": ["bus"]}]"#,
    );
    let resolved = root.resolve();
    assert_eq!((resolved.datasets.len(), resolved.unclaimed.len()), (0, 0));
    assert_eq!(resolved.box_files[0].relative, "bbox_json/train/boxes.json");
}

#[test]
fn id_lists_are_found_by_name_wherever_they_lie() {
    let root = Root::new();
    root.file("data_prepare/mdx/coyo/coyo_6m_ids.txt.gz", "packed")
        .file("mdx/mmc4/mmc4_6m_ids.csv", "0,1\n")
        .file("mdx/mmc4/mmc4_6m_ids.csv.gz", "packed")
        .file("old/coyo_6m_ids.txt", "1\n");
    let resolved = root.resolve();
    let found: Vec<(&str, &str, ListForm)> = resolved
        .id_lists
        .iter()
        .map(|list| (list.slug.as_str(), list.relative.as_str(), list.form))
        .collect();
    assert_eq!(
        found,
        [
            ("llm-jp-coyo-6m", "data_prepare/mdx/coyo/coyo_6m_ids.txt.gz", ListForm::Ids),
            ("llm-jp-mmc4-6m", "mdx/mmc4/mmc4_6m_ids.csv", ListForm::ShardIndex),
        ]
    );
    assert!(resolved.id_lists[1].note.as_deref().is_some_and(|note| note.contains("cannot be decided")));
    assert!(unclaimed(&resolved, "mdx/mmc4/mmc4_6m_ids.csv.gz").contains("the same list"));
    assert!(unclaimed(&resolved, "old/coyo_6m_ids.txt").contains("the same list"));
}
