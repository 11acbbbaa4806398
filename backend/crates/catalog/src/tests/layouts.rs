//! The preparation documents' layouts: dataset, image folder and image key of each row of `layouts.txt`; and the real
//! root that `BLENDSCOPE_REAL_DATA` names: exactly its records' refs and its missing pictures.

use super::{CATALOG, Root, containers, dataset, slugs};
use crate::{Catalog, Locator, Resolved};
use blendscope_read::{ImageRef, Item, parse_record, read_file};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A row of `layouts.txt`.
struct Row {
    layout: &'static str,
    file: &'static str,
    image: &'static str,
    picture: &'static str,
    slug: &'static str,
    folder: &'static str,
    key: &'static str,
}

fn rows() -> impl Iterator<Item = Row> {
    let lines = include_str!("layouts.txt").lines();
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| {
        let cells: Vec<&str> = line.split_whitespace().collect();
        let &[layout, file, image, picture, slug, folder, key] = cells.as_slice() else {
            panic!("{line} has not seven cells")
        };
        let picture = if picture == "=" { image } else { picture };
        Row { layout, file, image, picture, slug, folder: if folder == "." { "" } else { folder }, key }
    })
}

impl Row {
    fn is_embedded(&self) -> bool {
        self.image == "-"
    }
}

/// Builds a layout below `base` and checks every row of it, with and without its pictures.
fn check(layout: &str, base: &str) {
    let rows: Vec<Row> = rows().filter(|row| row.layout == layout).collect();
    for with_pictures in [true, false] {
        let root = Root::new();
        for row in &rows {
            annotations(&root, &format!("{base}{}", row.file), row.image);
            if with_pictures && !row.is_embedded() {
                root.file(&format!("{base}{}", row.picture), "picture");
            }
        }
        let resolved = root.resolve();
        assert!(
            resolved.layouts.iter().any(|found| found.slug == layout),
            "{layout}: {:?}",
            resolved.layouts
        );
        let locator = Locator::new(Arc::clone(&CATALOG), &resolved);
        for row in &rows {
            let found = dataset(&resolved, row.slug);
            assert!(found.is_known && found.suggestion.is_none(), "{}", row.slug);
            assert_eq!(found.files[0].relative, format!("{base}{}", row.file));
            assert_eq!(
                found.image_root,
                format!("{base}{}", row.folder).trim_end_matches('/'),
                "{}",
                row.file
            );
            if row.is_embedded() {
                continue;
            }
            assert_eq!(CATALOG.image_key(found, row.image), row.key, "{}", row.file);
            let path = root.path().join(format!("{base}{}", row.picture));
            if with_pictures {
                let places = locator.of_ref(row.slug, row.image);
                assert_eq!(
                    places.iter().find(|place| place.is_file()),
                    Some(&path),
                    "{}: {places:?}",
                    row.file
                );
            }
            assert!(locator.of_key(row.key).contains(&path), "{}: {:?}", row.file, locator.of_key(row.key));
        }
        assert_eq!(resolved.datasets.len(), rows.len(), "{:?}", slugs(&resolved));
        assert_eq!(resolved.unclaimed, []);
    }
}

/// An annotation file with one record, in the container that its name promises.
fn annotations(root: &Root, file: &str, image: &str) {
    match Path::new(file).extension().and_then(|extension| extension.to_str()) {
        Some("pkl") => {
            let is_of_documents = ["interleaved", "mmc4"].iter().any(|name| file.contains(name));
            root.file(file, if is_of_documents { containers::documents() } else { containers::pairs() });
            root.file(&file.replace(".pkl", ".count"), "1");
        }
        Some("parquet") => drop(root.file(file, containers::table())),
        _ => drop(root.records(file, &[image])),
    }
}

#[test]
fn every_layout_is_known_as_the_data_folder_itself_and_from_above() {
    for layout in CATALOG.layouts() {
        for base in ["", "data/", "playground/data/"] {
            check(&layout.slug, base);
        }
    }
}

#[test]
fn every_place_of_a_layout_has_a_row() {
    for known in CATALOG.datasets() {
        for place in &known.places {
            for layout in &place.layouts {
                let is_of_place = |row: &Row| {
                    let found = known.matches(row.file).and_then(|found| found.place);
                    found.is_some_and(|found| known.places[found] == *place)
                };
                let has_row =
                    rows().any(|row| row.layout == layout && row.slug == known.slug && is_of_place(&row));
                assert!(has_row, "{} in {layout} has no row", known.slug);
            }
        }
    }
}

#[test]
fn datasets_say_which_documents_speak_of_their_place() {
    let root = Root::new();
    root.records("data/sharegpt4v/sharegpt4v_instruct_gpt4-vision_cap100k.json", &["coco/train2017/1.jpg"])
        .records("data/llava/llava_sft/llava_v1_5_mix665k.json", &["coco/train2017/000000033471.jpg"])
        .records("data/elsewhere/llava_instruct_ja_156k.json", &["coco/train2017/000000033471.jpg"])
        .file("data/coco/train2017/000000033471.jpg", "picture")
        .file("data/sam/000000.tar", containers::pictures(&["sa_1.jpg"]));
    let resolved = root.resolve();
    assert_eq!(dataset(&resolved, "sharegpt4v-cap100k").layouts, ["ConvLLaVA", "ShareGPT4V"]);
    assert_eq!(dataset(&resolved, "llava-v1.5-mix665k").layouts, ["LLaVA-NeXT"]);
    assert_eq!(dataset(&resolved, "llava-instruct-ja-156k").layouts, Vec::<String>::new());
    let found: Vec<(&str, usize)> =
        resolved.layouts.iter().map(|layout| (layout.slug.as_str(), layout.found)).collect();
    assert_eq!(found, [("llava-next", 2), ("sharegpt4v", 3), ("convllava", 3)]);
}

#[test]
fn a_data_folder_of_any_name_is_recognised_by_its_documented_places() {
    check("sharegpt4v", "vlm/prepared/");
    check("llava-next", "vlm/prepared/");
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

#[test]
fn further_folders_of_shards_are_copies_and_the_documented_one_keeps_the_name() {
    let root = Root::new();
    for folder in ["pkl02-split", "pkl03-split"] {
        for shard in ["part-00000", "part-00001"] {
            root.file(&format!("coyo-700m/{folder}/{shard}.pkl"), containers::pairs());
        }
    }
    let resolved = root.resolve();
    assert_eq!(slugs(&resolved), ["coyo-700m", "coyo-700m-pkl02-split"]);
    let shards: Vec<&str> = resolved.datasets[0].files.iter().map(|file| file.relative.as_str()).collect();
    assert_eq!(shards, ["coyo-700m/pkl03-split/part-00000.pkl", "coyo-700m/pkl03-split/part-00001.pkl"]);
    assert!(resolved.datasets.iter().all(|found| found.is_counted));
}

/// Annotation file, image refs, refs without a picture: as the data's own table has them.
const TABLE: [(&str, usize, usize); 20] = [
    ("llava/llava_pretrain/blip_laion_cc_sbu_558k.json", 137, 7),
    ("llava/llava_sft/llava_v1_5_mix665k.json", 47, 23),
    ("sharegpt4v/mantis_instruct_contrastive_caption.json", 167, 4),
    ("sharegpt4v/mantis_as_llava.json", 167, 4),
    ("sharegpt4v/sharegpt4v_instruct_gpt4-vision_cap100k.json", 12, 12),
    ("llava_bench_in_the_wild/en_gpt4.json", 32, 4),
    ("llava_instruct_ja/llava_instruct_ja_156k.json", 167, 6),
    ("japanese-photos/japanese_photos_conv_12k.json", 12, 12),
    ("alt_pair_ja/llm-jp_mm_pair_step0_558k.json", 21, 16),
    ("docvqa/docvqa_train.json", 17, 8),
    ("dvqa/dvqa_train.json", 3, 0),
    ("ai2d/ai2d_train.json", 12, 12),
    ("share_textvqa/share_textvqa.json", 8, 8),
    ("allava_laion/ALLaVA-Caption-LAION-4V.json", 1, 1),
    ("allava_laion/ALLaVA-Instruct-LAION-4V.json", 1, 1),
    ("allava_vflan/ALLaVA-Caption-VFLAN-4V.json", 1, 1),
    ("allava_vflan/ALLaVA-Instruct-VFLAN-4V.json", 1, 1),
    ("wikiart/wikiart_tate.json", 20, 20),
    ("synthdog-ja/synthdog_ja_0k.json", 24, 4),
    ("coco/annotations/captions_train2017.json", 55, 0),
];

/// Annotation file with the pictures inside, slug, records.
const EMBEDDED: [(&str, &str, usize); 5] = [
    ("synthdog-ja/data/train-00000-of-00001.parquet", "synthdog-ja-parquet", 24),
    ("alt_pair_ja/pkl02/00000.pkl", "llm-jp-mm-pair-step1-6m", 6),
    ("coyo-700m/pkl02-split/part-00000.pkl", "coyo-700m", 24),
    ("mmc4-core/pkl-core/docs_0_v3.pkl", "mmc4-core", 4),
    ("interleaved_ja/pkl-limit-tokens/00000.pkl", "llm-jp-mm-interleaved-step1-6m", 5),
];

const LAYOUTS: [&str; 5] = ["convllava", "llava-next", "llm-jp-vila", "mg-llava", "sharegpt4v"];

#[test]
fn the_real_root_has_exactly_its_refs_and_its_missing_pictures() {
    let Some(data) = std::env::var_os("BLENDSCOPE_REAL_DATA").map(PathBuf::from) else {
        skipped();
        return;
    };
    for (root, base) in [("playground/data", ""), ("playground", "data/")] {
        let root = data.join(root);
        let catalog = Arc::new(Catalog::builtin());
        let resolved = catalog.resolve(&root).unwrap();
        for (path, refs, missing) in TABLE {
            assert_eq!(count(&catalog, &resolved, &format!("{base}{path}")), (refs, missing), "{base}{path}");
        }
        for (path, slug, records) in EMBEDDED {
            assert_eq!(embedded(&resolved, slug, &format!("{base}{path}")), records, "{base}{path}");
        }
        let files = resolved.datasets.iter().map(|found| found.files.len()).sum::<usize>();
        assert_eq!(files, TABLE.len() + EMBEDDED.len());
        let mut layouts: Vec<&str> = resolved.layouts.iter().map(|layout| layout.slug.as_str()).collect();
        layouts.sort_unstable();
        assert_eq!(layouts, LAYOUTS);
        let expected = if base.is_empty() { Vec::new() } else { vec!["SOURCES.json".to_owned()] };
        let paths: Vec<String> = resolved.unclaimed.iter().map(|file| file.path.clone()).collect();
        assert_eq!(paths, expected);
        assert!(resolved.unclaimed.iter().all(|file| !file.reason.is_empty()));
    }
}

/// Refs and missing refs of one annotation file; every picture that is there is also found by its key.
fn count(catalog: &Arc<Catalog>, resolved: &Resolved, path: &str) -> (usize, usize) {
    let mut files =
        resolved.datasets.iter().flat_map(|found| found.files.iter().map(move |file| (found, file)));
    let (found, file) = files.find(|(_, file)| file.relative == path).unwrap_or_else(|| panic!("no {path}"));
    let locator = Locator::new(Arc::clone(catalog), resolved);
    let (mut refs, mut missing) = (0, 0);
    read_file(&file.path, file.container, &mut |item| {
        let Item::Record(record) = item else { panic!("{path} has a bad record") };
        for image in parse_record(file.container, record.raw).unwrap().images {
            let ImageRef::Path(written) = image else { panic!("{path} has an image that is no path") };
            refs += 1;
            let key = catalog.image_key(found, &written);
            let is_there = exists(&locator.of_ref(&found.slug, &written));
            missing += usize::from(!is_there);
            assert!(!is_there || exists(&locator.of_key(&key)), "{key}");
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    (refs, missing)
}

/// The records of a file with the pictures inside.
fn embedded(resolved: &Resolved, slug: &str, path: &str) -> usize {
    let found = dataset(resolved, slug);
    let file = found.files.iter().find(|file| file.relative == path).unwrap_or_else(|| panic!("no {path}"));
    let mut records = 0;
    read_file(&file.path, file.container, &mut |item| {
        let Item::Record(record) = item else { panic!("{path} has a bad record") };
        parse_record(file.container, record.raw).unwrap();
        records += 1;
        ControlFlow::Continue(())
    })
    .unwrap();
    records
}

fn exists(places: &[PathBuf]) -> bool {
    places.iter().any(|place| Path::is_file(place))
}

fn skipped() {
    eprintln!("skipped: BLENDSCOPE_REAL_DATA names no folder with real data");
}
