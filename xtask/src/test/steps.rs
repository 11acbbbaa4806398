//! The steps of `cargo xtask test`.
//!
//! `--workspace` in every test command although most name one package's tests: with the same packages selected, cargo
//! picks the same features of every dependency, and compiles each only once.

use super::plan::Step;
use crate::binary::{Profile, binary, build_binary};
use crate::run::run;
use crate::tools::{UiTools, fetch_crates, install_chromium};
use crate::ui::build_ui;
use crate::workspace::Workspace;
use anyhow::Result;

/// All steps, in the order they run in: what is quick to fail comes first.
pub(crate) const STEPS: &[Step] = &[
    Step { name: "fmt", does: "is all code formatted?", needs: &[], run: format },
    Step { name: "tools", does: "what building the user interface needs", needs: &[], run: tools },
    Step { name: "chromium", does: "the browser and its driver", needs: &[], run: |_| install_chromium() },
    Step { name: "clippy", does: "lints of all native code", needs: &[], run: clippy },
    Step { name: "clippy-wasm", does: "lints of the front end", needs: &["tools"], run: clippy_wasm },
    Step {
        name: "unit",
        does: "the tests beside the code, and the examples in its documents",
        needs: &[],
        run: unit,
    },
    Step { name: "ui", does: "build the user interface", needs: &["tools"], run: build_ui },
    Step {
        name: "binary",
        does: "build the release binary that the rest is tried on",
        needs: &["ui"],
        run: release,
    },
    Step {
        name: "api",
        does: "the binary as programs use it",
        needs: &["binary"],
        run: |w| boundary(w, "api"),
    },
    Step {
        name: "browser",
        does: "the binary as people use it, in Chromium",
        needs: &["binary", "chromium"],
        run: |workspace| boundary(workspace, "browser"),
    },
];

fn format(workspace: &Workspace) -> Result<()> {
    run(&mut workspace.cargo(&["fmt", "--all", "--check"]))
}

fn tools(workspace: &Workspace) -> Result<()> {
    fetch_crates(workspace)?;
    UiTools::install(workspace).map(drop)
}

fn clippy(workspace: &Workspace) -> Result<()> {
    // The fuzzer's functions too, which are built for nothing else.
    let packages = ["--workspace", "--exclude", "blendscope-frontend"];
    let arguments = [&["clippy", "--all-targets"], &packages[..]].concat();
    run(workspace.cargo(&arguments).args(["--", "-D", "warnings"]))
}

fn clippy_wasm(workspace: &Workspace) -> Result<()> {
    let arguments = ["clippy", "--package", "blendscope-frontend", "--target", "wasm32-unknown-unknown"];
    run(workspace.cargo(&arguments).args(["--", "-D", "warnings"]))
}

fn unit(workspace: &Workspace) -> Result<()> {
    run(&mut workspace.cargo(&["test", "--workspace", "--no-fail-fast", "--lib", "--bins"]))?;
    run(&mut workspace.cargo(&["test", "--workspace", "--no-fail-fast", "--doc"]))
}

fn release(workspace: &Workspace) -> Result<()> {
    build_binary(workspace, Profile::Release).map(drop)
}

/// Runs one of the test targets that start the real binary.
fn boundary(workspace: &Workspace, target: &str) -> Result<()> {
    let mut command = workspace.cargo(&["test", "--workspace", "--test", target]);
    run(command.env("BLENDSCOPE_BINARY", binary(workspace, Profile::Release)))
}
