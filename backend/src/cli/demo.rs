//! `blendscope demo`: write a root with made-up data.

use super::error::CliError;
use super::terminal::say;
use super::threads;
use blendscope_demo::{DEMO_FORM, DemoOptions, write_demo};
use blendscope_library::default_parent;
use clap::Args;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use std::fs;
use std::path::{Path, PathBuf};

/// Seed of the demo root, so that everybody's is the same.
const SEED: u64 = 7;
/// Samples of the demo root.
const SAMPLES: u64 = 2000;

/// Write a folder with made-up data in the layout of playground/data, to try things on
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Folder to write; it must not exist yet, be empty, or be an older demo
    dir: PathBuf,

    /// Number of samples
    #[arg(long, value_name = "N", default_value_t = SAMPLES)]
    samples: u64,

    /// Write annotation files only, for measuring with many samples
    #[arg(long)]
    without_images: bool,

    /// Another seed gives other data of the same kind
    #[arg(long, value_name = "N", default_value_t = SEED)]
    seed: u64,
}

/// Runs the command.
pub(super) fn run(args: &DemoArgs) -> Result<(), CliError> {
    let options = DemoOptions { samples: args.samples, images: !args.without_images, seed: args.seed };
    let samples = write(&args.dir, &options)?;
    say(&format!("wrote {} samples into {}", HumanCount(samples), args.dir.display()))?;
    say(&format!("serve it with `blendscope serve {}`", args.dir.display()))
}

/// The demo root in the user's cache folder, written the first time.
pub(super) fn in_cache_dir() -> Result<PathBuf, CliError> {
    let name = format!("demo-{}-{DEMO_FORM}", env!("CARGO_PKG_VERSION"));
    let root = default_parent()?.with_file_name(name);
    if root.is_dir() {
        return Ok(root);
    }
    // Renamed when complete, so that what is there is all there.
    let partial = root.with_file_name("demo-partial");
    let failed = |cause| CliError::System { what: "keep the demo in the cache folder", cause };
    if partial.exists() {
        fs::remove_dir_all(&partial).map_err(failed)?;
    }
    write(&partial, &DemoOptions { samples: SAMPLES, images: true, seed: SEED })?;
    fs::rename(&partial, &root).map_err(failed)?;
    Ok(root)
}

/// Writes a demo root and says how many samples it has.
fn write(dir: &Path, options: &DemoOptions) -> Result<u64, CliError> {
    threads::require_for_painting()?;
    let bar = ProgressBar::new(options.samples);
    let style = ProgressStyle::with_template("painting {wide_bar} {human_pos}/{human_len}");
    bar.set_style(style.expect("the template is well-formed"));
    let summary = write_demo(dir, options, &mut |progress| {
        bar.set_length(progress.total);
        bar.set_position(progress.done);
    })?;
    bar.finish_and_clear();
    Ok(summary.samples)
}
