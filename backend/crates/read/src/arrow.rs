//! Reader of Arrow files and streams (IPC): rows as JSON text, images by their byte range, or by their cell where a
//! batch is packed.
//!
//! `save_to_disk` of the datasets library and its cache write streams, other writers files; a file is a stream between
//! two marks, with a table of contents that is not needed. So both are read from front to back, one record batch at a
//! time, and a file whose end is missing is read as far as it goes. A stream consists of messages: a description each,
//! and a body of buffers.
//!
//! Format: <https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc>.

mod batch;

use crate::File;
use crate::embedded::Admit;
use crate::split::{Limits, Output, Stop};
use crate::tables::{Body, Meaning, Place, cell_bytes, columns_of, guarded, write_row};
use crate::unpacked::Unpacked;
use arrow_ipc::{MessageHeader, root_as_footer, root_as_message};
use batch::{Decoder, Step};
use std::collections::VecDeque;
use std::io;

/// JSON text per byte of the file that is read at most, and the least that is allowed.
const TEXT_RATIO: u64 = 128;
const LEAST_TEXT: u64 = 128 << 20;
/// What a lost row costs, in place of its text.
const LOST_ROW: u64 = 1024;

/// Streams the rows of a file in order, each as a JSON object of its columns; a record's offset is that of its batch.
///
/// A batch that cannot be read is lost as a whole, and all others are read.
pub(crate) fn read_arrow(file: &File, out: &mut Output<'_>) -> Result<(), Stop> {
    let mut messages = Messages::new(file)?;
    let left = messages.len().saturating_mul(TEXT_RATIO).max(LEAST_TEXT);
    let mut reader = Reader { left, groups: 0, out };
    let mut decoder = match Decoder::open(&mut messages) {
        Ok(decoder) => decoder,
        Err(error) => return reader.trouble(error),
    };
    let columns = columns_of(decoder.schema().fields(), &|leaf| (leaf, Meaning::Plain));
    while reader.left > 0 {
        let step = match decoder.step(&mut messages) {
            Ok(Some(step)) => step,
            Ok(None) => return Ok(()),
            Err(error) => return reader.trouble(error),
        };
        match step {
            Step::Lost { offset, rows, message } => reader.lose(offset, rows, &message)?,
            Step::Batch(read) => {
                let body = Body { bytes: &read.body, offset: read.body_offset };
                let rows = read.batch.num_rows() as u64;
                let mut record = Vec::new();
                for row in 0..rows {
                    record.clear();
                    let place = Place {
                        group: reader.groups,
                        row: row as u32,
                        index: row as usize,
                        body: Some(body),
                    };
                    let done = read.body_offset + (read.body.len() as u64) * (row + 1) / rows;
                    match write_row(
                        &columns,
                        read.batch.columns(),
                        &place,
                        Limits::DEFAULT.record,
                        &mut record,
                    ) {
                        Ok(()) => reader.out.record(read.offset, &record, done)?,
                        Err(error) => reader
                            .out
                            .lost(read.offset, format!("row {row} of its batch is lost: {error}"))?,
                    }
                    if !reader.spend(record.len() as u64 + 1) {
                        break;
                    }
                }
            }
        }
        reader.groups += 1;
    }
    let message = "reading stops here: far more comes out of this file than its size allows";
    reader.out.trouble(messages.position(), message)
}

/// What is left to be handed out, and to whom.
struct Reader<'o, 'v> {
    /// Bytes of text that may still come.
    left: u64,
    /// Record batches so far.
    groups: u32,
    out: &'o mut Output<'v>,
}

impl Reader<'_, '_> {
    fn trouble(&mut self, error: ArrowError) -> Result<(), Stop> {
        match error {
            ArrowError::Failed(error) => Err(Stop::Failed(error)),
            ArrowError::Damaged { offset, message } => self.out.trouble(offset, message),
        }
    }

    /// Takes from what may come out of the file; false when nothing is left.
    fn spend(&mut self, bytes: u64) -> bool {
        self.left = self.left.saturating_sub(bytes);
        self.left > 0
    }

    fn lose(&mut self, offset: u64, rows: u64, message: &str) -> Result<(), Stop> {
        if rows == 0 {
            return self.out.trouble(offset, message);
        }
        for row in 0..rows {
            if !self.spend(LOST_ROW) {
                return Ok(());
            }
            self.out.lost(offset, format!("row {row} of its batch is lost: {message}"))?;
        }
        Ok(())
    }
}

/// The bytes of one value of a column of bytes: its record batch, leaf column, row, and number in the row. `admit` is
/// asked for the memory of its batch.
pub(crate) fn read_arrow_cell(
    file: &File,
    group: u32,
    column: u32,
    row: u32,
    item: u32,
    admit: &mut Admit<'_>,
) -> Result<Vec<u8>, ArrowError> {
    let mut messages = Messages::new(file)?;
    let mut decoder = Decoder::open(&mut messages)?;
    let columns = columns_of(decoder.schema().fields(), &|leaf| (leaf, Meaning::Plain));
    match decoder.nth(&mut messages, group, admit)? {
        Some(Step::Batch(read)) => {
            cell_bytes(&columns, read.batch.columns(), column, row as usize, item as usize)
                .map_err(|message| ArrowError::damaged(read.offset, message))
        }
        Some(Step::Lost { offset, message, .. }) => Err(ArrowError::damaged(offset, message)),
        None => Err(ArrowError::damaged(messages.position(), format!("there is no record batch {group}"))),
    }
}

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
    fn damaged(offset: u64, message: impl Into<String>) -> Self {
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
struct Message {
    /// Where it begins in the file.
    offset: u64,
    /// Its description.
    description: Vec<u8>,
    /// Where its body begins in the file.
    body: u64,
    /// Bytes of the body.
    length: u64,
}

/// The messages of a file, in order.
struct Messages<'f> {
    file: &'f File,
    at: u64,
    len: u64,
    /// Where the messages to come begin, if the footer was asked.
    blocks: Option<VecDeque<u64>>,
}

impl<'f> Messages<'f> {
    fn new(file: &'f File) -> io::Result<Self> {
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
    fn len(&self) -> u64 {
        self.len
    }

    /// Where the next message begins in the file.
    fn position(&self) -> u64 {
        self.at
    }

    /// The next message; none after the last.
    fn next(&mut self) -> Result<Option<Message>, ArrowError> {
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
    fn footer(&mut self) -> Result<Option<Vec<u8>>, ArrowError> {
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
    fn body(&self, message: &Message) -> Result<Vec<u8>, ArrowError> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::file_of;
    use crate::{Container, ImageAt, Item, read_embedded, read_opened};
    use arrow_array::builder::{BinaryBuilder, ListBuilder};
    use arrow_array::types::Int32Type;
    use arrow_array::{ArrayRef, DictionaryArray, Float64Array, NullArray, RecordBatch, StringArray};
    use arrow_ipc::CompressionType;
    use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
    use serde_json::{Value, json};
    use std::ops::ControlFlow;
    use std::sync::Arc;

    fn read(file: &File) -> (Vec<Value>, Vec<String>) {
        let (mut rows, mut problems) = (Vec::new(), Vec::new());
        let mut visit = |item: Item<'_>| {
            match item {
                Item::Record(record) => rows.push(serde_json::from_slice(record.raw).unwrap()),
                Item::Problem(problem) => problems.push(problem.message),
            }
            ControlFlow::Continue(())
        };
        read_opened(file, Container::ARROW, Limits::DEFAULT, &mut visit).unwrap();
        (rows, problems)
    }

    fn picture(number: u8) -> Vec<u8> {
        [b"\xff\xd8\xff\xe0".as_slice(), &vec![number; 5_000]].concat()
    }

    /// Two rows: one picture each, then two and none in a list.
    fn batch(number: u8) -> RecordBatch {
        let mut image = BinaryBuilder::new();
        let mut images = ListBuilder::new(BinaryBuilder::new());
        for row in 0..2 {
            image.append_value(picture(number + row));
            if row == 0 {
                images.values().append_value(picture(number + 10));
                images.values().append_value(picture(number + 11));
            }
            images.append(true);
        }
        let words: DictionaryArray<Int32Type> = vec!["a bus", "a bus"].into_iter().collect();
        let columns: [(&str, ArrayRef); 5] = [
            ("image", Arc::new(image.finish())),
            ("images", Arc::new(images.finish())),
            ("caption", Arc::new(words)),
            ("caption", Arc::new(StringArray::from(vec![Some("again"), None]))),
            ("score", Arc::new(Float64Array::from(vec![0.5, f64::NAN]))),
        ];
        RecordBatch::try_from_iter(columns).unwrap()
    }

    fn written(is_file: bool, packing: Option<CompressionType>) -> Vec<u8> {
        let options = IpcWriteOptions::default().try_with_compression(packing).unwrap();
        let batches = [batch(0), batch(50)];
        let schema = batches[0].schema();
        if is_file {
            let mut writer = FileWriter::try_new_with_options(Vec::new(), &schema, options).unwrap();
            batches.iter().try_for_each(|batch| writer.write(batch)).unwrap();
            writer.into_inner().unwrap()
        } else {
            let mut writer = StreamWriter::try_new_with_options(Vec::new(), &schema, options).unwrap();
            batches.iter().try_for_each(|batch| writer.write(batch)).unwrap();
            writer.into_inner().unwrap()
        }
    }

    fn image_bytes(file: &File, value: &Value) -> (ImageAt, Vec<u8>) {
        let image = crate::testing::address(value).unwrap();
        (image.at, read_embedded(file, Container::ARROW, None, &image, &mut |_| Ok(())).unwrap())
    }

    #[test]
    fn files_and_streams_in_every_packing_give_the_same_rows_and_pictures() {
        for is_file in [true, false] {
            for packing in [None, Some(CompressionType::LZ4_FRAME), Some(CompressionType::ZSTD)] {
                let bytes = written(is_file, packing);
                assert!(looks_like_arrow(&bytes[..512]));
                let file = file_of(&bytes);
                let (rows, problems) = read(&file);
                assert_eq!((rows.len(), problems.len()), (4, 0), "{problems:?}");
                assert_eq!(rows[0]["caption"], "a bus");
                assert_eq!((&rows[0]["caption_2"], &rows[1]["caption_2"]), (&json!("again"), &Value::Null));
                assert_eq!((&rows[0]["score"], &rows[1]["score"]), (&json!(0.5), &json!("NaN")));
                let (at, found) = image_bytes(&file, &rows[3]["image"]);
                assert!(found == picture(51));
                assert_eq!(matches!(at, ImageAt::Range { .. }), packing.is_none());
                assert!(image_bytes(&file, &rows[2]["images"][1]).1 == picture(61));
                assert_eq!(rows[3]["images"], json!([]));
            }
        }
    }

    #[test]
    fn a_file_whose_first_message_is_unfinished_is_read_by_its_footer() {
        let mut bytes = written(true, None);
        let first = bytes.windows(4).position(|four| four == [0xff; 4]).unwrap();
        bytes[first..first + 8].copy_from_slice(b"\x04\0\0\0\xf2\xff\xff\xff");
        let file = file_of(&bytes);
        let (rows, problems) = read(&file);
        assert_eq!((rows.len(), problems.len()), (4, 0), "{problems:?}");
        assert!(image_bytes(&file, &rows[3]["image"]).1 == picture(51));
    }

    #[test]
    fn rows_that_no_byte_stands_for_are_not_made_up() {
        let of_nothing = |rows| {
            let batch = RecordBatch::try_from_iter([("caption", Arc::new(NullArray::new(rows)) as ArrayRef)]);
            let batch = batch.unwrap();
            let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
            writer.write(&batch).unwrap();
            read(&file_of(&writer.into_inner().unwrap()))
        };
        assert_eq!(of_nothing(1000).0.len(), 1000);
        let (rows, problems) = of_nothing(1 << 40);
        assert_eq!((rows.len(), problems.len()), (0, 1), "{problems:?}");
        assert!(problems[0].contains("1099511627776 rows, more than they can hold"), "{problems:?}");
    }

    #[test]
    fn a_file_cut_short_is_read_as_far_as_it_goes() {
        let bytes = written(true, None);
        let (rows, problems) = read(&file_of(&bytes[..bytes.len() * 2 / 3]));
        assert_eq!(rows.len(), 2);
        assert!(problems[0].contains("cut short"), "{problems:?}");
    }

    #[test]
    fn other_bytes_are_no_arrow() {
        for head in [
            &b"{\"a\":1}"[..],
            b"\xff\xff\xff\xff\x10\0\0\0abcdefghijklmnop",
            b"\x10\0\0\0abcdefghijklmnopqrst",
            b"",
        ] {
            assert!(!looks_like_arrow(head));
        }
    }
}
