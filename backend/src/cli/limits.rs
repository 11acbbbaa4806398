//! What a server may cost: its connections, its requests, its memory.

use crate::web::api::RequestLimits;
use crate::web::connections::Limits;
use blendscope_library::OpenOptions;
use clap::Args;
use std::thread::available_parallelism;
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
}

/// Options about requests and the memory and disk that they take.
#[derive(Debug, Args)]
#[command(next_help_heading = "Requests")]
pub(super) struct RequestArgs {
    /// Threads that answer at a time, for each of searches, records and pictures; as many as there are cores unless said
    /// otherwise
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,

    /// Seconds until an answer has to begin; after that the work for it ends
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    request_timeout: Duration,

    /// Seconds for the body of a request to arrive
    #[arg(long, value_name = "SECONDS", default_value = "20", value_parser = seconds)]
    body_timeout: Duration,

    /// Memory, in MB, that all searches together may take; 1024, or a quarter of what this process may use if that is less
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u64).range(16..=1 << 20))]
    search_memory: Option<u64>,

    /// Memory, in MB, that all pictures together may take while they are read and made smaller; 768, or a quarter of what
    /// this process may use if that is less
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u64).range(16..=1 << 20))]
    picture_memory: Option<u64>,

    /// Disk space, in MB, for pictures that were made smaller; the oldest go first
    #[arg(long, value_name = "MB", default_value = "2048", value_parser = clap::value_parser!(u64).range(0..=1 << 30))]
    thumbnail_cache: u64,
}

impl RequestArgs {
    /// What requests may cost.
    pub(super) fn limits(&self) -> RequestLimits {
        let cores = || available_parallelism().map_or(2, usize::from);
        RequestLimits {
            threads: self.threads.map_or_else(cores, usize::from),
            memory: self.search_memory.map(|megabytes| megabytes << 20),
            answer: self.request_timeout,
            body: self.body_timeout,
        }
    }

    /// What to open, within these limits.
    pub(super) fn options(&self, options: OpenOptions) -> OpenOptions {
        OpenOptions {
            picture_memory: self.picture_memory.map(|megabytes| megabytes << 20),
            thumbnail_bytes: Some(self.thumbnail_cache << 20),
            ..options
        }
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
