//! The browsers that the tests run in, with their drivers, and how they get here.

use crate::report;
use crate::run;
use crate::tools::CachedTool;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

const CHROMIUM_PACKAGES: [&str; 2] = ["chromium", "chromium-driver"];

/// Names that a browser with a matching `chromedriver` goes by.
const CHROMIUM: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Names that Firefox goes by.
const FIREFOX: [&str; 2] = ["firefox-esr", "firefox"];

/// Firefox's driver, from crates.io.
const GECKODRIVER_VERSION: &str = "0.37.1";

/// Makes sure that Chromium and `chromedriver` are in PATH, by apt-get where they are not.
pub fn install_chromium() -> Result<()> {
    let find = || Some((find_one(&CHROMIUM)?, run::find("chromedriver")?));
    let (browser, driver) = find_or_install("Chromium and its driver", &CHROMIUM_PACKAGES, find)?;
    report::line(&format!("browser: {}, driver: {}", browser.display(), driver.display()));
    Ok(())
}

/// Makes sure that Firefox is in PATH, by apt-get where it is not, and compiles its driver where that is not here yet. The
/// PATH with both.
pub fn install_firefox(workspace: &Workspace) -> Result<OsString> {
    let browser = find_or_install("Firefox", &["firefox-esr"], || find_one(&FIREFOX))?;
    let driver = CachedTool {
        program: "geckodriver",
        package: "geckodriver",
        version: GECKODRIVER_VERSION.to_owned(),
        options: &["--locked"],
    };
    let driver = driver.install(workspace)?;
    report::line(&format!("browser: {}, driver: {}", browser.display(), driver.display()));
    run::path_with(driver.parent().unwrap_or(Path::new(".")))
}

/// Makes sure that the driver of `WebKitGTK` and a screen for its browser are in PATH, by apt-get where they are not.
pub fn install_webkit() -> Result<()> {
    let packages = ["webkit2gtk-driver", "xvfb"];
    let find = || Some((run::find("WebKitWebDriver")?, run::find("Xvfb")?));
    let (driver, screen) = find_or_install("WebKitGTK's driver and a screen", &packages, find)?;
    report::line(&format!("driver: {}, screen: {}", driver.display(), screen.display()));
    Ok(())
}

fn find_one(names: &[&str]) -> Option<PathBuf> {
    names.iter().find_map(|name| run::find(name))
}

/// What `find` finds, after installing Debian's packages where it finds nothing.
fn find_or_install<T>(what: &str, packages: &[&str], find: impl Fn() -> Option<T>) -> Result<T> {
    if let Some(found) = find() {
        return Ok(found);
    }
    let by_hand = format!("sudo apt-get install {}", packages.join(" "));
    if run::find("apt-get").is_none() {
        bail!("the browser tests need {what} in PATH; on Debian and Ubuntu: {by_hand}");
    }
    report::line(&format!("not here yet: {what}; installing"));
    let install = [&["install", "--yes", "--no-install-recommends"], packages].concat();
    apt_get(&["update"])
        .and_then(|()| apt_get(&install))
        .with_context(|| format!("{what} could not be installed; to do it by hand: {by_hand}"))?;
    find().with_context(|| format!("{} are installed, but not in PATH", packages.join(" and ")))
}

/// Runs apt-get as root: directly, or by a sudo that asks no question.
fn apt_get(arguments: &[&str]) -> Result<()> {
    let is_root = run::output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    let mut command = Command::new(if is_root { "apt-get" } else { "sudo" });
    if !is_root {
        command.args(["-n", "apt-get"]);
    }
    run::run(command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
}
