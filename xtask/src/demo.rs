//! `cargo xtask demo`: from a fresh clone to a page in the browser.

use crate::arguments::option;
use anyhow::{Context, Result, bail};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::build::build_release;
use xtask::workspace::Workspace;
use xtask::{report, run};

pub(crate) const HELP: &str = "\
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
            bail!("`{argument}` is not known here\n\n{HELP}");
        }
    }
    Ok(options)
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
