//! `cargo xtask fuzz`: every reader on bytes that libFuzzer makes up, led by what they reach in the code.
//!
//! Stable Rust can do this: the compiler's coverage pass is asked for by flags, and libFuzzer comes as a crate.

mod build;
mod outcome;
mod run;

use crate::arguments::option;
use crate::report;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use build::build_fuzzer;
use outcome::Outcome;
use run::run_target;
use std::time::Duration;

pub(crate) const HELP: &str = "\
Usage: cargo xtask fuzz [TARGET…] [--minutes N]

Builds the fuzzer and lets each target (default: all) run for N minutes (default: 10) or until it crashes. A crash is
a panic, a broken law, more than one second or more than 10 MB (300 MB for the decoders of parquet and Arrow) for one
input of at most 1 MB. Inputs that crash are kept in target/fuzz/crashes/TARGET and are the first to be tried the next time; what was learnt is kept in
target/fuzz/corpus/TARGET, what was said in target/fuzz/logs.
Needs Linux and a C++ compiler.";

/// The targets, as `fuzz/targets/src/lib.rs` names them.
const TARGETS: [&str; 19] = [
    "json_array",
    "json_lines",
    "json_object",
    "coco",
    "gzip",
    "zstd",
    "record",
    "sniff",
    "boxes",
    "id_list",
    "pickle",
    "parquet",
    "arrow",
    "csv",
    "tar",
    "tar_gzip",
    "tar_zstd",
    "archive",
    "picture",
];

/// What is asked for.
struct Wanted<'a> {
    targets: Vec<&'a str>,
    time: Duration,
}

pub(crate) fn fuzz(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let wanted = wanted(arguments)?;
    report::headline("building the fuzzer");
    let fuzzer = build_fuzzer(workspace)?;
    let mut outcomes = Vec::new();
    for (index, target) in wanted.targets.iter().enumerate() {
        let time = report::duration(wanted.time);
        report::headline(&format!("{}/{} {target}, {time}", index + 1, wanted.targets.len()));
        let outcome = run_target(workspace, &fuzzer, target, wanted.time)?;
        report::line(&outcome.row());
        outcomes.push(outcome);
    }
    report::headline("summary");
    report::line(Outcome::HEADER);
    for outcome in &outcomes {
        report::line(&outcome.row());
    }
    match outcomes.iter().filter(|outcome| outcome.crashed()).count() {
        0 => Ok(()),
        crashed => {
            bail!("{crashed} of {} targets crashed; the inputs are in target/fuzz/crashes", outcomes.len())
        }
    }
}

fn wanted(arguments: &[String]) -> Result<Wanted<'_>> {
    let mut wanted = Wanted { targets: Vec::new(), time: Duration::from_mins(10) };
    let mut left = arguments.iter();
    while let Some(argument) = left.next() {
        if let Some(minutes) = option("--minutes", argument, &mut left)? {
            let minutes: f64 =
                minutes.parse().with_context(|| format!("`{minutes}` is not a number of minutes"))?;
            wanted.time =
                Duration::try_from_secs_f64(minutes * 60.0).context("that many minutes cannot be")?;
        } else if TARGETS.contains(&argument.as_str()) {
            wanted.targets.push(argument);
        } else {
            bail!("there is no target `{argument}`; there are {}", TARGETS.join(", "));
        }
    }
    if wanted.targets.is_empty() {
        wanted.targets = TARGETS.to_vec();
    }
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_and_time_are_taken() {
        let arguments = ["tar", "--minutes", "0.5", "record"].map(str::to_owned);
        let some = wanted(&arguments).unwrap();
        assert_eq!((some.targets, some.time), (vec!["tar", "record"], Duration::from_secs(30)));
        assert_eq!(wanted(&[]).unwrap().targets, TARGETS);
        for bad in [["rar", "tar"], ["--minutes", "-1"], ["--minutes", "ten"]] {
            assert!(wanted(&bad.map(str::to_owned)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_targets_are_those_of_the_backend() {
        let source = std::fs::read_to_string(Workspace::find().join("fuzz/targets/src/lib.rs")).unwrap();
        let names: Vec<&str> =
            source.split("Target { name: \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(names, TARGETS);
    }
}
