//! `cargo xtask test`: every check and test, step by step.

mod plan;
mod steps;

use crate::arguments::option;
use crate::report;
use crate::workspace::Workspace;
use anyhow::{Result, bail};
use plan::{Outcome, plan, run_steps};
use steps::STEPS;

pub(crate) const HELP: &str = "\
Usage: cargo xtask test [--list] [--only STEP]…

Sets up all that testing needs and runs every check and test; a failure does not keep the others from running.
  --list       the steps by name
  --only STEP  only this step, and those that it needs";

pub(crate) fn test(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let mut only = Vec::new();
    let mut left = arguments.iter();
    while let Some(argument) = left.next() {
        if argument == "--list" {
            for step in STEPS {
                report::line(&format!("{:12} {}", step.name, step.does));
            }
            return Ok(());
        }
        let Some(name) = option("--only", argument, &mut left)? else {
            bail!("`{argument}` is not known here\n\n{HELP}");
        };
        only.push(name);
    }
    let outcomes = run_steps(&plan(STEPS, &only)?, workspace);
    report::headline("summary");
    for (step, outcome) in &outcomes {
        report::line(&format!("{:12} {outcome}", step.name));
    }
    if outcomes.iter().all(|(_, outcome)| matches!(outcome, Outcome::Passed(_))) {
        return Ok(());
    }
    bail!("not everything passed; `cargo xtask test --only STEP` runs one step again")
}
