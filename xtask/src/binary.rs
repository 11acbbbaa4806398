//! Building the `blendscope` binary.

use crate::run;
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::PathBuf;

/// How a binary is compiled.
#[derive(Clone, Copy)]
pub(crate) enum Profile {
    /// Quickly, without the user interface.
    Debug,
    /// As users get it, with the user interface inside; `dist/` has to be there.
    Release,
}

/// Builds the binary and says where it is.
pub(crate) fn build_binary(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    let mut command = workspace.cargo(&["build", "--package", "blendscope-backend", "--bin", "blendscope"]);
    if matches!(profile, Profile::Release) {
        command.arg("--release");
    }
    run::run(&mut command)?;
    Ok(binary(workspace, profile))
}

/// Where the binary is, once it is built.
pub(crate) fn binary(workspace: &Workspace, profile: Profile) -> PathBuf {
    let folder = match profile {
        Profile::Debug => "debug",
        Profile::Release => "release",
    };
    workspace.target().join(folder).join("blendscope")
}
