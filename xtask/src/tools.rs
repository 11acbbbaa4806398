//! The programs that building and testing need beyond a Rust toolchain, and how they get here.

mod cached;
mod chromium;
mod python;
mod wasm_target;

use crate::report;
use crate::run;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use cached::CachedTool;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) use chromium::install_chromium;
pub(crate) use python::python_with;
pub(crate) use wasm_target::install_wasm_target;

/// The last version that compiles with the Rust version this workspace asks for.
const TRUNK_VERSION: &str = "0.21.14";

/// What building the user interface needs.
pub(crate) struct UiTools {
    trunk: PathBuf,
    wasm_bindgen: PathBuf,
}

impl UiTools {
    /// Finds the tools, and installs what is missing.
    pub(crate) fn install(workspace: &Workspace) -> Result<Self> {
        install_wasm_target(workspace)?;
        let trunk = CachedTool {
            program: "trunk",
            package: "trunk",
            version: TRUNK_VERSION.to_owned(),
            locked: true,
            takes: "about 6 minutes on two cores",
        };
        let wasm_bindgen = CachedTool {
            program: "wasm-bindgen",
            package: "wasm-bindgen-cli",
            version: wasm_bindgen_version(workspace)?,
            // Its published lock file names versions that no longer compile.
            locked: false,
            takes: "about 3 minutes on two cores",
        };
        Ok(Self { trunk: trunk.install(workspace)?, wasm_bindgen: wasm_bindgen.install(workspace)? })
    }

    /// A trunk command that runs in the checkout and finds wasm-bindgen.
    pub(crate) fn trunk(&self, workspace: &Workspace, arguments: &[&str]) -> Result<Command> {
        let folder = self.wasm_bindgen.parent().unwrap_or(Path::new("."));
        let mut command = workspace.command(&self.trunk);
        command.args(arguments).env("PATH", run::path_with(&[folder])?);
        // This trunk takes the value for a boolean of its own and refuses the customary `1`.
        command.env_remove("NO_COLOR");
        Ok(command)
    }
}

/// Downloads every crate that Cargo.lock names, as trunk builds without the network.
pub(crate) fn fetch_crates(workspace: &Workspace) -> Result<()> {
    report::line("downloading the crates of Cargo.lock that are not here yet");
    run::run(&mut workspace.cargo(&["fetch"]))
}

/// The generated glue has to come from the very version of wasm-bindgen that the module was compiled with.
fn wasm_bindgen_version(workspace: &Workspace) -> Result<String> {
    let path = workspace.join("Cargo.lock");
    let lock =
        std::fs::read_to_string(&path).with_context(|| format!("failed to read {}", path.display()))?;
    locked_version(&lock, "wasm-bindgen")
        .map(str::to_owned)
        .context("Cargo.lock does not name wasm-bindgen; is the front end a member of the workspace?")
}

/// The version of a package in the text of a Cargo.lock.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_that_of_the_package_and_not_of_its_namesakes() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.108\"\nsource = \"…\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.108"));
        assert_eq!(locked_version(lock, "trunk"), None);
    }
}
