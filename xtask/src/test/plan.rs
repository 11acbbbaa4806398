//! Which steps run in which order, and what became of them.

use crate::report;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fmt;
use std::time::{Duration, Instant};

/// A part of the tests that can be run by itself.
pub(crate) struct Step {
    /// Name on the command line.
    pub(crate) name: &'static str,
    /// What it does, for people.
    pub(crate) does: &'static str,
    /// Steps that have to succeed before, all of them earlier in the list.
    pub(crate) needs: &'static [&'static str],
    /// Does it.
    pub(crate) run: fn(&Workspace) -> Result<()>,
}

/// What became of a step.
pub(crate) enum Outcome {
    Passed(Duration),
    Failed(Duration),
    /// Not run, as this step that it needs did not pass.
    Left(&'static str),
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed(time) => write!(formatter, "passed   {}", report::duration(*time)),
            Self::Failed(time) => write!(formatter, "FAILED   {}", report::duration(*time)),
            Self::Left(needed) => write!(formatter, "NOT RUN  as `{needed}` did not pass"),
        }
    }
}

/// The steps with the given names and all that they need, in order; every step when no name is given.
pub(crate) fn plan<'a>(steps: &'a [Step], only: &[&str]) -> Result<Vec<&'a Step>> {
    let mut wanted: Vec<&str> = only.to_vec();
    if only.is_empty() {
        wanted.extend(steps.iter().map(|step| step.name));
    }
    let mut next = 0;
    while let Some(name) = wanted.get(next) {
        let step = steps.iter().find(|step| step.name == *name);
        let step = step.with_context(|| format!("there is no step `{name}`; `--list` shows them"))?;
        wanted.extend(step.needs.iter().filter(|need| !only.contains(need)));
        next += 1;
    }
    Ok(steps.iter().filter(|step| wanted.contains(&step.name)).collect())
}

/// Runs steps one after the other, telling about each.
pub(crate) fn run_steps<'a>(steps: &[&'a Step], workspace: &Workspace) -> Vec<(&'a Step, Outcome)> {
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
        Err(error) => {
            report::error(&error);
            Outcome::Failed(start.elapsed())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    const STEPS: [Step; 3] = [
        Step { name: "paint", does: "", needs: &[], run: |_| bail!("no paint") },
        Step { name: "hang", does: "", needs: &["paint"], run: |_| Ok(()) },
        Step { name: "sweep", does: "", needs: &[], run: |_| Ok(()) },
    ];

    fn names(steps: &[&Step]) -> Vec<&'static str> {
        steps.iter().map(|step| step.name).collect()
    }

    #[test]
    fn a_step_brings_what_it_needs() {
        assert_eq!(names(&plan(&STEPS, &[]).unwrap()), ["paint", "hang", "sweep"]);
        assert_eq!(names(&plan(&STEPS, &["hang"]).unwrap()), ["paint", "hang"]);
        assert!(plan(&STEPS, &["dance"]).is_err());
    }

    #[test]
    fn a_failure_stops_only_what_needs_it() {
        let outcomes = run_steps(&plan(&STEPS, &[]).unwrap(), &Workspace::find());
        assert!(matches!(outcomes[0].1, Outcome::Failed(_)));
        assert!(matches!(outcomes[1].1, Outcome::Left("paint")));
        assert!(matches!(outcomes[2].1, Outcome::Passed(_)));
    }
}
