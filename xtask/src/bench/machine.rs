//! The machine that is measured on, in words.

use crate::run;
use std::fs;
use std::process::Command;

/// Processor, cores, memory and system.
pub(super) fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut parts = vec![format!("{cores} cores")];
    parts.extend(processor());
    parts.extend(memory_bytes().map(|bytes| format!("{:.0} GB of memory", bytes as f64 / 1e9)));
    parts.push(format!("{} {}", std::env::consts::OS, std::env::consts::ARCH));
    parts.join(", ")
}

/// Programs that want a core, on average over the last minute; what other programs take falsifies times.
pub(super) fn load() -> String {
    let listed = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    listed.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown").to_owned()
}

fn processor() -> Option<String> {
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
