//! The demo root as a reader of its files finds it, with counts of what is in it.

use super::picture::Picture;
use super::rng::Rng;
use super::scene::Scene;
use super::sources::{Fate, Source};
use super::{DEMO_FORM, DemoError, DemoOptions, DemoSummary, write_demo};
use crate::scene::kind;
use crate::sidecars;
use blendscope_read::{Form, ImageRef, Item, Sample, Sniff, parse_record, read_file, sniff};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

const SMALL: DemoOptions = DemoOptions { samples: 400, images: false, seed: 1 };
const PAINTED: DemoOptions = DemoOptions { samples: 120, images: true, seed: 2 };

/// Japanese pages in a table.
const PAGES: &str = "synthdog-ja/data/train-00000-of-00001-7d2c81b40e95fa36.parquet";

fn write(dir: &Path, options: DemoOptions) -> DemoSummary {
    write_demo(dir, &options, &mut |_| {}).unwrap()
}

#[test]
fn the_summary_counts_what_is_on_disk() {
    let dir = tempfile::tempdir().unwrap();
    let summary = write(dir.path(), PAINTED);
    assert_eq!(count(dir.path()), summary);
    assert_eq!(summary.samples, PAINTED.samples);
    assert!(summary.missing_image_refs > 0 && summary.broken_pictures > 3 && summary.misnamed_pictures > 1);
    assert!(summary.embedded_pictures > 30);
}

#[test]
fn shards_are_like_real_ones() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), PAINTED);
    shards_have_all_that_real_ones_have(dir.path());
    pages_in_a_table_are_those_in_files(dir.path());
    one_count_is_wrong_and_one_is_alone(dir.path());
}

fn shards_have_all_that_real_ones_have(dir: &Path) {
    let read = |path: &str| binary_samples(&dir.join(path));
    let embedded = |sample: &Sample| sample.images.iter().all(|image| matches!(image, ImageRef::Embedded(_)));

    let pairs = read("coyo-700m/pkl03-split/part-00001.pkl");
    assert_eq!(pairs.len(), 3);
    assert!(pairs.iter().all(|pair| pair.images.len() == 1 && embedded(pair)));
    assert!(pairs.iter().all(|pair| pair.id.as_deref().unwrap().len() == 13));

    let documents = read("mmc4-core/pkl-core-limit-tokens/docs_shard_0_v3.pkl");
    assert_eq!((documents[0].images.len(), documents[0].late_images.len()), (8, 2));
    assert!(documents[1].turns[0].text.contains("<image><image>"));
    let without_bytes = documents[2].images.iter().filter(|image| matches!(image, ImageRef::NotEmbedded(_)));
    assert_eq!(without_bytes.count(), 1);

    let chats = read("LLaVA-NeXT-Data/data/train-00000-of-00001.parquet");
    assert!(
        chats.iter().any(|chat| chat.images.is_empty()) && chats.iter().any(|chat| !chat.images.is_empty())
    );
    for shard in ["alt_pair_ja/pkl02/00000.pkl", "web_shards/00000.tar", "web_shards/00001.tar"] {
        assert!(read(shard).iter().all(embedded), "{shard}");
    }
}

fn pages_in_a_table_are_those_in_files(dir: &Path) {
    let table = binary_samples(&dir.join(PAGES));
    let page = fs::read(dir.join(Source::SynthdogJa.path(1))).unwrap();
    let ImageRef::Embedded(image) = &table[1].images[0] else { panic!("{:?}", table[1]) };
    assert_eq!(image.hash, *blake3::hash(&page).as_bytes());
    let converted = fs::read(dir.join("synthdog-ja/synthdog_ja_102k.json")).unwrap();
    let converted: Value = serde_json::from_slice(&converted).unwrap();
    let written_down = converted[0]["conversations"][1]["value"].as_str().unwrap();
    let text = table[0].turns[0].text.trim_start_matches("<image>").replace(' ', "\n");
    assert!(written_down.contains(&text), "{written_down} {text}");
}

fn one_count_is_wrong_and_one_is_alone(dir: &Path) {
    let (mut wrong, mut alone) = (0, 0);
    for (path, bytes) in files(dir) {
        if path.extension().is_some_and(|extension| extension == "count") {
            let said: usize = String::from_utf8(bytes).unwrap().parse().unwrap();
            let shard = dir.join(path).with_extension("pkl");
            let has_shard = shard.exists();
            alone += usize::from(!has_shard);
            wrong += usize::from(has_shard && binary_samples(&shard).len() != said);
        }
    }
    assert_eq!((wrong, alone), (1, 1));
}

#[test]
fn every_merged_record_with_a_whole_picture_has_boxes() {
    let dir = tempfile::tempdir().unwrap();
    let options = DemoOptions { samples: 1000, ..PAINTED };
    sidecars::write_boxes(dir.path(), &options).unwrap();
    let boxes: Value =
        serde_json::from_slice(&fs::read(dir.path().join("bbox_json/train/pretrain.json")).unwrap()).unwrap();
    let ids: Vec<&Value> = boxes.as_array().unwrap().iter().map(|item| &item["id"]).collect();
    let merged = super::datasets::DATASETS.iter().find(|set| set.path == "train_json/pretrain.json").unwrap();
    for number in 0..merged.samples(&options) {
        let record = options.record(merged, number);
        let is_there = record.pictures[0].fate() == Fate::Whole;
        assert!(!is_there || ids.contains(&&record.value["id"]), "{}", record.value);
    }
}

#[test]
fn without_pictures_every_image_ref_is_missing() {
    let dir = tempfile::tempdir().unwrap();
    let summary = write(dir.path(), SMALL);
    assert_eq!(count(dir.path()), summary);
    assert_eq!((summary.samples, summary.bad_records, summary.pictures), (400, 5, 0));
    assert_eq!(summary.missing_image_refs, summary.image_refs);
}

#[test]
fn the_same_options_give_the_same_bytes_and_another_seed_gives_others() {
    let dirs = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    write(dirs[0].path(), PAINTED);
    write(dirs[1].path(), PAINTED);
    write(dirs[2].path(), DemoOptions { seed: 3, images: false, ..PAINTED });
    let [first, second, other] = dirs.each_ref().map(|dir| files(dir.path()));
    assert!(first == second);
    let mixture = Path::new("llava/llava_sft/llava_v1_5_mix665k.json");
    assert!(first[mixture] != other[mixture]);
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("thesis.tex"), "years of work").unwrap();
    let error = write_demo(dir.path(), &SMALL, &mut |_| {}).unwrap_err();
    assert!(matches!(error, DemoError::NotOurs(_)), "{error}");
    assert_eq!(files(dir.path()).len(), 1);
}

#[test]
fn a_finished_root_is_kept_and_one_of_other_options_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let first = write(dir.path(), SMALL);
    assert!(!first.was_there);
    let again = write(dir.path(), SMALL);
    assert_eq!(again, DemoSummary { was_there: true, ..first });
    let smaller = write(dir.path(), DemoOptions { samples: 50, ..SMALL });
    assert!(!smaller.was_there);
    assert_eq!(count(dir.path()), smaller);
}

#[test]
fn a_root_of_an_older_form_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), SMALL);
    let marker = dir.path().join("BLENDSCOPE-DEMO.txt");
    let text = fs::read_to_string(&marker).unwrap();
    let older = text.replace(&format!("\"form\":{DEMO_FORM},"), "");
    assert_ne!(text, older);
    fs::write(&marker, older).unwrap();
    assert!(!write(dir.path(), SMALL).was_there);
}

#[test]
fn an_interrupted_root_is_written_again() {
    let dir = tempfile::tempdir().unwrap();
    let options = DemoOptions { samples: 2500, ..SMALL };
    let interrupted = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        write_demo(dir.path(), &options, &mut |progress| assert!(progress.done < 2000, "interrupted"))
    }));
    assert!(interrupted.is_err());
    let summary = write(dir.path(), options);
    assert!(!summary.was_there);
    assert_eq!(count(dir.path()), summary);
}

/// The first scene with this many things of a kind.
fn scene_with(name: &str, count: usize) -> (Scene, Rng) {
    (0..20_000)
        .find_map(|number| {
            let mut rng = Rng::new(9, "test", number);
            let scene = Scene::outdoors(&mut rng);
            (scene.count(kind(name)) == count).then_some((scene, rng))
        })
        .unwrap()
}

#[test]
fn three_boats_are_counted_as_three() {
    let (scene, mut rng) = scene_with("boat", 3);
    let picture = Picture::Scene(scene);
    let questions = picture.questions(&mut rng);
    let boats = questions.iter().find(|question| question.ask.starts_with("How many boats")).unwrap();
    assert_eq!((boats.short.as_str(), boats.long.as_str()), ("3", "There are three boats in the image."));
    assert!(!boats.wrong.contains(&boats.short));
    let paragraph = picture.paragraph(&mut rng);
    assert!(paragraph.contains("three boats"), "{paragraph}");
    let japanese = picture.japanese_questions(&mut rng);
    assert!(japanese.iter().any(|question| question.long == "ヨットは3艘あります。"));
}

#[test]
fn a_box_is_where_the_thing_is_painted() {
    let (mut scene, _) = scene_with("balloon", 1);
    let balloon = scene.things.iter().find(|thing| thing.kind.name == "balloon").unwrap().clone();
    let regions = Picture::Scene(scene.clone()).regions();
    let (_, area) = regions.iter().find(|(text, _)| text.contains("balloon")).unwrap();
    let sides: Vec<f32> =
        area.trim_matches(['[', ']']).split(", ").map(|side| side.parse().unwrap()).collect();
    assert!((sides[0] - balloon.area.left).abs() < 0.006 && (sides[3] - balloon.area.bottom).abs() < 0.006);

    let painted = Picture::Scene(scene.clone()).paint().unwrap();
    scene.things.retain(|thing| thing.kind.name != "balloon");
    let bare = Picture::Scene(scene.clone()).paint().unwrap();
    let (width, height) = (scene.width as f32, scene.height as f32);
    for (index, (a, b)) in painted.pixels().iter().zip(bare.pixels()).enumerate() {
        if a != b {
            let (x, y) =
                ((index as u32 % scene.width) as f32 / width, (index as u32 / scene.width) as f32 / height);
            assert!(x > sides[0] - 0.02 && x < sides[2] + 0.02 && y > sides[1] - 0.02 && y < sides[3] + 0.02);
        }
    }
    assert!(painted.data() != bare.data());
}

#[test]
fn nothing_hides_behind_something_else_or_leaves_the_picture() {
    for number in 0..500 {
        let mut rng = Rng::new(4, "hide", number);
        let scene = if number % 3 == 0 { Scene::indoors(&mut rng) } else { Scene::outdoors(&mut rng) };
        for (index, thing) in scene.things.iter().enumerate() {
            let area = thing.area;
            assert!(
                area.left >= 0.0 && area.top >= 0.0 && area.right <= 1.0 && area.bottom <= 1.0,
                "{thing:?}"
            );
            for other in &scene.things[index + 1..] {
                assert!(area.covered_by(other.area) < 0.5, "{thing:?} {other:?}");
            }
        }
    }
}

/// Every file below a folder with its content.
fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
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
fn count(dir: &Path) -> DemoSummary {
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
fn binary_samples(path: &Path) -> Vec<Sample> {
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
