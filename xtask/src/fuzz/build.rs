//! Building the fuzzer.

use crate::run;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Counters at every edge of the code and of comparisons' operands, where libFuzzer looks for them. One unit of code
/// per crate, because the linker drops counters whose unit seems unused.
const COVERAGE: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// Builds the fuzzer and says where it is.
pub(super) fn build_fuzzer(workspace: &Workspace) -> Result<PathBuf> {
    share_lock_file(workspace)?;
    let host = host()?;
    let target = workspace.target().join("fuzz").join("build");
    // With `--target`, the flags are not for build scripts, which have no libFuzzer to count for.
    let mut command = workspace.cargo(&["build", "--manifest-path", "fuzz/Cargo.toml", "--target", &host]);
    command.arg("--target-dir").arg(&target);
    command.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", COVERAGE.join("\x1f"));
    run::run(&mut command).context("the fuzzer could not be built; a C++ compiler has to be there")?;
    Ok(target.join(host).join("debug").join("blendscope-fuzz"))
}

/// Gives the fuzzer the dependencies of the workspace in the same versions, again whenever they changed.
fn share_lock_file(workspace: &Workspace) -> Result<()> {
    let (ours, copy) = (workspace.join("Cargo.lock"), workspace.join("fuzz/Cargo.lock"));
    let changed = |path: &PathBuf| fs::metadata(path).and_then(|metadata| metadata.modified());
    let is_current = changed(&copy).is_ok_and(|copied| changed(&ours).is_ok_and(|ours| ours <= copied));
    if !is_current {
        fs::copy(&ours, &copy).with_context(|| format!("failed to write {}", copy.display()))?;
    }
    Ok(())
}

/// The machine's own target, such as `x86_64-unknown-linux-gnu`.
fn host() -> Result<String> {
    let about = run::output(Command::new("rustc").arg("-vV")).context("rustc does not run")?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say what machine this is")
}
