//! In which state the texts of a folder are, without reading them.

use super::pairs::Pair;
use crate::disk;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// What the files beside a folder's pictures are, taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FolderStamp {
    /// Bytes of all of them.
    pub bytes: u64,
    /// BLAKE3 of the name, size and time of each.
    pub hash: [u8; 32],
}

impl FolderStamp {
    /// Looks at every file beside a picture once.
    pub fn of(folder: &Path, pairs: &[Pair]) -> Self {
        let mut hasher = blake3::Hasher::new();
        let mut bytes = 0;
        for name in pairs.iter().flat_map(|pair| pair.pictures.iter().chain(&pair.beside)) {
            hasher.update(&(name.len() as u64).to_le_bytes());
            hasher.update(name.as_bytes());
        }
        for name in pairs.iter().flat_map(|pair| &pair.beside) {
            // One that has just been removed is not there for whoever reads the folder either.
            let Ok(metadata) = disk::metadata(&folder.join(name)) else { continue };
            bytes += metadata.len();
            for number in [metadata.len().cast_signed(), metadata.mtime(), metadata.mtime_nsec()] {
                hasher.update(&number.to_le_bytes());
            }
        }
        Self { bytes, hash: *hasher.finalize().as_bytes() }
    }
}
