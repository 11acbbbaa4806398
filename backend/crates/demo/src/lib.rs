//! The demo root: prepared data that the program makes up by itself.
//!
//! Pictures are painted from scene descriptions, and every caption, question, answer and box is derived from the same
//! description, so that they are true of the picture. The layouts are those of the LLaVA family's five preparation
//! documents, with every container that they speak of and the oddities that real data has: ids that repeat, pictures
//! that are missing or broken, records that cannot be read. The same options give the same bytes.
//!
//! A picture or a record depends only on the seed and its number, never on those before it; so pictures are painted
//! on all cores, and a million records are written without being kept.

mod annotations;
mod boxes;
mod chart;
mod datasets;
mod document;
mod extras;
mod glyphs;
mod ink;
mod lists;
mod marker;
pub mod pack;
mod paint;
mod pen;
mod picture;
mod pictures;
mod record;
mod rng;
mod scene;
mod shape;
mod shards;
mod sources;
mod texts;

pub use marker::DEMO_FORM;

use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};

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

impl Default for DemoOptions {
    fn default() -> Self {
        Self { samples: 2000, images: true, seed: 7 }
    }
}

/// How far the writing of a demo root has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub step: Step,
    /// How much of it is done.
    pub done: u64,
    /// How much of it there is.
    pub total: u64,
}

/// A step of writing a demo root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Painting pictures.
    Pictures,
    /// Writing records.
    Records,
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
        lists::write(dir, options)?;
    }
    extras::write(dir, options)?;
    marker::finish(dir, options, &summary)?;
    Ok(summary)
}

#[cfg(test)]
mod tests;
