//! The program `blendscope`: indexes prepared vision-language training data as it lies on disk, and serves it.
//!
//! `cli` has a file per command; `web` takes requests from the network and answers them by asking the crate `library`.

mod cli;
mod web;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
