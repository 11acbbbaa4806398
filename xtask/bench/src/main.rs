//! `cargo xtask bench`: Blendscope beside the engines that a Python script would use, on the same samples and with the
//! same queries, one engine after the other.

mod blendscope;
mod budgets;
mod data;
mod figures;
mod options;
mod peers;
mod queries;
mod server;
mod system;
mod tables;
mod texts;
mod vocabulary;

use anyhow::{Context, Result};
use blendscope::Subject;
use clap::Parser;
use data::Root;
use figures::{Asked, Engine, Run};
use options::Options;
use peers::Peer;
use queries::Query;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use vocabulary::Vocabulary;
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
        let queries = queries::choose(&Vocabulary::of(&texts::some_texts(&self.root.path)?));
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
