//! The demo root: prepared data that the program makes up by itself.
//!
//! Pictures are painted from scene descriptions, and every caption, question, answer and box is derived from the same
//! description, so that they are true of the picture. What things look like, where they may be and how one speaks of
//! them is data: see the folder `data`. The layouts are those of the LLaVA family's five preparation documents, with
//! every container that they speak of and the oddities that real data has: ids that repeat, pictures that are missing
//! or broken, records that cannot be read. The same options give the same bytes.
//!
//! A picture or a record depends only on the seed and its number, never on those before it; so pictures are painted on
//! all cores, and a million records are written without being held in memory. A marker file says that a folder is a
//! demo root, and how it was made.

mod annotations;
mod color;
mod datasets;
mod drawing;
mod paint;
mod picture;
mod pictures;
mod record;
mod rng;
mod scene;
mod shards;
mod sheet;
mod sidecars;
mod sources;
mod texts;
mod words;

use crate::datasets::DATASETS;
use crate::shards::SHARDS;
use crate::sources::Source;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// How a demo root is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoOptions {
    /// Number of good records; the pictures are about half as many.
    pub samples: u64,
    /// Whether pictures are painted; without them the records refer to files that are not there, and there are no
    /// shards, no archives, no boxes and no lists of ids.
    pub images: bool,
    /// Another seed gives other pictures and texts.
    pub seed: u64,
}

/// How far the painting of pictures has come, and after that the writing of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How much of it is done.
    pub done: u64,
    /// How much of it there is.
    pub total: u64,
}

/// What a demo root holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoSummary {
    /// Good records.
    pub samples: u64,
    /// Records that cannot be read, on purpose.
    pub bad_records: u64,
    /// Samples without a picture.
    pub text_only: u64,
    /// Files with records.
    pub annotation_files: u64,
    /// Image refs of all samples: paths, embedded pictures, and those that a document names without having them.
    pub image_refs: u64,
    /// Image refs whose file is not there, on purpose.
    pub missing_image_refs: u64,
    /// Image refs whose picture is inside the annotation file.
    pub embedded_pictures: u64,
    /// Picture files, broken ones and those in archives included.
    pub pictures: u64,
    /// Picture files that cannot be shown, on purpose: empty, cut off, or no picture at all.
    pub broken_pictures: u64,
    /// Picture files whose name says JPEG and whose bytes say GIF.
    pub misnamed_pictures: u64,
    /// Whether it had been there before and nothing was written.
    #[serde(skip)]
    pub was_there: bool,
}

/// Why a demo root could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The folder holds something else.
    #[error("{0} is not empty and was not made by `blendscope demo`; name an empty or new folder")]
    NotOurs(PathBuf),
    /// A file could not be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A picture could not be encoded.
    #[error("cannot encode picture {path}: {reason}")]
    Encode {
        /// The picture.
        path: PathBuf,
        /// What the encoder says.
        reason: String,
    },
}

impl DemoError {
    /// Adds the path to an error of the file system.
    fn at(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Write { path: path.to_owned(), source }
    }
}

/// Writes a demo root into a folder, which must be new, empty, or a demo root already.
///
/// A demo root of the same version and options is left as it is; one of others is replaced.
pub fn write_demo(
    dir: &Path,
    options: &DemoOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<DemoSummary, DemoError> {
    if let Some(summary) = prepare_folder(dir, options)? {
        return Ok(DemoSummary { was_there: true, ..summary });
    }
    let mut summary = DemoSummary::default();
    if options.images {
        pictures::write(dir, options, &mut summary, progress)?;
    }
    annotations::write(dir, options, &mut summary, progress)?;
    if options.images {
        shards::write(dir, options, &mut summary, progress)?;
        sidecars::write_boxes(dir, options)?;
        sidecars::write_lists(dir, options)?;
    }
    sidecars::write_others(dir, options)?;
    write_mark(dir, options, Some(summary))?;
    Ok(summary)
}

/// Writes a file and makes the folders that it is in.
fn write_file(path: &Path, bytes: &[u8]) -> Result<(), DemoError> {
    make_folder_of(path)?;
    fs::write(path, bytes).map_err(DemoError::at(path))
}

/// Makes the folders that a file is to be in.
fn make_folder_of(path: &Path) -> Result<(), DemoError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(DemoError::at(folder))
}

/// Rises with every change of what is written for the same options.
pub const DEMO_FORM: u32 = 5;

/// Name of the marker file.
const NAME: &str = "BLENDSCOPE-DEMO.txt";

const EXPLANATION: &str = "\
This folder was written by `blendscope demo`. All pictures and texts in it are made up by the program; some files are
missing or broken on purpose. `blendscope demo` may replace the data folders in here, so keep nothing of yours in them.

";

/// The last line of the marker file.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {
    version: String,
    /// Absent in the first form.
    #[serde(default)]
    form: u32,
    options: DemoOptions,
    /// Absent until everything is written.
    summary: Option<DemoSummary>,
}

/// Makes a folder ready for a demo root; gives the summary if the wanted one is there already.
fn prepare_folder(dir: &Path, options: &DemoOptions) -> Result<Option<DemoSummary>, DemoError> {
    fs::create_dir_all(dir).map_err(DemoError::at(dir))?;
    if fs::read_dir(dir).map_err(DemoError::at(dir))?.next().is_none() {
        return write_mark(dir, options, None).map(|()| None);
    }
    let text = match fs::read_to_string(dir.join(NAME)) {
        Ok(text) if text.starts_with(EXPLANATION) => text,
        _ => return Err(DemoError::NotOurs(dir.to_owned())),
    };
    let mark: Option<Mark> = text.lines().last().and_then(|line| serde_json::from_str(line).ok());
    let wanted = mark.filter(|mark| {
        mark.version == env!("CARGO_PKG_VERSION") && mark.form == DEMO_FORM && mark.options == *options
    });
    if let Some(summary) = wanted.and_then(|mark| mark.summary) {
        return Ok(Some(summary));
    }
    write_mark(dir, options, None)?;
    for folder in folders() {
        let path = dir.join(folder);
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(DemoError::at(&path)(error)),
            _ => {}
        }
    }
    Ok(None)
}

/// Replaces the marker file in one step; with a summary once everything is written.
fn write_mark(dir: &Path, options: &DemoOptions, summary: Option<DemoSummary>) -> Result<(), DemoError> {
    let mark =
        Mark { version: env!("CARGO_PKG_VERSION").to_owned(), form: DEMO_FORM, options: *options, summary };
    let (path, draft) = (dir.join(NAME), dir.join(format!("{NAME}.new")));
    let line = serde_json::to_string(&mark).map_err(io::Error::from).map_err(DemoError::at(&path))?;
    fs::write(&draft, format!("{EXPLANATION}{line}\n")).map_err(DemoError::at(&draft))?;
    fs::rename(&draft, &path).map_err(DemoError::at(&path))
}

/// The folders of a demo root.
fn folders() -> BTreeSet<String> {
    // A root of one sample has a few pictures of every source that has files.
    let pictures = Source::of_files(1).flat_map(|shown| std::iter::once(shown.path()).chain(shown.copy()));
    let annotations = DATASETS.iter().map(|dataset| dataset.path);
    let shards = SHARDS.iter().flat_map(|shards| shards.files.iter().copied());
    let others = sidecars::LIST_PATHS.into_iter().chain(sidecars::BOX_PATHS);
    let all = annotations.chain(shards).chain(others).map(ToOwned::to_owned).chain(pictures);
    let first = |path: String| path.split('/').next().unwrap_or_default().to_owned();
    all.map(first).collect()
}

#[cfg(test)]
mod tests;
