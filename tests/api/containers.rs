//! Every container gives the same samples and pictures, as people's programs write it; pickles and box files in detail.

use crate::support::{self, count, dataset_of, file_entry, items, text, total, unclaimed_reason};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blendscope_shared::paths::image as image_address;
use blendscope_tests::root::{GIF, Root, array, picture_record, record};
use blendscope_tests::server::Server;
use blendscope_tests::{demo, pickle};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

/// What a container is called in answers, and the file that has the three samples in it.
const FILES: [(&str, &str); 8] = [
    ("json_lines", "lines/set.jsonl"),
    ("json_lines_gzip", "packed/set.jsonl.gz"),
    ("json_lines_zstd", "packed_again/set.jsonl.zst"),
    ("tar", "web/00000.tar"),
    ("tar_gzip", "web_packed/00000.tar.gz"),
    ("pickle", "pickled/set.pkl"),
    ("csv", "table/set.csv"),
    ("folder", "scraped/00000"),
];

/// The picture of a sample: a pixel of a colour of its own, with a comment so that it is as long as small pictures are.
fn picture(number: u8) -> Vec<u8> {
    let mut bytes = GIF.to_vec();
    bytes[13] = number;
    let comment = [&b"\x21\xfe\x40"[..], &[b'.'; 64], b"\0"].concat();
    bytes.splice(19..19, comment);
    bytes
}

/// The caption of a sample; the container is in it, so that no file is a copy of another one.
fn caption(container: &str, number: u8) -> String {
    format!("{container} dot{number}, as seen from afar")
}

fn records(container: &str) -> Vec<Value> {
    let record = |number: u8| json!({"id": number.to_string(), "caption": caption(container, number), "image": STANDARD.encode(picture(number))});
    (0..3).map(record).collect()
}

fn lines(container: &str) -> String {
    let lines: Vec<String> = records(container).iter().map(Value::to_string).collect();
    lines.join("\n")
}

fn table(container: &str) -> String {
    let row = |record: &Value| {
        format!("{},\"{}\",{}\n", text(&record["id"]), text(&record["caption"]), text(&record["image"]))
    };
    format!("id,caption,image\n{}", records(container).iter().map(row).collect::<String>())
}

/// A picture and a text of the same name for each sample.
fn write_pairs(root: &Root, folder: &str, container: &str) {
    for number in 0..3 {
        root.write(&format!("{folder}/{number:09}.gif"), picture(number));
        root.write(&format!("{folder}/{number:09}.txt"), caption(container, number));
    }
}

fn run(program: &str, arguments: &[&str], folder: &Path) {
    let status = Command::new(program).args(arguments).current_dir(folder).status();
    assert!(status.unwrap().success(), "{program} {arguments:?}");
}

/// Packs the lines of a container by the system's own program.
fn write_packed(root: &Root, path: &str, container: &str, program: &str) {
    let unpacked = root.write(path.rsplit_once('.').unwrap().0, lines(container));
    run(program, &["-q", unpacked.to_str().unwrap()], root.path());
    let _ = std::fs::remove_file(unpacked);
}

/// Packs pairs by the system's own program.
fn write_tar(root: &Root, path: &str, container: &str, option: &str) {
    let members = Root::with::<&str>(&[]);
    write_pairs(&members, ".", container);
    let archive = root.write(path, "");
    let names: Vec<String> =
        (0..3).flat_map(|number| ["gif", "txt"].map(|kind| format!("{number:09}.{kind}"))).collect();
    let names = names.iter().map(String::as_str);
    let arguments: Vec<&str> = [option, archive.to_str().unwrap()].into_iter().chain(names).collect();
    run("tar", &arguments, members.path());
}

fn root() -> Root {
    let root = Root::with::<&str>(&[]);
    for (container, path) in FILES {
        match container {
            "json_lines" => drop(root.write(path, lines(container))),
            "json_lines_gzip" => write_packed(&root, path, container, "gzip"),
            "json_lines_zstd" => write_packed(&root, path, container, "zstd"),
            "tar" => write_tar(&root, path, container, "-cf"),
            "tar_gzip" => write_tar(&root, path, container, "-czf"),
            "pickle" => drop(root.write(path, pickle::list(&records(container)))),
            "csv" => drop(root.write(path, table(container))),
            _ => write_pairs(&root, path, container),
        }
    }
    root
}

#[test]
fn the_same_samples_are_found_with_their_pictures_in_every_container() {
    let root = root();
    let server = Server::start(root.path());
    for (container, path) in FILES {
        check(&server, container, path);
    }
    assert_eq!(server.json("/api/v1/datasets")["unclaimed"], json!([]));
}

fn check(server: &Server, container: &str, path: &str) {
    let slug = text(&dataset_of(server, path)["slug"]).to_owned();
    assert_eq!(file_entry(server, path)["container"], container, "{path}");
    assert_eq!(total(server, &format!("dataset={slug}")), 3, "{path}");
    for number in 0..3 {
        let found = server.json(&format!("/api/v1/search?dataset={slug}&q=dot{number}"));
        let [hit] = items(&found) else { panic!("{path}: {found}") };
        assert_eq!(hit["images"][0]["status"], "present", "{path}: {hit}");
        let sample = server.json(&text(&hit["url"]).replacen("/s/", "/api/v1/samples/", 1));
        let said = text(&sample["turns"][0]["text"]);
        assert!(said.ends_with(&caption(container, number)), "{path}: {sample}");
        let original = server.get(&image_address(text(&sample["images"][0]["key"])));
        assert_eq!(original.body, picture(number), "{path}: {sample}");
    }
}

/// A JPEG of the demo root as base64 text, as the loaders of pairs keep pictures.
fn picture_of_pickle(number: usize) -> (String, Vec<u8>) {
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
    let (encoded, bytes) = picture_of_pickle(0);
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
    assert_eq!(support::total(&server, "q=red+bus"), 1);
}

#[test]
fn a_document_has_its_images_before_their_sentences() {
    let (first, _) = picture_of_pickle(0);
    let (second, _) = picture_of_pickle(1);
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
    let (encoded, _) = picture_of_pickle(0);
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

fn boxes(id: &Value) -> Value {
    json!({"id": id, "boxes": [[1, 2, 30, 40], [5, 6, 7, 8]], "scores": [0.5, 0.25], "labels": ["dog", "bench"]})
}

fn check_boxes(box_file: &Value) {
    let sample = picture_record("000000000009", "coco/train2017/000000000009.jpg", "A dog.");
    let mut other = picture_record("x", "coco/train2017/000000000009.jpg", "A dog.");
    other["id"] = json!(9);
    let root = Root::with(&[
        ("data/train_json/sft.json", array(&[sample, other, record("000000000009", "No picture?", "None.")])),
        ("data/bbox_json/train/boxes.json", box_file.to_string()),
    ]);
    root.write("data/coco/train2017/000000000009.jpg", GIF);
    let same_id = picture_record("000000000009", "docvqa/images/1.png", "A page.");
    root.write("data/docvqa/docvqa_train.json", array(&[same_id]));
    let server = Server::start(root.path());
    let slug = text(&dataset_of(&server, "data/train_json/sft.json")["slug"]).to_owned();
    let sample = |at: u64| server.json(&format!("/api/v1/samples/{slug}?at={at}"));
    let expected = json!([
        {"edges": [1.0, 2.0, 30.0, 40.0], "label": "dog", "score": 0.5},
        {"edges": [5.0, 6.0, 7.0, 8.0], "label": "bench", "score": 0.25},
    ]);
    assert_eq!(sample(0)["boxes"], expected);
    assert_eq!(sample(1)["boxes"], expected, "an id that is a number");
    assert_eq!(sample(2)["boxes"], Value::Null, "nothing to draw on");
    let other = server.json("/api/v1/samples/docvqa-train?at=0");
    assert_eq!(other["boxes"], Value::Null, "the same id in a dataset that has no box files");
}

#[test]
fn boxes_are_joined_by_the_id_as_text() {
    check_boxes(&json!([boxes(&json!("000000000009")), boxes(&json!(9))]));
}

#[test]
fn a_box_file_may_be_one_object() {
    check_boxes(&json!({"000000000009": boxes(&json!("000000000009")), "9": boxes(&json!("9"))}));
}
