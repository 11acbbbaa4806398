//! The data that is measured on.

use crate::options::Data;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::report;
use xtask::run;
use xtask::workspace::Workspace;

/// A root to measure on.
pub(crate) struct Root {
    pub(crate) path: PathBuf,
    /// What it is, for people.
    pub(crate) title: String,
}

/// Makes the data, or finds it; what was made before is used again.
pub(crate) fn prepare(workspace: &Workspace, binary: &Path, data: &Data) -> Result<Root> {
    match data {
        Data::MadeUp(samples) => made_up(workspace, binary, *samples),
        Data::Own(path) if path.is_dir() => {
            Ok(Root { path: path.clone(), title: path.display().to_string() })
        }
        Data::Own(path) => own_file(workspace, path),
    }
}

fn made_up(workspace: &Workspace, binary: &Path, samples: u64) -> Result<Root> {
    let path = workspace.target().join("bench/data").join(samples.to_string());
    let mut demo = Command::new(binary);
    demo.arg("demo").arg(&path).args(["--without-images", "--samples", &samples.to_string()]);
    run::run(&mut demo)?;
    Ok(Root { path, title: format!("{} samples made up by `blendscope demo`", report::count(samples)) })
}

/// A root with nothing in it but a link to the file.
fn own_file(workspace: &Workspace, file: &Path) -> Result<Root> {
    let path = workspace.target().join("bench/own");
    remove(&path)?;
    fs::create_dir_all(&path).with_context(|| format!("failed to make {}", path.display()))?;
    let name = file.file_name().context("the file has no name")?;
    std::os::unix::fs::symlink(file, path.join(name))
        .with_context(|| format!("failed to link {} into {}", file.display(), path.display()))?;
    Ok(Root { path, title: file.display().to_string() })
}

/// Removes a file or a folder with all that is in it, where there is one.
pub(crate) fn remove(path: &Path) -> Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    };
    removed.with_context(|| format!("failed to remove {}", path.display()))
}

/// Bytes of a file, or of all files in a folder.
pub(crate) fn size(path: &Path) -> Result<u64> {
    let found =
        fs::symlink_metadata(path).with_context(|| format!("failed to look at {}", path.display()))?;
    if !found.is_dir() {
        return Ok(found.len());
    }
    let mut bytes = 0;
    for entry in fs::read_dir(path)? {
        bytes += size(&entry?.path())?;
    }
    Ok(bytes)
}
