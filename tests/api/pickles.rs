//! Pickles: pairs and documents with their pictures inside, and what a hostile or broken one does.

use crate::support::{count, dataset_of, items, text, unclaimed_reason};
use blendscope_shared::paths::image as image_address;
use blendscope_tests::demo;
use blendscope_tests::pickle;
use blendscope_tests::root::Root;
use blendscope_tests::server::Server;
use serde_json::{Value, json};

/// A JPEG of the demo root as base64 text, as the loaders of pairs keep pictures.
fn picture(number: usize) -> (String, Vec<u8>) {
    let folder = demo::root().join("coco/train2017");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let is_jpeg = |bytes: &Vec<u8>| bytes.starts_with(&[0xff, 0xd8, 0xff]) && bytes.len() > 5000;
    let bytes = files.iter().map(|file| std::fs::read(file).unwrap()).filter(is_jpeg).nth(number).unwrap();
    (base64(&bytes), bytes)
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for piece in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 8 | u32::from(*piece.get(at).unwrap_or(&0)));
        for digit in 0..4 {
            let is_there = digit <= piece.len();
            let value = bits >> (18 - 6 * digit) & 63;
            text.push(if is_there { char::from(DIGITS[value as usize]) } else { '=' });
        }
    }
    text
}

fn only_sample(server: &Server, path: &str) -> Value {
    let slug = text(&dataset_of(server, path)["slug"]).to_owned();
    server.json(&format!("/api/v1/samples/{slug}?at=0"))
}

#[test]
fn a_pair_shows_its_caption_and_the_very_bytes_of_its_picture() {
    let (encoded, bytes) = picture(0);
    let record = json!({"id": 4_896_263_451_343_u64, "url": "https://x.example/1.jpg",
        "text": "a red bus", "clip_sim": 0.625, "image": encoded});
    let root = Root::with(&[
        ("data/coyo-700m/pkl03-split/part-00000.pkl", pickle::list(&[record])),
        ("data/coyo-700m/pkl03-split/part-00000.count", b"1".to_vec()),
    ]);
    let server = Server::start(root.path());
    let sample = only_sample(&server, "data/coyo-700m/pkl03-split/part-00000.pkl");
    assert_eq!(sample["turns"], json!([{"role": "gpt", "text": "<image>a red bus"}]));
    assert_eq!(sample["id"], "4896263451343");
    assert_eq!(sample["extra"], json!({"url": "https://x.example/1.jpg", "clip_sim": 0.625}));
    assert_eq!(sample["images"][0]["status"], "present");
    assert!(!text(&sample["raw"]).contains(&encoded[..100]), "raw has the picture's bytes");
    let original = server.get(&image_address(text(&sample["images"][0]["key"])));
    assert_eq!(original.body, bytes);
    assert_eq!(crate::support::total(&server, "q=red+bus"), 1);
}

#[test]
fn a_document_has_its_images_before_their_sentences() {
    let (first, _) = picture(0);
    let (second, _) = picture(1);
    let info = |name: &str, index: u64, image: Option<&String>| {
        let mut info = json!({"image_name": name, "matched_text_index": index, "matched_sim": 0.25});
        if let Some(image) = image {
            info["image_base64"] = image.as_str().into();
        }
        info
    };
    let document = json!({
        "text_list": ["One sentence.", "Two sentences.", "The <image> end."],
        "url": "https://x.example", "similarity_matrix": [[0.1, 0.2, 0.3], [0.3, 0.2, 0.1], [0.0, 0.0, 0.0]],
        "image_info": [info("b.jpg", 2, Some(&second)), info("a.jpg", 0, Some(&first)), info("c.jpg", 2, None)],
    });
    let root = Root::with(&[("data/mmc4-core/pkl-core/docs_shard_1_v3.pkl", pickle::list(&[document]))]);
    let server = Server::start(root.path());
    let sample = only_sample(&server, "data/mmc4-core/pkl-core/docs_shard_1_v3.pkl");
    let turns = json!([{"role": "gpt",
        "text": "<image>One sentence. Two sentences. <image><image>The <IMAGE> end."}]);
    assert_eq!(sample["turns"], turns);
    let statuses: Vec<&str> =
        sample["images"].as_array().unwrap().iter().map(|image| text(&image["status"])).collect();
    assert_eq!(statuses, ["present", "present", "not_embedded"]);
    assert_eq!(sample["extra"]["similarity_matrix"][1][0], 0.3);
    let dataset = dataset_of(&server, "data/mmc4-core/pkl-core/docs_shard_1_v3.pkl");
    assert_eq!((count(&dataset["images_referenced"]), count(&dataset["images_missing"])), (3, 0));
}

#[test]
fn images_that_the_loader_leaves_out_are_told_and_shown() {
    let (encoded, _) = picture(0);
    let info: Vec<Value> = (0..8)
        .map(|index| json!({"image_name": format!("{index}.jpg"), "matched_text_index": 7 - index, "image_base64": encoded}))
        .collect();
    let sentences: Vec<String> = (0..8).map(|index| format!("Sentence {index}.")).collect();
    let document = json!({"text_list": sentences, "image_info": info, "similarity_matrix": []});
    let root = Root::with(&[("interleaved_ja/pkl-limit-tokens/00000.pkl", pickle::list(&[document]))]);
    let server = Server::start(root.path());
    let sample = only_sample(&server, "interleaved_ja/pkl-limit-tokens/00000.pkl");
    let late: Vec<bool> = sample["images"]
        .as_array()
        .unwrap()
        .iter()
        .map(|image| image["note"].as_str().is_some_and(|note| note.contains("first 6 images")))
        .collect();
    assert_eq!(late, [true, true, false, false, false, false, false, false]);
}

#[test]
fn a_hostile_pickle_is_never_run_and_loses_nothing_before_it() {
    let traces = tempfile::tempdir().unwrap();
    let trace = traces.path().join("was-here");
    let command = format!("touch {}", trace.display());
    let record = json!({"id": "1", "text": "harmless words", "image": ""});
    let hostile = pickle::list_and_command(&[record.clone(), record], &command);
    let only_command = pickle::list_and_command(&[], &command);
    let offset = hostile.windows(5).position(|bytes| bytes == b"cos\ns").unwrap();
    let root = Root::with(&[
        ("coyo-700m/pkl02-split/part-00000.pkl", hostile),
        ("elsewhere/model.pkl", only_command),
    ]);
    let server = Server::start(root.path());
    let dataset = dataset_of(&server, "coyo-700m/pkl02-split/part-00000.pkl");
    assert_eq!(count(&dataset["samples"]), 2);
    let problems = dataset["problems"].as_array().unwrap();
    let message =
        problems.iter().map(|problem| text(&problem["message"])).find(|text| text.contains("os.system"));
    assert!(message.is_some(), "{problems:?}");
    assert!(problems.iter().any(|problem| count(&problem["byte_offset"]) >= offset as u64), "{problems:?}");
    assert!(unclaimed_reason(&server, "elsewhere/model.pkl").contains("os.system"));
    assert!(!trace.exists(), "the command was run");
}

#[test]
fn a_count_that_is_wrong_absent_or_alone_is_told() {
    let shard = pickle::list(&[json!({"id": "1", "caption": "一枚の写真"})]);
    let root = Root::with(&[
        ("alt_pair_ja/pkl02/00000.pkl", shard.clone()),
        ("alt_pair_ja/pkl02/00000.count", b"12".to_vec()),
        ("alt_pair_ja/pkl02/00001.pkl", shard),
        ("alt_pair_ja/pkl02/00002.count", b"3".to_vec()),
    ]);
    let server = Server::start(root.path());
    let dataset = dataset_of(&server, "alt_pair_ja/pkl02/00000.pkl");
    assert_eq!((count(&dataset["samples"]), count(&dataset["skipped"])), (2, 0));
    let messages: Vec<&str> =
        dataset["problems"].as_array().unwrap().iter().map(|problem| text(&problem["message"])).collect();
    assert!(messages.iter().any(|message| message.contains("00000.count says 12")), "{messages:?}");
    assert!(messages.iter().any(|message| message.contains("no readable 00001.count")), "{messages:?}");
    root.write("alt_pair_ja/pkl02/00000.count", "1");
    let dataset = dataset_of(&server, "alt_pair_ja/pkl02/00000.pkl");
    assert_eq!(dataset["problems"].as_array().unwrap().len(), 1, "a corrected count is right at once");
    assert!(unclaimed_reason(&server, "alt_pair_ja/pkl02/00002.count").contains("which is not here"));
}

#[test]
fn step_0_and_step_1_pairs_share_a_folder_and_are_two_datasets() {
    let record = json!({"id": "1", "image": "1.jpg", "conversations": [
        {"from": "human", "value": "<image>\n何ですか。"}, {"from": "gpt", "value": "犬です。"}]});
    let root = Root::with(&[
        ("alt_pair_ja/pkl02/00000.pkl", pickle::list(&[json!({"caption": "猫"})])),
        ("alt_pair_ja/llm-jp_mm_pair_step0_558k.json", json!([record]).to_string().into_bytes()),
    ]);
    let server = Server::start(root.path());
    assert_eq!(items(&server.json("/api/v1/datasets")).len(), 2);
}
