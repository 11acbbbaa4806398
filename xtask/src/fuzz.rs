//! `cargo xtask fuzz`: every reader on bytes that libFuzzer makes up, led by what they reach in the code.
//!
//! Stable Rust can do this: the compiler's coverage pass is asked for by flags, and libFuzzer comes as a crate.

use crate::option;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use xtask::workspace::Workspace;
use xtask::{report, run};

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

/// Counters at every edge of the code and of comparisons' operands, where libFuzzer looks for them. One unit of code
/// per crate, because the linker drops counters whose unit seems unused.
const COVERAGE: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// Bytes of the longest input.
const LONGEST_INPUT: usize = 1 << 20;

/// Seconds on the wall after which an input is taken to never end. The rule of one second is kept by the fuzzer itself,
/// by the processor's clock.
const NEVER_ENDS: u64 = 60;

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

/// Builds the fuzzer and says where it is.
fn build_fuzzer(workspace: &Workspace) -> Result<PathBuf> {
    share_lock_file(workspace)?;
    let host = host()?;
    let target = workspace.target().join("fuzz").join("build");
    // With `--target`, the flags are not for build scripts, which have no libFuzzer to count for.
    let mut command = workspace.cargo(&["build", "--manifest-path", "fuzz/Cargo.toml", "--target", &host]);
    command.arg("--target-dir").arg(&target);
    command.env_remove("RUSTFLAGS").env("CARGO_ENCODED_RUSTFLAGS", COVERAGE.join("\x1f"));
    run::run(&mut command).context("the fuzzer could not be built; a C++ compiler has to be there")?;
    Ok(target.join(host).join("debug").join("blendscope-fuzz"))
}

/// Gives the fuzzer the dependencies of the workspace in the same versions, again whenever they changed.
fn share_lock_file(workspace: &Workspace) -> Result<()> {
    let (ours, copy) = (workspace.join("Cargo.lock"), workspace.join("fuzz/Cargo.lock"));
    let changed = |path: &PathBuf| fs::metadata(path).and_then(|metadata| metadata.modified());
    let is_current = changed(&copy).is_ok_and(|copied| changed(&ours).is_ok_and(|ours| ours <= copied));
    if !is_current {
        fs::copy(&ours, &copy).with_context(|| format!("failed to write {}", copy.display()))?;
    }
    Ok(())
}

/// The machine's own target, such as `x86_64-unknown-linux-gnu`.
fn host() -> Result<String> {
    let about = run::output(Command::new("rustc").arg("-vV")).context("rustc does not run")?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say what machine this is")
}

/// The folders of a target.
struct Folders {
    corpus: PathBuf,
    crashes: PathBuf,
    scratch: PathBuf,
    log: PathBuf,
}

impl Folders {
    fn make(workspace: &Workspace, target: &str) -> Result<Self> {
        let fuzz = workspace.target().join("fuzz");
        let folders = Self {
            corpus: fuzz.join("corpus").join(target),
            crashes: fuzz.join("crashes").join(target),
            scratch: fuzz.join("scratch").join(target),
            log: fuzz.join("logs").join(format!("{target}.log")),
        };
        let logs = fuzz.join("logs");
        for folder in [&folders.corpus, &folders.crashes, &folders.scratch, &logs] {
            fs::create_dir_all(folder).with_context(|| format!("failed to make {}", folder.display()))?;
        }
        Ok(folders)
    }
}

/// Lets a target run for a time, or until it crashes.
fn run_target(workspace: &Workspace, fuzzer: &Path, target: &str, time: Duration) -> Result<Outcome> {
    let folders = Folders::make(workspace, target)?;
    let log = File::create(&folders.log)?;
    let status = command(fuzzer, target, time, &folders)
        .stdout(log.try_clone()?)
        .stderr(log)
        .status()
        .with_context(|| format!("failed to start {}", fuzzer.display()))?;
    let said = String::from_utf8_lossy(&fs::read(&folders.log)?).into_owned();
    fs::remove_dir_all(&folders.scratch)?;
    Ok(Outcome::read(target, status.success(), &said))
}

fn command(fuzzer: &Path, target: &str, time: Duration, folders: &Folders) -> Command {
    let mut command = Command::new(fuzzer);
    // What crashed before is tried first, and if it does no more it is as good a beginning as any.
    command.arg(&folders.corpus).arg(&folders.crashes);
    command.arg(format!("-max_len={LONGEST_INPUT}"));
    command.arg(format!("-max_total_time={}", time.as_secs().max(1)));
    command.arg(format!("-timeout={NEVER_ENDS}"));
    command.arg("-print_final_stats=1");
    let mut prefix = std::ffi::OsString::from("-artifact_prefix=");
    prefix.push(folders.crashes.join(""));
    command.arg(prefix);
    command.env("BLENDSCOPE_FUZZ_TARGET", target).env("BLENDSCOPE_FUZZ_SEEDS", &folders.corpus);
    command.env("TMPDIR", &folders.scratch);
    command
}

/// What came of a target.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    target: String,
    /// Inputs that were run.
    runs: u64,
    /// Inputs a second.
    per_second: u64,
    /// Edges of the code that were reached.
    coverage: u64,
    /// Why it ended early, and the file with the input.
    crash: Option<String>,
}

impl Outcome {
    /// What the columns of [`row`](Self::row) are.
    const HEADER: &str = "target              runs   runs/s  coverage  crashes";

    /// Reads libFuzzer's output.
    fn read(target: &str, succeeded: bool, said: &str) -> Self {
        let statistic = |name: &str| {
            let last = said.lines().rev().find_map(|line| line.strip_prefix(name));
            last.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
        };
        let coverage = said.lines().rev().find_map(|line| number_behind(line, " cov: "));
        Self {
            target: target.to_owned(),
            runs: statistic("stat::number_of_executed_units:"),
            per_second: statistic("stat::average_exec_per_sec:"),
            coverage: coverage.unwrap_or(0),
            crash: (!succeeded).then(|| crash(said)),
        }
    }

    /// Whether it crashed.
    fn crashed(&self) -> bool {
        self.crash.is_some()
    }

    /// A row of the table.
    fn row(&self) -> String {
        let crash = self.crash.as_deref().unwrap_or("none");
        format!("{:12}{:>12}{:>9}{:>10}  {crash}", self.target, self.runs, self.per_second, self.coverage)
    }
}

/// The message of a crash and the file it was kept in.
fn crash(said: &str) -> String {
    let mut lines = said.lines();
    let panic = lines.by_ref().find(|line| line.contains("panicked at")).and_then(|_| lines.next());
    let memory = || said.lines().find(|line| line.contains("bytes in use, where"));
    let fuzzer = || said.lines().find_map(|line| line.split("ERROR: libFuzzer: ").nth(1));
    let message = panic.or_else(memory).or_else(fuzzer).unwrap_or("it ended, see the log");
    match said.lines().find_map(|line| line.split("Test unit written to ").nth(1)) {
        Some(file) => format!("{message}: {file}"),
        None => message.to_owned(),
    }
}

fn number_behind(line: &str, name: &str) -> Option<u64> {
    line.split(name).nth(1)?.split_whitespace().next()?.parse().ok()
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

    #[test]
    fn what_libfuzzer_prints_is_parsed() {
        let fine = "#2\tINITED cov: 51 ft: 51\n#9\tDONE   cov: 1309 ft: 5695 corp: 567\n\
            stat::number_of_executed_units: 4235\nstat::average_exec_per_sec:     201\n";
        let outcome = Outcome::read("tar", true, fine);
        assert_eq!(outcome.row(), "tar                 4235      201      1309  none");
        assert!(!outcome.crashed());
    }

    #[test]
    fn crashes_are_reported_with_their_input() {
        let kept =
            "==7== ERROR: libFuzzer: deadly signal\nartifact_prefix='x/'; Test unit written to x/crash-1\n";
        let rows = [
            ("thread '<unnamed>' panicked at a.rs:1:2:\nno law\n", "no law: x/crash-1"),
            ("12 bytes in use, where 10 are allowed\n", "12 bytes in use, where 10 are allowed: x/crash-1"),
            ("", "deadly signal: x/crash-1"),
        ];
        for (said, expected) in rows {
            let outcome = Outcome::read("tar", false, &format!("{said}{kept}"));
            assert_eq!(outcome.crash.as_deref(), Some(expected));
        }
    }
}
