//! What the commands tell on the terminal.

use anyhow::Result;
use std::io::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Writes a line to standard output. A closed output is no reason to stop.
pub fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// Writes a headline, set apart from the output of the tools around it.
pub fn headline(text: &str) {
    line(&format!("\n=== {text}"));
}

/// Does a part of the work under a headline, and tells how long it took.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    headline(what);
    let start = Instant::now();
    let done = work()?;
    line(&format!("=== {what}: {}", duration(start.elapsed())));
    Ok(done)
}

/// Writes to standard error why something failed, causes included.
pub fn error(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "error: {error:#}");
}

/// How a command ends, after telling why it failed.
pub fn exit_code(result: Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            error(&cause);
            ExitCode::FAILURE
        }
    }
}

/// A time as people read it: `7.3 s`, `2 min 05 s`.
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        return format!("{:.1} s", time.as_secs_f64());
    }
    format!("{} min {:02} s", seconds / 60, seconds % 60)
}

/// A size as people read it: `412 B`, `12.3 kB`, `4.5 MB`.
pub fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{:.1} kB", count as f64 / 1e3),
        _ => format!("{:.1} MB", count as f64 / 1e6),
    }
}

/// A number as people read it: `1,090,000`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_read_well() {
        assert_eq!(duration(Duration::from_millis(7_340)), "7.3 s");
        assert_eq!(duration(Duration::from_secs(125)), "2 min 05 s");
        assert_eq!(bytes(412), "412 B");
        assert_eq!(bytes(12_345), "12.3 kB");
        assert_eq!(bytes(4_500_000), "4.5 MB");
        assert_eq!([0, 999, 1_000, 1_090_000].map(count), ["0", "999", "1,000", "1,090,000"]);
    }
}
