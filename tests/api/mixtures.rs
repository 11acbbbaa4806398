//! Mixture files of trainers that lie in the root: found by what is in them, shown as recipes, begun from as boards.

use crate::support::{count, items, text};
use blendscope_tests::root::{Root, array, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use serde_json::Value;
use std::time::Duration;

/// How long a change may take to be noticed on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Ten samples of one dataset, four of another, and these files.
fn root(files: &[(&str, &str)]) -> Root {
    let many = |name: &str, n: usize| {
        let records: Vec<_> =
            (0..n).map(|id| record(&format!("{name}{id}"), "Why?", &format!("Since {id}."))).collect();
        array(&records)
    };
    let root = Root::with(&[("mine/ten.json", many("t", 10)), ("mine/four.json", many("f", 4))]);
    for (path, content) in files {
        root.write(path, content);
    }
    root
}

/// The recipe of the mixture file at a path.
fn recipe(server: &Server, path: &str) -> Value {
    let recipes = server.json("/api/v1/recipes");
    let found = items(&recipes).iter().find(|recipe| recipe["file"] == path);
    let slug = text(&found.unwrap_or_else(|| panic!("{path} is no recipe: {recipes}"))["slug"]).to_owned();
    server.json(&format!("/api/v1/recipes/{slug}"))
}

/// Of each part its name, dataset, and how many samples are taken.
fn parts(stage: &Value) -> Vec<(String, String, Option<u64>)> {
    let part = |part: &Value| {
        let dataset = if part["is_found"] == true { text(&part["dataset"]) } else { "" };
        (text(&part["title"]).to_owned(), dataset.to_owned(), part["taken"].as_u64())
    };
    stage["parts"].as_array().unwrap().iter().map(part).collect()
}

fn part(name: &str, dataset: &str, taken: impl Into<Option<u64>>) -> (String, String, Option<u64>) {
    (name.to_owned(), dataset.to_owned(), taken.into())
}

const LLAVA_NEXT: &str = "datasets:
  - json_path: /mnt/elsewhere/mine/ten.json
    sampling_strategy: first:29%
  - json_path: ../mine/four.json
    sampling_strategy: all
  - json_path: none/of/these.json
    sampling_strategy: random:5
";

#[test]
fn a_mixture_in_the_root_is_a_recipe_of_its_own() {
    let root = root(&[("scripts/mix.yaml", LLAVA_NEXT)]);
    let server = Server::start(root.path());
    let recipe = recipe(&server, "scripts/mix.yaml");
    assert_eq!((text(&recipe["format"]), &recipe["broken"]), ("llava-next", &Value::Null));
    let stage = &recipe["stages"][0];
    // 29 % of 10, rounded up as the trainer does.
    assert_eq!(parts(stage), [part("ten", "ten", 3), part("four", "four", 4), part("these", "", None)]);
    assert_eq!((count(&stage["taken"]), count(&stage["found"])), (7, 14));
    assert!((stage["parts"][0]["share"].as_f64().unwrap() - 3.0 / 7.0).abs() < 1e-9);
    let note = text(&stage["parts"][2]["note"]);
    assert!(note.contains("none/of/these.json"), "what is not matched is named: {note}");

    let slug = text(&recipe["slug"]);
    assert_eq!(server.get(&format!("/recipes/{slug}")).status, 200);
    let overlap = server.json(&format!("/api/v1/recipes/{slug}/overlap"));
    assert_eq!(count(&overlap["stages"][0]["samples"]), 14);
    let figure = server.get(&format!("/api/v1/recipes/{slug}/figure?as=markdown"));
    assert!(figure.text().contains("| ten | 3 |"), "{}", figure.text());
    let datasets = server.json("/api/v1/datasets");
    assert_eq!(datasets["unclaimed"], Value::Array(Vec::new()), "it is not told to be unread");
}

#[test]
fn every_kind_is_known_by_what_is_in_it() {
    let root = root(&[
        ("mine/lines.jsonl", &format!("{}\n", record("l", "Why?", "So."))),
        ("mixtures.yaml", "both:\n  - ten\n  - four*2\nother: [four]\n"),
        (
            "shell/meta.json",
            r#"{"ten": {"root": "", "annotation": "mine/lines.jsonl", "data_augment": false, "repeat_time": 3}}"#,
        ),
        ("data.txt", "mine/ten.json 0.005\nmine/four.json 0.006\n"),
        (
            "energon.yaml",
            "__module__: megatron.energon\n__class__: MetadatasetV2\nsplits:\n  train:\n    blend:\n      - {path: mine/lines.jsonl, weight: 3}\n      - {path: other.jsonl, weight: 1}\n",
        ),
        ("data/dataset_info.json", r#"{"t": {"file_name": "../mine/ten.json", "num_samples": 25}}"#),
        ("sft.yaml", "dataset: t\ndataset_dir: data\ntemplate: qwen2_vl\n"),
        ("own.toml", "[[part]]\nname = \"ten\"\nrandom = \"50%\"\n"),
    ]);
    let server = Server::start(root.path());
    let known = |path: &str, format: &str| {
        let recipe = recipe(&server, path);
        assert_eq!((text(&recipe["format"]), &recipe["broken"]), (format, &Value::Null), "{path}");
        recipe
    };
    let vila = known("mixtures.yaml", "vila");
    let names: Vec<&str> =
        vila["stages"].as_array().unwrap().iter().map(|stage| text(&stage["title"])).collect();
    assert_eq!(names, ["both", "other"]);
    assert_eq!(parts(&vila["stages"][0]), [part("four", "four", 8), part("ten", "ten", 10)]);
    assert_eq!(parts(&known("shell/meta.json", "internvl")["stages"][0]), [part("ten", "lines", 3)]);
    assert_eq!(
        parts(&known("data.txt", "xcomposer")["stages"][0]),
        [part("ten", "ten", 5), part("four", "four", 6)]
    );
    let energon = known("energon.yaml", "energon");
    let shares: Vec<f64> = energon["stages"][0]["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["share"].as_f64().unwrap())
        .collect();
    assert_eq!(shares, [0.75, 0.25]);
    assert_eq!(parts(&known("data/dataset_info.json", "llama-factory")["stages"][0]), [part("t", "ten", 25)]);
    assert_eq!(parts(&known("sft.yaml", "llama-factory")["stages"][0]), [part("t", "ten", 25)]);
    assert_eq!(parts(&known("own.toml", "blendscope")["stages"][0]), [part("ten", "ten", 5)]);
}

#[test]
fn a_board_begins_with_what_the_trainer_takes() {
    let root =
        root(&[("mix.yaml", "datasets:\n  - json_path: mine/ten.json\n    sampling_strategy: end:3\n")]);
    let server = Server::start(root.path());
    let recipe = recipe(&server, "mix.yaml");
    let part = &recipe["stages"][0]["parts"][0];
    let board = format!("part={}%40{}&of=here", text(&part["taking"]).replace('=', "%3D"), "dataset%3Dten");
    let samples = server.get(&format!("/api/v1/board/samples?{board}"));
    let ids: Vec<String> = samples
        .text()
        .lines()
        .map(|line| text(&serde_json::from_str::<Value>(line).unwrap()["id"]).to_owned())
        .collect();
    assert_eq!(ids, ["t7", "t8", "t9"], "`end:3` are the last three");
}

#[test]
fn a_broken_mixture_is_told_with_its_place() {
    let root = root(&[
        ("a.yaml", "datasets:\n  - json_path: mine/ten.json\n    sampling_strategy: first:1:2\n"),
        ("b.json", "{\"ten\": {\"root\": \"\", \"annotation\": \"mine/ten.jsonl\", \"repeat_time\": 1},\n}"),
        ("c.yaml", "datasets:\n  - json_path: mine/ten.json\n   sampling_strategy: all\n"),
    ]);
    let server = Server::start(root.path());
    let broken = |path: &str| text(&recipe(&server, path)["broken"]).to_owned();
    assert!(broken("a.yaml").starts_with("a.yaml:3:24: "), "{}", broken("a.yaml"));
    assert!(broken("b.json").starts_with("b.json:2:1: "), "{}", broken("b.json"));
    assert!(broken("c.yaml").starts_with("c.yaml:3:"), "{}", broken("c.yaml"));
}

#[test]
fn files_that_are_no_mixtures_are_none() {
    let root = root(&[
        ("labels.yaml", "names: [cat, dog]\n"),
        ("config.yaml", "dataset: coco\nmodel: yolo\n"),
        ("pyproject.toml", "[project]\nname = \"x\"\n"),
        ("notes.txt", "mine/ten.json is the first file\n"),
        ("vocab.json", r#"{"a": 1, "b": 2}"#),
        ("mine/rows.json", &array(&[record("annotation", "Why?", "A mixture, annotation, repeat_time.")])),
    ]);
    let server = Server::start(root.path());
    let recipes = server.json("/api/v1/recipes");
    assert!(items(&recipes).iter().all(|recipe| recipe["file"].is_null()), "{recipes}");
    let datasets = server.json("/api/v1/datasets");
    assert!(items(&datasets).iter().any(|dataset| dataset["slug"] == "rows"));
}

#[test]
fn a_changed_mixture_is_read_again() {
    let root = root(&[("mix.yaml", LLAVA_NEXT)]);
    let server = Server::start(root.path());
    let slug = text(&recipe(&server, "mix.yaml")["slug"]).to_owned();
    root.write("mix.yaml", "datasets:\n  - json_path: mine/four.json\n");
    let is_new = || {
        let stage = server.json(&format!("/api/v1/recipes/{slug}"))["stages"][0].clone();
        (parts(&stage) == [part("four", "four", 4)]).then_some(())
    };
    assert!(poll(PATIENCE, is_new).is_some(), "the mixture was changed and is shown as before");
}
