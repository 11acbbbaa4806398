//! `blendscope export`: a result as JSON lines.

mod sink;

use super::error::CliError;
use super::query::{QueryArgs, as_texts, catch_up};
use super::signals::unless_stopped;
use super::terminal::note;
use blendscope_engine::Budget;
use blendscope_library::{ExportParams, Library, Lines};
use clap::Args;
use clap::builder::PossibleValuesParser;
use indicatif::{HumanBytes, HumanCount};
use sink::{Sink, Target};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// Write every sample of a search as a line of JSON; exits with 0 if there were some, 1 if none, 2 on failure
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    query: QueryArgs,

    /// What a line says: the record as it stands in its file, its names and place, or its link
    #[arg(long, default_value = Lines::Records.name(),
        value_parser = PossibleValuesParser::new(Lines::ALL.map(Lines::name)))]
    what: String,

    /// The most samples to write: the first in the order asked for
    #[arg(long, value_name = "N")]
    limit: Option<u64>,

    /// What stands before the path in links, such as `http://127.0.0.1:7878`
    #[arg(long, value_name = "URL", default_value = "")]
    base: String,

    /// File to write instead of the standard output; until it is complete `.partial` stands behind its name
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "Examples:
  blendscope export playground/data 'traffic light' --out traffic.jsonl
  blendscope export playground/data --sort random --seed 7 --limit 10000 > sample.jsonl
  blendscope export playground/data 'gpt:sorry' --what links --base http://127.0.0.1:7878";

/// Runs the command; says whether there were any samples.
pub(super) fn run(args: &ExportArgs) -> Result<bool, CliError> {
    let params = args.params()?;
    let target = args.out.as_deref().map(|out| Target::new(out, args.query.root())).transpose()?;
    let library = args.query.open()?;
    let exporting = Arc::clone(&library);
    let work = move || export(&exporting, &params, target);
    unless_stopped(work, || library.shut_down())
}

impl ExportArgs {
    fn params(&self) -> Result<ExportParams, CliError> {
        let mut pairs = self.query.pairs();
        pairs.push(("what".to_owned(), self.what.clone()));
        pairs.extend(self.limit.map(|limit| ("limit".to_owned(), limit.to_string())));
        let params = ExportParams::parse(as_texts(&pairs));
        let params = params.map_err(|error| CliError::Usage(error.to_string()))?;
        Ok(ExportParams { base: self.base.clone(), ..params })
    }
}

fn export(library: &Arc<Library>, params: &ExportParams, target: Option<Target>) -> Result<bool, CliError> {
    catch_up(library)?;
    let started = Instant::now();
    let budget = Budget::unlimited();
    let export = library.export(params, &budget)?;
    let mut sink = Sink::open(target)?;
    let written = export.write(&budget, &mut |lines| sink.take(&lines));
    if let Some(bytes) = sink.finish(written)? {
        let (samples, bytes) = (HumanCount(export.samples), HumanBytes(bytes));
        let seconds = started.elapsed().as_secs_f64();
        let so_far = if export.is_final { "" } else { "; another process is still indexing" };
        note(&format!("{samples} samples, {bytes} in {seconds:.1} s{so_far}"));
    }
    Ok(export.samples > 0)
}
