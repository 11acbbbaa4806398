//! The files inside the binary, compressed by the build script.

use super::File;
use axum::body::Bytes;
use std::io::Read;
use std::sync::OnceLock;

/// A file of `dist/`.
struct Embedded {
    name: &'static str,
    brotli: &'static [u8],
    plain: OnceLock<Bytes>,
}

impl Embedded {
    const fn new(name: &'static str, brotli: &'static [u8]) -> Self {
        Self { name, brotli, plain: OnceLock::new() }
    }

    /// The file for clients without brotli, unpacked the first time that one comes.
    fn plain(&self) -> Bytes {
        let unpack = || {
            let mut bytes = Vec::new();
            let read = brotli::Decompressor::new(self.brotli, 4096).read_to_end(&mut bytes);
            read.expect("the build script compressed these bytes");
            Bytes::from(bytes)
        };
        self.plain.get_or_init(unpack).clone()
    }
}

// `static FILES`: all of them, written by the build script.
include!(concat!(env!("OUT_DIR"), "/embedded_ui.rs"));

/// The file of this name.
pub fn read(name: &str, accepts_brotli: bool) -> Option<File> {
    let file = FILES.iter().find(|file| file.name == name)?;
    let bytes = if accepts_brotli { Bytes::from_static(file.brotli) } else { file.plain() };
    Some(File { bytes, is_brotli: accepts_brotli })
}
