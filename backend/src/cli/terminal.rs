//! Output on the terminal: lines, columns, colours, and texts that cannot do anything to it.

use super::error::CliError;
use blendscope_library::Library;
use clap::ValueEnum;
use indicatif::ProgressBar;
use std::env;
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// A line of the answer, at once even through a pipe. Who reads no further, such as `head`, has seen enough; a full
/// disk is an error.
pub(super) fn say(line: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    or_closed(writeln!(out, "{line}").and_then(|()| out.flush()))
}

/// The outcome of writing to the standard output, of which a pipe may be closed.
pub(super) fn or_closed(written: io::Result<()>) -> Result<(), CliError> {
    match written {
        Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => {
            Err(CliError::Write { place: "the standard output".to_owned(), cause })
        }
        _ => Ok(()),
    }
}

/// The bar of progress, while one is shown.
static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Whether the standard error is for the lines of the log alone.
static ONLY_LOG: AtomicBool = AtomicBool::new(false);

/// A line beside the answer. Where programs read the log, it is an event in it.
pub(super) fn note(line: &str) {
    if ONLY_LOG.load(Ordering::Relaxed) {
        tracing::info!("{line}");
    } else {
        write_beside_bar(format!("{line}\n").as_bytes());
    }
}

/// Leaves the standard error to the log: no bar, and notes as events.
pub(super) fn only_log() {
    ONLY_LOG.store(true, Ordering::Relaxed);
}

/// A bar of progress on the terminal, hidden where there is none. Lines do not run into it.
pub(super) fn bar() -> ProgressBar {
    let is_shown = io::stderr().is_terminal() && !ONLY_LOG.load(Ordering::Relaxed);
    let bar = if is_shown { ProgressBar::new(0) } else { ProgressBar::hidden() };
    *BAR.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar.clone());
    bar
}

/// Writes whole lines to the standard error.
pub(super) fn write_beside_bar(lines: &[u8]) {
    let write = || {
        let _ = io::stderr().lock().write_all(lines);
    };
    match &*BAR.lock().unwrap_or_else(PoisonError::into_inner) {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// A line about what is unusual, such as a file system without locks.
pub(super) fn note_unusual(library: &Library) {
    if let Some(notice) = library.status().notice {
        note(&format!("note: {notice}"));
    }
}

/// A heading and rows below it, indented, each column as wide as its widest cell; the last one is not padded.
pub(super) fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]]) -> Vec<String> {
    let mut widths = heading.map(|cell| cell.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: &[String; N]| {
        let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
        format!("  {}", padded.collect::<Vec<_>>().join("  ")).trim_end().to_owned()
    };
    std::iter::once(&heading.map(str::to_owned)).chain(rows).map(line).collect()
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Colours {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Through pipes too
    Always,
    /// Not at all
    Never,
}

/// What a text is; each has its look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// The name of a sample.
    Title,
    /// What matches the query.
    Match,
    /// What stands beside.
    Aside,
}

/// Gives texts their look, or not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    is_on: bool,
}

impl Paint {
    /// For the standard output.
    pub(super) fn of(colours: Colours) -> Self {
        let is_on = match colours {
            Colours::Always => true,
            Colours::Never => false,
            Colours::Auto => {
                // See no-color.org: any value but the empty one.
                let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                let is_dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
                io::stdout().is_terminal() && !refused && !is_dumb
            }
        };
        Self { is_on }
    }

    /// The text with its look.
    pub(super) fn text(self, look: Look, text: &str) -> String {
        if !self.is_on {
            return text.to_owned();
        }
        // Select Graphic Rendition of ECMA-48: bold, bold red, faint.
        let code = match look {
            Look::Title => "1",
            Look::Match => "1;31",
            Look::Aside => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// A text of the data as it may be shown: on one line, and without what would steer the terminal. Every character stays
/// one character.
pub(super) fn harmless(text: &str) -> String {
    let shown = |letter: char| match letter {
        '\n' | '\r' | '\t' => ' ',
        letter if letter.is_control() => char::REPLACEMENT_CHARACTER,
        letter => letter,
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["coco".to_owned(), "12".to_owned()], ["é".to_owned(), String::new()]];
        assert_eq!(table(["slug", "n"], &rows), ["  slug  n", "  coco  12", "  é"]);
    }

    #[test]
    fn texts_cannot_steer_the_terminal() {
        assert_eq!(harmless("a\u{1b}[2J\u{9b}31m\u{7}b\n犬"), "a\u{fffd}[2J\u{fffd}31m\u{fffd}b 犬");
    }

    #[test]
    fn colours_can_be_left_out() {
        assert_eq!(Paint { is_on: false }.text(Look::Match, "x"), "x");
        assert_eq!(Paint { is_on: true }.text(Look::Match, "x"), "\u{1b}[1;31mx\u{1b}[0m");
    }
}
