//! The file that says that a folder is a demo root, and how it was made.

use super::datasets::DATASETS;
use super::shards::SHARDS;
use super::sources::Source;
use super::{DemoError, DemoOptions, DemoSummary, boxes, sidecars};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

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
pub(super) fn prepare(dir: &Path, options: &DemoOptions) -> Result<Option<DemoSummary>, DemoError> {
    fs::create_dir_all(dir).map_err(DemoError::at(dir))?;
    if fs::read_dir(dir).map_err(DemoError::at(dir))?.next().is_none() {
        return write(dir, options, None).map(|()| None);
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
    write(dir, options, None)?;
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
pub(super) fn write(
    dir: &Path,
    options: &DemoOptions,
    summary: Option<DemoSummary>,
) -> Result<(), DemoError> {
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
    let others = sidecars::PATHS.into_iter().chain(boxes::PATHS);
    let all = annotations.chain(shards).chain(others).map(ToOwned::to_owned).chain(pictures);
    let first = |path: String| path.split('/').next().unwrap_or_default().to_owned();
    all.map(first).collect()
}
