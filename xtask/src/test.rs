//! `cargo xtask test`: every check and test, step by step.

use crate::cluster::run_beside;
use crate::option;
use crate::release::{build_wheel, install_wheel};
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};
use xtask::browsers::{install_chromium, install_firefox, install_webkit};
use xtask::build::build_ui;
use xtask::opensearch::Distribution;
use xtask::report;
use xtask::run::run;
use xtask::tools::{UiTools, fetch_crates};
use xtask::workspace::Workspace;

pub(crate) const HELP: &str = "\
Usage: cargo xtask test [--all] [--list] [--only STEP]…

Sets up all that testing needs and runs every check and test; a failure does not keep the others from running.
  --all        what takes long too, as continuous integration does: other browsers, an index in a cluster, and the same
               tests on the release binary in the Python wheel
  --list       the steps by name
  --only STEP  only this step, and those that it needs";

/// A part of the tests that can be run by itself.
struct Step {
    /// Name on the command line.
    name: &'static str,
    /// What it does, for people.
    does: &'static str,
    /// Steps that have to succeed before, all of them earlier in the list.
    needs: &'static [&'static str],
    /// Whether only `--all` runs it, because it takes long.
    is_extra: bool,
    /// Does it.
    run: fn(&Workspace) -> Result<()>,
}

impl Step {
    const fn new(
        name: &'static str,
        does: &'static str,
        needs: &'static [&'static str],
        run: fn(&Workspace) -> Result<()>,
    ) -> Self {
        Self { name, does, needs, is_extra: false, run }
    }

    const fn extra(self) -> Self {
        Self { is_extra: true, ..self }
    }
}

/// All steps, in the order they run in: what is quick to fail comes first.
const STEPS: &[Step] = &[
    Step::new("fmt", "is all code formatted?", &[], format),
    Step::new("tools", "what building the user interface needs", &[], tools),
    Step::new("chromium", "the browser and its driver", &[], |_| install_chromium()),
    Step::new("clippy", "lints of all native code", &[], clippy),
    Step::new("clippy-wasm", "lints of the front end", &["tools"], clippy_wasm),
    Step::new("compile", "everything, tests included", &[], compile),
    Step::new("unit", "the tests beside the code, and the examples in its documents", &["compile"], unit),
    Step::new("ui", "build the user interface", &["tools"], build_ui),
    Step::new("api", "the binary as programs use it", &["compile", "ui"], |workspace| {
        boundary(workspace, &["api"], None)
    }),
    Step::new("browser", "the binary as people use it", &["compile", "ui", "chromium"], |workspace| {
        boundary(workspace, &["browser"], None)
    }),
    Step::new("screenshots", "what the pages look like", &["compile", "ui", "chromium"], |workspace| {
        boundary(workspace, &["screenshots"], None)
    })
    .extra(),
    Step::new("firefox", "the main flows in Firefox", &["compile", "ui"], firefox).extra(),
    Step::new("webkit", "the main flows in the engine of Safari", &["compile", "ui"], webkit).extra(),
    Step::new(
        "cluster",
        "an index in an OpenSearch cluster, nodes that end included",
        &["compile", "ui"],
        cluster,
    )
    .extra(),
    Step::new("wheel", "all of that on the release binary in a Python wheel", &["ui", "chromium"], wheel)
        .extra(),
];

/// What is asked for.
#[derive(Default)]
struct Wanted<'a> {
    all: bool,
    list: bool,
    only: Vec<&'a str>,
}

pub(crate) fn test(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let wanted = wanted(arguments)?;
    if wanted.list {
        for step in STEPS {
            let note = if step.is_extra { " (with --all)" } else { "" };
            report::line(&format!("{:12} {}{note}", step.name, step.does));
        }
        return Ok(());
    }
    let outcomes = run_steps(&plan(STEPS, &wanted)?, workspace);
    report::headline("summary");
    for (step, outcome) in &outcomes {
        report::line(&format!("{:12} {outcome}", step.name));
    }
    if outcomes.iter().all(|(_, outcome)| matches!(outcome, Outcome::Passed(_) | Outcome::Skipped)) {
        return Ok(());
    }
    bail!("not everything passed; `cargo xtask test --only STEP` runs one step again")
}

fn wanted(arguments: &[String]) -> Result<Wanted<'_>> {
    let mut wanted = Wanted::default();
    let mut left = arguments.iter();
    while let Some(argument) = left.next() {
        if argument == "--all" {
            wanted.all = true;
        } else if argument == "--list" {
            wanted.list = true;
        } else if let Some(name) = option("--only", argument, &mut left)? {
            wanted.only.push(name);
        } else {
            bail!("`{argument}` is not known here\n\n{HELP}");
        }
    }
    Ok(wanted)
}

/// The wanted steps and all that they need, in order.
fn plan<'a>(steps: &'a [Step], wanted: &Wanted<'_>) -> Result<Vec<&'a Step>> {
    let mut names = wanted.only.clone();
    if names.is_empty() {
        names.extend(steps.iter().filter(|step| wanted.all || !step.is_extra).map(|step| step.name));
    }
    let mut next = 0;
    while let Some(name) = names.get(next) {
        let step = steps.iter().find(|step| step.name == *name);
        let step = step.with_context(|| format!("there is no step `{name}`; `--list` shows them"))?;
        names.extend(step.needs);
        next += 1;
    }
    Ok(steps.iter().filter(|step| names.contains(&step.name)).collect())
}

/// What became of a step.
enum Outcome {
    Passed(Duration),
    Failed(Duration),
    /// Not run, as this step that it needs did not pass.
    Left(&'static str),
    /// Not run, as what it needs is not on this machine and cannot be had.
    Skipped,
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed(time) => write!(formatter, "passed   {}", report::duration(*time)),
            Self::Failed(time) => write!(formatter, "FAILED   {}", report::duration(*time)),
            Self::Skipped => formatter.write_str("SKIPPED  as this machine has not what it needs; see above"),
            Self::Left(needed) => write!(formatter, "NOT RUN  as `{needed}` did not pass"),
        }
    }
}

/// Runs steps one after the other, telling about each.
fn run_steps<'a>(steps: &[&'a Step], workspace: &Workspace) -> Vec<(&'a Step, Outcome)> {
    let mut outcomes: Vec<(&Step, Outcome)> = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        report::headline(&format!("{}/{} {}: {}", index + 1, steps.len(), step.name, step.does));
        let stopped_by = outcomes.iter().find(|(before, outcome)| {
            step.needs.contains(&before.name) && !matches!(outcome, Outcome::Passed(_))
        });
        let outcome = match stopped_by {
            Some((needed, _)) => Outcome::Left(needed.name),
            None => run_step(step, workspace),
        };
        report::line(&format!("{}: {outcome}", step.name));
        outcomes.push((step, outcome));
    }
    outcomes
}

fn run_step(step: &Step, workspace: &Workspace) -> Outcome {
    let start = Instant::now();
    match (step.run)(workspace) {
        Ok(()) => Outcome::Passed(start.elapsed()),
        Err(error) if error.is::<CannotBeHad>() => {
            report::error(&error);
            Outcome::Skipped
        }
        Err(error) => {
            report::error(&error);
            Outcome::Failed(start.elapsed())
        }
    }
}

fn format(workspace: &Workspace) -> Result<()> {
    run(&mut workspace.cargo(&["fmt", "--all", "--check"]))
}

fn tools(workspace: &Workspace) -> Result<()> {
    fetch_crates(workspace)?;
    UiTools::install(workspace).map(drop)
}

fn clippy(workspace: &Workspace) -> Result<()> {
    let packages = ["--workspace", "--exclude", "blendscope-frontend", "--exclude", "blendscope-tools"];
    run(workspace.cargo(&["clippy", "--all-targets"]).args(packages).args(["--", "-D", "warnings"]))
}

fn clippy_wasm(workspace: &Workspace) -> Result<()> {
    let arguments = [
        "clippy",
        "--package",
        "blendscope-frontend",
        "--package",
        "blendscope-tools",
        "--all-features",
        "--target",
        "wasm32-unknown-unknown",
    ];
    run(workspace.cargo(&arguments).args(["--", "-D", "warnings"]))
}

/// Compiles all that is run, by one command: with the same packages selected, cargo picks the same features of every
/// dependency, and compiles each only once. So all commands below have `--workspace` too.
fn compile(workspace: &Workspace) -> Result<()> {
    run(&mut workspace.cargo(&["build", "--workspace", "--all-targets"]))
}

fn unit(workspace: &Workspace) -> Result<()> {
    run(&mut workspace.cargo(&["test", "--workspace", "--no-fail-fast", "--lib", "--bins"]))?;
    run(&mut workspace.cargo(&["test", "--workspace", "--no-fail-fast", "--doc"]))
}

/// Runs test targets that start the real binary: the debug build, which is compiled anyway and checks more while it runs,
/// or another one.
fn boundary(workspace: &Workspace, targets: &[&str], binary: Option<&Path>) -> Result<()> {
    let mut command = workspace.cargo(&["test", "--workspace", "--no-fail-fast"]);
    command.args(targets.iter().flat_map(|target| ["--test", target]));
    if let Some(binary) = binary {
        command.env("BLENDSCOPE_BINARY", binary);
    }
    run(&mut command)
}

/// What a step needs cannot be had on this machine: why, and what to do about it.
#[derive(Debug)]
struct CannotBeHad(String);

impl fmt::Display for CannotBeHad {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for CannotBeHad {}

/// Tests that only Chromium can run: fingers, the wheel, colour schemes and small screens come over its own protocol.
const ONLY_IN_CHROMIUM: [&str; 10] = [
    "appearance::",
    "drawer::a_phone_shows_a_sheet_that_is_swiped_away",
    "facets::a_click_on_a_bar_and_a_drag_over_several_are_ranges",
    "home::the_blend_has_its_legend_on_a_phone",
    "samples::pictures_are_looked_at_closely_and_a_drag_ends_where_it_ends",
    "samples::two_fingers_zoom_and_a_double_tap_fits",
    "samples::a_text_is_plain_and_says_so_when_what_reads_markdown_does_not_arrive",
    "tools::a_checker_of_accessibility_finds_nothing",
    "tools::a_page_whose_module_does_not_arrive_says_so",
    "searching::the_first_samples_stand_where_they_stay_before_the_application_runs",
];

fn firefox(workspace: &Workspace) -> Result<()> {
    let path = install_firefox(workspace).map_err(|error| CannotBeHad(format!("{error:#}")))?;
    flows(workspace, "firefox", Some(path))
}

fn webkit(workspace: &Workspace) -> Result<()> {
    install_webkit().map_err(|error| CannotBeHad(format!("{error:#}")))?;
    flows(workspace, "webkit", None)
}

/// Runs the browser tests in another browser than Chromium.
fn flows(workspace: &Workspace, browser: &str, path: Option<OsString>) -> Result<()> {
    let mut command = workspace.cargo(&["test", "--workspace", "--no-fail-fast", "--test", "browser", "--"]);
    command.args(ONLY_IN_CHROMIUM.iter().flat_map(|name| ["--skip", name]));
    command.env("BLENDSCOPE_BROWSER", browser).envs(path.map(|path| ("PATH", path)));
    run(&mut command)
}

/// Starts a cluster and runs the tests with an index in it.
fn cluster(workspace: &Workspace) -> Result<()> {
    let distribution = Distribution::install().map_err(|error| CannotBeHad(format!("{error:#}")))?;
    let suite = ["test", "--workspace", "--lib", "--", "answers_are_those_of_a_plain_scan"];
    let boundary = ["test", "--workspace", "--test", "cluster", "--", "--test-threads=1"];
    run_beside(&distribution, &mut [workspace.cargo(&suite), workspace.cargo(&boundary)])
}

/// Builds the wheel, installs it, and runs the same tests on what is installed.
fn wheel(workspace: &Workspace) -> Result<()> {
    let wheel = build_wheel(workspace)?;
    let installed = install_wheel(workspace, &wheel)?;
    boundary(workspace, &["wheel", "api", "browser"], Some(&installed))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 4] = [
        Step::new("paint", "", &[], |_| bail!("no paint")),
        Step::new("hang", "", &["paint"], |_| Ok(())),
        Step::new("sweep", "", &[], |_| Ok(())),
        Step::new("frame", "", &["sweep"], |_| Ok(())).extra(),
    ];

    fn planned(arguments: &[&str]) -> Result<Vec<&'static str>> {
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Ok(plan(&STEPS, &wanted(&arguments)?)?.iter().map(|step| step.name).collect())
    }

    #[test]
    fn a_step_brings_what_it_needs() {
        assert_eq!(planned(&[]).unwrap(), ["paint", "hang", "sweep"]);
        assert_eq!(planned(&["--all"]).unwrap(), ["paint", "hang", "sweep", "frame"]);
        assert_eq!(planned(&["--only", "hang"]).unwrap(), ["paint", "hang"]);
        assert_eq!(planned(&["--only=frame"]).unwrap(), ["sweep", "frame"]);
        assert!(planned(&["--only", "dance"]).is_err());
    }

    #[test]
    fn a_failure_stops_only_what_needs_it() {
        let all: Vec<&Step> = STEPS.iter().collect();
        let outcomes = run_steps(&all, &Workspace::find());
        assert!(matches!(outcomes[0].1, Outcome::Failed(_)));
        assert!(matches!(outcomes[1].1, Outcome::Left("paint")));
        assert!(matches!(outcomes[2].1, Outcome::Passed(_)));
    }
}
