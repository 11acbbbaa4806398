//! The lock of an index folder: one process writes, all others only read.
//!
//! The system's `flock` is taken where there is one, since the system lets go of it when a process ends, however it
//! ends. Lustre and some network file systems answer that they know no locks (`ENOSYS`, `EOPNOTSUPP`, `ENOLCK`): there a
//! file with a beat stands for the lock, see [`beat`].

mod beat;
#[cfg(test)]
mod tests;

use crate::LibraryError;
use crate::store::home::Home;
use beat::Beat;
use blendscope_engine::{MayWrite, Writers, is_without_locks, may_not_be_written};
use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};
use serde::{Deserialize, Serialize};
use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{fs, io, process, thread};

/// What is said where the file system knows no locks.
pub(crate) const WITHOUT_FLOCK: &str = "the file system of the index folder has no locks (flock), so a lock file holds it; after a crash another machine \
     waits a minute before it writes";

/// How often a lock that is taken is tried again, and the time between.
const LOOKS: usize = 3;
const LOOK: Duration = Duration::from_millis(20);

/// The file that `flock` is asked for; it holds the number of the process that writes.
const FLOCK_FILE: &str = "lock";

/// Held as long as this process may write the index.
pub(crate) enum Lock {
    /// The system lets go of it when the process ends.
    System {
        /// Where the file is.
        path: PathBuf,
        /// The file that was locked.
        file: File,
    },
    /// A lock file with a beat.
    Beat(Beat),
    /// None: any number of processes may write, and the engine keeps them apart.
    Shared,
}

/// How a lock was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The folder was removed, or another one is in its place.
    Folder,
    /// Another process took this one for dead; its number as far as known.
    To(String),
}

impl Lock {
    /// Becomes the one process that writes in `dir`, if no other is.
    pub(crate) fn take(dir: &Path) -> Result<Self, LibraryError> {
        let path = dir.join(FLOCK_FILE);
        let fail = |source| LibraryError::IndexDir { path: path.clone(), source };
        let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = options.map_err(fail)?;
        match try_lock(&file) {
            Ok(()) => {
                // A machine that reaches this folder in another way may know no locks.
                if let Some(holder) = Beat::holder(dir).map_err(fail)? {
                    return Err(LibraryError::Held { holder });
                }
                let written = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
                written.map_err(fail)?;
                Ok(Self::System { path, file })
            }
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let read = file.rewind().and_then(|()| file.read_to_string(&mut holder));
                read.map_err(fail)?;
                Err(LibraryError::Held { holder })
            }
            Err(TryLockError::Error(error)) if is_without_locks(&error) => {
                match Beat::take(dir).map_err(fail)? {
                    Ok(beat) => Ok(Self::Beat(beat)),
                    Err(holder) => Err(LibraryError::Held { holder }),
                }
            }
            Err(TryLockError::Error(source)) => Err(fail(source)),
        }
    }

    /// Who writes in `dir`, if somebody does.
    pub(crate) fn holder(dir: &Path) -> Result<Option<String>, LibraryError> {
        if !dir.join(FLOCK_FILE).exists() {
            return Ok(None);
        }
        match Self::take(dir) {
            Ok(_) => Ok(None),
            Err(LibraryError::Held { holder }) => Ok(Some(holder)),
            Err(error) => Err(error),
        }
    }

    /// Fails when the lock was lost: its folder is not the one any more, or this process stood still for so long that
    /// another one took it for dead.
    pub(crate) fn check(&self) -> Result<(), Lost> {
        match self {
            Self::System { path, file } => {
                let identity = |metadata: Metadata| (metadata.dev(), metadata.ino());
                let held = file.metadata().map(identity).map_err(|_| Lost::Folder)?;
                match path.metadata().map(identity) {
                    Ok(now) if now == held => Ok(()),
                    Err(error) if error.kind() != ErrorKind::NotFound => Ok(()),
                    _ => Err(Lost::Folder),
                }
            }
            Self::Beat(beat) => beat.check(),
            Self::Shared => Ok(()),
        }
    }

    /// Who writes in `dir`, which this user may only read, as far as that can be told.
    pub(crate) fn holder_of_readable(dir: &Path) -> Option<String> {
        let file = File::open(dir.join(FLOCK_FILE)).ok()?;
        // What could be locked is free again at the end of this function.
        let is_held = matches!(try_lock(&file), Err(TryLockError::WouldBlock));
        is_held.then(|| io::read_to_string(file).unwrap_or_default())
    }

    /// Whether the file system knows no locks.
    pub(crate) fn is_beat(&self) -> bool {
        matches!(self, Self::Beat(_))
    }
}

/// Tries a little longer than once: `blendscope clean` looks whether a lock is free by taking it.
fn try_lock(file: &File) -> Result<(), TryLockError> {
    for _ in 0..LOOKS {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(LOOK),
            outcome => return outcome,
        }
    }
    file.try_lock()
}

/// Tokens made by this process.
static TAKEN: AtomicU64 = AtomicU64::new(0);

/// The process that holds a lock file, and its beat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Holder {
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
    pub(crate) fn this() -> Self {
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
    pub(crate) fn is_gone(&self) -> bool {
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
    pub(crate) fn shown(&self) -> String {
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

/// Whether this process may write the index.
#[derive(Clone)]
pub(crate) struct Permission(Arc<Mutex<Result<Lock, Denied>>>);

/// Why this process may not write the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Denied {
    /// Another process does: its number as far as known.
    Held(String),
    /// The index may only be read by this user.
    ReadOnly,
    /// The folder was removed or replaced while this process wrote there.
    FolderLost,
    /// It is not wanted any more.
    LetGo,
    /// This process only asks.
    OnlyAsks,
}

impl Permission {
    /// Asks for it.
    pub(crate) fn ask(home: &Home, writers: Writers) -> Result<Self, LibraryError> {
        Ok(Self(Arc::new(Mutex::new(take(home, writers)?))))
    }

    /// Asks for it again; whether it was granted.
    pub(crate) fn ask_again(&self, home: &Home, writers: Writers) -> Result<bool, LibraryError> {
        let taken = take(home, writers)?;
        let mut own = self.own();
        *own = taken;
        Ok(own.is_ok())
    }

    /// Why it is denied; none when it is granted.
    pub(crate) fn denied(&self) -> Option<Denied> {
        self.own().as_ref().err().cloned()
    }

    /// Looks whether it still holds; when not, it is denied from now on.
    pub(crate) fn check(&self) -> Result<(), Denied> {
        let mut own = self.own();
        let lost = match own.as_ref().map(Lock::check) {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(Lost::Folder)) => Denied::FolderLost,
            Ok(Err(Lost::To(holder))) => Denied::Held(holder),
            Err(denied) => denied.clone(),
        };
        *own = Err(lost.clone());
        Err(lost)
    }

    /// From now on any other process may write.
    pub(crate) fn let_go(&self) {
        let mut own = self.own();
        if own.is_ok() {
            *own = Err(Denied::LetGo);
        }
    }

    /// Whether it is held by a lock file, since the file system knows no locks.
    pub(crate) fn is_beat(&self) -> bool {
        self.own().as_ref().is_ok_and(Lock::is_beat)
    }

    /// [`Self::check`] for the engine.
    pub(crate) fn may_write(&self) -> MayWrite {
        let own = self.clone();
        Arc::new(move || own.check().map_err(|_| io::Error::from(io::ErrorKind::PermissionDenied)))
    }

    fn own(&self) -> MutexGuard<'_, Result<Lock, Denied>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take(home: &Home, writers: Writers) -> Result<Result<Lock, Denied>, LibraryError> {
    match writers {
        Writers::One => {}
        Writers::Many => return Ok(Ok(Lock::Shared)),
        Writers::None => return Ok(Err(Denied::OnlyAsks)),
    }
    match Lock::take(home.dir()) {
        Ok(lock) => Ok(Ok(lock)),
        Err(LibraryError::Held { holder }) => Ok(Err(Denied::Held(holder))),
        Err(LibraryError::IndexDir { source, .. }) if may_not_be_written(&source) => {
            Ok(Err(Lock::holder_of_readable(home.dir()).map_or(Denied::ReadOnly, Denied::Held)))
        }
        Err(error) => Err(error),
    }
}
