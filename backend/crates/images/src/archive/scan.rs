//! Going through the files of an archive, of whichever kind.

use super::ArchiveKind;
use super::error::ArchiveError;
use blendscope_read::{File, TarError, TarMembers, scan_zip, unpacked_path};
use std::ops::ControlFlow;

/// How a member's bytes lie in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// As they are, at the offset.
    Raw,
    /// As they are, behind a zip header at the offset.
    ZipStored,
    /// Deflated, behind a zip header at the offset.
    ZipDeflated,
}

/// Where a member's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub offset: u64,
    /// Bytes in the archive.
    pub stored: u64,
    /// Bytes after unpacking.
    pub size: u64,
    /// CRC-32 of the unpacked bytes; 0 in a tar archive, which has none.
    pub crc: u32,
    pub packing: Packing,
}

/// A file in an archive.
pub(super) struct Entry<'a> {
    /// As it would be unpacked.
    pub path: &'a str,
    pub place: Place,
}

/// What is told of each file; it may end the walk.
pub(super) type Visit<'v> = dyn FnMut(Entry<'_>) -> ControlFlow<()> + 'v;

/// Tells of every file in an archive. The answer is what is wrong with the archive although files were found.
///
/// Links, sparse and encrypted files are left out, and paths that climb.
pub(super) fn scan(file: &File, visit: &mut Visit<'_>) -> Result<Option<String>, ArchiveError> {
    match ArchiveKind::of_file(file)? {
        Some(ArchiveKind::Tar) => scan_tar(file, visit),
        Some(ArchiveKind::Zip) => {
            let told = scan_zip(file, &mut |member| {
                let place = Place {
                    offset: member.offset,
                    stored: member.stored,
                    size: member.size,
                    crc: member.crc,
                    packing: if member.is_deflated { Packing::ZipDeflated } else { Packing::ZipStored },
                };
                visit(Entry { path: &member.path, place })
            })?;
            Ok(told)
        }
        None => Err(ArchiveError::NotAnArchive),
    }
}

fn scan_tar(file: &File, visit: &mut Visit<'_>) -> Result<Option<String>, ArchiveError> {
    let mut members = TarMembers::new(file)?;
    let mut found = 0_u64;
    loop {
        match members.next_member() {
            Ok(Some(member)) => {
                let path = unpacked_path(&member.path).filter(|_| member.is_file);
                let Some(path) = path else { continue };
                found += 1;
                let place = Place {
                    offset: member.data,
                    stored: member.size,
                    size: member.size,
                    crc: 0,
                    packing: Packing::Raw,
                };
                if visit(Entry { path: &path, place }).is_break() {
                    return Ok(None);
                }
            }
            Ok(None) if members.has_end_mark() => return Ok(None),
            Ok(None) => return Ok(Some("the archive has no end mark: it may be cut short".to_owned())),
            Err(TarError::Io(error)) => return Err(error.into()),
            Err(TarError::Damaged { offset, reason }) if found == 0 => {
                return Err(ArchiveError::Damaged { offset, reason });
            }
            Err(error) => return Ok(Some(format!("only the first {found} files can be found: {error}"))),
        }
    }
}
