//! The standard library for WebAssembly.

use crate::report;
use crate::run;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};

const TARGET: &str = "wasm32-unknown-unknown";

/// Installs the target, by rustup where the toolchain is rustup's.
pub(crate) fn install_wasm_target(workspace: &Workspace) -> Result<()> {
    if is_installed(workspace) {
        report::line(&format!("{TARGET}: installed"));
        return Ok(());
    }
    if run::find("rustup").is_none() {
        bail!(
            "the toolchain has no {TARGET} target, and there is no rustup to add it; \
             install the target's `rust-std` by the package manager that the toolchain came from"
        );
    }
    report::line(&format!("{TARGET} is not here yet; adding it"));
    run::run(workspace.command("rustup").args(["target", "add", TARGET])).with_context(|| {
        format!("the target could not be added; to do it by hand: rustup target add {TARGET}")
    })
}

fn is_installed(workspace: &Workspace) -> bool {
    let folder =
        run::output(workspace.command("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    folder.is_some_and(|folder| std::path::Path::new(folder.trim()).is_dir())
}
