//! The engines that Blendscope is measured beside: those that a Python script of a few lines would use.

use crate::data::{remove, size};
use crate::figures::{Answer, Engine, median_answers};
use crate::queries::{Query, ROUNDS, order};
use crate::system::measure;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use xtask::report;
use xtask::run;
use xtask::tools::python_with;
use xtask::workspace::Workspace;

/// What the scripts share.
const SHARED: [(&str, &str); 2] =
    [("records.py", include_str!("peers/records.py")), ("command.py", include_str!("peers/command.py"))];

/// An engine with a script that drives it.
struct Kind {
    title: &'static str,
    file: &'static str,
    script: &'static str,
    /// Packages that pip installs, with their versions.
    packages: &'static [&'static str],
}

const KINDS: [Kind; 3] = [
    Kind {
        title: "tantivy-py",
        file: "tantivy_peer.py",
        script: include_str!("peers/tantivy_peer.py"),
        packages: &["tantivy==0.27.0"],
    },
    Kind {
        title: "SQLite FTS5",
        file: "sqlite_peer.py",
        script: include_str!("peers/sqlite_peer.py"),
        packages: &[],
    },
    Kind {
        title: "DuckDB FTS",
        file: "duckdb_peer.py",
        script: include_str!("peers/duckdb_peer.py"),
        // The extension is a package of its own, of the same version.
        packages: &["duckdb==1.5.5", "duckdb-extension-fts==1.5.5"],
    },
];

/// A peer that runs on this machine.
pub(crate) struct Peer {
    /// Its name and version.
    name: String,
    python: PathBuf,
    script: PathBuf,
}

/// Sets the peers up. One that cannot be had is left out, and the line says why.
pub(crate) fn set_up(workspace: &Workspace) -> Result<Vec<Peer>> {
    let scripts = workspace.target().join("bench/scripts");
    fs::create_dir_all(&scripts).with_context(|| format!("failed to make {}", scripts.display()))?;
    let files = KINDS.iter().map(|kind| (kind.file, kind.script)).chain(SHARED);
    for (file, text) in files {
        fs::write(scripts.join(file), text).with_context(|| format!("failed to write {file}"))?;
    }
    let mut peers = Vec::new();
    for kind in &KINDS {
        match set_up_one(kind, scripts.join(kind.file)) {
            Ok(peer) => {
                report::line(&format!("{}: {}", peer.name, peer.python.display()));
                peers.push(peer);
            }
            Err(error) => report::line(&format!("{} is left out: {error:#}", kind.title)),
        }
    }
    Ok(peers)
}

fn set_up_one(kind: &Kind, script: PathBuf) -> Result<Peer> {
    let python = match kind.packages {
        [] => run::find("python3").context("there is no python3 in PATH")?,
        packages => python_with(packages)?,
    };
    let version = run::output(Command::new(&python).arg(&script).arg("version"));
    let version = version.with_context(|| format!("{} cannot run it", python.display()))?;
    Ok(Peer { name: format!("{} {}", kind.title, version.trim()), python, script })
}

impl Peer {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Builds the index of a root and asks all queries in several rounds, each with a new process.
    pub(crate) fn measure(&self, root: &Path, index: &Path, queries: &[Query]) -> Result<Engine> {
        remove(index)?;
        let built = measure(self.command().arg("build").arg(root).arg(index))?;
        let index_bytes = size(index)?;
        let rounds = (0..ROUNDS).map(|round| self.ask(index, queries, round)).collect::<Result<Vec<_>>>();
        remove(index)?;
        Ok(Engine {
            name: self.name.clone(),
            build_seconds: built.seconds,
            build_processor_seconds: built.processor_seconds,
            peak_memory_bytes: built.peak_bytes,
            index_bytes,
            answers: median_answers(&rounds?),
        })
    }

    fn ask(&self, index: &Path, queries: &[Query], round: usize) -> Result<Vec<Option<Answer>>> {
        let order = order(queries.len(), round);
        let file = self.script.with_file_name("queries.tsv");
        let line = |&place: &usize| {
            let query = &queries[place];
            format!("{}\t{}\n", query.kind.name(), query.words.join(" "))
        };
        fs::write(&file, order.iter().map(line).collect::<String>())
            .with_context(|| format!("failed to write {}", file.display()))?;
        let said = measure(self.command().arg("ask").arg(index).arg(&file))?.output;
        ensure!(said.lines().count() == queries.len(), "{} did not answer every query", self.name);
        let mut answers = vec![None; queries.len()];
        for (place, line) in order.into_iter().zip(said.lines()) {
            answers[place] = answer(line)?;
        }
        Ok(answers)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.python);
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUTF8", "1").arg(&self.script);
        command
    }
}

/// A line of an answer: milliseconds and hits, or `none`.
fn answer(line: &str) -> Result<Option<Answer>> {
    if line == "none" {
        return Ok(None);
    }
    let numbers = line.split_once('\t').and_then(|(took_ms, count)| {
        Some(Answer { took_ms: took_ms.parse().ok()?, found: count.parse().ok()? })
    });
    match numbers {
        Some(answer) => Ok(Some(answer)),
        None => bail!("`{line}` is no answer"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read() {
        assert_eq!(answer("1.5000\t12").unwrap(), Some(Answer { took_ms: 1.5, found: 12 }));
        assert_eq!(answer("none").unwrap(), None);
        assert!(answer("Traceback").is_err());
    }
}
