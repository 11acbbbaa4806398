//! Building the user interface and the `blendscope` binary.

use crate::report;
use crate::run;
use crate::tools::{UiTools, fetch_crates};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use jobserver::Acquired;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// Everything that the user interface is made of.
const UI_INPUTS: [&str; 7] = [
    "frontend",
    "shared",
    "backend/crates/blend",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
];

/// How a binary is compiled.
#[derive(Clone, Copy)]
pub enum Profile {
    /// Quickly; the user interface is read from `dist/` while it runs.
    Debug,
    /// As users get it, with the user interface inside; `dist/` has to be there.
    Release,
}

/// Builds the user interface and the release binary around it, and says where the binary is.
pub fn build_release(workspace: &Workspace) -> Result<PathBuf> {
    let dependencies = Dependencies::start(workspace)?;
    report::step("building the user interface", || build_ui(workspace))?;
    if let Some(dependencies) = dependencies {
        dependencies.wait(workspace)?;
    }
    report::step("building the release binary", || build_binary(workspace, Profile::Release))
}

/// Builds the user interface into `dist/`, unless that was made from the very same sources.
pub fn build_ui(workspace: &Workspace) -> Result<()> {
    let fingerprint = fingerprint(workspace)?;
    if fs::read_to_string(stamp(workspace)).is_ok_and(|stamp| stamp == fingerprint) && has_ui(workspace) {
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

/// Builds the binary and says where it is.
pub fn build_binary(workspace: &Workspace, profile: Profile) -> Result<PathBuf> {
    run::run(&mut binary_command(workspace, profile))?;
    Ok(binary(workspace, profile))
}

/// Where the binary is, once it is built.
fn binary(workspace: &Workspace, profile: Profile) -> PathBuf {
    let folder = match profile {
        Profile::Debug => "debug",
        Profile::Release => "release",
    };
    workspace.target().join(folder).join("blendscope")
}

fn binary_command(workspace: &Workspace, profile: Profile) -> Command {
    let mut command = workspace.cargo(&["build", "--package", "blendscope-backend", "--bin", "blendscope"]);
    if matches!(profile, Profile::Release) {
        command.arg("--release");
    }
    command
}

/// The release binary's dependencies, compiling beside the user interface, which only the binary itself waits for.
struct Dependencies {
    build: Child,
    start: Instant,
    _core: Acquired,
}

impl Dependencies {
    /// Starts compiling them where nothing has been built yet and there is a second core.
    fn start(workspace: &Workspace) -> Result<Option<Self>> {
        let core = if has_ui(workspace) { None } else { workspace.second_core() };
        let Some(core) = core else { return Ok(None) };
        report::line("the dependencies of the release binary compile beside the next step");
        let mut command = binary_command(workspace, Profile::Release);
        // Whatever fails here, the missing user interface above all, fails again in its own step and is told there.
        command.args(["--keep-going", "--quiet"]).stdout(Stdio::null()).stderr(Stdio::null());
        let build = command.spawn().context("failed to start cargo")?;
        Ok(Some(Self { build, start: Instant::now(), _core: core }))
    }

    fn wait(mut self, workspace: &Workspace) -> Result<()> {
        report::line("waiting for the dependencies of the release binary");
        workspace.lend_core(|| self.build.wait())?;
        report::line(&format!("dependencies: {}", report::duration(self.start.elapsed())));
        Ok(())
    }
}

impl Drop for Dependencies {
    /// Nobody waits for them when the user interface could not be built.
    fn drop(&mut self) {
        let _ = self.build.kill();
        let _ = self.build.wait();
    }
}

fn has_ui(workspace: &Workspace) -> bool {
    workspace.dist().join("index.html").is_file()
}

/// Beside `dist/` rather than in it, as all of `dist/` goes into the binary.
fn stamp(workspace: &Workspace) -> PathBuf {
    workspace.target().join("dist.stamp")
}

/// Changes when any input does; by content, as a checkout touches files without changing them.
fn fingerprint(workspace: &Workspace) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for input in UI_INPUTS {
        for file in files_below(&workspace.join(input))? {
            file.hash(&mut hasher);
            let content = fs::read(&file).with_context(|| format!("failed to read {}", file.display()))?;
            content.hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Every file below a path, sorted; the path itself when it is a file, none when it is not there.
pub fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
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
