//! `cargo xtask demo`: from a fresh clone to a page in the browser; `cargo xtask dev`: both sides rebuilt and reloaded on every
//! change.

use crate::option;
use anyhow::{Context, Result, bail};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, SystemTime};
use xtask::build::{Profile, build_binary, build_release, files_below};
use xtask::tools::{UiTools, fetch_crates};
use xtask::workspace::Workspace;
use xtask::{report, run};

pub(crate) const DEMO_HELP: &str = "\
Usage: cargo xtask demo [--port PORT | --listen ADDRESS:PORT] [-- OPTIONS OF `blendscope serve`]

Sets up all that building needs, builds the release binary, makes a demo root in demo-data/ and serves it.
The first run takes as long as compiling takes; later ones start at once.";

pub(crate) fn demo(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let options = serve_options(arguments)?;
    let binary = build_release(workspace)?;
    let root = report::step("making a demo root in demo-data/", || make_demo_root(workspace, &binary))?;
    report::headline("serving it; ctrl-c ends");
    // In place of this process, so that whoever stops it stops the server.
    let error = Command::new(&binary).arg("serve").arg(&root).args(options).exec();
    Err(error).with_context(|| format!("failed to start {}", binary.display()))
}

/// Lets the binary write the demo root, which it does at once when the root is there, and says where it is.
pub(crate) fn make_demo_root(workspace: &Workspace, binary: &Path) -> Result<PathBuf> {
    let root = workspace.join("demo-data");
    run::run(Command::new(binary).arg("demo").arg(&root))?;
    Ok(root)
}

/// The options handed on to `blendscope serve`.
fn serve_options(arguments: &[String]) -> Result<Vec<String>> {
    let mut options = Vec::new();
    let mut left = arguments.iter();
    while let Some(argument) = left.next() {
        if argument == "--" {
            options.extend(left.by_ref().cloned());
        } else if let Some(port) = option("--port", argument, &mut left)? {
            options.extend(["--listen".to_owned(), format!("127.0.0.1:{port}")]);
        } else if let Some(address) = option("--listen", argument, &mut left)? {
            options.extend(["--listen".to_owned(), address.to_owned()]);
        } else {
            bail!("`{argument}` is not known here\n\n{DEMO_HELP}");
        }
    }
    Ok(options)
}

pub(crate) const DEV_HELP: &str = "\
Usage: cargo xtask dev [ROOT]

Serves ROOT (else the demo root) on http://127.0.0.1:8080 from debug builds. The page reloads when the front end
changes, the server restarts when its sources change. Ctrl-c ends both.";

/// What the server is made of.
const SOURCES: [&str; 4] = ["backend", "shared", "Cargo.toml", "Cargo.lock"];

/// Where Trunk.toml expects the server.
const LISTEN: &str = "127.0.0.1:7878";

pub(crate) fn dev(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    if arguments.len() > 1 || arguments.iter().any(|argument| argument.starts_with('-')) {
        bail!("one root at most\n\n{DEV_HELP}");
    }
    fetch_crates(workspace)?;
    let tools = UiTools::install(workspace)?;
    let mut built_from = last_change(workspace)?;
    let binary = build_binary(workspace, Profile::Debug)?;
    let root = match arguments.first() {
        Some(root) => PathBuf::from(root),
        None => make_demo_root(workspace, &binary)?,
    };
    let mut server = Stopped::start(&binary, &root)?;
    let mut trunk = tools.trunk(workspace, &["serve", "--offline", "--features", "gallery"])?;
    let mut trunk = Stopped(trunk.spawn().context("failed to start trunk")?);
    loop {
        std::thread::sleep(Duration::from_secs(1));
        if let Some(status) = trunk.0.try_wait()? {
            bail!("trunk ended ({status})");
        }
        let change = last_change(workspace)?;
        if change == built_from {
            continue;
        }
        built_from = change;
        report::headline("the server's sources changed");
        match build_binary(workspace, Profile::Debug) {
            Ok(binary) => {
                drop(server);
                server = Stopped::start(&binary, &root)?;
            }
            Err(error) => report::line(&format!("{error}; the server of before runs on")),
        }
    }
}

/// When the youngest source was changed.
fn last_change(workspace: &Workspace) -> Result<SystemTime> {
    let mut last = SystemTime::UNIX_EPOCH;
    for source in SOURCES {
        for file in files_below(&workspace.join(source))? {
            // A file that an editor just replaced may be gone for a moment.
            if let Ok(changed) = file.metadata().and_then(|metadata| metadata.modified()) {
                last = last.max(changed);
            }
        }
    }
    Ok(last)
}

/// A process that is asked to end when this is dropped, and waited for.
pub(crate) struct Stopped(pub(crate) Child);

impl Stopped {
    fn start(binary: &Path, root: &Path) -> Result<Self> {
        let mut command = Command::new(binary);
        command.arg("serve").arg(root).args(["--listen", LISTEN]);
        Ok(Self(command.spawn().with_context(|| format!("failed to start {}", binary.display()))?))
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        // The polite signal, so that the server commits what it has read.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_handed_on() {
        let arguments = ["--port", "8080", "--", "--token", "t"].map(str::to_owned);
        assert_eq!(serve_options(&arguments).unwrap(), ["--listen", "127.0.0.1:8080", "--token", "t"]);
        assert!(serve_options(&["--prot".to_owned()]).is_err());
    }
}
