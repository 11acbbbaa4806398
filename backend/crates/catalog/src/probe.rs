//! What the beginning of an annotation file says about all of it: its image refs, and whether it is a benchmark's.

mod benchmark;
mod folders;

pub(crate) use folders::{best_folders, has_any, likely_folders};

use super::paths::safe_relative;
use super::resolve::FoundFile;
use super::spellings::{is_odd, spellings};
use blendscope_read::{Container, ImageRef, Item, Reading, RecordKeys, annotation_folders};
use std::collections::BTreeSet;
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
            of_benchmark += usize::from(benchmark::is_of_benchmark(record.raw));
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
