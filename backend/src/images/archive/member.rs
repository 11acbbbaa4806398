//! A picture inside an archive, by its address.

use super::index::FileState;
use super::scan::Packing;
use flate2::read::DeflateDecoder;
use std::fs::File;
use std::io::{self, Error, ErrorKind, Read};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

/// Bytes of a zip header before its name.
const ZIP_HEADER: u64 = 30;

/// Deflate makes no more than this out of a byte.
const MOST_PER_BYTE: u64 = 1032;

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
    /// How they lie there.
    pub(crate) method: Packing,
    /// The archive's file when it was indexed.
    pub(super) state: FileState,
}

impl Member {
    /// Its bytes, unpacked; an error if they are more than `limit`, or the archive is not as it was indexed.
    pub(crate) fn read(&self, limit: u64) -> io::Result<Vec<u8>> {
        if self.size > limit {
            return Err(bad(format!("{} bytes, more than the limit of {limit}", self.size)));
        }
        let file = self.open()?;
        let begin = self.begin(&file)?;
        if begin.checked_add(self.stored).is_none_or(|end| end > self.state.bytes) {
            return Err(bad(format!("the archive ends within this member, at byte {}", self.state.bytes)));
        }
        match self.method {
            Packing::Raw | Packing::ZipStored if self.size != self.stored => {
                Err(bad("the archive says two sizes for this member".to_owned()))
            }
            Packing::Raw | Packing::ZipStored => {
                let mut bytes = vec![0; self.size as usize];
                file.read_exact_at(&mut bytes, begin)?;
                Ok(bytes)
            }
            Packing::ZipDeflated => self.inflate(&file, begin),
        }
    }

    /// Its first bytes, unpacked, `limit` at most and perhaps fewer; an error if the archive is not as it was indexed.
    pub(crate) fn read_start(&self, limit: u64) -> io::Result<Vec<u8>> {
        let file = self.open()?;
        let mut stored = vec![0; self.stored.min(limit) as usize];
        let filled = file.read_at(&mut stored, self.begin(&file)?)?;
        stored.truncate(filled);
        match self.method {
            Packing::Raw | Packing::ZipStored => Ok(stored),
            Packing::ZipDeflated => {
                let mut start = Vec::new();
                // The packed bytes may end too early; what was unpacked until then is what is asked for.
                let _ = DeflateDecoder::new(stored.as_slice()).take(limit).read_to_end(&mut start);
                Ok(start)
            }
        }
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

    /// Where its bytes begin: in a zip archive behind its header, whose length only the header says.
    fn begin(&self, file: &File) -> io::Result<u64> {
        if self.method == Packing::Raw {
            return Ok(self.offset);
        }
        let mut header = [0; ZIP_HEADER as usize];
        file.read_exact_at(&mut header, self.offset)?;
        if !header.starts_with(b"PK\x03\x04") {
            return Err(bad(format!("no zip header at byte {}: the archive is damaged", self.offset)));
        }
        let length = |at| u64::from(u16::from_le_bytes([header[at], header[at + 1]]));
        Ok(self.offset + ZIP_HEADER + length(26) + length(28))
    }

    fn inflate(&self, file: &File, begin: u64) -> io::Result<Vec<u8>> {
        let mut packed = vec![0; self.stored as usize];
        file.read_exact_at(&mut packed, begin)?;
        let most = self.size.min(self.stored.saturating_mul(MOST_PER_BYTE));
        let mut bytes = Vec::with_capacity(most as usize);
        // One byte more shows that there are more than the archive says.
        DeflateDecoder::new(packed.as_slice()).take(self.size + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != self.size {
            return Err(bad(format!("unpacks to another size than {}: the archive is damaged", self.size)));
        }
        Ok(bytes)
    }
}

fn bad(message: String) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}
