//! The demo root that `demo` and `dev` serve.

use crate::report;
use crate::run;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Lets the binary write the demo root unless it is there, and says where it is.
pub(crate) fn make_demo_root(workspace: &Workspace, binary: &Path) -> Result<PathBuf> {
    let root = workspace.join("demo-data/data");
    if root.is_dir() {
        report::line("the demo root is there; delete demo-data/ to have it made anew");
        return Ok(root);
    }
    // Under another name first: an interrupted run leaves no half root behind.
    let partial = workspace.join("demo-data/partial");
    if partial.exists() {
        fs::remove_dir_all(&partial).with_context(|| format!("failed to remove {}", partial.display()))?;
    }
    run::run(Command::new(binary).arg("demo").arg(&partial))?;
    fs::rename(&partial, &root).with_context(|| format!("failed to rename {}", partial.display()))?;
    Ok(root)
}
