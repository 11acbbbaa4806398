//! Questions to the index: each within a budget, short ones never behind long ones.
//!
//! A question begins at one of the places for records. When it turns out to take long it gives that place to the next one
//! and goes on at the places for long work, turn by turn with others; only a few may do so at a time. When its client
//! goes, or the time for an answer is over, its work ends and all is given back.

use super::RequestLimits;
use blendscope_engine::{Budget, Ended, EndsWork, Memory, NextTurn, Spent};
use blendscope_images::memory;
use blendscope_read::places;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Processor time of a turn.
const TURN: Duration = Duration::from_millis(25);

/// Long questions that share a place. Each keeps a thread, and what it found so far.
const LONG_PER_PLACE: usize = 8;

/// The largest memory for all questions together, in bytes.
const MEMORY_MAX: u64 = 1 << 30;

/// The share of the memory this process may use that they get if that is less.
const MEMORY_SHARE: u64 = 4;

/// Places for long questions, and the memory that all share.
#[derive(Clone)]
pub(crate) struct Searches {
    long_admitted: Arc<Semaphore>,
    long: Arc<Semaphore>,
    memory: Arc<Memory>,
}

/// What a question may still cost after its answer began, and what ends that.
pub(crate) struct Rest {
    /// The budget, for the thread that goes on.
    pub budget: Budget,
    /// Ends the work when dropped.
    pub end: Ends,
}

/// Ends the work for a question when dropped: it may be at work, or waiting for its turn.
pub(crate) struct Ends(#[expect(dead_code, reason = "held to be dropped")] (EndsWork, DropGuard));

/// A question that was not asked yet: each try at it gets a budget of its own.
pub(crate) struct Question {
    searches: Searches,
    ended: Ended,
    cancelled: CancellationToken,
}

impl Question {
    /// What a try may cost.
    pub(crate) fn budget(&self) -> Budget {
        let budget = Budget::new(Arc::clone(&self.searches.memory), self.ended.clone());
        budget.take_turns(TURN, self.searches.next_turn(self.cancelled.clone()));
        budget
    }
}

impl Searches {
    /// One place per thread for long questions.
    pub(crate) fn new(limits: &RequestLimits) -> Self {
        let share =
            || memory::memory_allowed().map_or(MEMORY_MAX, |bytes| (bytes / MEMORY_SHARE).min(MEMORY_MAX));
        let allowed = limits.memory.unwrap_or_else(share);
        Self {
            long_admitted: Arc::new(Semaphore::new(limits.threads * LONG_PER_PLACE)),
            long: Arc::new(Semaphore::new(limits.threads)),
            memory: Memory::new(usize::try_from(allowed).unwrap_or(usize::MAX)),
        }
    }

    /// A question about to be asked, and what ends the work for it.
    pub(crate) fn begin(&self) -> (Question, Ends) {
        let (end, cancelled) = (EndsWork::default(), CancellationToken::new());
        let question = Question { searches: self.clone(), ended: end.ended(), cancelled: cancelled.clone() };
        (question, Ends((end, cancelled.drop_guard())))
    }

    /// Gives the place that this thread has back, and waits for one for long work, again and again.
    fn next_turn(&self, ended: CancellationToken) -> NextTurn {
        let (long, long_admitted) = (Arc::clone(&self.long), Arc::clone(&self.long_admitted));
        let (mut turn, mut admission) = (None, None);
        Box::new(move || {
            places::leave();
            turn.take();
            if admission.is_none() {
                admission = Some(Arc::clone(&long_admitted).try_acquire_owned().map_err(|_| Spent::Crowded)?);
            }
            let next = ended.run_until_cancelled(Arc::clone(&long).acquire_owned());
            let next = Handle::current().block_on(next).ok_or(Spent::Ended)?;
            turn = Some(next.expect("the semaphore is never closed"));
            Ok(())
        })
    }
}
