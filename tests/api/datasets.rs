//! `/api/v1/datasets`: datasets, how their records were read (`[dataset.record]`), and lists of ids that a project
//! chose.

use crate::support::{
    count, dataset_of, demo_server, file_entry, items, problem, text, total, unclaimed_reason,
};
use blendscope_shared::paths::image as image_address;
use blendscope_tests::pickle;
use blendscope_tests::root::{GIF, Root, array, picture_record, record};
use blendscope_tests::server::Server;
use serde_json::{Value, json};

#[test]
fn every_dataset_of_the_demo_root_adds_up() {
    let server = demo_server();
    let datasets = server.json("/api/v1/datasets");
    assert!(items(&datasets).len() >= 2, "{datasets}");
    for dataset in items(&datasets) {
        let files = dataset["files"].as_array().unwrap();
        for field in ["samples", "skipped", "images_referenced", "images_missing"] {
            let sum: u64 = files.iter().map(|file| count(&file[field])).sum();
            assert_eq!(count(&dataset[field]), sum, "{field} of {}", dataset["slug"]);
        }
        assert_eq!(dataset["complete"], true);
        let detail = server.json(&format!("/api/v1/datasets/{}", text(&dataset["slug"])));
        assert_eq!(detail["samples"], dataset["samples"]);
        let of_records = |problem: &&serde_json::Value| problem["record"].is_u64();
        let problems = detail["problems"].as_array().unwrap().iter().filter(of_records).count();
        assert_eq!(problems as u64, count(&dataset["skipped"]));
    }
}

#[test]
fn an_unknown_dataset_is_not_found() {
    let server = demo_server();
    assert!(problem(&server.get("/api/v1/datasets/no-such-set"), 404).contains("no-such-set"));
    assert!(problem(&server.get("/api/v1/datasets?limit=5"), 400).contains("limit"));
}

#[test]
fn missing_images_are_counted_as_refs() {
    let records = [
        picture_record("a", "images/here.gif", "one pixel"),
        picture_record("b", "images/gone.gif", "nothing"),
        picture_record("c", "images/gone.gif", "the same nothing"),
        record("d", "no picture", "none"),
    ];
    let root = Root::with(&[("dots.json", array(&records).as_bytes()), ("images/here.gif", GIF)]);
    let server = Server::start(root.path());
    let file = file_entry(&server, "dots.json");
    assert_eq!(file["container"], "json_array");
    assert_eq!([&file["samples"], &file["images_referenced"], &file["images_missing"]], [4, 3, 2]);
}

#[test]
fn a_bad_record_is_reported_with_its_place_and_the_rest_is_kept() {
    let bad = json!({"id": "b", "conversations": 42});
    let root = Root::with(&[("three.json", array(&[record("a", "1", "2"), bad, record("c", "3", "4")]))]);
    let server = Server::start(root.path());
    let dataset = dataset_of(&server, "three.json");
    assert_eq!([&dataset["samples"], &dataset["skipped"], &dataset["problems_total"]], [2, 1, 1]);
    let problem = &dataset["problems"][0];
    assert_eq!(problem["file"], "three.json");
    assert_eq!(problem["record"], 1);
    let content = array(&[record("a", "1", "2")]);
    // The bad record begins where the closing bracket of an array of the first one would be, plus the comma.
    assert_eq!(count(&problem["byte_offset"]), content.len() as u64);
    assert!(!text(&problem["message"]).is_empty());
}

#[test]
fn an_annotation_file_of_another_schema_is_unclaimed_with_a_reason() {
    let coco = json!({"info": {}, "images": [{"id": 1, "file_name": "1.jpg"}], "annotations": []});
    let root = Root::with(&[
        ("annotations/captions_train2017.json", coco.to_string()),
        ("good.json", array(&[record("a", "1", "2")])),
    ]);
    let server = Server::start(root.path());
    assert!(!unclaimed_reason(&server, "annotations/captions_train2017.json").is_empty());
    assert_eq!(file_entry(&server, "good.json")["samples"], 1);
}

#[test]
fn lines_and_gzip_are_read_whatever_the_extension() {
    let lines = format!("{}\n{}\n", record("a", "1", "2"), record("b", "3", "4"));
    let root = Root::with(&[("lines.json", lines.clone()), ("more/lines.jsonl", lines)]);
    let server = Server::start(root.path());
    for path in ["lines.json", "more/lines.jsonl"] {
        let file = file_entry(&server, path);
        assert_eq!([&file["container"], &file["samples"]], [&json!("json_lines"), &json!(2)], "{path}");
    }
}

/// Names keys that no known dialect has.
const CONFIG: &str = r#"
[[dataset]]
slug = "ours"
files = ["ours.jsonl"]
images = ["photos"]

[dataset.record]
turns = "dialogue"
pictures = "shot"
id = "number"
role = "who"
text = "says"
"#;

fn ours(number: u8) -> String {
    let record = json!({"number": format!("n{number}"), "shot": "a.gif", "weather": "fine", "dialogue": [
        {"who": "human", "says": "What is it?"}, {"who": "gpt", "says": "A quiet harbour."},
    ]});
    format!("{record}\n")
}

fn keys(counts: &Value) -> Vec<(&str, u64)> {
    let counts = counts.as_array().unwrap();
    counts.iter().map(|count| (text(&count["key"]), count["records"].as_u64().unwrap())).collect()
}

#[test]
fn keys_of_ones_own_are_turns_and_pictures_and_the_dataset_says_so() {
    let root = Root::with(&[("photos/a.gif", GIF)]);
    root.write("ours.jsonl", ours(1) + &ours(2));
    let config = root.write(".config.toml", CONFIG);
    let server = Server::start_with(root.path(), &["--config", config.to_str().unwrap()]);

    let found = server.json("/api/v1/search?q=harbour&sort=file");
    let [hit, _] = items(&found) else { panic!("{found}") };
    let sample = server.json(&text(&hit["url"]).replacen("/s/", "/api/v1/samples/", 1));
    assert_eq!(sample["id"], "n1");
    let turns = sample["turns"].as_array().unwrap();
    let roles: Vec<&str> = turns.iter().map(|turn| text(&turn["role"])).collect();
    assert_eq!(roles, ["human", "gpt"], "{sample}");
    assert!(text(&turns[0]["text"]).ends_with("What is it?") && turns[1]["text"] == "A quiet harbour.");
    assert_eq!(sample["extra"], json!({"weather": "fine"}));
    assert_eq!(server.get(&image_address(text(&sample["images"][0]["key"]))).body, GIF);

    let reading = &server.json("/api/v1/datasets/ours")["reading"];
    assert_eq!(keys(&reading["turns"]), [("dialogue: keys of `[dataset.record]`", 2)]);
    assert_eq!(keys(&reading["pictures"]), [("shot", 2)]);
    assert_eq!(keys(&reading["unread"]), [("weather", 2)]);
}

#[test]
fn a_record_of_unknown_keys_is_shown_under_their_names() {
    let record = json!({"headline": "A quiet harbour.", "photo": "p/a.gif", "weight": 0.5});
    let root = Root::with(&[("p/a.gif", GIF.to_vec())]);
    root.write("odd.jsonl", format!("{record}\n").repeat(2));
    let server = Server::start(root.path());
    let found = server.json("/api/v1/search?q=harbour");
    let [hit, _] = items(&found) else { panic!("{found}") };
    let sample = server.json(&text(&hit["url"]).replacen("/s/", "/api/v1/samples/", 1));
    let mut spoken = sample["turns"].as_array().unwrap().iter();
    assert!(spoken.any(|turn| turn["role"] == "headline"), "{sample}");
    assert_eq!(sample["extra"]["weight"], 0.5);
}

fn root() -> Root {
    let pair = |id: u64| json!({"id": id, "text": format!("caption {id}"), "url": "https://x.example"});
    let document = json!({"text_list": ["One."], "image_info": [], "similarity_matrix": []});
    Root::with(&[
        (
            "data/coyo-700m/pkl03-split/part-00000.pkl",
            pickle::list(&[pair(4_896_263_451_343), pair(5), pair(7)]),
        ),
        ("data/coyo-700m/pkl03-split/part-00000.count", b"3".to_vec()),
        ("data_prepare/mdx/coyo/coyo_6m_ids.txt", b"4896263451343\n7\n99\n".to_vec()),
        ("data/mmc4-core/pkl-core-limit-tokens/docs_shard_0_v3.pkl", pickle::list(&[document])),
        ("data_prepare/mdx/mmc4/mmc4_6m_ids.csv", b"0,1\n0,5\n".to_vec()),
    ])
}

#[test]
fn a_list_of_ids_is_a_filter_and_a_part_of_the_recipe() {
    let root = root();
    let server = Server::start(root.path());
    let subsets = server.json("/api/v1/datasets/coyo-700m")["subsets"].clone();
    assert_eq!((count(&subsets[0]["listed"]), count(&subsets[0]["found"])), (3, 2));
    let slug = text(&subsets[0]["slug"]);
    assert_eq!(total(&server, &format!("subset={slug}")), 2);
    assert_eq!(total(&server, &format!("subset={slug}&q=caption")), 2);
    assert_eq!(total(&server, &format!("subset={slug}&q=%22caption+5%22")), 0);
    assert_eq!(total(&server, &format!("subset={slug}&sort=longest")), 2);
    let recipe = server.json("/api/v1/recipes/llm-jp-vila");
    assert_eq!(total(&server, "recipe=llm-jp-vila&stage=2"), count(&recipe["stages"][1]["samples"]));
    let parts = recipe["stages"][1]["parts"].as_array().unwrap();
    let coyo = parts.iter().find(|part| part["dataset"] == "coyo-700m").unwrap();
    assert_eq!((count(&coyo["samples"]), count(&coyo["words"])), (2, 4));
    assert_eq!(total(&server, text(&coyo["url"]).strip_prefix("/search?").unwrap()), 2);
}

#[test]
fn what_cannot_be_decided_is_said() {
    let root = root();
    let server = Server::start(root.path());
    let subset = server.json("/api/v1/datasets/mmc4-core")["subsets"][0].clone();
    assert_eq!((&subset["found"], count(&subset["listed"])), (&Value::Null, 2));
    assert!(text(&subset["note"]).contains("cannot be decided"), "{subset}");
    let refused = problem(&server.get(&format!("/api/v1/search?subset={}", text(&subset["slug"]))), 400);
    assert!(refused.contains("cannot be decided"), "{refused}");
}

#[test]
fn a_damaged_list_says_so() {
    let root = root();
    root.write("data_prepare/mdx/coyo/coyo_6m_ids.txt", "5\nnot an id\n");
    let server = Server::start(root.path());
    let subset = server.json("/api/v1/datasets/coyo-700m")["subsets"][0].clone();
    assert_eq!((count(&subset["listed"]), count(&subset["found"])), (1, 1));
    assert!(text(&subset["note"]).contains("1 of its lines"), "{subset}");
}

#[test]
fn an_unknown_list_is_refused() {
    let root = root();
    let server = Server::start(root.path());
    assert!(problem(&server.get("/api/v1/search?subset=mine"), 404).contains("mine"));
}
