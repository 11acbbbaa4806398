//! `cargo xtask dev`: both sides rebuilt and reloaded on every change.
//!
//! Trunk watches and serves the front end and hands `/api` and `/images` on to the server; here the server's sources
//! are watched. Ctrl-c reaches every process in the terminal's group and so ends all three.

use crate::demo::make_demo_root;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, SystemTime};
use xtask::build::{Profile, build_binary, files_below};
use xtask::report;
use xtask::tools::{UiTools, fetch_crates};
use xtask::workspace::Workspace;

pub(crate) const HELP: &str = "\
Usage: cargo xtask dev [ROOT]

Serves ROOT (else the demo root) on http://127.0.0.1:8080 from debug builds. The page reloads when the front end
changes, the server restarts when its sources change. Ctrl-c ends both.";

/// What the server is made of.
const SOURCES: [&str; 4] = ["backend", "shared", "Cargo.toml", "Cargo.lock"];

/// Where Trunk.toml expects the server.
const LISTEN: &str = "127.0.0.1:7878";

pub(crate) fn dev(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    if arguments.len() > 1 || arguments.iter().any(|argument| argument.starts_with('-')) {
        bail!("one root at most\n\n{HELP}");
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
struct Stopped(Child);

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
