//! `cargo xtask build`: the release binary, user interface inside.

use crate::arguments;
use crate::binary::{Profile, build_binary};
use crate::report;
use crate::run;
use crate::ui::{build_ui, files_below};
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fs;
use std::process::Command;

pub(crate) const HELP: &str = "\
Usage: cargo xtask build

Sets up all that building needs, builds the user interface into dist/ and the release binary around it,
and tells where the binary is and how large both are.";

/// Compresses the files named as arguments as the server does for a browser and prints the sum of the sizes.
const COMPRESSED_SIZE: &str = "
const { brotliCompressSync } = require('zlib'), { readFileSync } = require('fs');
console.log(process.argv.slice(1).reduce((sum, file) => sum + brotliCompressSync(readFileSync(file)).length, 0));
";

pub(crate) fn build(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    arguments::expect_none(arguments)?;
    report::headline("building the user interface");
    build_ui(workspace)?;
    report::headline("building the release binary");
    let binary = build_binary(workspace, Profile::Release)?;
    let size =
        fs::metadata(&binary).with_context(|| format!("failed to look at {}", binary.display()))?.len();
    report::headline(&format!("{} ({})", binary.display(), report::bytes(size)));
    report::line(&ui_size(workspace)?);
    Ok(())
}

/// The size of the user interface in words: as built, and over the wire where there is node to tell.
fn ui_size(workspace: &Workspace) -> Result<String> {
    let files = files_below(&workspace.dist())?;
    let mut size = 0;
    for file in &files {
        size += fs::metadata(file)?.len();
    }
    let built = format!("user interface: {} files, {}", files.len(), report::bytes(size));
    let over_the_wire = run::output(Command::new("node").args(["-e", COMPRESSED_SIZE, "--"]).args(&files));
    Ok(match over_the_wire.and_then(|text| text.trim().parse().ok()) {
        Some(size) => format!("{built}; {} over the wire (brotli)", report::bytes(size)),
        None => built,
    })
}
