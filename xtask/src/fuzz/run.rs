//! Running one target under libFuzzer.

use super::outcome::Outcome;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Bytes of the longest input.
const LONGEST_INPUT: usize = 1 << 20;

/// Seconds on the wall after which an input is taken to never end. The rule of one second is kept by the fuzzer itself,
/// by the processor's clock.
const NEVER_ENDS: u64 = 60;

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
pub(super) fn run_target(
    workspace: &Workspace,
    fuzzer: &Path,
    target: &str,
    time: Duration,
) -> Result<Outcome> {
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
