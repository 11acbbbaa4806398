//! What the work for one request may cost: how long it may go on, and how much memory it may hold.
//!
//! Whoever works for a request asks its [`Budget`] at every natural border (a list of documents, some thousand rows, a
//! record) whether to go on, and tells it of whatever it holds that grows with the data. When the client has gone or the
//! time is over the next question is answered with [`Spent`], which ends the work: nothing goes on behind an answer.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Questions between two looks at the clock.
const CHECKS_PER_LOOK: u32 = 32;

/// What one request may hold of the memory for all requests: one in so many.
const SHARE_OF_ONE: usize = 2;

/// Why the work for a request ends before it is done. The texts are for the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Spent {
    /// Nobody waits for the answer any more, or it took too long.
    #[error("no answer in time; try a simpler request, or later")]
    Ended,
    /// Too many others are at work that takes as long.
    #[error("too many requests that take long are under way; try again in a moment")]
    Crowded,
    /// All requests together hold as much memory as they may.
    #[error("the requests under way hold all the memory that they may; try again in a moment")]
    MemoryHeld,
    /// This request alone would hold more memory than one may.
    #[error(
        "this request needs more than {0} MB of memory, which is what one may take; ask for less at once"
    )]
    MemoryNeeded(usize),
}

/// Memory that requests share.
#[derive(Debug)]
pub struct Memory {
    bytes: usize,
    held: AtomicUsize,
}

impl Memory {
    /// Room of so many bytes for all requests together.
    pub fn new(bytes: usize) -> Arc<Self> {
        Arc::new(Self { bytes, held: AtomicUsize::new(0) })
    }

    fn take(&self, bytes: usize) -> Result<(), Spent> {
        let fits = |held: usize| held.checked_add(bytes).filter(|sum| *sum <= self.bytes);
        let taken = self.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits);
        taken.map(drop).map_err(|_| Spent::MemoryHeld)
    }

    fn give_back(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// Whether work has ended.
#[derive(Clone, Debug, Default)]
pub struct Ended(Arc<AtomicBool>);

impl Ended {
    fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Ends the work of some budgets when it is dropped.
#[derive(Debug, Default)]
pub struct EndsWork(Ended);

impl EndsWork {
    /// What tells budgets so.
    pub fn ended(&self) -> Ended {
        self.0.clone()
    }
}

impl Drop for EndsWork {
    fn drop(&mut self) {
        self.0.set();
    }
}

/// Gives a turn among others back and waits for the next one, or is refused. Dropped, it gives back what it has.
pub type NextTurn = Box<dyn FnMut() -> Result<(), Spent> + Send>;

/// Turns that work takes.
struct Turns {
    /// Processor time of one turn.
    length: Duration,
    next: NextTurn,
    /// When it is looked at again whether the turn is over.
    look_at: Instant,
    /// Processor time of this thread when the turn began.
    began: Duration,
}

impl Turns {
    fn end_if_over(&mut self) -> Result<(), Spent> {
        let left = (self.began + self.length).saturating_sub(processor_time());
        if !left.is_zero() {
            self.look_at = Instant::now() + left;
            return Ok(());
        }
        (self.next)()?;
        (self.look_at, self.began) = (Instant::now() + self.length, processor_time());
        Ok(())
    }
}

/// Processor time that this thread has used.
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

/// What the work for one request may cost. It belongs to the thread that does the work.
pub struct Budget {
    ended: Ended,
    /// Why the budget itself ended the work.
    spent: Cell<Option<Spent>>,
    turns: RefCell<Option<Turns>>,
    checks: Cell<u32>,
    share: Share,
    /// Why what was answered so far is not all, if it is not.
    incomplete: RefCell<Option<String>>,
}

/// What a request holds of the memory for all, given back when dropped; without a bound when there is no such memory.
#[derive(Default)]
struct Share {
    memory: Option<Arc<Memory>>,
    held: Cell<usize>,
}

impl Share {
    fn take(&self, bytes: usize) -> Result<(), Spent> {
        if let Some(memory) = &self.memory {
            let most = memory.bytes / SHARE_OF_ONE;
            if self.held.get().saturating_add(bytes) > most {
                return Err(Spent::MemoryNeeded(most >> 20));
            }
            memory.take(bytes)?;
        }
        self.held.set(self.held.get().saturating_add(bytes));
        Ok(())
    }

    fn give_back(&self, bytes: usize) {
        self.held.set(self.held.get() - bytes);
        if let Some(memory) = &self.memory {
            memory.give_back(bytes);
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.give_back(self.held.get());
    }
}

impl Budget {
    /// For commands, whose user may end them at any time: no bounds.
    pub fn unlimited() -> Self {
        Self {
            ended: Ended::default(),
            spent: Cell::new(None),
            turns: RefCell::default(),
            checks: Cell::new(0),
            share: Share::default(),
            incomplete: RefCell::default(),
        }
    }

    /// A budget out of the memory for all requests, for work that ends when `ended` says so.
    pub fn new(memory: Arc<Memory>, ended: Ended) -> Self {
        let share = Share { memory: Some(memory), held: Cell::new(0) };
        Self { ended, share, ..Self::unlimited() }
    }

    /// Begins a turn of so much processor time on this thread; after each, `next` is called for another one.
    pub fn take_turns(&self, length: Duration, next: NextTurn) {
        let turns = Turns { length, next, look_at: Instant::now() + length, began: processor_time() };
        self.turns.replace(Some(turns));
    }

    /// Gives the turn back: what is left to do takes its time but no processor.
    pub fn leave(&self) {
        self.turns.take();
    }

    /// Whether the work may go on; once it may not, it never may again. Asking takes about a nanosecond.
    pub fn check(&self) -> Result<(), Spent> {
        if self.ended.is_set() {
            return Err(self.spent.get().unwrap_or(Spent::Ended));
        }
        self.checks.set(self.checks.get().wrapping_add(1));
        if self.checks.get().is_multiple_of(CHECKS_PER_LOOK) { self.look_at_the_clock() } else { Ok(()) }
    }

    fn look_at_the_clock(&self) -> Result<(), Spent> {
        let mut turns = self.turns.borrow_mut();
        let Some(turns) = turns.as_mut().filter(|turns| Instant::now() >= turns.look_at) else {
            return Ok(());
        };
        turns.end_if_over().map_err(|spent| self.end(spent))?;
        if self.ended.is_set() { Err(Spent::Ended) } else { Ok(()) }
    }

    fn end(&self, spent: Spent) -> Spent {
        self.spent.set(Some(spent));
        self.ended.set();
        spent
    }

    /// Takes note that an answer is not all there is, and why: a part of the index did not answer.
    pub fn note_incomplete(&self, why: impl Into<String>) {
        self.incomplete.borrow_mut().get_or_insert(why.into());
    }

    /// Why what was answered so far is not all there is; none when it is.
    pub fn incomplete(&self) -> Option<String> {
        self.incomplete.borrow().clone()
    }

    /// Counts memory that the request holds until what is returned is dropped.
    pub fn hold(&self, bytes: usize) -> Result<Held<'_>, Spent> {
        self.check()?;
        self.share.take(bytes).map_err(|spent| self.end(spent))?;
        Ok(Held { share: &self.share, bytes })
    }
}

/// Memory that a request holds.
#[must_use]
pub struct Held<'b> {
    share: &'b Share,
    bytes: usize,
}

impl Held<'_> {
    /// The memory is held until the request is answered.
    pub fn keep(mut self) {
        self.bytes = 0;
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.share.give_back(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_ends_when_nobody_waits_for_it() {
        let end = EndsWork::default();
        let budget = Budget::new(Memory::new(1000), end.ended());
        assert_eq!(budget.check(), Ok(()));
        drop(end);
        assert_eq!(budget.check(), Err(Spent::Ended));
        assert_eq!(budget.hold(1).err(), Some(Spent::Ended));
    }

    #[test]
    fn what_is_missing_is_said_once() {
        let budget = Budget::unlimited();
        assert_eq!(budget.incomplete(), None);
        budget.note_incomplete("shard 3 does not answer");
        budget.note_incomplete("shard 4 does not answer");
        assert_eq!(budget.incomplete().as_deref(), Some("shard 3 does not answer"));
    }

    #[test]
    fn memory_is_shared_and_comes_back() {
        let memory = Memory::new(4 << 20);
        let budget = || Budget::new(Arc::clone(&memory), Ended::default());
        let (one, other) = (budget(), budget());
        one.hold(2 << 20).unwrap().keep();
        let held = other.hold(2 << 20).unwrap();
        let third = budget();
        assert_eq!(third.hold(1).err(), Some(Spent::MemoryHeld));
        assert_eq!(third.check(), Err(Spent::MemoryHeld), "what is spent stays so");
        drop(held);
        other.hold(2 << 20).unwrap().keep();
        assert_eq!(other.hold(1).err(), Some(Spent::MemoryNeeded(2)));
        drop((one, other));
        assert!(budget().hold(2 << 20).is_ok());
    }

    #[test]
    fn work_takes_turns() {
        let taken = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&taken);
        let next = Box::new(move || match count.fetch_add(1, Ordering::Relaxed) {
            0 | 1 => Ok(()),
            _ => Err(Spent::Crowded),
        });
        let budget = Budget::unlimited();
        budget.take_turns(Duration::ZERO, next);
        let checks = (0..10 * CHECKS_PER_LOOK).take_while(|_| budget.check().is_ok()).count();
        assert!(checks >= 2 * CHECKS_PER_LOOK as usize);
        assert_eq!(budget.check(), Err(Spent::Crowded));
        assert_eq!(taken.load(Ordering::Relaxed), 3);
    }
}
