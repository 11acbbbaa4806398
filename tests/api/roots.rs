//! What lies under a root: folders of captions, archives in the place of folders, files with several names, reference
//! datasets, and what is noticed later.

use crate::support::{count, file_entry, items, text, total, unclaimed_reason};
use blendscope_shared::paths::image as image_address;
use blendscope_tests::root::{GIF, Root, array, picture_record, record};
use blendscope_tests::server::Server;
use blendscope_tests::wait::poll;
use blendscope_tests::zip;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// What changed is noticed within 20 seconds; the rest is for a busy machine.
const NOTICED: Duration = Duration::from_secs(40);

fn finds(server: &Server, query: &str) -> Option<()> {
    poll(NOTICED, || (count(&server.json(query)["total"]["count"]) > 0).then_some(()))
}

#[test]
fn pictures_with_captions_beside_them_are_samples_and_edited_captions_are_noticed() {
    let root = Root::with(&[("ours/00000/000000000.gif", GIF), ("ours/00000/000000001.gif", GIF)]);
    root.write("ours/00000/000000000.txt", "a crimson kite");
    root.write(
        "ours/00000/000000000.json",
        r#"{"caption": "a crimson kite", "url": "http://x/1", "width": 1}"#,
    );
    root.write("ours/00000/000000001.txt", "a green ferry");
    let server = Server::start(root.path());
    let entry = file_entry(&server, "ours/00000");
    assert_eq!((text(&entry["container"]), count(&entry["samples"])), ("folder", 2));
    let answer = server.json("/api/v1/search?q=%22green+ferry%22");
    let image = &items(&answer)[0]["images"][0];
    assert_eq!(image["status"], "present", "{image}");
    assert_eq!(server.get(&image_address(text(&image["key"]))).body, GIF);
    assert_eq!(items(&answer)[0]["id"], "000000001");

    root.write("ours/00000/000000001.txt", "a yellow ferry");
    finds(&server, "/api/v1/search?q=yellow")
        .expect("a caption of the same folder that was edited is noticed");
    root.write("ours/00000/000000002.gif", GIF);
    root.write("ours/00000/000000002.txt", "a blue tram");
    finds(&server, "/api/v1/search?q=%22blue+tram%22").expect("a new pair is noticed");
    server.wait_until_ready();
    assert_eq!(total(&server, "q=ferry"), 1);
}

#[test]
fn a_file_that_was_not_data_is_read_when_it_is_replaced_in_place() {
    let root = Root::with(&[("a.json", array(&[record("1", "q", "first")])), ("b.json", "{}".to_owned())]);
    let server = Server::start(root.path());
    assert!(!unclaimed_reason(&server, "b.json").is_empty());
    root.write("b.json", array(&[record("2", "q", "second")]));
    finds(&server, "/api/v1/search?q=second").expect("it is noticed though its folder did not change");
}

#[test]
fn a_packed_file_of_another_content_is_no_copy() {
    let pack = |text: &str| {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        Command::new("gzip").arg("-c").arg(file.path()).output().unwrap().stdout
    };
    let set = |word: &str| array(&[record(word, "q", word)]);
    let root = Root::with(&[("same.json", set("red")), ("other.json", set("green"))]);
    root.write("same.json.gz", pack(&set("red")));
    root.write("other.json.gz", pack(&set("blue")));
    fs::hard_link(root.path().join("same.json"), root.path().join("twin.json")).unwrap();
    let server = Server::start(root.path());
    for (word, expected) in [("red", 1), ("green", 1), ("blue", 1)] {
        assert_eq!(total(&server, &format!("q={word}")), expected, "{word}");
    }
    assert!(unclaimed_reason(&server, "same.json.gz").contains("packed copy of same.json"));
    assert!(unclaimed_reason(&server, "twin.json").contains("same.json"));
}

#[test]
fn reference_datasets_are_searched_and_in_the_blend_only_when_asked_for() {
    let root = Root::with(&[
        ("train.json", array(&[record("1", "q", "a bus"), record("2", "q", "a bus")])),
        ("val.json", array(&[record("3", "q", "a bus")])),
    ]);
    let config = root
        .write(".config.toml", "[[dataset]]\nslug = \"my-val\"\nfiles = [\"val.json\"]\nreference = true\n");
    let server = Server::start_with(root.path(), &["--config", config.to_str().unwrap()]);
    let datasets = server.json("/api/v1/datasets");
    let marked: Vec<(&str, bool)> = items(&datasets)
        .iter()
        .map(|dataset| (text(&dataset["slug"]), dataset["is_reference"] == true))
        .collect();
    assert_eq!(marked, [("my-val", true), ("train", false)]);
    for (query, parts, left_out) in [
        ("q=bus", vec!["train"], 1),
        ("q=", vec!["train"], 1),
        ("q=bus&reference=true", vec!["train", "my-val"], 0),
        ("q=bus&dataset=my-val", vec!["my-val"], 0),
    ] {
        let answer = server.json(&format!("/api/v1/search?{query}"));
        let blend: Vec<&str> =
            answer["blend"].as_array().unwrap().iter().map(|part| text(&part["dataset"])).collect();
        assert_eq!((blend, count(&answer["left_out"])), (parts, left_out), "{query}");
        let expected = if query.contains("dataset") { 1 } else { 3 };
        assert_eq!(count(&answer["total"]["count"]), expected, "{query}");
    }
}

/// Packs a folder's contents by the system's own program.
fn tar(archive: &Path, folder: &Path) {
    let status = Command::new("tar").arg("-cf").arg(archive).arg("-C").arg(folder).arg(".").status();
    assert!(status.unwrap().success());
}

/// A root whose SAM pictures are in a tar as it is downloaded: each with its masks beside it.
fn sam_root() -> Root {
    let refs = ["sam/images/sa_1.jpg", "sam/images/sa_2.jpg", "sam/images/sa_3.jpg"];
    let records: Vec<_> = refs.iter().map(|image| picture_record(image, image, "Something.")).collect();
    let root = Root::with(&[("sharegpt4v/share-captioner_coco_lcs_sam_1246k_1107.json", array(&records))]);
    let inside = Root::with(&[("sa_1.jpg", GIF), ("sa_2.jpg", GIF)]);
    for name in ["sa_1", "sa_2"] {
        inside.write(
            &format!("{name}.json"),
            format!(r#"{{"image": {{"file_name": "{name}.jpg"}}, "annotations": []}}"#),
        );
    }
    std::fs::create_dir_all(root.path().join("sam/images")).unwrap();
    tar(&root.path().join("sam/images/000000.tar"), inside.path());
    root
}

#[test]
fn pictures_are_served_out_of_a_tar() {
    let root = sam_root();
    let server = Server::start(root.path());
    let file = file_entry(&server, "sharegpt4v/share-captioner_coco_lcs_sam_1246k_1107.json");
    assert_eq!((count(&file["images_referenced"]), count(&file["images_missing"])), (3, 1));
    let image = server.get("/images/sam/sa_2");
    assert_eq!((image.status, image.header("content-type"), &image.body[..]), (200, Some("image/gif"), GIF));
    assert_eq!(server.get("/images/sam/sa_2?w=80").status, 200);
    assert_eq!(server.get("/images/sam/sa_3").status, 404);
    let page = server.json("/api/v1/images?source=sam&name=sa_2");
    assert_eq!((text(&page["status"]), text(&page["place"])), ("present", "sam/images/000000.tar"));
    assert_eq!(server.json("/api/v1/datasets")["unclaimed"].as_array().unwrap().len(), 0);
}

#[test]
fn pictures_of_another_year_are_found_and_counted_in_a_zip() {
    let records = ["coco/train2017/000000000009.jpg", "coco/train2017/000000000010.jpg"]
        .map(|image| picture_record(image, image, "A dot."));
    let root = Root::with(&[("llava_v1_5_mix665k.json", array(&records))]);
    root.write("coco/train2014.zip", zip::stored(&[("train2014/COCO_train2014_000000000009.jpg", GIF)]));
    let server = Server::start(root.path());
    assert_eq!(count(&file_entry(&server, "llava_v1_5_mix665k.json")["images_missing"]), 1);
    assert_eq!(server.get("/images/coco/000000000009").body, GIF);
}

#[test]
fn what_is_missing_by_design_says_so() {
    let root = sam_root();
    let server = Server::start(root.path());
    let sample = server.json("/api/v1/samples/sharegpt4v-pt-1246k?at=2");
    assert_eq!(text(&sample["images"][0]["status"]), "missing");
    assert!(text(&sample["images"][0]["note"]).contains("000050"), "{}", sample["images"][0]);
}

#[test]
fn a_webdataset_shard_is_a_dataset() {
    let members = Root::with(&[("000000001.jpg", GIF), ("000000001.txt", b"a white pixel")]);
    members.write("000000002.jpg", GIF);
    members.write("000000002.json", r#"{"caption": "another white pixel", "similarity": 0.5}"#);
    let root = Root::with(&[("notes.txt", "")]);
    std::fs::create_dir_all(root.path().join("web")).unwrap();
    let status = Command::new("tar")
        .arg("-cf")
        .arg(root.path().join("web/00000.tar"))
        .arg("-C")
        .arg(members.path())
        .args(["000000001.jpg", "000000001.txt", "000000002.jpg", "000000002.json"])
        .status();
    assert!(status.unwrap().success());
    let server = Server::start(root.path());
    let file = file_entry(&server, "web/00000.tar");
    assert_eq!(
        (text(&file["container"]), count(&file["samples"]), count(&file["images_missing"])),
        ("tar", 2, 0)
    );
    let hits = server.json("/api/v1/search?q=another");
    let image = &hits["items"][0]["images"][0];
    assert_eq!((text(&hits["items"][0]["id"]), text(&image["status"])), ("000000002", "present"));
    assert_eq!(server.get(text(&image["thumbnail"])).status, 200);
}

#[test]
fn a_folder_inside_an_archive_is_passed_over_and_a_neighbours_archive_is_not_taken() {
    let record = |image: &str| array(&[picture_record("1", image, "A picture.")]);
    let root = Root::with(&[
        ("allava_laion/ALLaVA-Caption-LAION-4V.json", record("allava_laion/images/100277305.jpeg")),
        ("ai2d/ai2d_train_12k.json", record("images/1.png")),
        ("geoqa+/geoqa+.json", record("images/1.png")),
    ]);
    let chunk = Root::with(&[("images/100277305.jpeg", GIF)]);
    std::fs::create_dir_all(root.path().join("allava_laion/image_chunks")).unwrap();
    tar(&root.path().join("allava_laion/image_chunks/images_0.tar"), chunk.path());
    let diagrams = Root::with(&[("images/1.png", GIF)]);
    tar(&root.path().join("ai2d/images.tar"), diagrams.path());
    let server = Server::start(root.path());
    let missing = |path: &str| count(&file_entry(&server, path)["images_missing"]);
    assert_eq!(missing("allava_laion/ALLaVA-Caption-LAION-4V.json"), 0);
    assert_eq!(missing("ai2d/ai2d_train_12k.json"), 0);
    assert_eq!(missing("geoqa+/geoqa+.json"), 1, "the pictures of AI2D are no others' pictures");
}

#[test]
fn pictures_of_an_unknown_dataset_are_found_in_the_archive_beside_it() {
    let root = Root::with(&[("mine/captions.json", array(&[picture_record("1", "p/1.gif", "A pixel.")]))]);
    let inside = Root::with(&[("p/1.gif", GIF)]);
    tar(&root.path().join("mine/pictures.tar"), inside.path());
    let server = Server::start(root.path());
    assert_eq!(count(&file_entry(&server, "mine/captions.json")["images_missing"]), 0);
    let hits = server.json("/api/v1/search?q=pixel");
    assert_eq!(server.get(text(&hits["items"][0]["images"][0]["thumbnail"])).status, 200);
}

#[test]
fn annotation_files_in_an_archive_are_read_beside_their_pictures() {
    let records = |names: [&str; 2]| {
        let lines = names.map(|name| picture_record(name, name, "A dot.").to_string());
        lines.join("\n")
    };
    let root = Root::with::<&str>(&[]);
    let inside = Root::with(&[("images/1.gif", GIF), ("images/2.gif", GIF)]);
    inside.write("train.jsonl", records(["images/1.gif", "images/2.gif"]));
    std::fs::create_dir_all(root.path().join("one")).unwrap();
    tar(&root.path().join("one/set.tar"), inside.path());
    let zipped = records(["3.gif", "4.gif"]);
    let files: [(&str, &[u8]); 3] =
        [("train/3.gif", GIF), ("train/metadata.jsonl", zipped.as_bytes()), ("val/x.gif", GIF)];
    root.write("two/set.zip", zip::stored(&files));
    let server = Server::start(root.path());
    for (path, missing) in [("one/set.tar", 0), ("two/set.zip", 1)] {
        let file = file_entry(&server, path);
        let counted = ["samples", "images_missing"].map(|key| count(&file[key]));
        assert_eq!(counted, [2, missing], "{path}");
        assert_eq!(text(&file["container"]), "archive");
    }
    let found = server.json("/api/v1/search?q=dot");
    assert_eq!(count(&found["total"]["count"]), 4);
    assert_eq!(server.json("/api/v1/datasets")["unclaimed"].as_array().unwrap().len(), 0);
}

#[test]
fn what_lies_in_an_archive_of_pictures_and_is_not_read_is_told() {
    let root = Root::with(&[("train.json", array(&[picture_record("1", "images/1.gif", "A dot.")]))]);
    root.write("images.zip", zip::stored(&[("images/1.gif", GIF), ("images/train.parquet", b"PAR1")]));
    let server = Server::start(root.path());
    assert_eq!(count(&file_entry(&server, "train.json")["images_missing"]), 0);
    let unclaimed = server.json("/api/v1/datasets")["unclaimed"].clone();
    assert_eq!(text(&unclaimed[0]["path"]), "images.zip");
    assert!(text(&unclaimed[0]["reason"]).contains("images/train.parquet in it is not read"));
}

#[test]
fn pictures_called_by_their_ids_are_found() {
    let questions = r#"{"questions":[{"image_id":42,"question":"Who is it?","question_id":1},{"image_id":43,"question":"Why is it?","question_id":2}]}"#;
    let root = Root::with(&[("vqa/train.json", questions)]);
    root.write("vqa/train2014/COCO_train2014_000000000042.jpg", GIF);
    root.write("vqa/train2014/COCO_train2014_000000000043.jpg", GIF);
    let server = Server::start(root.path());
    let file = file_entry(&server, "vqa/train.json");
    assert_eq!(["samples", "images_referenced", "images_missing"].map(|key| count(&file[key])), [2, 2, 0]);
}
