//! `cargo xtask build` and `cargo xtask wheel`: the binary that users get, by itself and in a Python wheel.

use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::build::{build_release, build_ui, files_below};
use xtask::tools::python_with;
use xtask::workspace::Workspace;
use xtask::{report, run};

pub(crate) const BUILD_HELP: &str = "\
Usage: cargo xtask build

Sets up all that building needs, builds the user interface into dist/ and the release binary around it,
and tells where the binary is and how large both are.";

pub(crate) const WHEEL_HELP: &str = "\
Usage: cargo xtask wheel

Sets up all that building needs and packs the release binary, user interface inside, into a Python wheel in
target/wheels. `pip install` of that one file gives the `blendscope` command, on any Linux from 2014 on (glibc 2.17).
Needs python3 with venv, and PyPI the first time: maturin packs, and the C library and linker are zig's.";

/// What packs wheels, and what links them for old systems.
const WHEEL_TOOLS: [&str; 2] = ["maturin==1.16.0", "ziglang==0.15.2"];

/// Compresses the files named as arguments as the server does for a browser and prints the sum of the sizes.
const COMPRESSED_SIZE: &str = "
const { brotliCompressSync } = require('zlib'), { readFileSync } = require('fs');
console.log(process.argv.slice(1).reduce((sum, file) => sum + brotliCompressSync(readFileSync(file)).length, 0));
";

pub(crate) fn build(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    crate::expect_none(arguments)?;
    let binary = build_release(workspace)?;
    report::headline(&with_size(&binary)?);
    report::line(&ui_size(workspace)?);
    Ok(())
}

pub(crate) fn wheel(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    crate::expect_none(arguments)?;
    report::step("building the user interface", || build_ui(workspace))?;
    let wheel = report::step("building the wheel", || build_wheel(workspace))?;
    report::headline(&with_size(&wheel)?);
    Ok(())
}

/// Builds the wheel around the user interface in `dist/`, and says where it is.
pub(crate) fn build_wheel(workspace: &Workspace) -> Result<PathBuf> {
    let python = python_with(&WHEEL_TOOLS).context("the wheel needs maturin and ziglang from PyPI")?;
    let bin = python.parent().unwrap_or(Path::new("."));
    let folder = workspace.target().join("wheels");
    // So that what is found there afterwards is this one.
    let _ = fs::remove_dir_all(&folder);
    let mut maturin = workspace.builder(bin.join("maturin"));
    maturin.args(["build", "--release", "--manifest-path", "backend/Cargo.toml", "--out"]).arg(&folder);
    if cfg!(target_os = "linux") {
        maturin.args(["--zig", "--compatibility", "manylinux2014"]);
    }
    run::run(maturin.env("PATH", run::path_with(bin)?))?;
    let mut wheels = files_below(&folder)?;
    ensure!(wheels.len() == 1, "there is not one wheel in {}, but {}", folder.display(), wheels.len());
    Ok(wheels.remove(0))
}

/// Installs a wheel into a virtual environment with nothing else in it, and says where its program is.
pub(crate) fn install_wheel(workspace: &Workspace, wheel: &Path) -> Result<PathBuf> {
    let environment = workspace.target().join("wheel-environment");
    run::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    let bin = environment.join("bin");
    let mut pip = Command::new(bin.join("python"));
    run::run(pip.args(["-m", "pip", "install", "--quiet", "--no-index"]).arg(wheel))?;
    Ok(bin.join("blendscope"))
}

fn with_size(file: &Path) -> Result<String> {
    let size = fs::metadata(file).with_context(|| format!("failed to look at {}", file.display()))?.len();
    Ok(format!("{} ({})", file.display(), report::bytes(size)))
}

/// The size of the user interface in words: as built, and over the wire where there is node to tell.
fn ui_size(workspace: &Workspace) -> Result<String> {
    let files = files_below(&workspace.dist())?;
    let mut size = 0;
    for file in &files {
        size += fs::metadata(file)?.len();
    }
    let built = format!("user interface: {} files, {}", files.len(), report::bytes(size));
    let over_the_wire = run::output(Command::new("node").args(["-e", COMPRESSED_SIZE, "--"]).args(&files));
    Ok(match over_the_wire.and_then(|text| text.trim().parse().ok()) {
        Some(size) => format!("{built}; {} over the wire (brotli)", report::bytes(size)),
        None => built,
    })
}
