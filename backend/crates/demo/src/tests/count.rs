//! Counts what is in a demo root, by reading it.

use crate::DemoSummary;
use blendscope_read::{Form, ImageRef, Item, Sample, Sniff, parse_record, read_file, sniff};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Every file below a folder with its content.
pub(super) fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(dir).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Records of a file as text: elements of its array, or its lines.
fn records(path: &Path, bytes: &[u8]) -> Option<Vec<String>> {
    let mut text = String::new();
    if path.starts_with("bbox_json") || path.starts_with("mdx") {
        return None;
    }
    match path.extension()?.to_str()? {
        "json" => text = String::from_utf8(bytes.to_vec()).unwrap(),
        "gz" => drop(flate2::read::GzDecoder::new(bytes).read_to_string(&mut text).unwrap()),
        "jsonl" => return Some(str::from_utf8(bytes).unwrap().lines().map(ToOwned::to_owned).collect()),
        _ => return None,
    }
    let records: Vec<Value> = serde_json::from_str(&text).ok()?;
    Some(records.iter().map(ToString::to_string).collect())
}

/// The image paths of a good record, as they stand there; `None` for a bad one.
fn image_refs(record: &str) -> Option<Vec<String>> {
    let record: Value = serde_json::from_str(record).ok()?;
    let turns = record.get("conversations").or_else(|| record.get("conversation"))?.as_array()?;
    let text = |turn: &Value| turn.get("value").or_else(|| turn.get("content")).is_some_and(Value::is_string);
    let paths = match (record.get("image"), record.get("images")) {
        (Some(path), _) => vec![path.as_str()?.to_owned()],
        (_, Some(paths)) => paths.as_array()?.iter().map(|path| path.as_str().unwrap().to_owned()).collect(),
        _ => Vec::new(),
    };
    turns.iter().all(text).then_some(paths)
}

/// Counts what a demo root holds without asking the code that wrote it.
pub(super) fn count(dir: &Path) -> DemoSummary {
    let mut files = files(dir);
    unpack(&mut files);
    let mut counted = DemoSummary::default();
    for (path, bytes) in &files {
        let samples = binary_samples(&dir.join(path));
        if let Some(records) = records(path, bytes) {
            counted.annotation_files += 1;
            for record in &records {
                count_record(record, &files, &mut counted);
            }
        } else if !samples.is_empty() {
            counted.annotation_files += 1;
            for sample in &samples {
                count_sample(sample, &mut counted);
            }
        } else if path.extension().is_some_and(|name| name == "jpg" || name == "jpeg" || name == "png") {
            counted.pictures += 1;
            counted.broken_pictures += u64::from(!is_whole_picture(bytes));
            counted.misnamed_pictures += u64::from(bytes.starts_with(b"GIF89a"));
        }
    }
    counted
}

fn count_record(record: &str, files: &BTreeMap<PathBuf, Vec<u8>>, counted: &mut DemoSummary) {
    let Some(refs) = image_refs(record) else {
        counted.bad_records += 1;
        return;
    };
    counted.samples += 1;
    counted.text_only += u64::from(refs.is_empty());
    counted.image_refs += refs.len() as u64;
    counted.missing_image_refs += refs.iter().filter(|path| !is_there(path, files)).count() as u64;
}

/// Whether a ref leads to a file, by the rules of the preparation documents.
fn is_there(path: &str, files: &BTreeMap<PathBuf, Vec<u8>>) -> bool {
    let renamed = [
        ("", ""),
        ("", "llava/llava_pretrain/images/"),
        ("LLaVA-Pretrain/", "llava/llava_pretrain/"),
        ("", "alt_pair_ja/image_step0/"),
        ("", "vflan/images_191task_1k/"),
        ("allava_vflan/images/", "vflan/"),
    ];
    renamed.iter().any(|(written, below_root)| {
        let rest = path.strip_prefix(written);
        rest.is_some_and(|rest| files.contains_key(Path::new(&format!("{below_root}{rest}"))))
    })
}

fn count_sample(sample: &Sample, counted: &mut DemoSummary) {
    counted.samples += 1;
    counted.text_only += u64::from(sample.images.is_empty());
    counted.image_refs += sample.images.len() as u64;
    let embedded = sample.images.iter().filter(|image| matches!(image, ImageRef::Embedded(_)));
    counted.embedded_pictures += embedded.count() as u64;
}

/// The samples of a pickle, a parquet table or a shard of `WebDataset`; none of any other file, nor of COCO's captions,
/// which are for reference and no part of what is trained on.
pub(super) fn binary_samples(path: &Path) -> Vec<Sample> {
    let Sniff::Records(container) = sniff(path) else { return Vec::new() };
    let mut samples = Vec::new();
    if container.is_kept() && container.form != Form::Coco {
        let end = read_file(path, container, &mut |item| {
            let Item::Record(record) = item else { panic!("{}: {item:?}", path.display()) };
            samples.push(parse_record(container, record.raw).unwrap());
            ControlFlow::Continue(())
        });
        assert_eq!(end.unwrap().records, samples.len() as u64);
    }
    samples
}

/// Replaces archives of pictures by what is in them.
fn unpack(files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    if let Some(bytes) = files.remove(Path::new("sam/images/000000.tar")) {
        let in_folder = |(name, bytes)| (Path::new("sam/images").join(name), bytes);
        files.extend(tar_members(&bytes).into_iter().map(in_folder));
    }
    if let Some(bytes) = files.remove(Path::new("share_textvqa/images.zip")) {
        let below_data = |(name, bytes)| (Path::new(&name).strip_prefix("data").unwrap().to_owned(), bytes);
        files.extend(zip_members(&bytes).into_iter().map(below_data));
    }
}

/// Names and bytes of the files in a tar archive.
fn tar_members(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = tar::Archive::new(bytes);
    let members = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (entry.path().unwrap().to_str().unwrap().to_owned(), bytes)
    });
    members.collect()
}

/// Names and bytes of the files in a zip archive.
fn zip_members(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let members = (0..archive.len()).map(|index| {
        let mut file = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        (file.name().unwrap().into_owned(), bytes)
    });
    members.collect()
}

/// JPEG, PNG and GIF end with marks of their own, so that a truncated one is known.
fn is_whole_picture(bytes: &[u8]) -> bool {
    bytes.ends_with(&[0xFF, 0xD9]) || bytes.ends_with(b"IEND\xAE\x42\x60\x82") || bytes.ends_with(b"\x3B")
}
