//! Fuzz targets: pickles, tables, and archives.

use super::laws::Laws;
use crate::laws::{with_file, with_path};
use blendscope_images::{Archives, PictureMemory, first_names};
use blendscope_read::{Container, ImageRef, Limits, read_embedded, read_opened};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// Images, or members of an archive, that are read in one run.
const READ: usize = 16;

pub(super) fn pickle(bytes: &[u8]) {
    read(bytes, Container::PICKLE);
}

pub(super) fn parquet(bytes: &[u8]) {
    read(bytes, Container::PARQUET);
}

pub(super) fn arrow(bytes: &[u8]) {
    read(bytes, Container::ARROW);
}

pub(super) fn csv(bytes: &[u8]) {
    read(bytes, Container::CSV);
}

pub(super) fn tar(bytes: &[u8]) {
    read(bytes, Container::TAR);
    read(bytes, Container::ARCHIVE);
}

pub(super) fn tar_gzip(bytes: &[u8]) {
    read(bytes, Container::TAR.gzip());
    read(bytes, Container::PICKLE.gzip());
}

pub(super) fn tar_zstd(bytes: &[u8]) {
    read(bytes, Container::TAR.zstd());
    read(bytes, Container::PICKLE.zstd());
}

/// The real limits, except that little is unpacked of a file that is all repetition.
const LIMITS: Limits = Limits { unpacked: 8 << 20, ..Limits::DEFAULT };

/// What lies at the address of an image is what the record says.
fn read(bytes: &[u8], container: Container) {
    with_file(bytes, |file| {
        let mut laws = Laws::new(container);
        let mut left = READ;
        let end = read_opened(file, container, LIMITS, &mut |item| {
            let Some((_, Some(sample))) = laws.check(&item) else { return ControlFlow::Continue(()) };
            for image in sample.images.iter().take(left) {
                if let ImageRef::Embedded(image) = image {
                    left -= 1;
                    let read = read_embedded(file, container, None, image, &mut |_| Ok(()));
                    let read = read.expect("an image's address can be read");
                    assert_eq!(read.len() as u64, image.bytes, "an address gives as many bytes as it says");
                    assert_eq!(*blake3::hash(&read).as_bytes(), image.hash, "an address gives its image");
                }
            }
            ControlFlow::Continue(())
        });
        laws.finish(end.expect("a temporary file can be read").records);
    });
}

/// A member that is listed can be looked up; reading it ends.
pub(super) fn archive(bytes: &[u8]) {
    let cache = std::env::temp_dir().join("archives");
    with_path(bytes, |path| {
        // What is kept of the last run may be taken for this one's: the file's times are too coarse.
        let _ = std::fs::remove_dir_all(&cache);
        let paths = [(path.to_owned(), Vec::new())];
        let archives = Archives::open(&paths, &[], &[], &cache, &AtomicBool::new(false));
        let folder = path.parent().unwrap_or(Path::new("/"));
        for name in first_names(path, READ).unwrap_or_default() {
            if let Some(member) = archives.find(&folder.join(name)) {
                drop(member.look());
                drop(member.source(&PictureMemory::new(bytes.len() as u64)));
            }
        }
        drop(archives.names(folder));
    });
}
