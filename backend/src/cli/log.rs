//! The log: a line on the standard error for what happens inside, as text or as JSON.
//!
//! A server says what went wrong or took long. Everything else, and every other command, says so only with `--log`.

use super::terminal;
use clap::{Args, ValueEnum};
use std::io::{self, Write};
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Options about the log.
#[derive(Debug, Args)]
#[command(next_help_heading = "Log")]
pub(super) struct LogArgs {
    /// Write what happens to the standard error; without it a server writes warnings only, as text
    #[arg(long, value_name = "FORMAT", global = true)]
    log: Option<LogFormat>,

    /// How much: `info` has passes over the data and what was read in them, `debug` every request and every file
    #[arg(long, value_name = "LEVEL", default_value = "info", global = true, requires = "log")]
    log_level: LogLevel,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogFormat {
    /// A line for people
    Text,
    /// An object per line
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogLevel {
    Error,
    Warn,
    Info,
    Debug,
}

impl LogArgs {
    /// Begins the log of this process; to be called once.
    pub(super) fn begin(&self, is_server: bool) {
        let level = match (self.log, is_server) {
            (Some(_), _) => self.log_level.filter(),
            (None, true) => LevelFilter::from_level(Level::WARN),
            (None, false) => return,
        };
        let subscriber = tracing_subscriber::fmt().with_max_level(level).with_writer(Lines);
        // An error means that a log has begun already.
        let _ = match self.log {
            Some(LogFormat::Json) => {
                terminal::only_log();
                tracing::subscriber::set_global_default(subscriber.json().flatten_event(true).finish())
            }
            Some(LogFormat::Text) | None => tracing::subscriber::set_global_default(
                subscriber.with_ansi(false).with_target(false).finish(),
            ),
        };
    }
}

impl LogLevel {
    fn filter(self) -> LevelFilter {
        LevelFilter::from_level(match self {
            Self::Error => Level::ERROR,
            Self::Warn => Level::WARN,
            Self::Info => Level::INFO,
            Self::Debug => Level::DEBUG,
        })
    }
}

/// Writes lines where a bar of progress may stand.
struct Lines;

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line
    }
}

/// Writes one line, which comes as a whole.
struct Line;

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        terminal::write_beside_bar(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
