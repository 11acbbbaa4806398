//! Which process holds a lock file: enough to tell from another machine or container whether it is still there.

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};
use serde::{Deserialize, Serialize};
use std::fs;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Tokens made by this process.
static TAKEN: AtomicU64 = AtomicU64::new(0);

/// The process that holds a lock file, and its beat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Holder {
    /// Name of the machine.
    pub host: String,
    /// Changes when the machine starts anew, and with the container: numbers of processes mean something inside of it.
    pub place: String,
    /// Number of the process.
    pub process: u32,
    /// When it was started, in the system's clock ticks, as numbers of processes come again; zero where that is not known.
    pub started: u64,
    /// Different for every lock that is taken.
    pub token: String,
    /// Counts up.
    pub beat: u64,
}

impl Holder {
    /// This process.
    pub(super) fn this() -> Self {
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        let process = process::id();
        let started = started(process).unwrap_or(0);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let (place, number) = (place(), TAKEN.fetch_add(1, Ordering::Relaxed));
        let token = blake3::hash(format!("{host} {place} {process} {started} {now:?} {number}").as_bytes());
        Self { host, place, process, started, token: token.to_hex()[..16].to_owned(), beat: 0 }
    }

    /// Whether it is a process of this machine and container that is not there any more. Of other machines that cannot
    /// be said.
    pub(super) fn is_gone(&self) -> bool {
        let this = Self::this();
        if self.host != this.host || self.place != this.place {
            return false;
        }
        let Some(pid) = i32::try_from(self.process).ok().and_then(Pid::from_raw) else { return true };
        if test_kill_process(pid) == Err(Errno::SRCH) {
            return true;
        }
        self.started != 0 && started(self.process).is_some_and(|started| started != self.started)
    }

    /// As a user reads it.
    pub(super) fn shown(&self) -> String {
        format!("{} on {}", self.process, self.host)
    }
}

/// The running system and the container in it, as far as Linux tells them.
fn place() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let container = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{} {}", boot.trim(), container.display())
}

/// When a process was started: the 22nd field of `/proc/PID/stat`, the 20th behind the name in brackets.
fn started(process: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(19)?.parse().ok()
}
