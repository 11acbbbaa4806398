//! How many connections the server holds, and how long it waits for their clients.

use crate::web::connections::Limits;
use clap::Args;
use std::time::Duration;

/// Open files and connections that the process asks to be allowed; the usual 1,024 would not last.
const OPEN_FILES: u64 = 65_536;

/// Options about connections.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connections")]
pub(super) struct ConnectionArgs {
    /// Connections at a time, 4096 unless said otherwise, and never more than half of the files that the process may
    /// open (`ulimit -n`); when all are taken, the one that rested longest is closed for a new one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_connections: Option<u64>,

    /// Seconds for the head of a request to arrive
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    head_timeout: Duration,

    /// Seconds for the body of a request to arrive
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    body_timeout: Duration,

    /// Seconds that a connection may rest between two requests
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    idle_timeout: Duration,

    /// Seconds that a client may take for the next 64 kB of an answer
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    write_timeout: Duration,
}

impl ConnectionArgs {
    /// What is asked for, within what the system allows.
    pub(super) fn limits(&self) -> Limits {
        // Fewer open files than wished for only means fewer connections at a time.
        let open_files = rlimit::increase_nofile_limit(OPEN_FILES).unwrap_or(0);
        Limits {
            connections: Limits::connections_within(open_files, self.max_connections),
            head: self.head_timeout,
            idle: self.idle_timeout,
            write: self.write_timeout,
        }
    }

    /// How long the body of a request may take to arrive.
    pub(super) fn body_timeout(&self) -> Duration {
        self.body_timeout
    }
}

/// Reads a number of seconds, such as 20 or 0.5.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.1..=86_400.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "must be a number between 0.1 and 86400".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_and_never_none_at_all() {
        assert_eq!(seconds("20"), Ok(Duration::from_secs(20)));
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for text in ["", "0", "-1", "1e9", "NaN", "ten"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
