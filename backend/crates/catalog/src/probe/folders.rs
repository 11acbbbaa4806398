//! Finding the folders that image refs are relative to, by trying a few: those around the annotation file, then those one
//! level below them.

use crate::paths::under;
use crate::resolve::FoundFile;
use blendscope_read::disk;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

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
    let beside = beside(root, own);
    folders.extend(beside.iter().cloned());
    let mut seen = BTreeSet::new();
    folders.retain(|folder| seen.insert(folder.clone()));
    let mut folders = other_parts_last(folders, &file.path);

    let found = best_folders(&folders, refs);
    let is_found = |reference: &&String| found.iter().any(|folder| disk::is_file(&folder.join(reference)));
    let missing: Vec<String> = refs.iter().filter(|reference| !is_found(reference)).cloned().collect();
    if missing.is_empty() {
        return found;
    }
    folders.extend(below(&beside, &missing));
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
fn beside(root: &Path, own: &Path) -> Vec<PathBuf> {
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
