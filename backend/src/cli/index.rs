//! `blendscope index`: build the index and stop.

use super::error::CliError;
use super::progress::ProgressReport;
use super::signals::StopSignals;
use crate::library::{Library, OpenOptions};
use clap::Args;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::runtime::Runtime;
use tokio::task::spawn_blocking;

/// Build the index of a folder with data, or bring it up to date, and stop
#[derive(Debug, Args)]
pub(super) struct IndexArgs {
    #[command(flatten)]
    library: LibraryArgs,
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

    /// TOML file with datasets of your own: files, image folders, titles
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl LibraryArgs {
    /// What to open.
    pub(super) fn options(&self) -> OpenOptions {
        OpenOptions {
            root: self.root.clone(),
            index_parent: self.index_dir.clone(),
            config: self.config.clone(),
        }
    }
}

/// Runs the command.
pub(super) fn run(args: &IndexArgs) -> Result<(), CliError> {
    let library = Library::open(&args.library.options())?;
    let report = ProgressReport::of(Arc::clone(&library));
    let runtime = Runtime::new().map_err(|cause| CliError::System { what: "start threads", cause })?;
    let outcome = runtime.block_on(index_unless_stopped(Arc::clone(&library)));
    library.shut_down();
    runtime.shutdown_background();
    drop(report);
    outcome
}

async fn index_unless_stopped(library: Arc<Library>) -> Result<(), CliError> {
    let mut signals = StopSignals::listen()?;
    let indexing = spawn_blocking(move || library.index_to_end());
    tokio::select! {
        outcome = indexing => {
            let joined = outcome.map_err(|crash| CliError::System { what: "finish the index", cause: crash.into() })?;
            joined.map_err(CliError::from)
        }
        () = signals.received() => {
            signals.end_at_next();
            Err(CliError::Interrupted)
        }
    }
}
