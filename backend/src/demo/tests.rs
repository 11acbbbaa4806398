//! The demo root as a reader of its files finds it.

use super::picture::Picture;
use super::rng::Rng;
use super::scene::{Kind, Scene};
use super::{DemoError, DemoOptions, DemoSummary, texts, write_demo};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

const SMALL: DemoOptions = DemoOptions { samples: 400, images: false, seed: 1 };
const PAINTED: DemoOptions = DemoOptions { samples: 60, images: true, seed: 2 };

fn write(dir: &Path, options: DemoOptions) -> DemoSummary {
    write_demo(dir, &options, &mut |_| {}).unwrap()
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
    let files = files(dir);
    let mut counted = DemoSummary::default();
    for (path, bytes) in &files {
        if let Some(records) = records(path, bytes) {
            counted.annotation_files += 1;
            for refs in records.iter().map(|record| image_refs(record)) {
                let Some(refs) = refs else {
                    counted.bad_records += 1;
                    continue;
                };
                counted.samples += 1;
                counted.text_only += u64::from(refs.is_empty());
                counted.image_refs += refs.len() as u64;
                let is_there = |path: &String| {
                    files.contains_key(Path::new(path))
                        || files.contains_key(&Path::new("llava/llava_pretrain/images").join(path))
                };
                counted.missing_image_refs += refs.iter().filter(|path| !is_there(path)).count() as u64;
            }
        } else if path
            .extension()
            .is_some_and(|extension| ["jpg", "jpeg", "png"].iter().any(|e| *e == extension))
        {
            counted.pictures += 1;
            counted.broken_pictures += u64::from(!is_whole_picture(bytes));
            counted.misnamed_pictures += u64::from(bytes.starts_with(b"GIF89a"));
        }
    }
    counted
}

/// JPEG, PNG and GIF end with marks of their own, so that a truncated one is known.
fn is_whole_picture(bytes: &[u8]) -> bool {
    bytes.ends_with(&[0xFF, 0xD9]) || bytes.ends_with(b"IEND\xAE\x42\x60\x82") || bytes.ends_with(b"\x3B")
}

#[test]
fn the_summary_counts_what_is_on_disk() {
    let dir = tempfile::tempdir().unwrap();
    let summary = write(dir.path(), PAINTED);
    assert_eq!(count(dir.path()), summary);
    assert_eq!(summary.samples, PAINTED.samples);
    assert!(summary.missing_image_refs > 0 && summary.broken_pictures > 3 && summary.misnamed_pictures > 1);
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
fn scene_with(kind: Kind, count: usize) -> (Scene, Rng) {
    (0..20_000)
        .find_map(|number| {
            let mut rng = Rng::new(9, "test", number);
            let scene = Scene::outdoors(&mut rng);
            (scene.count(kind) == count).then_some((scene, rng))
        })
        .unwrap()
}

#[test]
fn three_boats_are_counted_as_three() {
    let (scene, mut rng) = scene_with(Kind::Boat, 3);
    let picture = Picture::Scene(scene);
    let questions = texts::questions(&picture, &mut rng);
    let boats = questions.iter().find(|question| question.ask.starts_with("How many boats")).unwrap();
    assert_eq!((boats.short.as_str(), boats.long.as_str()), ("3", "There are three boats in the image."));
    assert!(!boats.wrong.contains(&boats.short));
    let paragraph = texts::paragraph(&picture, &mut rng);
    assert!(paragraph.contains("three boats"), "{paragraph}");
    let japanese = texts::japanese_questions(&picture, &mut rng);
    assert!(japanese.iter().any(|question| question.long == "ヨットは3艘あります。"));
}

#[test]
fn a_box_is_where_the_thing_is_painted() {
    let (mut scene, _) = scene_with(Kind::Balloon, 1);
    let balloon = scene.things.iter().find(|thing| thing.kind == Kind::Balloon).unwrap().clone();
    let regions = texts::regions(&Picture::Scene(scene.clone()));
    let (_, area) = regions.iter().find(|(text, _)| text.contains("hot-air balloon")).unwrap();
    let sides: Vec<f32> =
        area.trim_matches(['[', ']']).split(", ").map(|side| side.parse().unwrap()).collect();
    assert!((sides[0] - balloon.area.left).abs() < 0.006 && (sides[3] - balloon.area.bottom).abs() < 0.006);

    let painted = Picture::Scene(scene.clone()).paint().unwrap();
    scene.things.retain(|thing| thing.kind != Kind::Balloon);
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
