//! The commands of the README. `cargo xtask` without arguments lists them.

mod arguments;
mod bench;
mod demo;
mod dev;
mod fuzz;
mod release;
mod test;

use anyhow::{Context, Result};
use std::process::ExitCode;
use xtask::report;
use xtask::workspace::Workspace;

const HELP: &str = "\
Usage: cargo xtask COMMAND

  demo   set up all that building needs, build, make a demo root and serve it
  build  set up all that building needs and build the release binary, user interface inside
  wheel  pack the release binary into a Python wheel, for machines that compile nothing
  test   set up all that testing needs and run every check and test
  dev    serve with both sides rebuilt and reloaded on every change
  fuzz   run every reader of annotation files on bytes made up to break it
  bench  measure building and searching beside SQLite FTS5, DuckDB FTS and tantivy's Python package

`cargo xtask COMMAND --help` tells more. What is missing on the machine is installed where possible:
tools into a cache folder of yours, never over what you have; Chromium (for `test` only) by apt-get.";

/// A command by its name.
struct Task {
    name: &'static str,
    /// What `--help` prints; none where the command answers that itself.
    help: Option<&'static str>,
    run: fn(&Workspace, &[String]) -> Result<()>,
}

const TASKS: [Task; 7] = [
    Task { name: "demo", help: Some(demo::HELP), run: demo::demo },
    Task { name: "build", help: Some(release::BUILD_HELP), run: release::build },
    Task { name: "wheel", help: Some(release::WHEEL_HELP), run: release::wheel },
    Task { name: "test", help: Some(test::HELP), run: test::test },
    Task { name: "dev", help: Some(dev::HELP), run: dev::dev },
    Task { name: "fuzz", help: Some(fuzz::HELP), run: fuzz::fuzz },
    Task { name: "bench", help: None, run: bench::bench },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    report::exit_code(run(&arguments))
}

fn run(arguments: &[String]) -> Result<()> {
    let (name, rest) = match arguments.split_first() {
        None => ("help", arguments),
        Some((name, rest)) => (name.as_str(), rest),
    };
    if ["help", "--help", "-h"].contains(&name) {
        report::line(HELP);
        return Ok(());
    }
    let task = TASKS.iter().find(|task| task.name == name);
    let task = task.with_context(|| format!("there is no command `{name}`\n\n{HELP}"))?;
    match task.help {
        Some(help) if arguments::wants_help(rest) => report::line(help),
        _ => (task.run)(&Workspace::find(), rest)?,
    }
    Ok(())
}
