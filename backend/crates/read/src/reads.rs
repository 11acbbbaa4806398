//! Reads of the user's files: who waits for which of them, and which do not answer.
//!
//! A disk of the network that is gone keeps whoever reads from it waiting, for minutes or for good, and no system call can
//! be ended from outside. So such a read costs the thread that does it and nothing else: its place is given back
//! (see [`places`]), the request is answered without it, and nobody else asks for the same file
//! until the read comes back or some time has passed.

mod local;

use crate::open_file;
use crate::places::{self, Wait};
use std::collections::HashSet;
use std::fmt;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// Who waits longer than this for a read gives its place back.
pub const PATIENCE: Duration = Duration::from_millis(100);

/// How long a request waits for a read.
pub const FIRST_WAIT: Duration = Duration::from_secs(5);
/// How long it waits for each further one after the first did not answer.
pub const NEXT_WAIT: Duration = Duration::from_secs(2);
/// How often a read is tried.
pub const TRIES: usize = 10;

/// A read that takes longer is taken for one that never comes back, whoever waits for it.
const UNANSWERED: Duration = Duration::from_secs(10);

/// How long nobody asks again for a file that does not answer, unless it does after all.
const ASKED_AGAIN: Duration = Duration::from_mins(1);

/// So many reads of one file that take longer than this are enough, even if it may answer yet.
const SLOW: Duration = Duration::from_secs(1);
const SLOW_MAX: usize = 8;

/// So many files of a folder that do not answer stand for all of them, and so many folders for those around them.
const IN_FOLDER_MAX: usize = 4;
const AROUND_MAX: usize = 4;

/// Reads that have not come back.
static WAITING: Mutex<Vec<Arc<Wait>>> = Mutex::new(Vec::new());

/// Files that indexing passed over since they do not answer: how many times, and the last one.
static PASSED_OVER: Mutex<(u64, PathBuf)> = Mutex::new((0, PathBuf::new()));

/// A read under way; dropped when it has come back.
pub struct UnderWay {
    wait: Arc<Wait>,
    /// What this thread read before, within which this read is.
    around: Option<Arc<Wait>>,
}

/// Why a file is not read.
#[derive(Debug)]
struct NotAnswering {
    secs: u64,
}

impl fmt::Display for NotAnswering {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secs = self.secs;
        write!(
            formatter,
            "it has not answered for {secs} s, perhaps because a disk of the network is gone; it is tried again later"
        )
    }
}

impl std::error::Error for NotAnswering {}

/// Begins to read, look at or list something of the user's; an error if it is known not to answer.
pub fn begin(path: &Path) -> io::Result<UnderWay> {
    let wait = Wait::new(path.to_owned(), Instant::now());
    let mut waiting = waiting();
    if let Some(since) = unanswered_since(&waiting, &wait) {
        return Err(not_answering(path, since.elapsed()));
    }
    waiting.push(Arc::clone(&wait));
    drop(waiting);
    let around = places::mine().and_then(|place| place.set_reading(Some(Arc::clone(&wait))));
    Ok(UnderWay { wait, around })
}

/// How many times indexing has passed over a file that does not answer, and which was the last.
pub fn passed_over() -> (u64, PathBuf) {
    PASSED_OVER.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn not_answering(path: &Path, waited: Duration) -> io::Error {
    // Whoever has a place answers a request.
    if places::mine().is_none() {
        let mut passed_over = PASSED_OVER.lock().unwrap_or_else(PoisonError::into_inner);
        *passed_over = (passed_over.0 + 1, path.to_owned());
    }
    io::Error::other(NotAnswering { secs: waited.as_secs() })
}

/// Whether a file was not read because it does not answer.
pub fn is_unanswered(error: &io::Error) -> bool {
    error.get_ref().and_then(|inner| inner.downcast_ref::<NotAnswering>()).is_some()
}

/// The file that has not answered for longest, if there is one.
pub fn unanswered() -> Option<PathBuf> {
    let waiting = waiting();
    let longest = waiting.iter().min_by_key(|wait| wait.since)?;
    is_silent(longest, Instant::now()).then(|| longest.path.clone())
}

/// Makes sure that a file answers, before it is read by somebody who must not be kept waiting: its first byte is read by
/// a thread of its own, unless it lies on a disk of this machine.
pub fn check_answers(path: &Path) -> io::Result<()> {
    if local::is_local(path) {
        return Ok(());
    }
    let reading = begin(path)?;
    let (sender, answer) = mpsc::sync_channel(1);
    let wanted = path.to_owned();
    thread::Builder::new().name("first-byte".to_owned()).spawn(move || {
        let _reading = reading;
        let read = open_file(&wanted).and_then(|file| file.read_at(&mut [0], 0));
        // Nobody waits any more for an answer that comes too late.
        let _ = sender.send(read.map(|_| ()));
    })?;
    answer.recv_timeout(UNANSWERED).unwrap_or_else(|_| Err(not_answering(path, UNANSWERED)))
}

/// Since when what a read is about does not answer, if it does not.
fn unanswered_since(waiting: &[Arc<Wait>], asked: &Wait) -> Option<Instant> {
    let (now, path) = (asked.since, asked.path.as_path());
    let is_quick = |wait: &Arc<Wait>| !wait.is_given_up() && now.saturating_duration_since(wait.since) < SLOW;
    if waiting.iter().all(is_quick) {
        return None;
    }
    let waited = |wait: &&Arc<Wait>| now.saturating_duration_since(wait.since);
    let same = || waiting.iter().filter(|wait| wait.path == path);
    let silent = || waiting.iter().filter(|wait| is_silent(wait, now)).map(|wait| wait.path.as_path());
    let beside: HashSet<&Path> = silent().filter(|other| other.parent() == path.parent()).collect();
    let around = path.parent().and_then(Path::parent);
    let folders: HashSet<&Path> = silent()
        .filter_map(Path::parent)
        .filter(|folder| folder.parent() == around && around.is_some())
        .collect();
    let is_asked_lately = same().any(|wait| waited(&wait) < ASKED_AGAIN);
    let is_refused = same().any(|wait| is_silent(wait, now)) && is_asked_lately
        || same().filter(|wait| waited(wait) >= SLOW).count() >= SLOW_MAX
        || beside.len() >= IN_FOLDER_MAX
        || folders.len() >= AROUND_MAX;
    // Few reads are under way at a time: looking at all of them costs nothing.
    let related = || waiting.iter().filter(|wait| wait.path.parent() == path.parent());
    is_refused.then(|| {
        related()
            .map(|wait| wait.since)
            .min()
            .unwrap_or_else(|| waiting.iter().map(|wait| wait.since).min().unwrap_or(now))
    })
}

/// Whether a read is taken for one that never comes back.
fn is_silent(wait: &Wait, now: Instant) -> bool {
    wait.is_given_up() || now.saturating_duration_since(wait.since) >= UNANSWERED
}

fn waiting() -> MutexGuard<'static, Vec<Arc<Wait>>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut waiting = waiting();
        if let Some(at) = waiting.iter().position(|wait| Arc::ptr_eq(wait, &self.wait)) {
            waiting.swap_remove(at);
        }
        drop(waiting);
        if let Some(place) = places::mine() {
            place.set_reading(self.around.take());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(path: &str, secs: u64) -> Arc<Wait> {
        Wait::new(path.into(), Instant::now().checked_sub(Duration::from_secs(secs)).unwrap())
    }

    fn is_refused(waiting: &[Arc<Wait>], path: &str) -> bool {
        unanswered_since(waiting, &wait(path, 0)).is_some()
    }

    #[test]
    fn what_does_not_answer_is_not_asked_until_some_time_has_passed() {
        let silent = [wait("/a/b/1.jpg", 11)];
        assert!(is_refused(&silent, "/a/b/1.jpg"));
        assert!(!is_refused(&silent, "/a/b/2.jpg"));
        assert!(!is_refused(&[wait("/a/b/1.jpg", 3)], "/a/b/1.jpg"), "it may be slow");
        assert!(!is_refused(&[wait("/a/b/1.jpg", 61)], "/a/b/1.jpg"), "it is tried again");
        assert!(is_refused(&[wait("/a/b/1.jpg", 72), wait("/a/b/1.jpg", 11)], "/a/b/1.jpg"));
    }

    #[test]
    fn many_that_wait_for_one_file_are_enough() {
        let slow: Vec<_> = (0..SLOW_MAX).map(|_| wait("/a/b/1.jpg", 2)).collect();
        assert!(is_refused(&slow, "/a/b/1.jpg"));
        assert!(!is_refused(&slow[1..], "/a/b/1.jpg"));
    }

    #[test]
    fn some_files_that_do_not_answer_stand_for_their_folder() {
        let silent: Vec<_> =
            (0..IN_FOLDER_MAX).map(|number| wait(&format!("/a/b/{number}.jpg"), 20)).collect();
        assert!(is_refused(&silent, "/a/b/other.jpg"));
        assert!(!is_refused(&silent, "/a/c/other.jpg"));
        assert!(!is_refused(&silent, "/a/data.json"));
        assert!(!is_refused(&[&silent[..1]; 9].concat(), "/a/b/other.jpg"), "one file, however often");
        let many: Vec<_> = (0..AROUND_MAX).map(|number| wait(&format!("/a/{number}/1.jpg"), 20)).collect();
        assert!(is_refused(&many, "/a/c/other.jpg"));
        assert!(!is_refused(&many, "/d/c/other.jpg"));
    }

    #[test]
    fn a_read_that_came_back_is_forgotten() {
        let path = Path::new("/nowhere/of/this/test.jpg");
        let is_waited_for = || waiting().iter().any(|wait| wait.path == path);
        let reading = begin(path).unwrap();
        assert!(is_waited_for());
        drop(reading);
        assert!(!is_waited_for());
    }
}
