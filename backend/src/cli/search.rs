//! `blendscope search`: a search in the terminal.

mod hit;
mod summary;

use super::error::CliError;
use super::paint::{Colours, Paint};
use super::query::{QueryArgs, as_texts, catch_up};
use super::signals::unless_stopped;
use super::terminal::{note, or_closed};
use blendscope_engine::Budget;
use blendscope_shared::search::{SearchAnswer, SearchParams};
use clap::Args;
use clap::builder::RangedU64ValueParser;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

/// Search a folder with data in the terminal; exits with 0 if something was found, 1 if not, 2 on failure
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SearchArgs {
    #[command(flatten)]
    query: QueryArgs,

    /// Samples to show
    #[arg(long, value_name = "N", default_value_t = 10,
        value_parser = RangedU64ValueParser::<u32>::new().range(1..=u64::from(SearchParams::MAX_LIMIT)))]
    limit: u32,

    /// Samples to leave out at the beginning
    #[arg(long, value_name = "N", default_value_t = 0)]
    offset: u64,

    /// Print the answer of the API, one JSON object, instead
    #[arg(long)]
    json: bool,

    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Colours,
}

const EXAMPLES: &str = "Examples:
  blendscope search playground/data red bus
  blendscope search playground/data '\"traffic light\" -night' --dataset llava-v1.5-mix665k
  blendscope search playground/data 'gpt:sorry' --json | jq .total.count
All samples of a result, as JSON lines: blendscope export --help";

/// Runs the command; says whether anything was found.
pub(super) fn run(args: &SearchArgs) -> Result<bool, CliError> {
    let params = args.params()?;
    let paint = Paint::of(args.color);
    let library = args.query.open()?;
    let searching = Arc::clone(&library);
    let search = move || {
        catch_up(&searching)?;
        Ok(searching.search(&params, &Budget::unlimited())?)
    };
    let answer = unless_stopped(search, || library.shut_down())?;
    let printed = if args.json { print_json(&answer) } else { print(&answer, paint) };
    or_closed(printed)?;
    if !args.json {
        for line in summary::lines(&answer) {
            note(&line);
        }
    }
    Ok(answer.total.count > 0)
}

impl SearchArgs {
    fn params(&self) -> Result<SearchParams, CliError> {
        let mut pairs = self.query.pairs();
        pairs.push(("limit".to_owned(), self.limit.to_string()));
        pairs.push(("offset".to_owned(), self.offset.to_string()));
        SearchParams::parse(as_texts(&pairs)).map_err(|error| CliError::Usage(error.to_string()))
    }
}

fn print(answer: &SearchAnswer, paint: Paint) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for hit in &answer.items {
        for line in hit::lines(hit, paint) {
            writeln!(out, "{line}")?;
        }
        writeln!(out)?;
    }
    out.flush()
}

fn print_json(answer: &SearchAnswer) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut out, answer)?;
    writeln!(out)?;
    out.flush()
}
