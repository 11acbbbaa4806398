//! Folders as img2dataset, caption tools and annotators leave them.

use super::*;
use crate::{Container, Item, Sniff, parse_record, read_file};
use std::ops::ControlFlow;
use std::path::PathBuf;
use tempfile::TempDir;

const FOLDER: Container = Container::FOLDER;

fn folder(files: &[(&str, &str)]) -> (TempDir, PathBuf) {
    let around = tempfile::tempdir().unwrap();
    let path = around.path().join("00000");
    std::fs::create_dir(&path).unwrap();
    for (name, content) in files {
        std::fs::write(path.join(name), content).unwrap();
    }
    (around, path)
}

/// The JSON texts of all records, and all problems.
fn read(path: &Path) -> (Vec<String>, Vec<String>) {
    let (mut records, mut problems) = (Vec::new(), Vec::new());
    read_file(path, FOLDER, &mut |item| {
        match item {
            Item::Record(record) => records.push(String::from_utf8(record.raw.to_vec()).unwrap()),
            Item::Problem(problem) => problems.push(problem.message),
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    (records, problems)
}

#[test]
fn a_picture_its_caption_and_its_facts_are_one_record() {
    let (_around, path) = folder(&[
        ("000000001.jpg", ""),
        ("000000001.txt", "a green ferry\n"),
        ("000000001.json", r#"{"caption": "a green ferry", "url": "http://x/1.jpg", "key": "000000001"}"#),
        ("000000000.PNG", ""),
        ("000000000.PNG.Caption", "a crimson kite"),
        ("alone.txt", "of no picture"),
        ("lonely.jpg", ""),
        (".hidden.txt", ""),
    ]);
    let (records, problems) = read(&path);
    assert_eq!(
        records,
        [
            r#"{"__key__":"000000000","image":"00000/000000000.PNG","caption":"a crimson kite"}"#,
            r#"{"__key__":"000000001","image":"00000/000000001.jpg","caption":"a green ferry","key":"000000001","json":{"url":"http://x/1.jpg"},"txt":"a green ferry\n"}"#,
        ][..]
    );
    assert_eq!(problems, [] as [&str; 0]);
    let sample = parse_record(FOLDER, records[0].as_bytes()).unwrap();
    assert_eq!((sample.images.len(), sample.id_text().as_deref()), (1, Some("000000000")));
    assert!(sample.turns.iter().any(|turn| turn.text.contains("a crimson kite")), "{sample:?}");
    let (records, _) = read(&path.join("."));
    assert!(records[0].contains(r#""image":"000000000.PNG""#), "{records:?}");
}

#[test]
fn what_is_odd_about_a_file_costs_only_that() {
    let (_around, path) =
        folder(&[("1.jpg", ""), ("1.json", "{\"caption\": "), ("1.txt", "a bus"), ("2.jpg", "")]);
    std::fs::write(path.join("2.txt"), b"caf\xe9").unwrap();
    let (records, problems) = read(&path);
    assert_eq!(records.len(), 2);
    assert!(records[0].contains("a bus") && records[1].contains("caf\u{fffd}"), "{records:?}");
    assert!(problems[0].contains("1.json is no JSON") && problems[1].contains("no UTF-8"), "{problems:?}");
}

#[test]
fn captions_are_told_from_facts_and_boxes() {
    let judged = |files: &[(&str, &str)]| {
        let (_around, path) = folder(files);
        judge_folder(&path, &list_pairs(&path).unwrap())
    };
    for text in ["a bus", "1girl, solo", "犬"] {
        assert_eq!(judged(&[("1.jpg", ""), ("1.txt", text)]), Sniff::Records(FOLDER), "{text}");
    }
    assert_eq!(judged(&[("1.jpg", ""), ("1.json", r#"{"caption":"a bus"}"#)]), Sniff::Records(FOLDER));
    let rows = [
        ("1.txt", "0 0.5 0.5 0.25 1e-05\n1 0.1 0.1 0.2 0.2", "YOLO"),
        ("1.txt", "", "YOLO"),
        ("1.json", r#"{"annotations":[{"bbox":[0,0,1,1]}],"image":{"width":1}}"#, "its keys: annotations"),
    ];
    for (name, text, part) in rows {
        let Sniff::Foreign(reason) = judged(&[("1.jpg", ""), (name, text)]) else { panic!("{text}") };
        assert!(reason.contains(part), "{reason}");
    }
}
