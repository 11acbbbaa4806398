//! What the system tells: of a process its time and memory, of the machine its size and load.

use anyhow::{Context, Result, bail};
use std::fs;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use xtask::run;

/// Time between two looks at a process.
const INTERVAL: Duration = Duration::from_millis(10);

/// What a process took, and what it said.
pub(crate) struct Measured {
    /// From its start to its end.
    pub(crate) seconds: f64,
    /// What it took of all cores, to about a hundredth of a second; none where the system does not tell.
    pub(crate) processor_seconds: Option<f64>,
    /// The most memory that it was seen to hold.
    pub(crate) peak_bytes: u64,
    /// Its standard output.
    pub(crate) output: String,
}

/// Runs a process to its end. Fails when it fails, with the end of what it said.
pub(crate) fn measure(command: &mut Command) -> Result<Measured> {
    let shown = command.get_program().to_string_lossy().into_owned();
    let start = Instant::now();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("failed to start {shown}"))?;
    let process = child.id();
    let has_ended = AtomicBool::new(false);
    let (output, seconds, seen) = thread::scope(|scope| {
        let watcher = scope.spawn(|| watch(process, &has_ended));
        let output = child.wait_with_output();
        let seconds = start.elapsed().as_secs_f64();
        has_ended.store(true, Ordering::Relaxed);
        (output, seconds, watcher.join().unwrap_or_default())
    });
    let output = output?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
        bail!("{shown} failed ({}): {last}", output.status);
    }
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(Measured { seconds, processor_seconds: seen.processor_seconds, peak_bytes: seen.peak_bytes, output })
}

/// What is measured as memory here, for people.
pub(crate) fn memory_kind() -> &'static str {
    if cfg!(target_os = "linux") { "peak anonymous memory" } else { "peak resident memory" }
}

/// What was seen of a process while it ran.
#[derive(Default)]
struct Seen {
    processor_seconds: Option<f64>,
    peak_bytes: u64,
}

fn watch(process: u32, has_ended: &AtomicBool) -> Seen {
    let mut seen = Seen::default();
    while !has_ended.load(Ordering::Relaxed) {
        seen.peak_bytes = seen.peak_bytes.max(memory(process).unwrap_or(0));
        seen.processor_seconds = processor_seconds(process).or(seen.processor_seconds);
        thread::sleep(INTERVAL);
    }
    seen
}

/// Processor time so far, as Linux tells it in hundredths of a second (`utime` and `stime` of `proc_pid_stat(5)`).
fn processor_seconds(process: u32) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program stands in brackets and may hold anything; `utime` is the twelfth field behind it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    Some((ticks()? + ticks()?) as f64 / 100.0)
}

/// Bytes of memory that belong to no file, as Linux tells them (`RssAnon` of `proc_pid_status(5)`).
#[cfg(target_os = "linux")]
fn memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    kilobytes(status.lines().find_map(|line| line.strip_prefix("RssAnon:"))?)
}

/// Bytes of memory, those of mapped files included.
#[cfg(not(target_os = "linux"))]
fn memory(process: u32) -> Option<u64> {
    kilobytes(&run::output(Command::new("ps").args(["-o", "rss=", "-p", &process.to_string()]))?)
}

fn kilobytes(text: &str) -> Option<u64> {
    Some(text.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// Cores, processor, memory and system in words.
pub(crate) fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut parts = vec![format!("{cores} cores")];
    parts.extend(processor_name());
    parts.extend(memory_bytes().map(|bytes| format!("{:.0} GB of memory", bytes as f64 / 1e9)));
    parts.push(format!("{} {}", std::env::consts::OS, std::env::consts::ARCH));
    parts.join(", ")
}

/// Programs that want a core, on average over the last minute; what other programs take falsifies times.
pub(crate) fn load() -> String {
    let listed = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    listed.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown").to_owned()
}

fn processor_name() -> Option<String> {
    let listed = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = listed.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    match name {
        Some((_, name)) => Some(name.trim().to_owned()),
        None => Some(sysctl("machdep.cpu.brand_string")?.trim().to_owned()),
    }
}

fn memory_bytes() -> Option<u64> {
    let listed = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    match listed.lines().find_map(|line| line.strip_prefix("MemTotal:")) {
        Some(kilobytes) => Some(kilobytes.split_whitespace().next()?.parse::<u64>().ok()? * 1024),
        None => sysctl("hw.memsize")?.trim().parse().ok(),
    }
}

/// What macOS tells of itself.
fn sysctl(name: &str) -> Option<String> {
    run::output(Command::new("sysctl").args(["-n", name]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_memory_and_output_are_those_of_the_process() {
        let measured = measure(Command::new("sh").args(["-c", "echo said; sleep 0.2"])).unwrap();
        assert_eq!(measured.output, "said\n");
        assert!((0.2..5.0).contains(&measured.seconds));
        assert!(measured.processor_seconds.is_none_or(|seconds| seconds < measured.seconds));
        assert!((1_000..100_000_000).contains(&measured.peak_bytes), "{}", measured.peak_bytes);
    }

    #[test]
    fn a_failure_is_told_in_the_words_of_the_process() {
        let error =
            measure(Command::new("sh").args(["-c", "echo 'no such luck' >&2; exit 3"])).err().unwrap();
        assert!(error.to_string().ends_with(": no such luck"), "{error}");
    }
}
