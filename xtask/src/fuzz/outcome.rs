//! What came of a target, out of what libFuzzer says.

/// What came of a target.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    target: String,
    /// Inputs that were run.
    runs: u64,
    /// Inputs a second.
    per_second: u64,
    /// Edges of the code that were reached.
    coverage: u64,
    /// Why it ended early, and the file with the input.
    crash: Option<String>,
}

impl Outcome {
    /// What the columns of [`row`](Self::row) are.
    pub(super) const HEADER: &str = "target              runs   runs/s  coverage  crashes";

    /// Reads libFuzzer's output.
    pub(super) fn read(target: &str, succeeded: bool, said: &str) -> Self {
        let statistic = |name: &str| {
            let last = said.lines().rev().find_map(|line| line.strip_prefix(name));
            last.and_then(|number| number.trim().parse().ok()).unwrap_or(0)
        };
        let coverage = said.lines().rev().find_map(|line| number_behind(line, " cov: "));
        Self {
            target: target.to_owned(),
            runs: statistic("stat::number_of_executed_units:"),
            per_second: statistic("stat::average_exec_per_sec:"),
            coverage: coverage.unwrap_or(0),
            crash: (!succeeded).then(|| crash(said)),
        }
    }

    /// Whether it crashed.
    pub(super) fn crashed(&self) -> bool {
        self.crash.is_some()
    }

    /// A row of the table.
    pub(super) fn row(&self) -> String {
        let crash = self.crash.as_deref().unwrap_or("none");
        format!("{:12}{:>12}{:>9}{:>10}  {crash}", self.target, self.runs, self.per_second, self.coverage)
    }
}

/// The message of a crash and the file it was kept in.
fn crash(said: &str) -> String {
    let mut lines = said.lines();
    let panic = lines.by_ref().find(|line| line.contains("panicked at")).and_then(|_| lines.next());
    let memory = || said.lines().find(|line| line.contains("bytes in use, where"));
    let fuzzer = || said.lines().find_map(|line| line.split("ERROR: libFuzzer: ").nth(1));
    let message = panic.or_else(memory).or_else(fuzzer).unwrap_or("it ended, see the log");
    match said.lines().find_map(|line| line.split("Test unit written to ").nth(1)) {
        Some(file) => format!("{message}: {file}"),
        None => message.to_owned(),
    }
}

fn number_behind(line: &str, name: &str) -> Option<u64> {
    line.split(name).nth(1)?.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_libfuzzer_says_is_understood() {
        let fine = "#2\tINITED cov: 51 ft: 51\n#9\tDONE   cov: 1309 ft: 5695 corp: 567\n\
            stat::number_of_executed_units: 4235\nstat::average_exec_per_sec:     201\n";
        let outcome = Outcome::read("tar", true, fine);
        assert_eq!(outcome.row(), "tar                 4235      201      1309  none");
        assert!(!outcome.crashed());
    }

    #[test]
    fn crashes_are_told_with_their_input() {
        let kept =
            "==7== ERROR: libFuzzer: deadly signal\nartifact_prefix='x/'; Test unit written to x/crash-1\n";
        let rows = [
            ("thread '<unnamed>' panicked at a.rs:1:2:\nno law\n", "no law: x/crash-1"),
            ("12 bytes in use, where 10 are allowed\n", "12 bytes in use, where 10 are allowed: x/crash-1"),
            ("", "deadly signal: x/crash-1"),
        ];
        for (said, expected) in rows {
            let outcome = Outcome::read("tar", false, &format!("{said}{kept}"));
            assert_eq!(outcome.crash.as_deref(), Some(expected));
        }
    }
}
