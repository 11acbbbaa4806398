//! A lock file with a beat, for file systems without `flock`.
//!
//! The file names its holder ([`Holder`]) and is written anew every few seconds. It is stale when its holder is a process
//! of this machine that is gone, or when it was not written for a minute, told by the clock of the file system: the time
//! of a new file beside it. A stale file is moved away before a new one is made, so that of several processes one wins.

use crate::store::lock::{Holder, Lost};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;
use std::{fs, io, thread};

/// The lock file.
pub(crate) const FILE: &str = "lock.beat";

/// How often the file is written.
const INTERVAL: Duration = Duration::from_secs(5);

/// After how long without a beat a file is stale.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often taking the lock is tried while others come and go.
const ATTEMPTS: usize = 5;

/// Held as long as this exists; then the file is removed.
pub(crate) struct Beat {
    path: PathBuf,
    holder: Holder,
    beating: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Beat {
    /// Takes the lock of a folder; else who holds it.
    pub(crate) fn take(dir: &Path) -> io::Result<Result<Self, String>> {
        let path = dir.join(FILE);
        let holder = Holder::this();
        for _ in 0..ATTEMPTS {
            if create(&path, &holder)? {
                return Self::begin(path, holder).map(Ok);
            }
            match read(&path)? {
                Found::Nothing => {}
                found if is_stale(&path, &found)? => move_away(&path, &found, &holder.token)?,
                found => return Ok(Err(found.shown())),
            }
        }
        Ok(Err("unknown".to_owned()))
    }

    /// Who holds the lock of a folder, if somebody does.
    pub(crate) fn holder(dir: &Path) -> io::Result<Option<String>> {
        let path = dir.join(FILE);
        let found = read(&path)?;
        let is_held = !matches!(found, Found::Nothing) && !is_stale(&path, &found)?;
        Ok(is_held.then(|| found.shown()))
    }

    /// Whether this process still holds the lock; else how it was lost.
    pub(crate) fn check(&self) -> Result<(), Lost> {
        match read(&self.path) {
            Ok(Found::Holder(found)) if found.token == self.holder.token => Ok(()),
            // Being written, or not to be read now.
            Ok(Found::Unreadable) | Err(_) => Ok(()),
            Ok(Found::Nothing) => Err(Lost::Folder),
            Ok(found) => Err(Lost::To(found.shown())),
        }
    }

    fn begin(path: PathBuf, holder: Holder) -> io::Result<Self> {
        let (stop, stopped) = channel();
        let (own_path, own_holder) = (path.clone(), holder.clone());
        let beat = move || beat(&own_path, own_holder, &stopped);
        let thread = thread::Builder::new().name("lock".to_owned()).spawn(beat)?;
        Ok(Self { path, holder, beating: Some((stop, thread)) })
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.beating.take() {
            drop(stop);
            // A thread that panicked beats no more, which is all that is asked of it.
            let _ = thread.join();
        }
        if self.check().is_ok() {
            // What stays is found to be stale.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Writes the file every few seconds, until the sender is gone or another process holds the lock.
fn beat(path: &Path, mut holder: Holder, stopped: &Receiver<()>) {
    while stopped.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
        match read(path) {
            Ok(Found::Holder(found)) if found.token != holder.token => return,
            Ok(Found::Nothing) => return,
            _ => {}
        }
        holder.beat += 1;
        // What fails now is tried again with the next beat.
        let _ = fs::write(path, text(&holder));
    }
}

/// What stands in a lock file.
enum Found {
    Nothing,
    /// Nothing that can be read: it is being written, or a crash came between.
    Unreadable,
    Holder(Holder),
}

impl Found {
    fn shown(&self) -> String {
        match self {
            Self::Holder(holder) => holder.shown(),
            Self::Nothing | Self::Unreadable => "unknown".to_owned(),
        }
    }
}

fn read(path: &Path) -> io::Result<Found> {
    match fs::read(path) {
        Ok(text) => Ok(serde_json::from_slice(&text).map_or(Found::Unreadable, Found::Holder)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Found::Nothing),
        Err(error) => Err(error),
    }
}

/// Makes the file with its content in one step: false if there is one.
fn create(path: &Path, holder: &Holder) -> io::Result<bool> {
    let own = path.with_extension(format!("beat.{}", holder.token));
    fs::write(&own, text(holder))?;
    let made = match fs::hard_link(&own, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        // No links here: the file is empty for a moment.
        Err(_) => match fs::File::create_new(path) {
            Ok(mut file) => io::Write::write_all(&mut file, text(holder).as_bytes()).map(|()| true),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error),
        },
        Ok(()) => Ok(true),
    };
    fs::remove_file(&own)?;
    made
}

fn is_stale(path: &Path, found: &Found) -> io::Result<bool> {
    if matches!(found, Found::Holder(holder) if holder.is_gone()) {
        return Ok(true);
    }
    let written = match fs::metadata(path) {
        Ok(metadata) => metadata.modified()?,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    let probe = path.with_extension(format!("beat.now.{}", Holder::this().token));
    fs::write(&probe, "")?;
    let now = fs::metadata(&probe).and_then(|metadata| metadata.modified());
    fs::remove_file(&probe)?;
    Ok(now?.duration_since(written).is_ok_and(|age| age > PATIENCE))
}

/// Moves a stale file away. If it is another one by now, its holder gets it back.
fn move_away(path: &Path, stale: &Found, token: &str) -> io::Result<()> {
    let aside = path.with_extension(format!("beat.old.{token}"));
    match fs::rename(path, &aside) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        other => other?,
    }
    let is_same = match (read(&aside)?, stale) {
        (Found::Holder(moved), Found::Holder(stale)) => moved == *stale,
        (Found::Unreadable, Found::Unreadable) => true,
        _ => false,
    };
    if !is_same {
        // Where one was made meanwhile, that one holds.
        let _ = fs::hard_link(&aside, path);
    }
    fs::remove_file(&aside)
}

fn text(holder: &Holder) -> String {
    serde_json::to_string(holder).expect("a holder has only texts and numbers")
}
