//! What the built-in catalog says: the figures of the documents, terms, folders.

use super::CATALOG;
use crate::{Part, Recipe, Unit};

fn recipe(slug: &str) -> &'static Recipe {
    CATALOG.recipes().iter().find(|recipe| recipe.slug == slug).unwrap_or_else(|| panic!("no {slug}"))
}

fn sum(parts: &[Part]) -> u64 {
    parts.iter().filter_map(|part| part.documented).sum()
}

#[test]
fn recipes_have_the_documents_figures() {
    let sums =
        |slug: &str| -> Vec<u64> { recipe(slug).stages.iter().map(|stage| sum(&stage.parts)).collect() };
    assert_eq!(sums("convllava"), [2_057_066, 2_765_719, 665_298]);
    assert_eq!(sums("mg-llava"), [1_266_268, 1_382_298]);
    assert_eq!(sums("sharegpt4v"), [1_246_901, 665_058]);
    assert_eq!(sums("llava-next"), [558_128, 665_298, 1_000_000]);
    assert_eq!(sums("llm-jp-vila")[1], 24_000_000);
    // No gap between what the dataset and the recipe say, but where the document itself differs.
    for stage in CATALOG.recipes().iter().flat_map(|recipe| &recipe.stages) {
        for part in stage.parts.iter().filter(|part| part.datasets.len() == 1 && part.take == "all") {
            let known = CATALOG.datasets().iter().find(|known| known.slug == part.datasets[0]).unwrap();
            assert_eq!(part.documented, known.documented_samples, "{}", part.title);
        }
    }
}

#[test]
fn what_a_document_leaves_open_is_said() {
    let vflan = recipe("convllava").stages[1].parts.last().unwrap();
    assert_eq!((vflan.take.as_str(), vflan.documented), ("a part of", None));
    let part = &recipe("mg-llava").stages[0].parts[0];
    assert!(part.note.as_deref().unwrap().contains("595K"));
    let allava = &recipe("mg-llava").stages[1].parts[1];
    assert_eq!((allava.take.as_str(), allava.documented, allava.datasets.len()), ("692k", Some(692_000), 2));
    assert!(allava.note.as_deref().unwrap().contains("708,653"));
}

#[test]
fn one_file_may_be_several_rows_of_the_document() {
    let parts = &recipe("llm-jp-vila").stages[2].parts;
    let subset = parts.iter().find(|part| part.datasets == ["llava-v1.5-subset-358k"]).unwrap();
    let rows: Vec<(&str, &str)> =
        subset.parts.iter().map(|row| (row.title.as_str(), row.take.as_str())).collect();
    assert_eq!(
        rows,
        [("LLaVA", "158K"), ("VQAv2", "53K"), ("GQA", "46K"), ("OCRVQA", "80K"), ("TextVQA", "22K")]
    );
}

#[test]
fn parts_count_what_the_document_counts() {
    let step1 = &recipe("llm-jp-vila").stages[1].parts;
    assert!(step1.iter().all(|part| part.unit == Unit::Images && part.take == "6M"));
    let subsets: Vec<_> = step1.iter().filter_map(|part| part.subset.as_deref()).collect();
    assert_eq!(subsets, ["llm-jp-coyo-6m", "llm-jp-mmc4-6m"]);
    assert!(recipe("convllava").stages[0].parts.iter().all(|part| part.unit == Unit::Samples));
}

#[test]
fn restrictive_terms_are_marked() {
    for source in ["share_textvqa", "web-celebrity", "web-landmark", "wikiart"] {
        let source = CATALOG.source_of(&format!("{source}/1.jpg")).unwrap();
        assert!(source.is_restricted && source.terms.as_deref() == Some("Only for academic usage."));
    }
    assert!(!CATALOG.source_of("japanese-photos/1.jpg").unwrap().is_restricted);
    assert!(CATALOG.source_of("sam/sa_1").unwrap().partial.as_deref().unwrap().contains("000000~000050.tar"));
    assert_eq!(CATALOG.source_of("my-set/1.jpg"), None);
    for dataset in CATALOG.datasets() {
        let is_marked = dataset.terms.as_deref().is_some_and(|terms| {
            ["NC", "OpenAI", "academic", "must"].iter().any(|word| terms.contains(word))
        });
        assert_eq!(dataset.is_restricted, is_marked, "{}", dataset.slug);
    }
}

#[test]
fn every_folder_of_the_documents_has_its_source() {
    for path in [
        "allava/allava_laion/images/100277305.jpeg",
        "allava_laion/images/100277305.jpeg",
        "allava_vflan/images/a.jpg",
        "allava_vflan/images/images_191task_1k/a.png",
        "vflan/images_191task_1k/a.png",
        "coco/train2017/000000033471.jpg",
        "llava/llava_pretrain/images/00453/004539375.jpg",
        "LLaVA-Pretrain/images/00453/004539375.jpg",
        "sam/images/sa_1.jpg",
        "gqa/images/2327515.jpg",
        "ocr_vqa/images/140031996X.jpg",
        "textvqa/train_images/0123456789abcdef.jpg",
        "vg/VG_100K/2412354.jpg",
        "vg/VG_100K_2/2412354.jpg",
        "share_textvqa/images/0123.jpg",
        "web-celebrity/images/Tom_Felton_2.jpg",
        "web-landmark/images/a.jpg",
        "wikiart/images/a_b.jpg",
        "ai2d/images/1.png",
        "ai2d/abc_images/1.png",
        "docvqa/images/xxxx0000_1.png",
        "docvqa/train/documents/xxxx0000_1.png",
        "dvqa/images/bar_train_1.png",
        "alt_pair_ja/image_step0/a.jpg",
        "japanese-photos/images/a.jpg",
        "synthdog-ja/image/000/00000.jpg",
        "chatqa/train/png/1.png",
        "geoqa+/images/1.png",
        "synthdog-en/images/1.jpg",
    ] {
        let key = CATALOG.image_key(&crate::FoundDataset::default(), path);
        assert!(CATALOG.source_of(&key).is_some(), "{path}: {key}");
    }
}
