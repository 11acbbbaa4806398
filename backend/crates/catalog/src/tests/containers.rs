//! Containers on disk, as finding and naming them needs: the smallest files of each, archives, folders of pairs, box
//! files, id lists, and pictures where nothing documents them.

use super::{Root, dataset, slugs, unclaimed};
use crate::ListForm;
use serde_json::{Value, json};

/// The first bytes of a JPEG picture.
const JPEG: &[u8] = b"\xff\xd8\xff\xe0";

/// The same as base64.
const JPEG_BASE64: &str = "/9j/4A==";

/// A picture with a caption, as a pickle shard has it.
pub(super) fn pairs() -> Vec<u8> {
    pickle(&json!([{"id": 1, "text": "a bus", "image": JPEG_BASE64}]))
}

/// An interleaved document, as a pickle shard has it.
pub(super) fn documents() -> Vec<u8> {
    pickle(&json!([{
        "text_list": ["A bus."], "url": "https://example.org", "similarity_matrix": [[1]],
        "image_info": [{"image_name": "0.jpg", "matched_text_index": 0, "image_base64": JPEG_BASE64}],
    }]))
}

/// A value as a pickle of protocol 2, without a memo.
pub(super) fn pickle(value: &Value) -> Vec<u8> {
    let mut bytes = b"\x80\x02".to_vec();
    push(value, &mut bytes);
    bytes.push(b'.');
    bytes
}

fn push(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Array(items) => {
            bytes.extend(b"](");
            for item in items {
                push(item, bytes);
            }
            bytes.push(b'e');
        }
        Value::Object(object) => {
            bytes.extend(b"}(");
            for (key, value) in object {
                push(&Value::from(key.as_str()), bytes);
                push(value, bytes);
            }
            bytes.push(b'u');
        }
        Value::String(text) => {
            bytes.push(b'X');
            bytes.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
            bytes.extend(text.as_bytes());
        }
        Value::Number(number) => {
            bytes.push(b'J');
            bytes.extend(i32::try_from(number.as_i64().unwrap()).unwrap().to_le_bytes());
        }
        Value::Null | Value::Bool(_) => bytes.push(b'N'),
    }
}

/// A tar archive with these files.
pub(super) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, contents) in files {
        let mut header = [0; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..108].copy_from_slice(b"0000644\0");
        header[124..136].copy_from_slice(format!("{:011o}\0", contents.len()).as_bytes());
        header[148..156].fill(b' ');
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        bytes.extend(header);
        bytes.extend(*contents);
        bytes.resize(bytes.len().next_multiple_of(512), 0);
    }
    bytes.resize(bytes.len() + 1024, 0);
    bytes
}

/// A tar archive of pictures.
pub(super) fn pictures(names: &[&str]) -> Vec<u8> {
    tar(&names.iter().map(|name| (*name, JPEG)).collect::<Vec<_>>())
}

/// A parquet file with one row of `image: {bytes, path}` and `ground_truth`, as `synthdog-ja` has them.
pub(super) fn table() -> Vec<u8> {
    let text = br#"{"gt_parse": {"text_sequence": "a bus"}}"#;
    let values: [(&[&str], &[u8]); 3] =
        [(&["image", "bytes"], JPEG), (&["image", "path"], b"0.jpg"), (&["ground_truth"], text)];
    let mut file = b"PAR1".to_vec();
    let mut chunks = Vec::new();
    for (path, value) in values {
        let offset = file.len();
        let mut page = u32::try_from(value.len()).unwrap().to_le_bytes().to_vec();
        page.extend(value);
        let levels = Thrift::new().int(1, 1).int(2, 0).int(3, 3).int(4, 3);
        file.extend(Thrift::new().int(1, 0).int(2, page.len()).int(3, page.len()).object(5, levels).end());
        file.extend(page);
        let size = file.len() - offset;
        let names = path.iter().map(|name| Thrift::text(name)).collect::<Vec<_>>();
        let facts = Thrift::new().int(1, 6).list(2, 5, &[vec![0]]).list(3, 8, &names).int(4, 0);
        let facts = facts.long(5, 1).long(6, size).long(7, size).long(9, offset);
        chunks.push(Thrift::new().long(2, offset).object(3, facts).end());
    }
    let leaf = |name: &str| Thrift::new().int(1, 6).int(3, 0).name(4, name).end();
    let group = |name: &str| Thrift::new().int(3, 0).name(4, name).int(5, 2).end();
    let schema = [group("schema"), group("image"), leaf("bytes"), leaf("path"), leaf("ground_truth")];
    let rows = Thrift::new().list(1, 12, &chunks).long(2, file.len()).long(3, 1).end();
    let footer = Thrift::new().int(1, 1).list(2, 12, &schema).long(3, 1).list(4, 12, &[rows]).end();
    file.extend(&footer);
    file.extend(u32::try_from(footer.len()).unwrap().to_le_bytes());
    file.extend(b"PAR1");
    file
}

/// A struct in Thrift's compact protocol, as far as a parquet footer needs it.
struct Thrift {
    bytes: Vec<u8>,
    last: u8,
}

impl Thrift {
    fn new() -> Self {
        Self { bytes: Vec::new(), last: 0 }
    }

    fn field(mut self, number: u8, kind: u8, value: &[u8]) -> Self {
        self.bytes.push((number - self.last) << 4 | kind);
        self.bytes.extend(value);
        self.last = number;
        self
    }

    fn int(self, number: u8, value: usize) -> Self {
        self.field(number, 5, &varint(value * 2))
    }

    fn long(self, number: u8, value: usize) -> Self {
        self.field(number, 6, &varint(value * 2))
    }

    fn name(self, number: u8, text: &str) -> Self {
        self.field(number, 8, &Self::text(text))
    }

    fn object(self, number: u8, object: Self) -> Self {
        self.field(number, 12, &object.end())
    }

    fn list(self, number: u8, kind: u8, items: &[Vec<u8>]) -> Self {
        let mut list = vec![u8::try_from(items.len()).unwrap() << 4 | kind];
        list.extend(items.concat());
        self.field(number, 9, &list)
    }

    fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }

    fn text(text: &str) -> Vec<u8> {
        [varint(text.len()), text.as_bytes().to_vec()].concat()
    }
}

fn varint(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7f {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

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

#[test]
fn archives_of_pictures_are_no_datasets() {
    let root = Root::new();
    root.file("sam/images/sa_000000.tar", pictures(&["sa_1.jpg", "sa_2.jpg"]))
        .file("web/000.tar", tar(&[("1.jpg", b"\xff\xd8\xff\xe0"), ("1.txt", b"a bus")]))
        .file("web/001.tar", tar(&[("2.jpg", b"\xff\xd8\xff\xe0"), ("2.txt", b"a dog")]));
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
    root.file("data/japanese-photos/images.tar", pictures(&["images/1.jpg"]));
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
    let table = table();
    root.file("00000.tar", tar(&[("1.jpg", b"\xff\xd8\xff\xe0"), ("1.txt", b"a bus")]))
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
