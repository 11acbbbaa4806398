//! The program `blendscope`.

use std::process::ExitCode;

fn main() -> ExitCode {
    blendscope::cli::run()
}
