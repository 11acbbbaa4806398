//! A picture inside an archive, by its address.

use super::index::{FileState, Packing};
use crate::probe::HEAD_BYTES;
use crate::{ImageError, PictureMemory, Source, reserve};
use blendscope_read::{File, ImageAt, ImageEncoding, PictureFacts, PictureScan, open_file, reads};
use flate2::Crc;
use flate2::read::DeflateDecoder;
use std::io::{self, BufReader, Error, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes of a zip header before its name.
const ZIP_HEADER: u64 = 30;

/// Deflate makes no more than this out of a byte.
const MOST_PER_BYTE: u64 = 1032;

/// Bytes of the largest member that is gone through.
const LARGEST: u64 = 256 << 20;

/// Bytes that are gone through at once.
const PIECE: usize = 64 << 10;

/// Bytes of the largest zip archive whose pictures are all read to be checked.
const CHECKED_ARCHIVE: u64 = 256 << 20;

/// A file inside an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The archive.
    pub archive: PathBuf,
    /// Where the member's header (zip) or its bytes (tar) begin.
    pub offset: u64,
    /// Number of its bytes in the archive.
    pub stored: u64,
    /// Number of its bytes when unpacked.
    pub size: u64,
    /// CRC-32 of its bytes when unpacked; only zip archives have it.
    pub crc: u32,
    /// How they lie there.
    pub method: Packing,
    /// The archive's file when it was indexed.
    pub state: FileState,
}

impl Member {
    /// Its bytes; an error if their checksum is another, or the archive is not as it was indexed. Those that lie in the
    /// archive as they are stay there, others are unpacked into memory.
    pub fn source(&self, memory: &Arc<PictureMemory>) -> Result<Source, ImageError> {
        let file = self.open()?;
        let begin = self.stored_at(&file)?;
        match self.method {
            Packing::Raw => Ok(Source::part(&self.archive, file, begin, self.size)),
            Packing::ZipStored => {
                self.pass(&file, begin, &mut |_| {})?;
                Ok(Source::part(&self.archive, file, begin, self.size))
            }
            Packing::ZipDeflated => {
                let held = reserve(memory, self.most(), self.most())?;
                let mut bytes = Vec::with_capacity(self.most() as usize);
                self.pass(&file, begin, &mut |piece| bytes.extend_from_slice(piece))?;
                Ok(Source::memory(bytes, held))
            }
        }
    }

    /// What its bytes say about it, all of which are read where they have a checksum, and its first ones.
    pub fn look(&self) -> io::Result<(PictureFacts, Vec<u8>)> {
        let file = self.open()?;
        let begin = self.stored_at(&file)?;
        if self.method == Packing::Raw {
            return self.look_without_check(file, begin);
        }
        let (mut scan, mut head) = (PictureScan::new(), Vec::new());
        self.pass(&file, begin, &mut |piece| {
            scan.push(piece);
            let wanted = HEAD_BYTES.saturating_sub(head.len()).min(piece.len());
            head.extend_from_slice(&piece[..wanted]);
        })?;
        let nowhere = ImageAt::Range { offset: 0, length: 0, encoding: ImageEncoding::Raw };
        Ok((scan.finish(nowhere).facts, head))
    }

    /// The same. Of a large zip archive in which it is not packed, only its header and its end are read.
    pub fn glance(&self) -> io::Result<(PictureFacts, Vec<u8>)> {
        if self.method != Packing::ZipStored || self.state.bytes <= CHECKED_ARCHIVE {
            return self.look();
        }
        let file = self.open()?;
        let begin = self.stored_at(&file)?;
        self.look_without_check(file, begin)
    }

    fn look_without_check(&self, file: File, begin: u64) -> io::Result<(PictureFacts, Vec<u8>)> {
        let content = Source::part(&self.archive, file, begin, self.size).content;
        Ok((content.look()?.facts, content.head(HEAD_BYTES)?))
    }

    fn open(&self) -> io::Result<File> {
        let _reading = reads::begin(&self.archive)?;
        let file = open_file(&self.archive)?;
        if FileState::of(&file.metadata()?) != self.state {
            return Err(Error::other("the archive has changed since it was indexed: index it again"));
        }
        Ok(file)
    }

    /// What tells this member, as it is now, from all others.
    pub fn version(&self) -> String {
        let (archive, bytes, time) = (self.archive.display(), self.state.bytes, self.state.time());
        format!("{archive}|{bytes}|{time}|{}", self.offset)
    }

    /// Where its stored bytes begin, all of which are there: in a zip archive behind its header, whose length only the
    /// header says.
    fn stored_at(&self, file: &File) -> io::Result<u64> {
        let mut begin = self.offset;
        if self.method != Packing::Raw {
            let mut header = [0; ZIP_HEADER as usize];
            let _reading = reads::begin(&self.archive)?;
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

    /// Goes through its bytes, unpacked, piece by piece; an error if they are not those that the archive says.
    fn pass(&self, file: &File, begin: u64, take: &mut dyn FnMut(&[u8])) -> io::Result<()> {
        if self.size > LARGEST {
            return Err(bad(format!("{} bytes, more than the limit of {LARGEST}", self.size)));
        }
        let stored = StoredBytes { archive: &self.archive, file, at: begin, end: begin + self.stored };
        let mut unpacked: Box<dyn Read + '_> = match self.method {
            Packing::ZipDeflated => Box::new(DeflateDecoder::new(BufReader::with_capacity(PIECE, stored))),
            Packing::Raw | Packing::ZipStored => Box::new(stored),
        };
        let (mut crc, mut length, mut piece) = (Crc::new(), 0, vec![0; PIECE]);
        loop {
            let filled = unpacked.read(&mut piece);
            let filled = filled.map_err(|error| match error.raw_os_error() {
                Some(_) => error,
                None if reads::is_unanswered(&error) => error,
                None => bad(format!("its packed bytes are damaged: {error}")),
            })?;
            length += filled as u64;
            if length > self.size || filled == 0 && length < self.size {
                let size = self.size;
                return Err(bad(format!("unpacks to another size than {size}: the archive is damaged")));
            }
            if filled == 0 {
                break;
            }
            crc.update(&piece[..filled]);
            take(&piece[..filled]);
        }
        let (is, says) = (crc.sum(), self.crc);
        if is == says {
            return Ok(());
        }
        Err(bad(format!("its CRC-32 is {is:08x} and the archive says {says:08x}: the archive is damaged")))
    }

    /// Bytes that it can be unpacked to, whatever the archive says.
    fn most(&self) -> u64 {
        self.size.min(self.stored.saturating_mul(MOST_PER_BYTE))
    }
}

/// The bytes of a member as they lie in the archive.
struct StoredBytes<'f> {
    archive: &'f Path,
    file: &'f File,
    at: u64,
    end: u64,
}

impl Read for StoredBytes<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = left.min(buffer.len());
        let _reading = reads::begin(self.archive)?;
        let filled = self.file.read_at(&mut buffer[..wanted], self.at)?;
        self.at += filled as u64;
        Ok(filled)
    }
}

fn bad(message: String) -> Error {
    Error::new(ErrorKind::InvalidData, message)
}
