//! The built-in catalog (figures of the documents, terms, folders), and the user's file on top of it.

use super::{CATALOG, Root, dataset, slugs};
use crate::{Catalog, Part, Recipe, Unit};
use std::collections::HashSet;

fn error_of(text: &str) -> String {
    let root = Root::new();
    root.file("my.toml", text);
    Catalog::with_config(&root.path().join("my.toml")).unwrap_err().to_string()
}

#[test]
fn built_in_slugs_are_told_apart() {
    let catalog = Catalog::builtin();
    let mut seen = HashSet::new();
    let sources = catalog.sources().iter().map(|source| &source.slug);
    for slug in catalog.datasets().iter().map(|dataset| &dataset.slug).chain(sources) {
        assert!(seen.insert(slug), "{slug} is there twice");
    }
    assert!(catalog.datasets().len() > 50);
}

#[test]
fn the_users_file_may_have_all_that_the_built_in_ones_have() {
    let root = Root::new();
    root.file(
        "my.toml",
        r#"
        [[layout]]
        slug = "ours"
        title = "Our lab"
        folders = ["photos"]

        [[source]]
        slug = "sam"
        terms = "ask the boss"

        [[dataset]]
        slug = "ours-1"
        files = ["captions"]
        places = [{ folder = "ours", layouts = ["ours"] }]

        [[list]]
        slug = "good-ones"
        files = ["good.txt"]
        dataset = "ours-1"
        form = "ids"

        [[recipe]]
        slug = "ours"
        [[recipe.stage]]
        title = "Only stage"
        [[recipe.stage.part]]
        datasets = ["ours-1", "llava-v1.5-mix665k"]
        subset = "good-ones"

        [[recipe]]
        slug = "convllava"
        title = "ConvLLaVA, shorter"
        [[recipe.stage]]
        title = "1"
        [[recipe.stage.part]]
        datasets = ["sharegpt4v-cap100k"]
        take = "half"
        "#,
    )
    .records("data/ours/captions.json", &["1.jpg"])
    .file("data/photos/1.jpg", "picture")
    .file("tools/good.txt.gz", "x");
    let catalog = Catalog::with_config(&root.path().join("my.toml")).unwrap();
    let sam = catalog.source_of("sam/sa_1").unwrap();
    assert_eq!((sam.terms.as_deref(), sam.spellings.len()), (Some("ask the boss"), 1));
    let part = &catalog.recipes()[0].stages[0].parts[0];
    assert_eq!((part.title.as_str(), part.take.as_str()), ("ours-1 + LLaVA-v1.5 mix665k", "all"));
    let titles =
        catalog.recipes().iter().filter(|recipe| recipe.slug == "convllava").map(|recipe| &recipe.title);
    assert_eq!(titles.collect::<Vec<_>>(), ["ConvLLaVA, shorter"]);

    let resolved = catalog.resolve(root.path()).unwrap();
    assert_eq!(dataset(&resolved, "ours-1").layouts, ["Our lab"]);
    assert_eq!((resolved.layouts[0].found, resolved.layouts[0].total), (2, 2));
    assert_eq!(resolved.id_lists[0].relative, "tools/good.txt.gz");
}

#[test]
fn the_users_datasets_come_first_and_override_the_built_in_ones() {
    let root = Root::new();
    root.records("llava/llava_v1_5_mix665k.json", &["000000033471.jpg"])
        .records("captions/a.jsonl", &["1.jpg"])
        .records("captions/b.jsonl", &["2.jpg"])
        .file("pictures/2.jpg", "picture");
    root.file(
        "my.toml",
        r#"
        [[dataset]]
        slug = "my-captions"
        title = "My captions"
        files = ["captions/*.jsonl"]
        images = ["pictures"]

        [[dataset]]
        slug = "llava-v1.5-mix665k"
        images = ["coco/train2017"]

        [[source]]
        slug = "holiday"
        paths = ["pictures/*.jpg"]
        "#,
    );
    let catalog = Catalog::with_config(&root.path().join("my.toml")).unwrap();
    let resolved = catalog.resolve(root.path()).unwrap();
    assert_eq!(slugs(&resolved), ["my-captions", "llava-v1.5-mix665k"]);
    let mine = dataset(&resolved, "my-captions");
    assert_eq!((mine.title.as_str(), mine.files.len()), ("My captions", 2));
    assert_eq!(mine.image_dirs, [root.path().join("pictures")]);
    assert_eq!(catalog.image_key(mine, "2.jpg"), "holiday/2");
    let mix = dataset(&resolved, "llava-v1.5-mix665k");
    assert_eq!((mix.title.as_str(), mix.documented_samples), ("LLaVA-v1.5 mix665k", Some(665_298)));
    assert_eq!(catalog.image_key(mix, "000000033471.jpg"), "coco/000000033471");
}

#[test]
fn pictures_may_lie_outside_the_root_when_the_user_says_so() {
    let (root, elsewhere) = (Root::new(), Root::new());
    root.records("mine.json", &["1.jpg"]);
    elsewhere.file("1.jpg", "picture");
    let folder = elsewhere.path().to_str().unwrap();
    root.file(
        "my.toml",
        format!("[[dataset]]\nslug = \"mine\"\nfiles = [\"mine\"]\nimages = [{folder:?}]\n"),
    );
    let catalog = Catalog::with_config(&root.path().join("my.toml")).unwrap();
    let resolved = catalog.resolve(root.path()).unwrap();
    assert_eq!(dataset(&resolved, "mine").image_dirs, [elsewhere.path()]);
    assert_eq!(dataset(&resolved, "mine").image_root, folder);
}

#[test]
fn errors_name_file_line_and_key() {
    for (text, expected) in [
        ("[[dataset]]\nslug = \"a\"\nfile = [\"x\"]\n", "my.toml line 3: unknown field `file`"),
        ("\n\n[[dataset]\n", "my.toml line 3: "),
        ("[[dataset]]\nslug = \"a\"\nfiles = \"x\"\n", "my.toml line 3: invalid type: string \"x\""),
        ("\n[[dataset]]\nslug = \"a\"\n", "my.toml line 3: `files` of `a` is missing"),
        ("[[dataset]]\nslug = \"A b\"\nfiles = [\"x\"]\n", "my.toml line 2: `slug` of `A b` may have only"),
        ("[[dataset]]\nslug = \"coco\"\nfiles = [\"x\"]\n", "is the name of an image source"),
        ("[[dataset]]\nslug = \"a\"\nfiles = [\"../x\"]\n", "`files` of `a` must be relative"),
        ("[[dataset]]\nslug = \"a\"\nfiles = [\"x\"]\nimages = [\"../y\"]\n", "`images` of `a` must be"),
        (
            "[[dataset]]\nslug=\"a\"\nfiles=[\"x\"]\n[[dataset]]\nslug=\"a\"\nfiles=[\"y\"]\n",
            "line 5: `slug` of `a`",
        ),
        ("[[source]]\nslug = \"llava-v1.5-mix665k\"\npaths = [\"a/*\"]\n", "is the name of a dataset"),
        ("[[source]]\nslug = \"a\"\npaths = [\"a/b.jpg\"]\n", "`paths` of `a` must"),
        ("[[layout]]\nslug = \"a\"\nfolders = [\"../b\"]\n", "line 2: `folders` of `a` must be relative"),
        (
            "[[dataset]]\nslug=\"a\"\nfiles=[\"x\"]\nplaces=[{folder=\"f\", layouts=[\"no\"]}]\n",
            "line 2: `places` of `a` names the layout `no`",
        ),
        (
            "[[list]]\nslug=\"a\"\nfiles=[\"x\"]\nform=\"ids\"\ndataset=\"no\"\n",
            "line 5: `dataset` of `a` is `no`, which is not known",
        ),
        (
            "[[recipe]]\nslug=\"r\"\n[[recipe.stage]]\ntitle=\"1\"\n[[recipe.stage.part]]\ndatasets=[\"no\"]\n",
            "line 6: `datasets` of `r` has `no`, which is not a known dataset",
        ),
        (
            "[[recipe]]\nslug=\"r\"\n[[recipe.stage]]\ntitle=\"1\"\n[[recipe.stage.part]]\n\
             datasets=[\"coyo-700m\"]\nsubset=\"no\"\n",
            "line 7: `subset` of `r` is `no`",
        ),
    ] {
        let error = error_of(text);
        assert!(error.contains(expected), "{error} does not have {expected}");
    }
}

#[test]
fn a_catalog_file_that_is_not_there_is_named() {
    let error = Catalog::with_config(std::path::Path::new("/nowhere/my.toml")).unwrap_err().to_string();
    assert!(error.starts_with("cannot read the catalog file /nowhere/my.toml: "), "{error}");
}

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
