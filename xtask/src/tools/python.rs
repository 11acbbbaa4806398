//! A Python with packages of its own, in a cache folder per set of packages.

use super::cached::cache_folder;
use crate::report;
use crate::run;
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

/// Finds or makes a virtual environment with packages, each named `package==version`, and says where its Python is.
pub(crate) fn python_with(packages: &[&str]) -> Result<PathBuf> {
    let folder = cache_folder()?.join(format!("python-{}", packages.join("-").replace("==", "-")));
    let python = folder.join("bin").join("python");
    if has(&python, packages) {
        return Ok(python);
    }
    report::line(&format!("installing {} into {}", packages.join(" "), folder.display()));
    run::find("python3").context("there is no python3 in PATH")?;
    run::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder)).context(
        "no virtual environment could be made; on Debian and Ubuntu: sudo apt-get install python3-venv",
    )?;
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]);
    run::run(pip.args(packages)).context("pip could not install it")?;
    Ok(python)
}

fn has(python: &PathBuf, packages: &[&str]) -> bool {
    let listed = run::output(Command::new(python).args(["-m", "pip", "list", "--format", "freeze"]));
    // pip may write a package with `_` where its name has `-`.
    listed.is_some_and(|listed| {
        let listed = listed.replace('_', "-");
        packages.iter().all(|package| listed.lines().any(|line| line.eq_ignore_ascii_case(package)))
    })
}
