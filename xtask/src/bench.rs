//! `cargo xtask bench`: the benchmark, a program of its own in `xtask/bench`.

use anyhow::{Context, Result};
use std::os::unix::process::CommandExt;
use xtask::workspace::Workspace;

pub(crate) fn bench(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    // The caller's folder, which paths among the arguments may be relative to.
    let folder = std::env::current_dir()?;
    let mut cargo = workspace.cargo(&["run", "--quiet", "--release", "--package", "blendscope-bench", "--"]);
    let error = cargo.args(arguments).current_dir(folder).exec();
    Err(error).context("failed to start cargo")
}
