//! Probes of the beginning of an annotation file: its image refs, the folders that these are relative to, and whether
//! it is a benchmark's.
//!
//! Folders are found by trying a few: those around the annotation file, then those one level below them.

use super::paths::safe_relative;
use super::spellings::{is_odd, spellings};
use crate::found::FoundFile;
use crate::paths::under;
use blendscope_read::{Container, ImageRef, Item, Reading, RecordKeys, annotation_folders, disk};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many refs are tried.
const REFS: usize = 200;
/// How many ids are tried.
const IDS: usize = 20;
/// How many records are read for them.
const RECORDS: u64 = 2000;
/// How many records are looked at to know a benchmark.
const JUDGED: usize = 20;
/// How many bytes are read for them at most, a few records aside.
const BYTES: u64 = 8 << 20;
/// What the first records of an annotation file say about all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beginning {
    /// Up to [`REFS`] different refs, spread over the first part of the file; unsafe ones are left out.
    pub refs: Vec<String>,
    /// Whether they are questions of a benchmark, answers to be judged, or captions to look things up in.
    pub is_reference: bool,
    /// Where there are no refs: ids of pictures, as written, by which the pictures may be called.
    pub ids: Vec<String>,
    /// Folders inside an archive that its annotation files lie in.
    pub folders: Vec<String>,
}

/// What is read of records whose pictures are called by the ids that they name.
pub(crate) fn keys_of_ids() -> RecordKeys {
    let pictures = ["image_id", "imageId", "img_id", "imageid"].map(str::to_owned).into();
    RecordKeys { pictures, ..RecordKeys::default() }
}

/// Reads the beginning of a file.
pub(crate) fn beginning(file: &FoundFile, keys: Option<&Arc<RecordKeys>>) -> Beginning {
    let mut beginning = read_beginning(file, keys.cloned(), &|written| meant(written));
    if beginning.refs.is_empty() && keys.is_none() {
        let as_written = |written: &str| vec![written.to_owned()];
        beginning.ids = read_beginning(file, Some(Arc::new(keys_of_ids())), &as_written).refs;
    }
    if file.container == Container::ARCHIVE {
        beginning.folders = annotation_folders(&file.path);
    }
    beginning
}

/// Reads the beginning of a file for its refs, each in the ways that `ways` gives.
fn read_beginning(
    file: &FoundFile,
    keys: Option<Arc<RecordKeys>>,
    ways: &dyn Fn(&str) -> Vec<String>,
) -> Beginning {
    let reading = Reading { container: file.container, keys };
    let mut refs = BTreeSet::new();
    let mut ordered = Vec::new();
    let (mut seen, mut of_benchmark) = (0, 0);
    let read = blendscope_read::read_file(&file.path, file.container, &mut |item| {
        let Item::Record(record) = item else { return ControlFlow::Continue(()) };
        if seen < JUDGED {
            seen += 1;
            of_benchmark += usize::from(is_of_benchmark(record.raw));
        }
        if let Ok(sample) = reading.parse(record.offset, record.raw) {
            let written = sample.images.iter().filter_map(|image| match image {
                ImageRef::Path(written) => Some(written),
                _ => None,
            });
            for reference in written.flat_map(|written| ways(written)) {
                if refs.insert(reference.clone()) {
                    ordered.push(reference);
                }
            }
        }
        let enough = record.number + 1 >= RECORDS || record.offset >= BYTES;
        if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    // A file that cannot be read to its end is reported when it is indexed; here its beginning will do.
    drop(read);
    let step = ordered.len().div_ceil(REFS).max(1);
    Beginning {
        refs: ordered.into_iter().step_by(step).collect(),
        is_reference: seen > 0 && of_benchmark * 2 > seen,
        ..Beginning::default()
    }
}

/// The folders that have the pictures of most of these ids.
pub(crate) fn folders_of_ids(
    root: &Path,
    bases: &[String],
    file: &FoundFile,
    ids: &[String],
) -> Vec<PathBuf> {
    let step = ids.len().div_ceil(IDS).max(1);
    let ways: Vec<Vec<String>> = ids.iter().step_by(step).map(|id| meant(id)).collect();
    let mut folders = likely_folders(root, bases, file, &ways.concat());
    folders.retain(|folder| ways.iter().filter(|ways| has_any(folder, ways)).count() * 2 >= ways.len());
    folders
}

/// A ref as a path below a folder: as written, and as it may be meant where it is written in an odd way.
fn meant(written: &str) -> Vec<String> {
    let others = if is_odd(written) { spellings(written) } else { Vec::new() };
    std::iter::once(written).chain(others.iter().map(String::as_str)).filter_map(safe_relative).collect()
}

/// Keys that records to be trained on have, whatever else they have.
const OF_TRAINING: [&str; 4] = ["conversations", "conversation", "messages", "texts"];

/// Whether a record's JSON has the keys of a question or an answer of a benchmark:
///
/// - `question_id` and `text`, as LLaVA's evaluation has it for questions, answers to be judged and reviews;
/// - an exam with options `A` and `B` and a number `index`, as `MMBench`'s tables have it.
fn is_of_benchmark(raw: &[u8]) -> bool {
    let Ok(record) = serde_json::from_slice::<BTreeMap<String, &RawValue>>(raw) else { return false };
    let has = |key: &str| record.contains_key(key);
    if OF_TRAINING.iter().any(|key| has(key)) {
        return false;
    }
    let is_question = has("question_id") && (has("text") || has("answer_id") || has("review_id"));
    is_question || has("A") && has("B") && has("question") && has("index")
}

/// How folders are called that hold the annotations of the pictures in the folders beside them, by the letters that
/// their names begin with.
const ANNOTATIONS: [&str; 22] = [
    "annotations",
    "annotation",
    "annos",
    "anno",
    "anns",
    "ann",
    "json",
    "jsons",
    "jsonl",
    "captions",
    "caption",
    "labels",
    "label",
    "texts",
    "text",
    "metadata",
    "meta",
    "questions",
    "question",
    "qa",
    "splits",
    "split",
];

/// How folders of pictures are called.
const PICTURES: [&str; 10] =
    ["images", "image", "imgs", "img", "pictures", "pics", "photos", "frames", "jpg", "png"];

/// How the parts of a set are called, whose pictures may have the same names.
const PARTS: [(&str, &str); 6] = [
    ("train", "train"),
    ("val", "val"),
    ("valid", "val"),
    ("validation", "val"),
    ("test", "test"),
    ("dev", "dev"),
];

/// How many folders inside of one are tried.
const NEIGHBOURS: usize = 100;

/// How many folders one level below are tried.
const DEEPER: usize = 300;

/// How many refs are tried in each of these.
const REFS_DEEPER: usize = 8;

/// How many folders above an annotation file may be named after what it is.
const LEVELS: usize = 3;

/// Whether any of the refs is a file in this folder.
pub(crate) fn has_any(folder: &Path, refs: &[String]) -> bool {
    disk::is_dir(folder) && refs.iter().any(|reference| disk::is_file(&folder.join(reference)))
}

/// The folders in which refs are files, best first; among equals the earlier candidate.
pub(crate) fn best_folders(candidates: &[PathBuf], refs: &[String]) -> Vec<PathBuf> {
    let mut counted: Vec<(usize, &PathBuf)> = Vec::new();
    for folder in candidates.iter().filter(|folder| disk::is_dir(folder)) {
        let hits = hits(folder, refs);
        if hits > 0 {
            counted.push((hits, folder));
        }
        if hits == refs.len() {
            break;
        }
    }
    counted.sort_by_key(|&(hits, _)| std::cmp::Reverse(hits));
    counted.into_iter().map(|(_, folder)| folder.clone()).collect()
}

/// How many refs are files in this folder.
fn hits(folder: &Path, refs: &[String]) -> usize {
    files_in(folder, refs).count()
}

/// The refs that are files in this folder. The folders that refs begin with are looked for first: mostly there is none.
fn files_in<'r>(folder: &Path, refs: &'r [String]) -> impl Iterator<Item = &'r String> {
    let mut begins: HashMap<&str, bool> = HashMap::new();
    refs.iter().filter(move |reference| {
        let begin = reference.split_once('/').map(|(begin, _)| begin);
        let may_be = begin
            .is_none_or(|begin| *begins.entry(begin).or_insert_with(|| disk::is_dir(&folder.join(begin))));
        may_be && disk::is_file(&folder.join(reference))
    })
}

/// The folders that have pictures of an annotation file of which nothing is documented, best first.
///
/// They are looked for in the root, the file's own folder and those above it up to the root, the other data folders, the
/// folders beside the file, and those beside its folder where that is one of annotations, as of `annotations/train.json`
/// and `images/`. Refs that none of them has are looked for one level below those beside, as of `images/train/`.
pub(crate) fn likely_folders(
    root: &Path,
    bases: &[String],
    file: &FoundFile,
    refs: &[String],
) -> Vec<PathBuf> {
    let own = file.path.parent().unwrap_or(root);
    let mut folders = vec![root.to_owned()];
    folders.extend(
        own.ancestors().take_while(|folder| *folder != root && folder.starts_with(root)).map(Into::into),
    );
    folders.extend(bases.iter().map(|base| under(root, base)));
    let siblings = siblings(root, own);
    folders.extend(siblings.iter().cloned());
    let mut seen = BTreeSet::new();
    folders.retain(|folder| seen.insert(folder.clone()));
    let mut folders = other_parts_last(folders, &file.path);

    let found = best_folders(&folders, refs);
    let is_found = |reference: &&String| found.iter().any(|folder| disk::is_file(&folder.join(reference)));
    let missing: Vec<String> = refs.iter().filter(|reference| !is_found(reference)).cloned().collect();
    if missing.is_empty() {
        return found;
    }
    folders.extend(below(&siblings, &missing));
    best_folders(&other_parts_last(folders, &file.path), refs)
}

/// The folders with those of other parts of a set behind all others, where the annotation file's own part has one beside
/// them: pictures of `val.json` are in `images/val` before they are in `images/train`.
fn other_parts_last(folders: Vec<PathBuf>, file: &Path) -> Vec<PathBuf> {
    let Some(own) = part_of_set(file) else { return folders };
    let around: BTreeSet<PathBuf> = folders
        .iter()
        .filter(|folder| part_of_set(folder) == Some(own))
        .filter_map(|folder| folder.parent().map(Into::into))
        .collect();
    let is_other = |folder: &PathBuf| {
        part_of_set(folder).is_some_and(|part| part != own)
            && folder.parent().is_some_and(|parent| around.contains(parent))
    };
    let (others, mut ordered): (Vec<PathBuf>, Vec<PathBuf>) = folders.into_iter().partition(is_other);
    ordered.extend(others);
    ordered
}

/// The part of a set that a file or folder is named after: `train` of `train2017` and of `vqa_train_questions.json`.
fn part_of_set(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let mut words = name.split(|c: char| !c.is_alphabetic());
    words.find_map(|word| PARTS.iter().find(|(called, _)| *called == word).map(|(_, part)| *part))
}

/// The folders beside an annotation file, and beside its folder where that is one of annotations.
fn siblings(root: &Path, own: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = ["images", "image"].map(|name| own.join(name)).into();
    folders.extend(neighbours(own));
    if let Some(above) = own.parent().filter(|above| above.starts_with(root)) {
        folders.extend(["images", "image"].map(|name| above.join(name)));
    }
    // Elsewhere the folders beside may be those of another set, which has pictures of the same names.
    let around = own.ancestors().take(LEVELS).filter(|folder| *folder != root && is_of_annotations(folder));
    for above in around.filter_map(Path::parent).filter(|above| above.starts_with(root)) {
        folders.extend(neighbours(above));
    }
    folders
}

/// Those of the folders inside others that have missing refs. A folder that is not called one of pictures may be another
/// set's: its folders count when they have most refs together.
fn below(folders: &[PathBuf], missing: &[String]) -> Vec<PathBuf> {
    let step = missing.len().div_ceil(REFS_DEEPER).max(1);
    let tried: Vec<String> = missing.iter().step_by(step).cloned().collect();
    let (mut found, mut looked_at, mut seen) = (Vec::new(), 0, BTreeSet::new());
    for folder in folders.iter().filter(|folder| seen.insert(*folder)) {
        let mut inside = neighbours(folder);
        inside.truncate(DEEPER - looked_at);
        looked_at += inside.len();
        let mut there: BTreeSet<&String> = BTreeSet::new();
        inside.retain(|folder| {
            let files: Vec<&String> = files_in(folder, &tried).collect();
            there.extend(&files);
            !files.is_empty()
        });
        if there.len() * 2 >= tried.len() || is_called(folder, &PICTURES) {
            found.append(&mut inside);
        }
    }
    found
}

fn is_of_annotations(folder: &Path) -> bool {
    is_called(folder, &ANNOTATIONS)
}

/// Whether a folder's name begins with one of these words.
fn is_called(folder: &Path, words: &[&str]) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let letters = name.find(|c: char| !c.is_alphabetic()).unwrap_or(name.len());
    words.contains(&&name[..letters])
}

/// The first folders inside a folder, by name. Bounded, because the folder may hold millions of pictures too.
fn neighbours(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = disk::read_dir(folder) else { return Vec::new() };
    let mut folders: Vec<PathBuf> = entries
        .take(NEIGHBOURS * 10)
        .filter_map(Result::ok)
        .filter(|entry| entry.kind().is_ok_and(|kind| kind.is_dir() || kind.is_symlink()))
        .map(|entry| folder.join(entry.name()))
        .collect();
    folders.sort();
    folders.truncate(NEIGHBOURS);
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_of_benchmarks_are_told_from_training_records() {
        for record in [
            r#"{"question_id":1,"image":"a.jpg","text":"What?","category":"conv"}"#,
            r#"{"question_id":1,"prompt":"What?","text":"A bus.","answer_id":"x","model_id":"m"}"#,
            r#"{"index":"241","question":"Which?","hint":"","A":"a","B":"b","answer":"A","category":"x","image":"/9j"}"#,
        ] {
            assert!(is_of_benchmark(record.as_bytes()), "{record}");
        }
        for record in [
            r#"{"question_id":1,"image":"a.jpg","conversations":[],"text":""}"#,
            r#"{"question_id":1,"question":"What?","answer":"A bus."}"#,
            r#"{"question":"Which?","A":"a","B":"b","answer":"A"}"#,
            "[1]",
            "{",
        ] {
            assert!(!is_of_benchmark(record.as_bytes()), "{record}");
        }
    }
}
