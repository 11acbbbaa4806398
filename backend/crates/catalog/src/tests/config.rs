//! The built-in catalog, and the user's file on top of it.

use super::{Root, dataset, slugs};
use crate::Catalog;
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
