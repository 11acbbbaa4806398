//! `cargo xtask bench`: Blendscope beside the engines that a Python script would use, on the same samples and with the
//! same queries, one engine after the other.

mod blendscope;
mod budgets;
mod data;
mod figures;
mod growth;
mod http;
mod json;
mod machine;
mod options;
mod peers;
mod process;
mod queries;
mod rounds;
mod server;
mod table;
mod tables;
mod texts;
mod vocabulary;

use crate::binary::{Profile, build_binary};
use crate::report;
use crate::ui::build_ui;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use blendscope::Subject;
use data::Root;
use figures::{Engine, Run};
use options::Wanted;
use peers::Peer;
use queries::Query;
use std::path::{Path, PathBuf};
use vocabulary::Vocabulary;

pub(crate) const HELP: &str = "\
Usage: cargo xtask bench [--quick | --samples N,N,… | FILE | ROOT] [OPTIONS]

Builds the index of the same samples with Blendscope, tantivy's Python package, SQLite FTS5 and DuckDB FTS, asks all
of them the same 20 queries, and prints time, memory and size with ratios, budgets, and growth from size to size.
Samples are made up by `blendscope demo` (0.1M, 1M and 5M of them), or read from your own FILE or ROOT; the queries are
chosen by how often words occur in them. Indexes and samples lie in target/bench; the samples stay for the next time
(3.5 GB for all sizes).

  --quick            0.1M samples only
  --samples N,N,…    so many samples: 100000, 100k, 0.1M
  --peers-up-to N    leave the peers out beyond N samples (default: 1.5M; 0 for none)
  --json FILE        write all figures to a file
  --binary FILE      measure this program instead of building one

The peers need python3 with venv, and the network the first time. Without them Blendscope is measured alone.";

pub(crate) fn bench(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let wanted = options::wanted(arguments)?;
    let binary = binary(workspace, &wanted)?;
    report::headline("setting up the peers");
    let peers = if wanted.peers_up_to > 0 { peers::set_up(workspace)? } else { Vec::new() };
    let machine = format!("{}; load {} before the run", machine::describe(), machine::load());
    report::headline(&machine);
    let mut runs = Vec::new();
    for data in &wanted.data {
        let root = data::prepare(workspace, &binary, data)?;
        report::headline(&root.title);
        let bench = Bench { workspace, binary: &binary, root: &root, wanted: &wanted };
        let run = bench.run(&peers)?;
        report::line(&format!("\n{}\n\n{}", tables::summary(&run), tables::queries(&run)));
        runs.push(run);
    }
    if runs.len() > 1 {
        report::headline("growth");
        report::line(&growth::table(&runs));
    }
    report::line(&format!("\nOn {machine} and {} after it.\n\n{}", machine::load(), tables::LEGEND));
    if let Some(file) = &wanted.json {
        let document = json::document(&machine, &runs).to_string() + "\n";
        std::fs::write(file, document).with_context(|| format!("failed to write {}", file.display()))?;
    }
    Ok(())
}

fn binary(workspace: &Workspace, wanted: &Wanted) -> Result<PathBuf> {
    if let Some(binary) = &wanted.binary {
        return Ok(binary.clone());
    }
    report::headline("building the release binary");
    build_ui(workspace)?;
    build_binary(workspace, Profile::Release)
}

/// The measurement of one root.
struct Bench<'a> {
    workspace: &'a Workspace,
    binary: &'a Path,
    root: &'a Root,
    wanted: &'a Wanted,
}

impl Bench<'_> {
    fn run(&self, peers: &[Peer]) -> Result<Run> {
        let queries = queries::choose(&Vocabulary::of(&texts::some_texts(&self.root.path)?));
        let subject = Subject { binary: self.binary, root: self.root, index: self.index("blendscope") };
        report::line("Blendscope");
        let first_sample = subject.first_sample()?;
        let mut blendscope = subject.build()?;
        let contents = subject.contents()?;
        let served;
        (blendscope.answers, served) = subject.ask(&queries, first_sample)?;
        let exact = subject.exact(&queries)?;
        data::remove(&subject.index)?;
        let is_small = contents.samples <= self.wanted.peers_up_to;
        let peers = if is_small { self.measure_peers(peers, &queries) } else { Vec::new() };
        Ok(Run {
            title: self.root.title.clone(),
            samples: contents.samples,
            bytes: contents.bytes,
            queries,
            blendscope,
            exact,
            served,
            peers,
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
