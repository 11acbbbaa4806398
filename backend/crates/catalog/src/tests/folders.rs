//! Where the pictures of datasets are that nothing documents.

use super::Root;

/// The folders, relative to the root, in which the pictures of the only dataset are looked for.
fn folders(root: &Root) -> Vec<String> {
    let resolved = root.resolve();
    let [dataset] = resolved.datasets.as_slice() else { panic!("{:?}", resolved.datasets) };
    let dirs = dataset.image_dirs.iter();
    dirs.map(|dir| dir.strip_prefix(root.path()).unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn pictures_lie_one_level_below_the_folders_around_an_annotation_file() {
    for (annotations, pictures) in [
        ("clevr/questions/CLEVR_train.json", "clevr/images/train"),
        ("train.json", "images/train"),
        ("set/ann/train.json", "set/pics/train"),
        ("set/annotations_v2/train.json", "set/data/images"),
        ("set/metadata/en/train.json", "set/images"),
        ("charts/train.json", "charts/train/png"),
    ] {
        let root = Root::new();
        root.records(annotations, &["a.jpg", "b.jpg"]);
        root.file(&format!("{pictures}/a.jpg"), "x").file(&format!("{pictures}/b.jpg"), "x");
        assert_eq!(folders(&root), [pictures], "{annotations}");
    }
}

#[test]
fn pictures_of_one_set_lie_in_several_folders() {
    let root = Root::new();
    root.records("train.json", &["a.jpg", "b.jpg", "c.jpg"]);
    for picture in ["images/part1/a.jpg", "images/part2/b.jpg", "images/part2/c.jpg", "images/part3/x.jpg"] {
        root.file(picture, "x");
    }
    assert_eq!(folders(&root), ["images/part2", "images/part1"]);
}

#[test]
fn a_few_names_of_another_set_are_no_pictures_of_this_one() {
    let root = Root::new();
    root.records("train.json", &["1.jpg", "2.jpg", "3.jpg", "4.jpg"]);
    root.file("other/inner/1.jpg", "x");
    assert_eq!(folders(&root), [""]);
    let root = Root::new();
    root.records("one/train.json", &["1.jpg"]).file("two/images/train/1.jpg", "x");
    assert_eq!(folders(&root), [""]);
}

#[test]
fn pictures_of_one_part_of_a_set_are_not_taken_for_those_of_another() {
    for (annotations, pictures) in [
        ("annotations/val.json", "val2017"),
        ("annotations/val.json", "images/val"),
        ("val.json", "images/val"),
        ("set_validation.json", "val"),
    ] {
        let root = Root::new();
        root.records(annotations, &["a.jpg", "b.jpg"]);
        for folder in [pictures, &pictures.replace("val", "train")] {
            root.file(&format!("{folder}/a.jpg"), "x").file(&format!("{folder}/b.jpg"), "x");
        }
        assert_eq!(folders(&root)[0], pictures, "{annotations}");
    }
}
