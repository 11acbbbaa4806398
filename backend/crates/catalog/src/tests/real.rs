//! The real root that `BLENDSCOPE_REAL_DATA` names: exactly its records' refs and its missing pictures.

use crate::{Catalog, Locator, Resolved};
use blendscope_read::{ImageRef, Item, parse_record, read_file};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    let found = super::dataset(resolved, slug);
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
