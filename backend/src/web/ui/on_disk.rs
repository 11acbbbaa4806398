//! The files as trunk left them in `dist/`, for debug builds.

use super::{File, SHELL};
use std::fs;
use std::path::{Component, Path};

/// Where trunk puts its output.
const DIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../dist");

/// The shell of a build without user interface.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Blendscope</title></head>\
    <body><h1>The user interface is not built yet</h1><p>Run <code>cargo xtask dev</code> to build it and to rebuild \
    it on every change, or <code>cargo xtask build</code> for the release binary. The API is up already: \
    <a href=\"/api/v1/status\">/api/v1/status</a>.</p></body></html>";

/// The file of this name, uncompressed.
pub(super) fn read(name: &str, _accepts_brotli: bool) -> Option<File> {
    let path = Path::new(name);
    let stays_inside = path.components().all(|component| matches!(component, Component::Normal(_)));
    let bytes = stays_inside.then(|| fs::read(Path::new(DIST).join(path)).ok()).flatten();
    let bytes = bytes.or_else(|| (name == SHELL).then(|| NOT_BUILT.into()))?;
    Some(File { bytes: bytes.into(), is_brotli: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_is_read() {
        assert!(read("../Cargo.toml", false).is_none());
        assert!(read("/etc/hostname", false).is_none());
        assert!(read("", false).is_none());
    }

    #[test]
    fn there_is_always_a_shell() {
        assert!(read(SHELL, true).is_some());
    }
}
