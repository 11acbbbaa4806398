//! Building the user interface into `dist/`.

use crate::report;
use crate::run;
use crate::tools::{UiTools, fetch_crates};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// Everything that the user interface is made of.
const INPUTS: [&str; 6] =
    ["frontend", "shared", "Trunk.toml", "Cargo.toml", "Cargo.lock", "rust-toolchain.toml"];

/// Builds the user interface, unless `dist/` was made from the very same sources.
pub(crate) fn build_ui(workspace: &Workspace) -> Result<()> {
    let fingerprint = fingerprint(workspace)?;
    if fs::read_to_string(stamp(workspace)).is_ok_and(|stamp| stamp == fingerprint)
        && workspace.dist().join("index.html").is_file()
    {
        report::line("the user interface in dist/ is up to date");
        return Ok(());
    }
    fetch_crates(workspace)?;
    let tools = UiTools::install(workspace)?;
    run::run(&mut tools.trunk(workspace, &["build", "--release", "--offline"])?)?;
    // Of the sources as they were before: an edit during the build makes the next one run.
    let stamp = stamp(workspace);
    fs::create_dir_all(workspace.target())?;
    fs::write(&stamp, fingerprint).with_context(|| format!("failed to write {}", stamp.display()))
}

/// Beside `dist/` rather than in it, as all of `dist/` goes into the binary.
fn stamp(workspace: &Workspace) -> PathBuf {
    workspace.target().join("dist.stamp")
}

/// Changes when any input does; by content, as a checkout touches files without changing them.
fn fingerprint(workspace: &Workspace) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for input in INPUTS {
        for file in files_below(&workspace.join(input))? {
            file.hash(&mut hasher);
            let content = fs::read(&file).with_context(|| format!("failed to read {}", file.display()))?;
            content.hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Every file below a path, sorted; the path itself when it is a file, none when it is not there.
pub(crate) fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut left = vec![path.to_owned()];
    while let Some(path) = left.pop() {
        if path.is_dir() {
            let entries =
                fs::read_dir(&path).with_context(|| format!("failed to list {}", path.display()))?;
            for entry in entries {
                left.push(entry?.path());
            }
        } else if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
