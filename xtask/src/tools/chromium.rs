//! Chromium and its driver, for the browser tests.

use crate::report;
use crate::run;
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;

const PACKAGES: [&str; 2] = ["chromium", "chromium-driver"];

/// Names that a browser with a matching `chromedriver` goes by.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Makes sure that a browser and `chromedriver` are in PATH, by apt-get where they are not.
pub(crate) fn install_chromium() -> Result<()> {
    if let Some((browser, driver)) = find() {
        report::line(&format!("browser: {}, driver: {}", browser.display(), driver.display()));
        return Ok(());
    }
    let by_hand = format!("sudo apt-get install {}", PACKAGES.join(" "));
    if run::find("apt-get").is_none() {
        bail!("the browser tests need Chromium and `chromedriver` in PATH; on Debian and Ubuntu: {by_hand}");
    }
    report::line("Chromium and its driver are not here yet; installing them");
    install(&["update"])
        .and_then(|()| install(&["install", "--yes", "--no-install-recommends", PACKAGES[0], PACKAGES[1]]))
        .with_context(|| format!("Chromium could not be installed; to do it by hand: {by_hand}"))?;
    if find().is_none() {
        bail!("{} are installed, but not in PATH", PACKAGES.join(" and "));
    }
    Ok(())
}

fn find() -> Option<(PathBuf, PathBuf)> {
    let browser = BROWSERS.iter().find_map(|name| run::find(name))?;
    Some((browser, run::find("chromedriver")?))
}

/// Runs apt-get as root: directly, or by a sudo that asks no question.
fn install(arguments: &[&str]) -> Result<()> {
    let mut command = Command::new(if is_root() { "apt-get" } else { "sudo" });
    if !is_root() {
        command.args(["-n", "apt-get"]);
    }
    run::run(command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn is_root() -> bool {
    run::output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}
