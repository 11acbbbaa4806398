//! The demo root: prepared data that the program makes up by itself.
//!
//! Pictures are painted from scene descriptions, and every caption, question, answer and box is derived from the same
//! description, so that they are true of the picture. What things look like, where they may be and how one speaks of them
//! is data: see the folder `data`. The layouts are those of the LLaVA family's five preparation
//! documents, with every container that they speak of and the oddities that real data has: ids that repeat, pictures
//! that are missing or broken, records that cannot be read. The same options give the same bytes.
//!
//! A picture or a record depends only on the seed and its number, never on those before it; so pictures are painted
//! on all cores, and a million records are written without being kept.

mod annotations;
mod boxes;
mod color;
mod datasets;
mod drawing;
mod marker;
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

pub use marker::DEMO_FORM;

use serde::{Deserialize, Serialize};
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
    if let Some(summary) = marker::prepare(dir, options)? {
        return Ok(DemoSummary { was_there: true, ..summary });
    }
    let mut summary = DemoSummary::default();
    if options.images {
        pictures::write(dir, options, &mut summary, progress)?;
    }
    annotations::write(dir, options, &mut summary, progress)?;
    if options.images {
        shards::write(dir, options, &mut summary, progress)?;
        boxes::write(dir, options)?;
        sidecars::write_lists(dir, options)?;
    }
    sidecars::write_others(dir, options)?;
    marker::write(dir, options, Some(summary))?;
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

#[cfg(test)]
mod tests;
