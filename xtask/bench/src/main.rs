//! `cargo xtask bench`: Blendscope beside the engines that a Python script would use, on the same samples and with the
//! same queries, one engine after the other.

mod blendscope;
mod data;
mod figures;
mod peers;
mod queries;
mod system;
mod tables;

use anyhow::{Context, Result, ensure};
use blendscope::Subject;
use clap::Parser;
use data::Root;
use figures::{Asked, Engine, Run};
use peers::Peer;
use queries::{Query, Vocabulary};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use xtask::build::build_release;
use xtask::report;
use xtask::workspace::Workspace;

fn main() -> ExitCode {
    report::exit_code(run(&Options::parse(), &Workspace::find()))
}

fn run(options: &Options, workspace: &Workspace) -> Result<()> {
    let binary = match &options.binary {
        Some(binary) => binary.clone(),
        None => build_release(workspace)?,
    };
    report::headline("setting up the peers");
    let peers = if options.peers_up_to > 0 { peers::set_up(workspace)? } else { Vec::new() };
    let machine = format!("{}; load {} before the run", system::machine(), system::load());
    report::headline(&machine);
    let mut runs = Vec::new();
    for data in options.data() {
        let root = data::prepare(workspace, &binary, &data)?;
        report::headline(&root.title);
        let bench = Bench { workspace, binary: &binary, root: &root, peers_up_to: options.peers_up_to };
        let run = bench.run(&peers)?;
        report::line(&format!("\n{}\n\n{}", tables::summary(&run), tables::queries(&run)));
        runs.push(run);
    }
    if runs.len() > 1 {
        report::headline("growth");
        report::line(&tables::growth(&runs));
    }
    report::line(&format!("\nOn {machine} and {} after it.\n\n{}", system::load(), tables::LEGEND));
    if let Some(file) = &options.json {
        let document = json!({"machine": machine, "runs": runs}).to_string() + "\n";
        std::fs::write(file, document).with_context(|| format!("failed to write {}", file.display()))?;
    }
    Ok(())
}

/// The measurement of one root.
struct Bench<'a> {
    workspace: &'a Workspace,
    binary: &'a Path,
    root: &'a Root,
    /// The peers are measured on at most this many samples.
    peers_up_to: u64,
}

impl Bench<'_> {
    fn run(&self, peers: &[Peer]) -> Result<Run> {
        let queries = queries::choose(&Vocabulary::of(&data::some_texts(&self.root.path)?));
        let subject = Subject { binary: self.binary, root: self.root, index: self.index("blendscope") };
        report::line("Blendscope");
        let first_sample_seconds = subject.first_sample()?;
        let mut blendscope = subject.build()?;
        let status = subject.status()?;
        let served;
        (blendscope.answers, served) = subject.ask(&queries, first_sample_seconds)?;
        let exact = subject.exact(&queries)?;
        data::remove(&subject.index)?;
        let mut engines = vec![blendscope];
        if status.samples <= self.peers_up_to {
            engines.extend(self.measure_peers(peers, &queries));
        }
        let queries = queries.into_iter().zip(exact).map(|(query, exact)| Asked { query, exact }).collect();
        Ok(Run {
            data: self.root.title.clone(),
            samples: status.samples,
            source_bytes: status.bytes_total,
            queries,
            engines,
            served,
        })
    }

    /// A peer that fails is left out, and a line says why.
    fn measure_peers(&self, peers: &[Peer], queries: &[Query]) -> Vec<Engine> {
        let mut measured = Vec::new();
        for peer in peers {
            report::line(peer.name());
            match peer.measure(&self.root.path, &self.index("peer"), queries) {
                Ok(engine) => measured.push(engine),
                Err(error) => report::line(&format!("{} is left out: {error:#}", peer.name())),
            }
        }
        measured
    }

    fn index(&self, engine: &str) -> PathBuf {
        self.workspace.target().join("bench/index").join(engine)
    }
}

/// Numbers of samples of the made-up data.
const SIZES: [u64; 3] = [100_000, 1_000_000, 5_000_000];

const ABOUT: &str = "\
Builds the index of the same samples with Blendscope, tantivy's Python package, SQLite FTS5 and DuckDB FTS, asks all
of them the same 20 queries, and prints time, memory and size with ratios, budgets, and growth from size to size.
Samples are made up by `blendscope demo` (0.1M, 1M and 5M of them), or read from your own files and roots; the queries
are chosen by how often words occur in them. Indexes and samples lie in target/bench; the samples stay for the next
time (3.5 GB for all sizes).";

const NEEDS: &str = "\
The peers need python3 with venv, and the network the first time. Without them Blendscope is measured alone.";

/// What is asked for.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask bench", about = ABOUT, after_help = NEEDS)]
pub(crate) struct Options {
    /// Annotation files and roots of your own
    #[arg(value_name = "FILE | ROOT", value_parser = existing)]
    own: Vec<PathBuf>,

    /// 0.1M samples only
    #[arg(long)]
    quick: bool,

    /// So many made-up samples: 100000, 100k, 0.1M
    #[arg(long, value_name = "N,N,…", value_delimiter = ',', value_parser = number)]
    samples: Vec<u64>,

    /// Leave the peers out beyond this number of samples; 0 for none
    #[arg(long, value_name = "N", default_value = "1.5M", value_parser = number)]
    pub(crate) peers_up_to: u64,

    /// Write all figures to a file
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    /// Measure this program instead of building one
    #[arg(long, value_name = "FILE", value_parser = existing)]
    pub(crate) binary: Option<PathBuf>,
}

/// Data to measure on.
#[derive(Debug, PartialEq)]
pub(crate) enum Data {
    /// This many samples, made up by `blendscope demo`.
    MadeUp(u64),
    /// A file or a root of the user's own.
    Own(PathBuf),
}

impl Options {
    /// What is measured on, one after the other.
    pub(crate) fn data(&self) -> Vec<Data> {
        let quick = if self.quick { &SIZES[..1] } else { &[] };
        let mut data: Vec<Data> = quick.iter().chain(&self.samples).copied().map(Data::MadeUp).collect();
        data.extend(self.own.iter().cloned().map(Data::Own));
        if data.is_empty() {
            data.extend(SIZES.map(Data::MadeUp));
        }
        data
    }
}

/// A number of samples: `100000`, `100k` or `0.1M`.
fn number(text: &str) -> Result<u64> {
    let (digits, unit) = match text.trim() {
        text if text.ends_with(['k', 'K']) => (&text[..text.len() - 1], 1e3),
        text if text.ends_with(['m', 'M']) => (&text[..text.len() - 1], 1e6),
        text => (text, 1.0),
    };
    let number: f64 = digits.parse().with_context(|| format!("`{text}` is no number such as 100k or 1M"))?;
    let number = (number * unit).round();
    ensure!((0.0..1e10).contains(&number), "`{text}` samples are out of reach");
    #[expect(clippy::cast_sign_loss, reason = "it is not below zero")]
    Ok(number as u64)
}

fn existing(path: &str) -> Result<PathBuf> {
    std::fs::canonicalize(path).with_context(|| format!("failed to find {path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(arguments: &[&str]) -> Result<Vec<Data>, clap::Error> {
        Options::try_parse_from([&["bench"], arguments].concat()).map(|options| options.data())
    }

    #[test]
    fn sizes_are_numbers_with_or_without_a_unit() {
        let expected = [100_000, 20_000, 12].map(Data::MadeUp);
        assert_eq!(data(&["--samples", "0.1M,20k,12"]).unwrap(), expected);
        assert_eq!(data(&["--quick"]).unwrap(), [Data::MadeUp(100_000)]);
        assert_eq!(data(&[]).unwrap(), SIZES.map(Data::MadeUp));
        for bad in ["", "M", "-1", "1T", "NaN", "1e99"] {
            assert!(data(&["--samples", bad]).is_err(), "{bad}");
        }
    }

    #[test]
    fn files_must_be_there_and_options_known() {
        assert!(matches!(data(&["Cargo.toml"]).unwrap()[..], [Data::Own(_)]));
        assert!(data(&["no-such-file.json"]).is_err());
        assert!(data(&["--quik"]).is_err());
    }
}
