//! Finding the folder that image refs are relative to, by trying a few.

mod benchmark;

use super::paths::{safe_relative, under};
use super::resolve::FoundFile;
use super::spellings::{is_odd, spellings};
use blendscope_read::{ImageRef, Item, Reading, RecordKeys};
use std::collections::{BTreeSet, HashMap};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many refs are tried.
const REFS: usize = 200;
/// How many records are read for them.
const RECORDS: u64 = 2000;
/// How many records are looked at to know a benchmark.
const JUDGED: usize = 20;
/// How many bytes are read for them at most, a few records aside.
const BYTES: u64 = 8 << 20;
/// Folders that hold the annotations of the pictures in the folders beside them.
const ANNOTATIONS: [&str; 10] = [
    "annotations",
    "annotation",
    "anns",
    "json",
    "jsons",
    "jsonl",
    "captions",
    "labels",
    "texts",
    "metadata",
];
/// How many folders beside an annotation file are tried.
const NEIGHBOURS: usize = 100;

/// What the first records of an annotation file say about all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Beginning {
    /// Up to [`REFS`] different refs, spread over the first part of the file; unsafe ones are left out.
    pub(crate) refs: Vec<String>,
    /// Whether they are questions of a benchmark, answers to be judged, or captions to look things up in.
    pub(crate) is_reference: bool,
}

/// Reads the beginning of a file.
pub(crate) fn beginning(file: &FoundFile, keys: Option<&Arc<RecordKeys>>) -> Beginning {
    let reading = Reading { container: file.container, keys: keys.cloned() };
    let mut refs = BTreeSet::new();
    let mut ordered = Vec::new();
    let (mut seen, mut of_benchmark) = (0, 0);
    let read = blendscope_read::read_file(&file.path, file.container, &mut |item| {
        let Item::Record(record) = item else { return ControlFlow::Continue(()) };
        if seen < JUDGED {
            seen += 1;
            of_benchmark += usize::from(benchmark::is_of_benchmark(record.raw));
        }
        if let Ok(sample) = reading.parse(record.offset, record.raw) {
            let written = sample.images.iter().filter_map(|image| match image {
                ImageRef::Path(written) => Some(written),
                _ => None,
            });
            for reference in written.flat_map(|written| meant(written)) {
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
    }
}

/// A ref as a path below a folder: as written, and as it may be meant where it is written in an odd way.
fn meant(written: &str) -> Vec<String> {
    let others = if is_odd(written) { spellings(written) } else { Vec::new() };
    std::iter::once(written).chain(others.iter().map(String::as_str)).filter_map(safe_relative).collect()
}

/// Whether any of the refs is a file in this folder.
pub(crate) fn has_any(folder: &Path, refs: &[String]) -> bool {
    folder.is_dir() && refs.iter().any(|reference| folder.join(reference).is_file())
}

/// The folders in which refs are files, best first; among equals the earlier candidate.
pub(crate) fn best_folders(candidates: &[PathBuf], refs: &[String]) -> Vec<PathBuf> {
    let mut counted: Vec<(usize, &PathBuf)> = Vec::new();
    for folder in candidates.iter().filter(|folder| folder.is_dir()) {
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

/// How many refs are files in this folder. The folders that refs begin with are looked for first: mostly there is none.
fn hits(folder: &Path, refs: &[String]) -> usize {
    let mut begins: HashMap<&str, bool> = HashMap::new();
    let mut hits = 0;
    for reference in refs {
        let begin = reference.split_once('/').map(|(begin, _)| begin);
        let may_be =
            begin.is_none_or(|begin| *begins.entry(begin).or_insert_with(|| folder.join(begin).is_dir()));
        hits += usize::from(may_be && folder.join(reference).is_file());
    }
    hits
}

/// Folders in which pictures may lie when nothing is documented: the root, the file's own folder and those above it up
/// to the root, the other data folders, the folders beside the file, and those beside its folder, as of
/// `annotations/train.json` and `images/`.
pub(crate) fn likely_folders(root: &Path, bases: &[String], file: &FoundFile) -> Vec<PathBuf> {
    let mut folders = vec![root.to_owned()];
    let own = file.path.parent().unwrap_or(root);
    folders.extend(
        own.ancestors().take_while(|folder| *folder != root && folder.starts_with(root)).map(Into::into),
    );
    folders.extend(bases.iter().map(|base| under(root, base)));
    folders.extend(["images", "image"].map(|name| own.join(name)));
    folders.extend(neighbours(own));
    if let Some(above) = own.parent().filter(|above| above.starts_with(root)) {
        folders.extend(["images", "image"].map(|name| above.join(name)));
        // Elsewhere the folders beside may be those of another set, which has pictures of the same names.
        if own
            .file_name()
            .is_some_and(|name| ANNOTATIONS.contains(&name.to_string_lossy().to_lowercase().as_str()))
        {
            folders.extend(neighbours(above));
        }
    }
    let mut seen = BTreeSet::new();
    folders.retain(|folder| seen.insert(folder.clone()));
    folders
}

/// The first folders inside a folder, by name. Bounded, because the folder may hold millions of pictures too.
fn neighbours(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut folders: Vec<PathBuf> = entries
        .take(NEIGHBOURS * 10)
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir() || kind.is_symlink()))
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    folders.truncate(NEIGHBOURS);
    folders
}
