//! Time limits for disks that may not answer: the threads that ask them, who waits for which file, and which do not
//! answer.
//!
//! Two kinds of waits are known: what a disk is asked at this moment by a thread that is there for that, and what
//! whoever answers a request is about to read, who may be given up by those that wait for the answer.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, io, thread};

/// A read that takes longer is taken for one that never comes back, whoever waits for it.
const UNANSWERED: Duration = Duration::from_secs(5);

/// A disk of which so many questions have no answer is waited for less long ...
const FEW: usize = 2;
const SHORTER: Duration = Duration::from_secs(2);

/// ... and still less ...
const MANY: usize = 8;
const SHORTEST: Duration = Duration::from_secs(1);

/// ... and with so many it is not asked anything more.
const OF_DISK_MAX: usize = 64;

/// How long nobody asks again for a file that does not answer, unless it does after all.
const ASKED_AGAIN: Duration = Duration::from_mins(1);

/// So many reads of one file that take longer than this are enough, even if it may answer yet.
const SLOW: Duration = Duration::from_secs(1);
const SLOW_MAX: usize = 8;

/// So many files of a folder that do not answer stand for all of them, and so many folders for those around them; a
/// request has less time than indexing has.
const FOR_REQUESTS: usize = 4;
const FOR_INDEXING: usize = 8;

/// Reads that have not come back.
static WAITING: Mutex<Vec<Arc<Wait>>> = Mutex::new(Vec::new());

/// How many came back that had been given up.
static RETURNED: AtomicU64 = AtomicU64::new(0);

/// How many times something was passed over since it does not answer, and what it was the last time.
static PASSED_OVER: Mutex<(u64, PathBuf)> = Mutex::new((0, PathBuf::new()));

/// A read of a file of the user's, which has not come back yet.
#[derive(Debug)]
pub struct Wait {
    /// The file or folder.
    pub path: PathBuf,
    /// When it began.
    pub since: Instant,
    /// The disk that is asked, by the place at which it is mounted; none for what a request is about to read.
    disk: Option<PathBuf>,
    is_given_up: AtomicBool,
}

impl Wait {
    fn new(path: PathBuf, disk: Option<PathBuf>, since: Instant) -> Arc<Self> {
        Arc::new(Self { path, since, disk, is_given_up: AtomicBool::new(false) })
    }

    /// Notes that nobody waits for it any more.
    pub fn give_up(&self) {
        self.is_given_up.store(true, Ordering::Relaxed);
    }

    /// Gives it up; the answer is the error for that.
    pub(super) fn not_answering(&self) -> io::Error {
        self.give_up();
        not_answering(&self.path, self.since.elapsed())
    }

    /// Whether it is taken for one that never comes back.
    fn is_silent(&self, now: Instant) -> bool {
        self.is_given_up.load(Ordering::Relaxed) || self.waited(now) >= UNANSWERED
    }

    fn waited(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.since)
    }
}

/// A read under way; dropped when it has come back.
#[derive(Debug)]
pub struct UnderWay(Arc<Wait>);

impl UnderWay {
    /// What is waited for.
    pub fn wait(&self) -> Arc<Wait> {
        Arc::clone(&self.0)
    }

    /// How long its disk is waited for.
    pub(super) fn patience(&self) -> Duration {
        let now = Instant::now();
        let is_alike = |wait: &&Arc<Wait>| wait.disk == self.0.disk && wait.is_silent(now);
        match waiting().iter().filter(is_alike).count() {
            0..FEW => UNANSWERED,
            FEW..MANY => SHORTER,
            _ => SHORTEST,
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut waiting = waiting();
        if let Some(at) = waiting.iter().position(|wait| Arc::ptr_eq(wait, &self.0)) {
            waiting.swap_remove(at);
        }
        drop(waiting);
        if self.0.is_silent(Instant::now()) {
            RETURNED.fetch_add(1, Ordering::Relaxed);
        }
    }
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

/// Begins to read, look at or list something that a request asks for; an error if it is known not to answer.
pub fn begin(path: &Path) -> io::Result<UnderWay> {
    enter(Wait::new(path.to_owned(), None, Instant::now()))
}

/// Begins to ask a disk; an error if what it is asked for is known not to answer.
pub(super) fn begin_on(path: &Path, disk: PathBuf) -> io::Result<UnderWay> {
    enter(Wait::new(path.to_owned(), Some(disk), Instant::now()))
}

fn enter(wait: Arc<Wait>) -> io::Result<UnderWay> {
    let mut waiting = waiting();
    if let Some(since) = unanswered_since(&waiting, &wait) {
        return Err(not_answering(&wait.path, wait.since.saturating_duration_since(since)));
    }
    waiting.push(Arc::clone(&wait));
    Ok(UnderWay(wait))
}

fn not_answering(path: &Path, waited: Duration) -> io::Error {
    let mut passed_over = PASSED_OVER.lock().unwrap_or_else(PoisonError::into_inner);
    *passed_over = (passed_over.0 + 1, path.to_owned());
    io::Error::other(NotAnswering { secs: waited.as_secs() })
}

/// Whether something was not read because it does not answer.
pub fn is_unanswered(error: &io::Error) -> bool {
    error.get_ref().and_then(|inner| inner.downcast_ref::<NotAnswering>()).is_some()
}

/// What has not answered for longest, if there is anything.
pub fn unanswered() -> Option<Arc<Wait>> {
    let (waiting, now) = (waiting(), Instant::now());
    waiting.iter().filter(|wait| wait.is_silent(now)).min_by_key(|wait| wait.since).cloned()
}

/// How many times something was passed over since it does not answer, and what it was the last time.
pub fn passed_over() -> (u64, PathBuf) {
    PASSED_OVER.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// How many reads have come back after they had been given up: when there are more, a disk answers again.
pub fn returned() -> u64 {
    RETURNED.load(Ordering::Relaxed)
}

/// Since when what a read is about does not answer, if it does not.
fn unanswered_since(waiting: &[Arc<Wait>], asked: &Wait) -> Option<Instant> {
    let (now, path) = (asked.since, asked.path.as_path());
    // A disk is judged by its own answers: what a request is about may take long because there is much to do.
    let known = || waiting.iter().filter(|wait| asked.disk.is_none() || wait.disk.is_some());
    let silent = || known().filter(|wait| wait.is_silent(now));
    if known().all(|wait| !wait.is_silent(now) && wait.waited(now) < SLOW) {
        return None;
    }
    let around_it = || known().filter(|wait| path.starts_with(&wait.path));
    let is_asked_lately = around_it().any(|wait| wait.waited(now) < ASKED_AGAIN);
    let is_slow = |wait: &&Arc<Wait>| {
        wait.path == path && wait.disk.is_some() == asked.disk.is_some() && wait.waited(now) >= SLOW
    };
    let most = if asked.disk.is_some() { FOR_INDEXING } else { FOR_REQUESTS };
    let is_refused = around_it().any(|wait| wait.is_silent(now)) && is_asked_lately
        || known().filter(is_slow).count() >= SLOW_MAX
        || stand_for(path, silent().map(|wait| wait.path.as_path()), most)
        || asked.disk.is_some() && silent().filter(|wait| wait.disk == asked.disk).count() >= OF_DISK_MAX;
    // Few reads are under way at a time: looking at all of them costs nothing.
    let related = known().filter(|wait| wait.path.parent() == path.parent() || path.starts_with(&wait.path));
    is_refused.then(|| {
        let since = related.map(|wait| wait.since).min();
        since.unwrap_or_else(|| known().map(|wait| wait.since).min().unwrap_or(now))
    })
}

/// Whether so many of the silent paths lie in the folder of this one, or in folders beside it, that it is taken for one
/// of them.
fn stand_for<'w>(path: &Path, silent: impl Iterator<Item = &'w Path>, most: usize) -> bool {
    let around = path.parent().and_then(Path::parent);
    let (mut others, mut folders) = (HashSet::new(), HashSet::new());
    for other in silent {
        if other.parent() == path.parent() {
            others.insert(other);
        }
        folders.extend(other.parent().filter(|folder| around.is_some() && folder.parent() == around));
    }
    others.len() >= most || folders.len() >= most
}

fn waiting() -> MutexGuard<'static, Vec<Arc<Wait>>> {
    WAITING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The most threads that wait for the next question.
const IDLE_MAX: usize = 8;

type Job = Box<dyn FnOnce() + Send>;

/// Threads without a question.
static IDLE: Mutex<Vec<Sender<Job>>> = Mutex::new(Vec::new());

/// Has a question asked by another thread, and waits for the answer as long as there is hope.
pub(super) fn ask<T: Send + 'static>(
    asking: UnderWay,
    question: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let patience = asking.patience();
    ask_for(asking, patience, question)
}

/// The same for so long.
pub(super) fn ask_for<T: Send + 'static>(
    asking: UnderWay,
    patience: Duration,
    question: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<T> {
    let wait = asking.wait();
    let (sender, answer) = sync_channel(1);
    run(Box::new(move || {
        let answer = question();
        drop(asking);
        // Nobody waits any more for an answer that comes too late.
        let _ = sender.send(answer);
    }))?;
    match answer.recv_timeout(patience) {
        Ok(answer) => answer,
        Err(RecvTimeoutError::Timeout) => Err(wait.not_answering()),
        Err(RecvTimeoutError::Disconnected) => Err(io::Error::other("asking the disk failed")),
    }
}

/// Does a job on a thread of its own.
fn run(job: Job) -> io::Result<()> {
    let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
    match idle {
        // A thread that waits takes every job.
        Some(thread) => thread.send(job).map_err(|_| io::Error::other("a thread has ended")),
        None => start(job),
    }
}

fn start(first: Job) -> io::Result<()> {
    let work = move || {
        let (sender, jobs) = channel();
        first();
        loop {
            let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() >= IDLE_MAX {
                return;
            }
            idle.push(sender.clone());
            drop(idle);
            let Ok(job): Result<Job, _> = jobs.recv() else { return };
            job();
        }
    };
    thread::Builder::new().name("disk".to_owned()).spawn(work).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(path: &str, secs: u64) -> Arc<Wait> {
        Wait::new(path.into(), None, Instant::now().checked_sub(Duration::from_secs(secs)).unwrap())
    }

    fn asked(path: &str, secs: u64) -> Arc<Wait> {
        let since = Instant::now().checked_sub(Duration::from_secs(secs)).unwrap();
        Wait::new(path.into(), Some("/a".into()), since)
    }

    fn is_refused(waiting: &[Arc<Wait>], path: &str) -> bool {
        unanswered_since(waiting, &wait(path, 0)).is_some()
    }

    fn is_not_asked(waiting: &[Arc<Wait>], path: &str) -> bool {
        unanswered_since(waiting, &asked(path, 0)).is_some()
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
    fn what_lies_in_a_folder_that_does_not_answer_is_not_asked_either() {
        let silent = [asked("/a/b", 11)];
        for path in ["/a/b", "/a/b/1.jpg", "/a/b/c/1.jpg"] {
            assert!(is_refused(&silent, path) && is_not_asked(&silent, path), "{path}");
        }
        assert!(!is_not_asked(&silent, "/a/bc/1.jpg") && !is_not_asked(&silent, "/a/1.jpg"));
    }

    #[test]
    fn many_that_wait_for_one_file_are_enough() {
        let slow: Vec<_> = (0..SLOW_MAX).map(|_| wait("/a/b/1.jpg", 2)).collect();
        assert!(is_refused(&slow, "/a/b/1.jpg"));
        assert!(!is_refused(&slow[1..], "/a/b/1.jpg"));
        assert!(!is_not_asked(&slow, "/a/b/1.jpg"), "the disk itself has not been slow");
    }

    #[test]
    fn some_files_that_do_not_answer_stand_for_their_folder() {
        let silent: Vec<_> =
            (0..FOR_REQUESTS).map(|number| wait(&format!("/a/b/{number}.jpg"), 20)).collect();
        assert!(is_refused(&silent, "/a/b/other.jpg"));
        assert!(!is_refused(&silent, "/a/c/other.jpg"));
        assert!(!is_refused(&silent, "/a/data.json"));
        assert!(!is_refused(&[&silent[..1]; 9].concat(), "/a/b/other.jpg"), "one file, however often");
        let many: Vec<_> = (0..FOR_REQUESTS).map(|number| wait(&format!("/a/{number}/1.jpg"), 20)).collect();
        assert!(is_refused(&many, "/a/c/other.jpg"));
        assert!(!is_refused(&many, "/d/c/other.jpg"));
    }

    #[test]
    fn a_disk_with_many_questions_open_is_asked_no_more() {
        let open = |count: usize| -> Vec<_> {
            (0..count).map(|number| asked(&format!("/a/{number}/x/1.json"), 20)).collect()
        };
        assert!(!is_not_asked(&open(OF_DISK_MAX - 1), "/a/c.json"));
        assert!(is_not_asked(&open(OF_DISK_MAX), "/a/c.json"));
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
