//! The members of a tar archive, one after the other, by reading their headers only.
//!
//! Formats: ustar and pax (POSIX.1-2001), GNU tar's long names and large numbers, and what came before them.

use super::extension::Extension;
use super::header::{BLOCK, Header};
use crate::File;
use crate::unpacked::Unpacked;
use std::io;

/// The longest name or pax header that is read.
const LONGEST_EXTENSION: u64 = 1 << 20;

/// The longest path, as on Linux.
const LONGEST_PATH: usize = 4096;

/// Writers fill the archive up with zeros behind its end mark, but never with so many.
const MOST_PADDING: u64 = 1 << 20;

/// A member of a tar archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TarMember {
    /// Its path as written; bytes that are not UTF-8 are replaced.
    pub path: String,
    /// Where its first header begins.
    pub offset: u64,
    /// Where its bytes begin.
    pub data: u64,
    /// Number of its bytes, which are all there.
    pub size: u64,
    /// Whether it is a file; else a folder, a link, a device, a sparse file or of a kind that is not known.
    pub is_file: bool,
}

/// Why there are no more members before the end.
#[derive(Debug, thiserror::Error)]
pub enum TarError {
    /// The system failed to read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A header makes no sense.
    #[error("{reason} (byte {offset})")]
    Damaged {
        /// Where it is.
        offset: u64,
        /// What is wrong.
        reason: &'static str,
    },
    /// The file ends within a member.
    #[error("the archive is cut short at byte {length}: fetch it again")]
    CutShort {
        /// Where the member begins.
        offset: u64,
        /// The bytes of the file.
        length: u64,
        /// The member's path, when its header is there.
        path: Option<String>,
    },
}

/// Goes through the members of a tar archive.
pub struct TarMembers<'f> {
    bytes: Unpacked<'f>,
    length: u64,
    /// Where the next header is.
    at: u64,
    has_end_mark: bool,
}

impl<'f> TarMembers<'f> {
    /// Begins at the start of a file.
    pub fn new(file: &'f File) -> io::Result<Self> {
        Ok(Self::of(Unpacked::plain(file), file.metadata()?.len()))
    }

    /// Begins at the start of so many bytes.
    pub(crate) fn of(bytes: Unpacked<'f>, length: u64) -> Self {
        Self { bytes, length, at: 0, has_end_mark: false }
    }

    /// The archive's bytes.
    pub(super) fn bytes(&mut self) -> &mut Unpacked<'f> {
        &mut self.bytes
    }

    /// Bytes of the file on disk gone through so far.
    pub(super) fn disk_done(&self) -> u64 {
        self.bytes.disk_done(self.position())
    }

    /// Bytes of the file gone through so far.
    pub fn position(&self) -> u64 {
        self.at.min(self.length)
    }

    /// Whether the archive says where it ends; without that it may have been cut short between two members.
    pub fn has_end_mark(&self) -> bool {
        self.has_end_mark
    }

    /// The next member, none at the end. After an error there are no more.
    pub fn next_member(&mut self) -> Result<Option<TarMember>, TarError> {
        let mut extension = Extension::default();
        let mut first = None;
        while let Some(header) = self.header()? {
            let offset = *first.get_or_insert(self.at - BLOCK as u64);
            match header.kind {
                b'L' => extension.take_long_name(&self.extension_payload(offset, header.size)?),
                b'x' | b'X' => {
                    let payload = self.extension_payload(offset, header.size)?;
                    extension.take_pax(&payload).map_err(|reason| TarError::Damaged { offset, reason })?;
                }
                b'K' | b'g' => {
                    self.pass(offset, header.size, None)?;
                }
                _ => return self.member(offset, &header, extension).map(Some),
            }
        }
        Ok(None)
    }

    fn member(&mut self, offset: u64, header: &Header, extension: Extension) -> Result<TarMember, TarError> {
        let mut has_sparse_map = header.kind == b'S' && header.has_sparse_map;
        while has_sparse_map {
            has_sparse_map = self.block(offset)?[504] != 0;
        }
        let path = extension.path.as_deref().unwrap_or(&header.path);
        if path.len() > LONGEST_PATH {
            return Err(TarError::Damaged { offset, reason: "a path is longer than 4096 bytes" });
        }
        let path = String::from_utf8_lossy(path).into_owned();
        let is_file = header.is_file() && !extension.is_sparse && !path.ends_with('/');
        let size = if header.has_payload() { extension.size.unwrap_or(header.size) } else { 0 };
        let data = self.pass(offset, size, Some(&path))?;
        Ok(TarMember { path, offset, data, size, is_file })
    }

    /// The next header, none at the end. An end mark with headers behind it is passed over: archives get joined.
    fn header(&mut self) -> Result<Option<Header>, TarError> {
        let end_mark = self.at;
        while self.at < self.length {
            let offset = self.at;
            let block = self.block(offset)?;
            if block.iter().any(|&byte| byte != 0) {
                self.has_end_mark = false;
                let parsed = Header::parse(&block);
                return parsed.map(Some).map_err(|reason| TarError::Damaged { offset, reason });
            }
            self.has_end_mark = true;
            if self.at - end_mark > MOST_PADDING {
                let reason =
                    "zeros where members should be: a download or copy is incomplete, fetch it again";
                return Err(TarError::Damaged { offset: end_mark, reason });
            }
            // What is left may be less than a block when a writer fills up to no multiple of it.
            if self.length - self.at < BLOCK as u64 {
                break;
            }
        }
        Ok(None)
    }

    fn block(&mut self, member: u64) -> Result<[u8; BLOCK], TarError> {
        let mut block = [0; BLOCK];
        let mut filled = 0;
        while filled < BLOCK {
            match self.bytes.read_at(&mut block[filled..], self.at + filled as u64)? {
                0 => return Err(self.cut_short(member, None)),
                count => filled += count,
            }
        }
        self.at += BLOCK as u64;
        Ok(block)
    }

    fn extension_payload(&mut self, member: u64, size: u64) -> Result<Vec<u8>, TarError> {
        if size > LONGEST_EXTENSION {
            let reason = "a name or pax header is longer than 1 MB";
            return Err(TarError::Damaged { offset: member, reason });
        }
        let mut at = self.pass(member, size, None)?;
        let mut payload = vec![0; size as usize];
        let mut rest = payload.as_mut_slice();
        while !rest.is_empty() {
            match self.bytes.read_at(rest, at)? {
                0 => return Err(self.cut_short(member, None)),
                count => {
                    rest = &mut rest[count..];
                    at += count as u64;
                }
            }
        }
        Ok(payload)
    }

    /// Goes to the header behind a payload; the answer is where the payload begins.
    fn pass(&mut self, member: u64, size: u64, path: Option<&str>) -> Result<u64, TarError> {
        let data = self.at;
        match data.checked_add(size) {
            Some(end) if end <= self.length => self.at = end.next_multiple_of(BLOCK as u64),
            _ => return Err(self.cut_short(member, path)),
        }
        Ok(data)
    }

    fn cut_short(&self, offset: u64, path: Option<&str>) -> TarError {
        TarError::CutShort { offset, length: self.length, path: path.map(str::to_owned) }
    }
}
