//! The programs that building and testing need beyond a Rust toolchain, and how they get here.
//!
//! Tools are kept in a cache folder of the user's, each in the exact version needed.

use crate::report;
use crate::run;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// The last version that compiles with the Rust version this workspace asks for.
const TRUNK_VERSION: &str = "0.21.14";

/// Tools are compiled quickly rather than well: a slow trunk builds the same user interface in the same time, as the
/// compiler that it starts does the work.
const QUICK_BUILD: [(&str, &str); 3] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
];

const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// What building the user interface needs.
pub struct UiTools {
    trunk: PathBuf,
    wasm_bindgen: PathBuf,
}

impl UiTools {
    /// Finds the tools, and installs what is missing.
    pub fn install(workspace: &Workspace) -> Result<Self> {
        install_wasm_target(workspace)?;
        let trunk = CachedTool {
            program: "trunk",
            package: "trunk",
            version: TRUNK_VERSION.to_owned(),
            options: &["--locked", "--no-default-features"],
        };
        let wasm_bindgen = CachedTool {
            program: "wasm-bindgen",
            package: "wasm-bindgen-cli",
            version: wasm_bindgen_version(workspace)?,
            // Not `--locked`: its published lock file names versions that no longer compile.
            options: &[],
        };
        let tools = Self { trunk: trunk.install(workspace)?, wasm_bindgen: wasm_bindgen.install(workspace)? };
        let _ = std::fs::remove_dir_all(tools_target(workspace));
        Ok(tools)
    }

    /// A trunk command that runs in the checkout and finds wasm-bindgen.
    pub fn trunk(&self, workspace: &Workspace, arguments: &[&str]) -> Result<Command> {
        let folder = self.wasm_bindgen.parent().unwrap_or(Path::new("."));
        let mut command = workspace.builder(&self.trunk);
        command.args(arguments).env("PATH", run::path_with(folder)?);
        // This trunk takes the value for a boolean of its own and refuses the customary `1`.
        command.env_remove("NO_COLOR");
        Ok(command)
    }
}

/// Downloads every crate that Cargo.lock names, as trunk builds without the network.
pub fn fetch_crates(workspace: &Workspace) -> Result<()> {
    report::line("downloading the crates of Cargo.lock that are not here yet");
    run::run(workspace.command("cargo").arg("fetch"))
}

/// Installs the standard library for WebAssembly, by rustup where the toolchain is rustup's.
fn install_wasm_target(workspace: &Workspace) -> Result<()> {
    let folder =
        run::output(workspace.command("rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]));
    if folder.is_some_and(|folder| Path::new(folder.trim()).is_dir()) {
        report::line(&format!("{WASM_TARGET}: installed"));
        return Ok(());
    }
    if run::find("rustup").is_none() {
        bail!(
            "the toolchain has no {WASM_TARGET} target, and there is no rustup to add it; \
             install the target's `rust-std` by the package manager that the toolchain came from"
        );
    }
    report::line(&format!("{WASM_TARGET} is not here yet; adding it"));
    run::run(workspace.command("rustup").args(["target", "add", WASM_TARGET])).with_context(|| {
        format!("the target could not be added; to do it by hand: rustup target add {WASM_TARGET}")
    })
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

/// A program from crates.io.
pub(crate) struct CachedTool {
    /// Name of the executable.
    pub program: &'static str,
    /// Name of the package.
    pub package: &'static str,
    /// The one version that will do.
    pub version: String,
    /// Options of `cargo install`.
    pub options: &'static [&'static str],
}

impl CachedTool {
    /// Finds the program in PATH or in the cache, or installs it into the cache, and says where it is.
    pub(crate) fn install(&self, workspace: &Workspace) -> Result<PathBuf> {
        let folder = cache_folder()?.join(format!("{}-{}", self.program, self.version));
        let cached = folder.join("bin").join(self.program);
        let in_path = run::find(self.program);
        let found = in_path.into_iter().chain([cached.clone()]).find(|file| self.is_right(file));
        let file = if let Some(file) = found {
            file
        } else {
            self.fetch(workspace, &folder)?;
            ensure!(
                self.is_right(&cached),
                "{} was installed, but does not run; delete {} and try again",
                cached.display(),
                folder.display()
            );
            cached
        };
        report::line(&format!("{} {}: {}", self.program, self.version, file.display()));
        Ok(file)
    }

    fn is_right(&self, file: &Path) -> bool {
        run::output(Command::new(file).arg("--version"))
            .is_some_and(|text| text.split_whitespace().nth(1) == Some(self.version.as_str()))
    }

    /// Compiles the program.
    fn fetch(&self, workspace: &Workspace, folder: &Path) -> Result<()> {
        report::line(&format!("{} {} is not here yet; compiling it", self.program, self.version));
        let start = Instant::now();
        let exact = format!("{}@{}", self.package, self.version);
        let mut install = workspace.cargo(&["install", &exact, "--force", "--root"]);
        install.arg(folder).args(self.options).envs(QUICK_BUILD);
        install.env("CARGO_TARGET_DIR", tools_target(workspace));
        run::run(&mut install).with_context(|| {
            let options = self.options.join(" ");
            format!(
                "{} could not be installed; to do it by hand: cargo install {exact} {options}",
                self.program
            )
        })?;
        report::line(&format!("{}: {}", self.program, report::duration(start.elapsed())));
        Ok(())
    }
}

/// Where tools are compiled: in one folder, for what they have in common.
fn tools_target(workspace: &Workspace) -> PathBuf {
    workspace.target().join("tools")
}

/// `blendscope/tools` in the user's cache folder.
pub(crate) fn cache_folder() -> Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let cache = cache.or_else(|| std::env::home_dir().map(|home| home.join(".cache")));
    let cache = cache.context("there is no home folder to keep tools in; set XDG_CACHE_HOME")?;
    Ok(cache.join("blendscope").join("tools"))
}

/// Finds or makes a virtual environment with packages, each named `package==version`, and says where its Python is.
pub fn python_with(packages: &[&str]) -> Result<PathBuf> {
    let folder = cache_folder()?.join(format!("python-{}", packages.join("-").replace("==", "-")));
    let python = folder.join("bin").join("python");
    if has_packages(&python, packages) {
        return Ok(python);
    }
    report::line(&format!("installing {} into {}", packages.join(" "), folder.display()));
    run::find("python3").context("there is no python3 in PATH")?;
    run::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder)).context(
        "no virtual environment could be made; on Debian and Ubuntu: sudo apt-get install python3-venv",
    )?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]);
    run::run(pip.args(packages)).context("pip could not install it; is PyPI reachable from here?")?;
    Ok(python)
}

fn has_packages(python: &Path, packages: &[&str]) -> bool {
    let listed = run::output(Command::new(python).args(["-m", "pip", "list", "--format", "freeze"]));
    // pip may write a package with `_` where its name has `-`.
    listed.is_some_and(|listed| {
        let listed = listed.replace('_', "-");
        packages.iter().all(|package| listed.lines().any(|line| line.eq_ignore_ascii_case(package)))
    })
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
