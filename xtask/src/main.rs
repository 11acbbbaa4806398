//! The commands of the README. `cargo xtask` without arguments lists them.
//!
//! Only the standard library and `anyhow`: everybody's first command waits for this to compile.

mod arguments;
mod bench;
mod binary;
mod build;
mod demo;
mod demo_root;
mod dev;
mod fuzz;
mod report;
mod run;
mod test;
mod tools;
mod ui;
mod workspace;

use anyhow::{Context, Result};
use std::process::ExitCode;
use workspace::Workspace;

const HELP: &str = "\
Usage: cargo xtask COMMAND

  demo   set up all that building needs, build, make a demo root and serve it
  build  set up all that building needs and build the release binary, user interface inside
  test   set up all that testing needs and run every check and test
  dev    serve with both sides rebuilt and reloaded on every change
  fuzz   run every reader of annotation files on bytes made up to break it
  bench  measure building and searching beside SQLite FTS5, DuckDB FTS and tantivy's Python package

`cargo xtask COMMAND --help` tells more. What is missing on the machine is installed where possible:
tools into a cache folder of yours, never over what you have; Chromium (for `test` only) by apt-get.";

/// A command by its name.
struct Task {
    name: &'static str,
    help: &'static str,
    run: fn(&Workspace, &[String]) -> Result<()>,
}

const TASKS: [Task; 6] = [
    Task { name: "demo", help: demo::HELP, run: demo::demo },
    Task { name: "build", help: build::HELP, run: build::build },
    Task { name: "test", help: test::HELP, run: test::test },
    Task { name: "dev", help: dev::HELP, run: dev::dev },
    Task { name: "fuzz", help: fuzz::HELP, run: fuzz::fuzz },
    Task { name: "bench", help: bench::HELP, run: bench::bench },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::error(&error);
            ExitCode::FAILURE
        }
    }
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
    if arguments::wants_help(rest) {
        report::line(task.help);
        return Ok(());
    }
    (task.run)(&Workspace::find(), rest)
}
