//! Programs from crates.io in the exact version needed, kept in a cache folder per version.

use crate::report;
use crate::run;
use crate::workspace::Workspace;
use anyhow::{Context, Result, ensure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program from crates.io.
pub(crate) struct CachedTool {
    /// Name of the executable.
    pub(crate) program: &'static str,
    /// Name of the package.
    pub(crate) package: &'static str,
    /// The one version that will do.
    pub(crate) version: String,
    /// Whether it is compiled with the versions of its own lock file.
    pub(crate) locked: bool,
    /// How long compiling takes, in words.
    pub(crate) takes: &'static str,
}

impl CachedTool {
    /// Finds the program in PATH or in the cache, or installs it into the cache, and says where it is.
    pub(crate) fn install(&self, workspace: &Workspace) -> Result<PathBuf> {
        let in_path = run::find(self.program).filter(|file| self.is_right(file));
        if let Some(file) = in_path {
            report::line(&format!("{} {}: {}", self.program, self.version, file.display()));
            return Ok(file);
        }
        let folder = cache_folder()?.join(format!("{}-{}", self.program, self.version));
        let file = folder.join("bin").join(self.program);
        if !self.is_right(&file) {
            self.fetch(workspace, &folder)?;
            ensure!(
                self.is_right(&file),
                "{} was installed, but does not run; delete {} and try again",
                file.display(),
                folder.display()
            );
        }
        report::line(&format!("{} {}: {}", self.program, self.version, file.display()));
        Ok(file)
    }

    fn is_right(&self, file: &Path) -> bool {
        run::output(Command::new(file).arg("--version"))
            .is_some_and(|text| text.split_whitespace().nth(1) == Some(self.version.as_str()))
    }

    /// Takes a ready-made program where `cargo binstall` is there and finds one, else compiles it.
    fn fetch(&self, workspace: &Workspace, folder: &Path) -> Result<()> {
        let exact = format!("{}@{}", self.package, self.version);
        if run::find("cargo-binstall").is_some() {
            report::line(&format!(
                "{} {} is not here yet; looking for a ready-made one",
                self.program, self.version
            ));
            let mut binstall = workspace.cargo(&["binstall", "--no-confirm", "--no-track", "--install-path"]);
            binstall.arg(folder.join("bin")).arg(&exact);
            if run::run(&mut binstall).is_ok() {
                return Ok(());
            }
        }
        report::line(&format!(
            "{} {} is not here yet; compiling it: {}",
            self.program, self.version, self.takes
        ));
        let mut install = workspace.cargo(&["install", &exact, "--force", "--root"]);
        install.arg(folder);
        if self.locked {
            install.arg("--locked");
        }
        run::run(&mut install).with_context(|| {
            let locked = if self.locked { " --locked" } else { "" };
            format!(
                "{} could not be installed; to do it by hand: cargo install {exact}{locked}",
                self.program
            )
        })
    }
}

/// `blendscope/tools` in the user's cache folder.
pub(super) fn cache_folder() -> Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let cache = cache.or_else(|| std::env::home_dir().map(|home| home.join(".cache")));
    let cache = cache.context("there is no home folder to keep tools in; set XDG_CACHE_HOME")?;
    Ok(cache.join("blendscope").join("tools"))
}
