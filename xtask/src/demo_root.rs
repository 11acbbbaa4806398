//! The demo root that `demo` and `dev` serve.

use crate::run;
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Lets the binary write the demo root, which it does at once when the root is there, and says where it is.
pub(crate) fn make_demo_root(workspace: &Workspace, binary: &Path) -> Result<PathBuf> {
    let root = workspace.join("demo-data");
    run::run(Command::new(binary).arg("demo").arg(&root))?;
    Ok(root)
}
