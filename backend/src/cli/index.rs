//! `blendscope index`: build the index and stop.

use super::error::CliError;
use super::progress::ProgressReport;
use super::signals::unless_stopped;
use super::terminal::note_unusual;
use super::threads;
use blendscope_library::{Library, OpenOptions};
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Build the index of a folder with data, or bring it up to date, and stop
#[derive(Debug, Args)]
pub(super) struct IndexArgs {
    #[command(flatten)]
    library: LibraryArgs,

    /// Compare all bytes of the annotation files with what was indexed, instead of some of each
    #[arg(long)]
    verify: bool,
}

/// Options about the data and its index.
#[derive(Debug, Args)]
pub(super) struct LibraryArgs {
    /// Folder with prepared data, such as playground/data; it is only ever read
    #[arg(default_value = ".")]
    root: PathBuf,

    /// Keep indexes in this folder instead of the user's cache folder
    #[arg(long, value_name = "DIR")]
    index_dir: Option<PathBuf>,

    /// TOML file with datasets of your own: files, image folders, titles; a server reads it again on SIGHUP
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl LibraryArgs {
    /// The folder with the data.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// What to open.
    pub(super) fn options(&self) -> OpenOptions {
        OpenOptions {
            picture_memory: None,
            thumbnail_bytes: None,
            root: self.root.clone(),
            index_parent: self.index_dir.clone(),
            config: self.config.clone(),
            verify: false,
        }
    }
}

/// Runs the command.
pub(super) fn run(args: &IndexArgs) -> Result<(), CliError> {
    threads::require_for_indexing()?;
    let library = Library::open(&OpenOptions { verify: args.verify, ..args.library.options() })?;
    note_unusual(&library);
    let report = ProgressReport::of(Arc::clone(&library));
    let indexing = Arc::clone(&library);
    let outcome = unless_stopped(move || Ok(indexing.index_to_end()?), || library.shut_down());
    drop(report);
    outcome
}
