//! `blendscope export`: a result as JSON lines, to the standard output or to a file, which is
//! written as `NAME.partial` and renamed when it is complete.

use super::error::CliError;
use super::query::{QueryArgs, as_texts, catch_up};
use super::signals::unless_stopped;
use super::terminal::note;
use blendscope_engine::Budget;
use blendscope_library::{ExportParams, Library, LibraryError, Lines};
use clap::Args;
use clap::builder::PossibleValuesParser;
use indicatif::{HumanBytes, HumanCount};
use std::fs::File;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use std::{fs, io};

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

/// A file that is written as `NAME.partial`, which stays after a failure, and renamed when it is complete.
#[derive(Clone, Debug)]
struct Target {
    out: PathBuf,
    partial: PathBuf,
}

impl Target {
    /// A file outside of the root, which is only ever read.
    fn new(out: &Path, root: &Path) -> Result<Self, CliError> {
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = fs::canonicalize(folder)
            .map_err(|cause| CliError::Write { place: out.display().to_string(), cause })?;
        if fs::canonicalize(root).is_ok_and(|root| folder.starts_with(root)) {
            let out = out.display();
            return Err(CliError::Usage(format!(
                "{out} is inside of the data, which is only ever read; name a file elsewhere"
            )));
        }
        Ok(Self { out: out.to_owned(), partial: out.with_added_extension("partial") })
    }
}

/// Takes lines and counts their bytes.
struct Sink {
    out: Box<dyn Write>,
    target: Option<Target>,
    bytes: u64,
    failure: Option<io::Error>,
}

impl Sink {
    /// Opens the file of the target, or else the standard output.
    fn open(target: Option<Target>) -> Result<Self, CliError> {
        let mut sink = Self { out: Box::new(io::stdout().lock()), target, bytes: 0, failure: None };
        if let Some(target) = &sink.target {
            let created = File::create(&target.partial);
            sink.out = Box::new(created.map_err(|cause| sink.error(cause))?);
        }
        Ok(sink)
    }

    /// Writes some lines, and says whether to go on.
    fn take(&mut self, lines: &[u8]) -> ControlFlow<()> {
        self.bytes += lines.len() as u64;
        self.failure = self.out.write_all(lines).err();
        if self.failure.is_none() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    /// Gives the file its name if all was written; the number of bytes, none if the reader wanted no more.
    fn finish(mut self, written: Result<(), LibraryError>) -> Result<Option<u64>, CliError> {
        match self.failure.take().or_else(|| self.out.flush().err()) {
            // Who reads no further, such as `head`, has enough.
            Some(cause) if self.target.is_none() && cause.kind() == io::ErrorKind::BrokenPipe => {
                return Ok(None);
            }
            Some(cause) => return Err(self.error(cause)),
            None => written?,
        }
        if let Some(target) = &self.target {
            fs::rename(&target.partial, &target.out).map_err(|cause| self.error(cause))?;
        }
        Ok(Some(self.bytes))
    }

    fn error(&self, cause: io::Error) -> CliError {
        let place = self.target.as_ref().map(|target| target.partial.display().to_string());
        CliError::Write { place: place.unwrap_or_else(|| "the standard output".to_owned()), cause }
    }
}
