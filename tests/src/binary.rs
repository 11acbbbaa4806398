//! Where the binary under test is.

use std::path::PathBuf;
use std::process::Command;

/// The `blendscope` binary: what `BLENDSCOPE_BINARY` names, else the debug build, which reads the user interface from
/// `dist/`.
pub fn path() -> PathBuf {
    let built = target().join("debug").join("blendscope");
    let path = std::env::var_os("BLENDSCOPE_BINARY").map_or(built, PathBuf::from);
    assert!(path.is_file(), "there is no binary at {}: run `cargo build`", path.display());
    path
}

/// A command that runs the binary, away from the user's own settings and index folder.
pub fn command() -> Command {
    let mut command = Command::new(path());
    command.env_remove("RUST_BACKTRACE");
    command
}

/// Cargo's target folder, three steps above a test program: `target/debug/deps/api-0123`.
pub fn target() -> PathBuf {
    let program = std::env::current_exe().expect("a running program has a path");
    program.ancestors().nth(3).expect("cargo puts test programs into target/debug/deps").to_owned()
}
