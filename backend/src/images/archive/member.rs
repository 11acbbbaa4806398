//! A picture inside an archive, by its address.

use super::index::FileState;
use super::scan::Packing;
use crate::images::look_at_bytes;
use blendscope_read::{PictureLook, look_at_picture};
use flate2::Crc;
use flate2::read::DeflateDecoder;
use std::fs::File;
use std::io::{self, Error, ErrorKind, Read};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

/// Bytes of a zip header before its name.
const ZIP_HEADER: u64 = 30;

/// Deflate makes no more than this out of a byte.
const MOST_PER_BYTE: u64 = 1032;

/// Bytes of the largest zip archive whose pictures are all read to be checked.
const CHECKED_ARCHIVE: u64 = 256 << 20;

/// A file inside an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// The archive.
    pub(crate) archive: PathBuf,
    /// Where the member's header (zip) or its bytes (tar) begin.
    pub(crate) offset: u64,
    /// Number of its bytes in the archive.
    pub(crate) stored: u64,
    /// Number of its bytes when unpacked.
    pub(crate) size: u64,
    /// CRC-32 of its bytes when unpacked; only zip archives have it.
    pub(crate) crc: u32,
    /// How they lie there.
    pub(crate) method: Packing,
    /// The archive's file when it was indexed.
    pub(super) state: FileState,
}

impl Member {
    /// Its bytes, unpacked; an error if they are more than `limit`, their checksum is another, or the archive is not as
    /// it was indexed.
    pub(crate) fn read(&self, limit: u64) -> io::Result<Vec<u8>> {
        if self.size > limit {
            return Err(bad(format!("{} bytes, more than the limit of {limit}", self.size)));
        }
        let file = self.open()?;
        let begin = self.stored_at(&file)?;
        let bytes = match self.method {
            Packing::Raw | Packing::ZipStored => {
                let mut bytes = vec![0; self.size as usize];
                file.read_exact_at(&mut bytes, begin)?;
                bytes
            }
            Packing::ZipDeflated => self.inflate(&file, begin)?,
        };
        self.check(&bytes)?;
        Ok(bytes)
    }

    /// What its bytes say about it. Of a tar archive, and of a large zip archive in which it is not packed, only its
    /// header and its end are read.
    pub(crate) fn glance(&self, limit: u64) -> io::Result<PictureLook> {
        let is_checked = self.method == Packing::ZipStored && self.state.bytes <= CHECKED_ARCHIVE;
        if self.method == Packing::ZipDeflated || is_checked {
            return Ok(look_at_bytes(&self.read(limit)?));
        }
        let file = self.open()?;
        let begin = self.stored_at(&file)?;
        look_at_picture(self.size, &mut |at, buffer| {
            let rest = usize::try_from(self.size.saturating_sub(at)).unwrap_or(usize::MAX);
            let wanted = rest.min(buffer.len());
            file.read_at(&mut buffer[..wanted], begin + at)
        })
    }

    fn open(&self) -> io::Result<File> {
        let file = File::open(&self.archive)?;
        if FileState::of(&file.metadata()?) != self.state {
            return Err(Error::other("the archive has changed since it was indexed: index it again"));
        }
        Ok(file)
    }

    /// What tells this member, as it is now, from all others.
    pub(crate) fn version(&self) -> String {
        let (archive, bytes, time) = (self.archive.display(), self.state.bytes, self.state.time());
        format!("{archive}|{bytes}|{time}|{}", self.offset)
    }

    /// Where its stored bytes begin, all of which are there: in a zip archive behind its header, whose length only the
    /// header says.
    fn stored_at(&self, file: &File) -> io::Result<u64> {
        let mut begin = self.offset;
        if self.method != Packing::Raw {
            let mut header = [0; ZIP_HEADER as usize];
            file.read_exact_at(&mut header, self.offset)?;
            if !header.starts_with(b"PK\x03\x04") {
                return Err(bad(format!("no zip header at byte {}: the archive is damaged", self.offset)));
            }
            let length = |at| u64::from(u16::from_le_bytes([header[at], header[at + 1]]));
            begin += ZIP_HEADER + length(26) + length(28);
        }
        if begin.checked_add(self.stored).is_none_or(|end| end > self.state.bytes) {
            return Err(bad(format!("the archive ends within this member, at byte {}", self.state.bytes)));
        }
        if self.method != Packing::ZipDeflated && self.size != self.stored {
            return Err(bad("the archive says two sizes for this member".to_owned()));
        }
        Ok(begin)
    }

    fn inflate(&self, file: &File, begin: u64) -> io::Result<Vec<u8>> {
        let mut packed = vec![0; self.stored as usize];
        file.read_exact_at(&mut packed, begin)?;
        let most = self.size.min(self.stored.saturating_mul(MOST_PER_BYTE));
        let mut bytes = Vec::with_capacity(most as usize);
        // One byte more shows that there are more than the archive says.
        let unpacked = DeflateDecoder::new(packed.as_slice()).take(self.size + 1).read_to_end(&mut bytes);
        unpacked.map_err(|error| bad(format!("its packed bytes are damaged: {error}")))?;
        if bytes.len() as u64 != self.size {
            return Err(bad(format!("unpacks to another size than {}: the archive is damaged", self.size)));
        }
        Ok(bytes)
    }

    fn check(&self, bytes: &[u8]) -> io::Result<()> {
        if self.method == Packing::Raw {
            return Ok(());
        }
        let mut crc = Crc::new();
        crc.update(bytes);
        if crc.sum() == self.crc {
            return Ok(());
        }
        let (is, says) = (crc.sum(), self.crc);
        Err(bad(format!("its CRC-32 is {is:08x} and the archive says {says:08x}: the archive is damaged")))
    }
}

fn bad(message: String) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}
