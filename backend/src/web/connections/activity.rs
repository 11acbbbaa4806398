//! What a connection is doing, and how long it may go on like this.

use super::Limits;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Bytes of an answer that a client must take within the time limit. A client that takes a byte now and then is as good
/// as one that takes none; one that takes 20 kB a second takes many times as much.
const PROGRESS: usize = 64 << 10;

/// How long nothing must have left of an answer before its connection may be given up for another one.
const STALLED: Duration = Duration::from_secs(2);

/// How long nothing must have been written to an idle connection before that: what was written last may still be on its
/// way to the client, and a new connection may bring its request along.
const SETTLED: Duration = Duration::from_millis(100);

/// How long a stream of events must have lasted before that: so that it has said how things are.
const FOLLOWED: Duration = Duration::from_millis(250);

/// What a connection is doing, as its stream and its requests report it.
pub(super) struct Activity(Mutex<State>);

struct State {
    phase: Phase,
    /// Since when.
    since: Instant,
    /// Whether nothing had come when it was last looked. A new connection may bring its request along.
    is_silent: bool,
    /// When something was last written.
    wrote: Instant,
    /// Set while an answer waits for its client to take what was written before.
    waiting: Option<Waiting>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Between requests, without a byte of the next one.
    Idle,
    /// In the middle of a request's head.
    Head,
    /// In the middle of a request's body.
    Body,
    /// The request is being answered.
    Working,
    /// The answer has begun.
    Answering,
    /// The answer is a stream of events, which ends when there are no more.
    Following,
}

/// What the client has taken of an answer since the last time that it was enough.
struct Waiting {
    since: Instant,
    bytes: usize,
}

/// How well a connection could be done without: the smallest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Use {
    class: Class,
    since: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    /// Nothing is lost: clients open a new connection when they have something to ask.
    Idle,
    /// A stream of events: whoever follows one and still wants to connects again. Whether anybody reads it cannot be told
    /// for a long time, since events are small and the system of the client takes them.
    Events,
    /// Half a request.
    Half,
    /// An answer of which nothing leaves.
    Stalled,
}

impl Activity {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self(Mutex::new(State {
            phase: Phase::Idle,
            since: now,
            is_silent: false,
            wrote: now,
            waiting: None,
        }))
    }

    /// No bytes have come.
    pub(super) fn found_nothing(&self) {
        self.lock().is_silent = true;
    }

    /// Bytes have come.
    pub(super) fn received(&self) {
        let mut state = self.lock();
        state.is_silent = false;
        if state.phase == Phase::Idle {
            state.enter(Phase::Head);
        }
    }

    /// A request's head is complete.
    pub(super) fn request_begins(&self) {
        self.lock().enter(Phase::Working);
    }

    /// More of its body has to come before the work goes on.
    pub(super) fn needs_body(&self) {
        let mut state = self.lock();
        if state.phase == Phase::Working {
            state.enter(Phase::Body);
        }
    }

    /// What was needed of its body has come.
    pub(super) fn has_body(&self) {
        let mut state = self.lock();
        if state.phase == Phase::Body {
            state.enter(Phase::Working);
        }
    }

    /// Its answer is on its way, a stream of events or all that there is to say.
    pub(super) fn answer_begins(&self, is_of_events: bool) {
        self.lock().enter(if is_of_events { Phase::Following } else { Phase::Answering });
    }

    /// All of the answer is handed over, though maybe not yet taken.
    pub(super) fn answer_ends(&self) {
        self.lock().enter(Phase::Idle);
    }

    /// The client has to take something before more can be written.
    pub(super) fn must_wait(&self) {
        let mut state = self.lock();
        state.waiting.get_or_insert_with(|| Waiting { since: Instant::now(), bytes: 0 });
    }

    /// So much more was written.
    pub(super) fn wrote(&self, bytes: usize) {
        let mut state = self.lock();
        let now = Instant::now();
        state.wrote = now;
        if let Some(waiting) = &mut state.waiting {
            waiting.bytes += bytes;
            if waiting.bytes >= PROGRESS {
                *waiting = Waiting { since: now, bytes: 0 };
            }
        }
    }

    /// Everything there was is written.
    pub(super) fn wrote_all(&self) {
        self.lock().waiting = None;
    }

    /// When its time is over, as it is now; `None` while it is the server that takes its time, which is bounded where
    /// the work is done, as is the time for a body.
    pub(super) fn deadline(&self, limits: &Limits) -> Option<Instant> {
        let state = self.lock();
        match (&state.waiting, state.phase) {
            (Some(waiting), _) => Some(waiting.since + limits.write),
            (None, Phase::Idle) => Some(state.since + limits.idle),
            (None, Phase::Head) => Some(state.since + limits.head),
            (None, Phase::Body | Phase::Working | Phase::Answering | Phase::Following) => None,
        }
    }

    /// How well it could be done without; `None` while somebody waits for what the server does.
    pub(super) fn usefulness(&self) -> Option<Use> {
        let state = self.lock();
        let class = match (&state.waiting, state.phase) {
            (_, Phase::Following) if state.since.elapsed() >= FOLLOWED => Class::Events,
            (Some(_), _) | (None, Phase::Answering) if state.wrote.elapsed() >= STALLED => Class::Stalled,
            (None, Phase::Idle) if state.is_silent && state.wrote.elapsed() >= SETTLED => Class::Idle,
            (None, Phase::Head | Phase::Body) => Class::Half,
            _ => return None,
        };
        let since = if class == Class::Stalled { state.wrote } else { state.since };
        Some(Use { class, since })
    }

    /// As if nothing had been written for a while.
    #[cfg(test)]
    pub(super) fn settle(&self) {
        self.lock().wrote -= SETTLED;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.since = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_hours(1);

    const LIMITS: Limits =
        Limits { connections: 1, head: HOUR.saturating_mul(2), idle: HOUR.saturating_mul(3), write: HOUR };

    /// Hours that are left, rounded up.
    fn left(activity: &Activity) -> Option<u64> {
        let deadline = activity.deadline(&LIMITS)?;
        Some(deadline.duration_since(Instant::now()).as_secs().div_ceil(HOUR.as_secs()))
    }

    #[test]
    fn the_client_is_timed_and_the_server_is_not() {
        let activity = Activity::new();
        assert_eq!(left(&activity), Some(3));
        activity.received();
        assert_eq!(left(&activity), Some(2));
        activity.request_begins();
        assert_eq!(left(&activity), None);
        activity.answer_begins(false);
        activity.must_wait();
        assert_eq!(left(&activity), Some(1));
        activity.wrote_all();
        assert_eq!(left(&activity), None);
        activity.answer_ends();
        assert_eq!(left(&activity), Some(3));
    }

    #[test]
    fn a_byte_now_and_then_is_no_progress() {
        let activity = Activity::new();
        activity.must_wait();
        let deadline = activity.deadline(&LIMITS);
        activity.wrote(1);
        activity.must_wait();
        assert_eq!(activity.deadline(&LIMITS), deadline);
        activity.wrote(PROGRESS);
        assert!(activity.deadline(&LIMITS) > deadline);
    }

    #[test]
    fn idle_connections_go_first_and_the_oldest_of_them() {
        let [old, young, half, busy] = [(); 4].map(|()| Activity::new());
        assert_eq!(young.usefulness(), None, "its request may be there already");
        for idle in [&old, &young] {
            idle.found_nothing();
            assert_eq!(idle.usefulness(), None, "its last answer may be on its way");
            idle.settle();
        }
        half.received();
        half.request_begins();
        half.needs_body();
        busy.request_begins();
        assert!(old.usefulness() < young.usefulness());
        assert!(young.usefulness() < half.usefulness());
        assert_eq!(busy.usefulness(), None);
    }

    #[test]
    fn a_stream_of_events_goes_before_half_a_request_but_not_at_once() {
        let [events, half] = [(); 2].map(|()| Activity::new());
        events.request_begins();
        events.answer_begins(true);
        assert_eq!(events.usefulness(), None, "it has just begun");
        events.lock().since -= FOLLOWED;
        events.wrote(10);
        half.received();
        assert!(events.usefulness().is_some() && events.usefulness() < half.usefulness());
        assert_eq!(left(&events), None, "it may last as long as nobody needs its place");
    }
}
