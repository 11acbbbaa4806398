//! The command line: a file per command.

mod catalog;
mod check;
mod clean;

#[cfg(feature = "demo")]
mod demo;
mod error;
mod export;
mod hangup;
mod index;
mod limits;
mod listen;
mod log;
mod paint;
mod progress;
mod query;
mod search;
mod serve;
mod server;
mod settings;
mod signals;
mod table;
mod terminal;
mod threads;

use clap::{CommandFactory, Parser, Subcommand};
use error::CliError;
use std::env;
use std::io::{self, Write};
use std::process::ExitCode;

/// Browse, search and share the data that your vision-language model is fed.
///
/// Point it at a folder with prepared training data, such as playground/data. The data is only ever read; the index
/// lies in your cache folder.
#[derive(Debug, Parser)]
#[command(name = "blendscope", version, arg_required_else_help = true, after_help = examples(EXAMPLES))]
struct Cli {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    log: log::LogArgs,
}

const EXAMPLES: &str = "Examples:
  blendscope serve playground/data        look at your data at http://127.0.0.1:7878
  blendscope serve --demo --open          look at made-up data first
  blendscope index /data/llava            build the index now, serve it later
  blendscope search /data/llava red bus   look for it in the terminal
  blendscope export /data/llava red bus   the records found, as JSON lines

Over ssh: run it where the data is, then on your own machine
  ssh -L 7878:127.0.0.1:7878 user@server";

/// The examples of what this build has: without the feature `demo` there is no made-up data.
fn examples(all: &str) -> String {
    let is_there = |line: &&str| cfg!(feature = "demo") || !line.contains("--demo");
    all.lines().filter(is_there).collect::<Vec<_>>().join("\n")
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::ServeArgs),
    Index(index::IndexArgs),
    Search(search::SearchArgs),
    Export(export::ExportArgs),
    #[cfg(feature = "demo")]
    Demo(demo::DemoArgs),
    Catalog(catalog::CatalogArgs),
    Check(check::CheckArgs),
    Clean(clean::CleanArgs),
}

/// Runs the program with the arguments of the process: 0 when all went well, 1 for a failure, 2 for wrong usage. Searches
/// and exports answer as grep does: 0 when something was found, 1 when nothing was, 2 for every failure.
pub(crate) fn run() -> ExitCode {
    let arguments = match settings::with_those_of_file(&Cli::command(), env::args_os().collect()) {
        Ok(arguments) => arguments,
        Err(error) => return fail(&error),
    };
    let Cli { command, log } = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(help_or_error) => return print(&help_or_error),
    };
    log.begin(matches!(command, Command::Serve(_)));
    let outcome = match command {
        Command::Serve(args) => serve::run(&args),
        Command::Index(args) => index::run(&args),
        Command::Search(args) => return query::exit_code(search::run(&args)),
        Command::Export(args) => return query::exit_code(export::run(&args)),
        #[cfg(feature = "demo")]
        Command::Demo(args) => demo::run(&args),
        Command::Catalog(args) => catalog::run(&args),
        Command::Check(args) => return query::exit_code(check::run(&args)),
        Command::Clean(args) => clean::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// Prints what clap answers in place of a command: help, the version, or what is wrong with the arguments.
fn print(answer: &clap::Error) -> ExitCode {
    match terminal::or_closed(answer.print().and_then(|()| io::stdout().flush())) {
        Ok(()) => ExitCode::from(u8::try_from(answer.exit_code()).unwrap_or(2)),
        Err(error) => fail(&error),
    }
}

fn fail(error: &CliError) -> ExitCode {
    terminal::note(&format!("error: {error}"));
    ExitCode::from(error.exit_code())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    #[cfg(feature = "demo")]
    fn a_demo_has_no_root() {
        assert!(Cli::try_parse_from(["blendscope", "serve", "--demo", "data"]).is_err());
        assert!(Cli::try_parse_from(["blendscope", "serve", "data"]).is_ok());
    }
}
