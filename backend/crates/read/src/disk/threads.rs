//! Threads that ask disks which may not answer, so that nobody else has to wait for them.

use super::waits::UnderWay;
use std::io;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Threads that are kept for the next question.
const KEPT: usize = 8;

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
    let kept = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
    match kept {
        // A thread that is kept takes every job.
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
            if idle.len() >= KEPT {
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
