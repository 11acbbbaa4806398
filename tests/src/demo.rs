//! The demo root that tests share. Nobody writes to it.

use crate::binary;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;
use std::time::UNIX_EPOCH;

/// Number of samples in the shared demo root, bad records left aside.
const SAMPLES: &str = "400";

/// The shared demo root, made by the binary under test at first use.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| make(&binary::target().join("demo-roots"), &build_name(), &["--samples", SAMPLES]))
}

/// How the root is called at the end of its path, which pages show: the same for every build.
const NAME: &str = "data/demo";

/// Makes a demo root in `folder` unless this build of the binary made it before. Those of older builds go.
fn make(folder: &Path, build: &str, options: &[&str]) -> PathBuf {
    let root = folder.join(build).join(NAME);
    if root.is_dir() {
        return root;
    }
    let _ = fs::remove_dir_all(folder);
    // Under another name first: a test that is interrupted leaves no half root behind.
    let partial = folder.join("partial");
    write(&partial, options);
    let around = root.parent().expect("it lies in a folder");
    fs::create_dir_all(around).expect("a folder can be made in the target folder");
    fs::rename(&partial, &root).expect("a folder can be renamed in the target folder");
    root
}

/// Lets the binary write a demo root.
pub fn write(root: &Path, options: &[&str]) {
    let output = binary::command()
        .arg("demo")
        .arg(root)
        .args(options)
        .stdin(Stdio::null())
        .output()
        .expect("the binary can be started");
    assert!(output.status.success(), "`blendscope demo` failed: {}", String::from_utf8_lossy(&output.stderr));
}

/// Names a build of the binary by the time it was written.
fn build_name() -> String {
    let written = fs::metadata(binary::path()).and_then(|metadata| metadata.modified());
    let written = written.expect("the file system keeps times").duration_since(UNIX_EPOCH);
    written.expect("the binary was written after 1970").as_nanos().to_string()
}
