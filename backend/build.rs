//! Puts the user interface into release binaries: every file of `dist/`, compressed with brotli.
//!
//! Debug builds read `dist/` when they run, so that it can be rebuilt without them.

use std::collections::hash_map::DefaultHasher;
use std::fmt::Write as _;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The best compression, since it is paid once and sent often.
const BROTLI_QUALITY: i32 = 11;

fn main() -> io::Result<()> {
    println!("cargo::rustc-check-cfg=cfg(embedded_ui)");
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("PROFILE").as_deref() != Ok("release") {
        return Ok(());
    }
    println!("cargo::rustc-cfg=embedded_ui");
    println!("cargo::rerun-if-changed=../dist");

    let dist = Path::new("../dist");
    if !dist.join("index.html").is_file() {
        println!(
            "cargo::error=dist/index.html is missing: run `cargo xtask build`, which builds the user interface first"
        );
        return Ok(());
    }
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let files = files_in(dist)?;
    let mut table = format!("static FILES: [Embedded; {}] = [\n", files.len());
    for file in files {
        let name = file.strip_prefix(dist).map_err(io::Error::other)?;
        let name = name.to_string_lossy().replace('\\', "/");
        let compressed = compress(&fs::read(&file)?, &out_dir)?;
        let compressed =
            compressed.to_str().ok_or_else(|| io::Error::other("the target folder's path is not UTF-8"))?;
        writeln!(table, "    Embedded::new({name:?}, include_bytes!({compressed:?})),")
            .map_err(io::Error::other)?;
    }
    table.push_str("];\n");
    fs::write(out_dir.join("embedded_ui.rs"), table)
}

/// All files below a folder, in the order of their names.
fn files_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_in(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Compresses a file, unless an earlier build has done so already.
fn compress(bytes: &[u8], out_dir: &Path) -> io::Result<PathBuf> {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    let path = out_dir.join(format!("{:016x}.br", hasher.finish()));
    if path.exists() {
        return Ok(path);
    }
    let params = brotli::enc::BrotliEncoderParams { quality: BROTLI_QUALITY, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &params)?;
    // Renamed when complete, so that an interrupted build leaves no half of a file.
    let partial = path.with_extension("partial");
    fs::write(&partial, compressed)?;
    fs::rename(&partial, &path)?;
    Ok(path)
}
