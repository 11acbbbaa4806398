//! How records were read: keys of one's own by `[dataset.record]`, and what a dataset says about its keys.

use crate::support::{items, text};
use blendscope_shared::paths::image as image_address;
use blendscope_tests::root::{GIF, Root};
use blendscope_tests::server::Server;
use serde_json::{Value, json};

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
