//! The commands of the README. `cargo xtask` without arguments lists them.

mod cluster;
mod dev;
mod fuzz;
mod release;
mod test;

use anyhow::{Context, Result, bail};
use std::os::unix::process::CommandExt;
use std::process::ExitCode;
use xtask::report;
use xtask::workspace::Workspace;

const HELP: &str = "\
Usage: cargo xtask COMMAND

  demo     set up all that building needs, build, make a demo root and serve it
  build    set up all that building needs and build the release binary, user interface inside
  wheel    pack the release binary into a Python wheel, for machines that compile nothing
  test     set up all that testing needs and run every check and test
  dev      serve with both sides rebuilt and reloaded on every change
  fuzz     run every reader of annotation files on bytes made up to break it
  cluster  run an OpenSearch cluster on this machine, for the engine of many machines
  bench    measure building and searching beside SQLite FTS5, DuckDB FTS and tantivy's Python package

`cargo xtask COMMAND --help` tells more. What is missing on the machine is installed where possible:
tools into a cache folder of yours, never over what you have; Chromium (for `test` only) by apt-get.";

/// A command by its name.
struct Task {
    name: &'static str,
    /// What `--help` prints; none where the command answers that itself.
    help: Option<&'static str>,
    run: fn(&Workspace, &[String]) -> Result<()>,
}

const TASKS: [Task; 8] = [
    Task { name: "demo", help: Some(dev::DEMO_HELP), run: dev::demo },
    Task { name: "build", help: Some(release::BUILD_HELP), run: release::build },
    Task { name: "wheel", help: Some(release::WHEEL_HELP), run: release::wheel },
    Task { name: "test", help: Some(test::HELP), run: test::test },
    Task { name: "dev", help: Some(dev::DEV_HELP), run: dev::dev },
    Task { name: "fuzz", help: Some(fuzz::HELP), run: fuzz::fuzz },
    Task { name: "cluster", help: Some(cluster::HELP), run: cluster::cluster },
    Task { name: "bench", help: None, run: bench },
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
        Some(help) if wants_help(rest) => report::line(help),
        _ => (task.run)(&Workspace::find(), rest)?,
    }
    Ok(())
}

/// Whether the arguments before a `--` ask for help.
fn wants_help(arguments: &[String]) -> bool {
    arguments
        .iter()
        .take_while(|argument| *argument != "--")
        .any(|argument| argument == "--help" || argument == "-h")
}

/// The value of `--name VALUE` or `--name=VALUE` when `argument` is that option, taken from `rest` where needed.
fn option<'a>(
    name: &str,
    argument: &'a str,
    rest: &mut impl Iterator<Item = &'a String>,
) -> Result<Option<&'a str>> {
    let Some(tail) = argument.strip_prefix(name) else { return Ok(None) };
    if let Some(value) = tail.strip_prefix('=') {
        return Ok(Some(value));
    }
    if !tail.is_empty() {
        return Ok(None);
    }
    rest.next().map(|value| Some(value.as_str())).with_context(|| format!("`{name}` needs a value"))
}

/// Fails when a command that takes no arguments got some.
fn expect_none(arguments: &[String]) -> Result<()> {
    match arguments.first() {
        Some(argument) => bail!("`{argument}` is not known here; `--help` lists what is"),
        None => Ok(()),
    }
}

fn bench(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    // The caller's folder, which paths among the arguments may be relative to.
    let folder = std::env::current_dir()?;
    let mut cargo = workspace.cargo(&["run", "--quiet", "--release", "--package", "blendscope-bench", "--"]);
    let error = cargo.args(arguments).current_dir(folder).exec();
    Err(error).context("failed to start cargo")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_takes_its_value_with_or_without_an_equals_sign() {
        let rest = ["7000".to_owned()];
        let none: [String; 0] = [];
        assert_eq!(option("--port", "--port=80", &mut none.iter()).unwrap(), Some("80"));
        assert_eq!(option("--port", "--port", &mut rest.iter()).unwrap(), Some("7000"));
        assert_eq!(option("--port", "--portly", &mut rest.iter()).unwrap(), None);
        assert!(option("--port", "--port", &mut none.iter()).is_err());
    }

    #[test]
    fn help_behind_a_double_dash_is_not_ours() {
        let arguments = ["--".to_owned(), "--help".to_owned()];
        assert!(!wants_help(&arguments));
        assert!(wants_help(&arguments[1..]));
    }
}
