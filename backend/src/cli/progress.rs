//! How far indexing has come, on the terminal: a bar where there is one, else a line every few seconds.

use super::terminal;
use blendscope_library::Library;
use blendscope_shared::status::{State, Status};
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Time between two looks at the status.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Time between two lines where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// A thread that shows the progress of a library until it is dropped.
pub(super) struct ProgressReport {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl ProgressReport {
    /// Begins to show.
    pub(super) fn of(library: Arc<Library>) -> Self {
        Self::begin(library, false)
    }

    /// The same for a command that has something else to say: nothing is shown unless there is something to wait for.
    pub(super) fn of_waiting(library: Arc<Library>) -> Self {
        Self::begin(library, true)
    }

    fn begin(library: Arc<Library>, only_waiting: bool) -> Self {
        let (stop, stopped) = mpsc::channel();
        let show = move || {
            let mut display = Display::new(only_waiting, library.status().notice);
            while stopped.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) {
                display.show(&library.status());
            }
            display.show(&library.status());
            display.bar.finish_and_clear();
        };
        // Without a thread for it nothing is shown; the work goes on.
        Self { stop: Some(stop), thread: thread::Builder::new().name("progress".to_owned()).spawn(show).ok() }
    }
}

impl Drop for ProgressReport {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A display that failed has nothing more to say.
            let _ = thread.join();
        }
    }
}

/// What stands on the terminal.
struct Display {
    /// Hidden where there is no terminal.
    bar: ProgressBar,
    /// Whether neither what is unknown yet nor the end is worth a line.
    only_waiting: bool,
    last_line: Option<Instant>,
    last_state: Option<State>,
    last_trouble: Option<String>,
    /// The one at the start is told by the command itself.
    last_notice: Option<String>,
}

impl Display {
    fn new(only_waiting: bool, last_notice: Option<String>) -> Self {
        let bar = terminal::bar();
        let style =
            ProgressStyle::with_template("indexing {wide_bar} {bytes}/{total_bytes} · {msg} · {eta} left");
        bar.set_style(style.expect("the template is well-formed"));
        Self { bar, only_waiting, last_line: None, last_state: None, last_trouble: None, last_notice }
    }

    fn show(&mut self, status: &Status) {
        if status.trouble != self.last_trouble {
            self.last_trouble.clone_from(&status.trouble);
            if let Some(trouble) = &status.trouble {
                terminal::note(&format!("warning: {trouble}"));
            }
        }
        if status.notice != self.last_notice {
            self.last_notice.clone_from(&status.notice);
            if let Some(notice) = &status.notice {
                terminal::note(&format!("note: {notice}"));
            }
        }
        match status.state {
            State::Indexing if self.only_waiting && status.bytes_total == 0 => {}
            State::Indexing => self.show_indexing(status),
            State::Ready if self.last_state != Some(State::Ready) => self.show_ready(status),
            State::Ready => {}
        }
        self.last_state = Some(status.state);
    }

    fn show_indexing(&mut self, status: &Status) {
        if self.last_state == Some(State::Ready) {
            self.bar.reset();
        }
        self.bar.set_length(status.bytes_total);
        self.bar.set_position(status.bytes_done);
        self.bar.set_message(format!("{} samples", HumanCount(status.samples)));
        let is_due = self.last_line.is_none_or(|last| last.elapsed() >= LINE_EVERY);
        if self.bar.is_hidden() && is_due {
            self.last_line = Some(Instant::now());
            let (done, total) = (HumanBytes(status.bytes_done), HumanBytes(status.bytes_total));
            terminal::note(&format!("indexed {done} of {total}, {} samples", HumanCount(status.samples)));
        }
    }

    fn show_ready(&mut self, status: &Status) {
        self.bar.finish_and_clear();
        if self.only_waiting {
            return;
        }
        let samples = HumanCount(status.samples);
        let skipped = match status.skipped {
            0 => String::new(),
            1 => ", 1 bad record left out".to_owned(),
            count => format!(", {} bad records left out", HumanCount(count)),
        };
        terminal::note(&format!("ready: {samples} samples{skipped}"));
    }
}
