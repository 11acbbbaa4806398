//! The messages that an Arrow stream is made of: a description each, and a body of buffers.

use crate::File;
use crate::tables::guarded;
use crate::unpacked::Unpacked;
use arrow_ipc::{MessageHeader, root_as_footer, root_as_message};
use std::collections::VecDeque;
use std::io;

/// What an Arrow file begins with; a stream has no such mark.
const MAGIC: &[u8] = b"ARROW1";
/// Bytes of a file before its first message, at least and at most: some writers leave room.
const FILE_HEAD: u64 = 8;
const LONGEST_FILE_HEAD: u64 = 64;
/// What stands before the length of a description, except in files of old writers.
const CONTINUATION: [u8; 4] = [0xff; 4];
/// Bytes of the longest description.
const LONGEST: u64 = 16 << 20;

/// Why an Arrow file cannot be read any further.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArrowError {
    /// The system failed to read.
    #[error("{0}")]
    Failed(#[from] io::Error),
    /// The file does not hold what was looked for.
    #[error("{message} (at byte {offset})")]
    Damaged {
        /// Where, in bytes of the file.
        offset: u64,
        /// What is wrong there.
        message: String,
    },
}

impl ArrowError {
    pub(super) fn damaged(offset: u64, message: impl Into<String>) -> Self {
        Self::Damaged { offset, message: message.into() }
    }
}

impl From<ArrowError> for io::Error {
    fn from(error: ArrowError) -> Self {
        match error {
            ArrowError::Failed(source) => source,
            ArrowError::Damaged { .. } => Self::new(io::ErrorKind::InvalidData, error.to_string()),
        }
    }
}

/// Whether a file begins like an Arrow file or stream.
pub(crate) fn looks_like_arrow(head: &[u8]) -> bool {
    if head.starts_with(MAGIC) {
        return true;
    }
    let (length, body) = match head {
        [0xff, 0xff, 0xff, 0xff, a, b, c, d, rest @ ..] => (u32::from_le_bytes([*a, *b, *c, *d]), rest),
        // Old writers; here the length has to be a likely one.
        [a, b, 0, 0, rest @ ..] => (u32::from_le_bytes([*a, *b, 0, 0]), rest),
        _ => return false,
    };
    let description = &body[..body.len().min(length as usize)];
    let is_schema =
        || root_as_message(description).is_ok_and(|message| message.header_type() == MessageHeader::Schema);
    length > 0 && guarded(is_schema).unwrap_or(false)
}

/// A message, its body not read yet.
pub(super) struct Message {
    /// Where it begins in the file.
    pub(super) offset: u64,
    /// Its description.
    pub(super) description: Vec<u8>,
    /// Where its body begins in the file.
    pub(super) body: u64,
    /// Bytes of the body.
    pub(super) length: u64,
}

/// The messages of a file, in order.
pub(super) struct Messages<'f> {
    file: &'f File,
    at: u64,
    len: u64,
    /// Where the messages to come begin, if the footer was asked.
    blocks: Option<VecDeque<u64>>,
}

impl<'f> Messages<'f> {
    pub(super) fn new(file: &'f File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        let mut messages = Self { file, at: 0, len, blocks: None };
        let mut head = [0; MAGIC.len()];
        if Unpacked::plain(file).fill(&mut head, 0)? && head == MAGIC {
            messages.at = FILE_HEAD;
            while messages.at < LONGEST_FILE_HEAD
                && messages.word(messages.at).is_ok_and(|word| word == [0; 4])
            {
                messages.at += FILE_HEAD;
            }
        }
        Ok(messages)
    }

    /// Bytes of the file.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Where the next message begins in the file.
    pub(super) fn position(&self) -> u64 {
        self.at
    }

    /// The next message; none after the last.
    pub(super) fn next(&mut self) -> Result<Option<Message>, ArrowError> {
        if let Some(blocks) = &mut self.blocks {
            match blocks.pop_front() {
                Some(offset) => self.at = offset,
                None => return Ok(None),
            }
        }
        let offset = self.at;
        if offset >= self.len {
            return Ok(None);
        }
        let mut at = offset + 4;
        let mut word = self.word(offset)?;
        if word == CONTINUATION {
            word = self.word(at)?;
            at += 4;
        }
        let length = u64::from(u32::from_le_bytes(word));
        if length == 0 {
            return Ok(None);
        }
        if length > LONGEST {
            return Err(ArrowError::damaged(
                offset,
                format!("a message of {length} bytes is no message of Arrow"),
            ));
        }
        let description = self.bytes(at, length)?;
        let body = at + length;
        let length = guarded(|| root_as_message(&description).map(|message| message.bodyLength()));
        let length = length.and_then(|length| length.map_err(|error| error.to_string()));
        let length =
            length.map_err(|error| ArrowError::damaged(offset, format!("a damaged message: {error}")))?;
        let length = u64::try_from(length)
            .map_err(|_| ArrowError::damaged(offset, format!("a message with a body of {length} bytes")))?;
        self.at = body.saturating_add(length);
        Ok(Some(Message { offset, description, body, length }))
    }

    /// Reads the footer of a file, whose messages are those it names from here on; none where there is no footer. Some
    /// writers leave the first message of a file unfinished.
    pub(super) fn footer(&mut self) -> Result<Option<Vec<u8>>, ArrowError> {
        let tail = MAGIC.len() as u64 + 4;
        let Some(at) = self.len.checked_sub(tail).filter(|&at| at > FILE_HEAD) else { return Ok(None) };
        let end = self.bytes(at, tail)?;
        let Some(length) = end.strip_suffix(MAGIC).and_then(|length| <[u8; 4]>::try_from(length).ok()) else {
            return Ok(None);
        };
        let length = u64::from(u32::from_le_bytes(length));
        let Some(start) = at.checked_sub(length).filter(|_| length <= LONGEST) else { return Ok(None) };
        let footer = self.bytes(start, length)?;
        let blocks = guarded(|| {
            let footer = root_as_footer(&footer).ok()?;
            let blocks = footer.dictionaries().into_iter().chain(footer.recordBatches()).flatten();
            blocks.map(|block| u64::try_from(block.offset()).ok()).collect::<Option<VecDeque<_>>>()
        });
        self.blocks = blocks.ok().flatten();
        Ok(self.blocks.is_some().then_some(footer))
    }

    /// The body of a message.
    pub(super) fn body(&self, message: &Message) -> Result<Vec<u8>, ArrowError> {
        self.bytes(message.body, message.length)
    }

    fn word(&self, at: u64) -> Result<[u8; 4], ArrowError> {
        let bytes = self.bytes(at, 4)?;
        Ok(bytes.try_into().unwrap_or_default())
    }

    fn bytes(&self, at: u64, length: u64) -> Result<Vec<u8>, ArrowError> {
        let missing = || {
            ArrowError::damaged(
                at,
                format!("{length} bytes are missing from here on: it is cut short, fetch it again"),
            )
        };
        if at.checked_add(length).is_none_or(|end| end > self.len) {
            return Err(missing());
        }
        let mut bytes = vec![0; length as usize];
        let complete = Unpacked::plain(self.file).fill(&mut bytes, at)?;
        if complete { Ok(bytes) } else { Err(missing()) }
    }
}
