//! `blendscope check`: look at all files of an index, and mend what is damaged.

use super::error::CliError;
use super::index::LibraryArgs;
use super::progress::ProgressReport;
use super::terminal::say;
use blendscope_library::{Checkup, Library, check_index};
use clap::Args;
use indicatif::HumanBytes;
use std::sync::Arc;

/// Look at every file of the index of a folder with data, also while it is served
///
/// Ends with 0 when all of it is as it was written, with 1 when something is damaged, with 2 when that cannot be told.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    library: LibraryArgs,

    /// Set aside what is damaged, and read its annotation files again
    ///
    /// A server does so by itself with what it finds damaged; this is for an index that is not served.
    #[arg(long)]
    repair: bool,
}

/// Runs the command: whether all of the index is whole.
pub(super) fn run(args: &CheckArgs) -> Result<bool, CliError> {
    let options = args.library.options();
    let checkup = check_index(&options)?;
    print(&checkup)?;
    if checkup.damaged.is_empty() || !args.repair {
        return Ok(checkup.damaged.is_empty());
    }
    let library = Library::open(&options)?;
    let report = ProgressReport::of(Arc::clone(&library));
    let repaired = library.repair(&checkup);
    drop(report);
    library.shut_down();
    repaired?;
    let checkup = check_index(&options)?;
    say("repaired")?;
    print(&checkup)?;
    Ok(checkup.damaged.is_empty())
}

fn print(checkup: &Checkup) -> Result<(), CliError> {
    for (path, reason) in &checkup.damaged {
        say(&format!("damaged: {}: {reason}", path.display()))?;
    }
    let (files, bytes) = (checkup.files, HumanBytes(checkup.bytes));
    match checkup.damaged.len() {
        0 => say(&format!("{files} files, {bytes}: all whole")),
        damaged => say(&format!("{damaged} of {files} files are damaged")),
    }
}
