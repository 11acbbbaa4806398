//! Decoder of Arrow record batches, with what they claim checked before they are decoded.

use super::{ArrowError, Message, Messages};
use crate::embedded::Admit;
use crate::tables::guarded;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_buffer::Buffer;
use arrow_ipc::reader::{read_dictionary, read_record_batch};
use arrow_ipc::{
    Endianness, MessageHeader, RecordBatch as Description, convert, root_as_footer, root_as_message,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use std::collections::HashMap;
use std::sync::Arc;

/// Bytes of the largest body, and of what it unpacks to, that are held in memory.
const MOST: u64 = 512 << 20;
/// Bytes that a body may unpack to: as many times its own, and at least.
const RATIO: u64 = 64;
const LEAST: u64 = 32 << 20;
/// Rows of a batch that may need no bytes at all.
const EMPTY_ROWS: u64 = 1 << 16;
/// Columns inside columns, at most.
const DEEPEST: usize = 48;

/// A batch of rows, with the bytes that it was made of.
pub(super) struct Read {
    /// Where its message begins in the file.
    pub(super) offset: u64,
    pub(super) batch: RecordBatch,
    pub(super) body: Buffer,
    /// Where its body begins in the file.
    pub(super) body_offset: u64,
}

/// What the next message with rows turned out to be.
pub(super) enum Step {
    Batch(Read),
    /// A batch that cannot be read.
    Lost {
        offset: u64,
        rows: u64,
        message: String,
    },
}

/// Decodes record batches one by one.
pub(super) struct Decoder {
    schema: SchemaRef,
    dictionaries: HashMap<i64, ArrayRef>,
}

impl Decoder {
    /// Reads the schema, which is the first message.
    pub(super) fn open(messages: &mut Messages<'_>) -> Result<Self, ArrowError> {
        let offset = messages.position();
        let first = match messages.next() {
            Ok(Some(message)) => guarded(|| schema_of(&message.description)).and_then(|schema| schema),
            Ok(None) => Err("an Arrow file without a schema".to_owned()),
            Err(ArrowError::Damaged { message, .. }) => Err(message),
            Err(error) => return Err(error),
        };
        let schema = match first {
            Ok(schema) => schema,
            Err(why) => match messages.footer()? {
                Some(footer) => guarded(|| schema_of_footer(&footer))
                    .and_then(|schema| schema)
                    .map_err(|why| ArrowError::damaged(offset, why))?,
                None => return Err(ArrowError::damaged(offset, why)),
            },
        };
        if schema.fields().iter().any(|field| depth(field) > DEEPEST) {
            return Err(ArrowError::damaged(
                offset,
                format!("columns inside columns, more than {DEEPEST} deep"),
            ));
        }
        Ok(Self { schema: Arc::new(schema), dictionaries: HashMap::new() })
    }

    pub(super) fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The next batch; none after the last.
    pub(super) fn step(&mut self, messages: &mut Messages<'_>) -> Result<Option<Step>, ArrowError> {
        while let Some(message) = messages.next()? {
            let kind = guarded(|| kind_of(&message.description)).and_then(|kind| kind);
            match kind.map_err(|why| ArrowError::damaged(message.offset, why))? {
                Kind::Rows(rows) => return Ok(Some(self.rows(messages, &message, rows, &mut |_| Ok(()))?)),
                Kind::Dictionary => self.dictionary(messages, &message)?,
                Kind::Other => {}
            }
        }
        Ok(None)
    }

    /// Moves over batches; hands back the one of a number, from 0, when `admit` lets it have the memory.
    pub(super) fn nth(
        &mut self,
        messages: &mut Messages<'_>,
        number: u32,
        admit: &mut Admit<'_>,
    ) -> Result<Option<Step>, ArrowError> {
        let mut before = number;
        while let Some(message) = messages.next()? {
            let kind = guarded(|| kind_of(&message.description)).and_then(|kind| kind);
            match kind.map_err(|why| ArrowError::damaged(message.offset, why))? {
                Kind::Rows(rows) if before == 0 => {
                    return self.rows(messages, &message, rows, admit).map(Some);
                }
                Kind::Rows(_) => before -= 1,
                Kind::Dictionary => self.dictionary(messages, &message)?,
                Kind::Other => {}
            }
        }
        Ok(None)
    }

    fn rows(
        &self,
        messages: &Messages<'_>,
        message: &Message,
        rows: u64,
        admit: &mut Admit<'_>,
    ) -> Result<Step, ArrowError> {
        // Rows that cannot have been there are not lost.
        let rows = rows.min(message.length.saturating_mul(RATIO * 8));
        let lost = |why| Step::Lost { offset: message.offset, rows, message: why };
        if message.length > MOST {
            let (length, most) = (message.length >> 20, MOST >> 20);
            return Ok(lost(format!(
                "a record batch of {length} MB, more than the {most} MB that are read at once"
            )));
        }
        admit(message.length)?;
        let body = match messages.body(message) {
            Ok(body) => Buffer::from(body),
            Err(ArrowError::Damaged { message: why, .. }) => return Ok(lost(why)),
            Err(error) => return Err(error),
        };
        let unpacked = guarded(|| unpacked(&message.description, &body)).and_then(|unpacked| unpacked);
        match unpacked {
            Ok(bytes) => admit(message.length.saturating_add(bytes))?,
            Err(why) => return Ok(lost(why)),
        }
        let decode = || -> Result<RecordBatch, String> {
            let described = root_as_message(&message.description).map_err(|error| error.to_string())?;
            let batch = described.header_as_record_batch().ok_or("it is no record batch")?;
            let (schema, version) = (self.schema.clone(), described.version());
            read_record_batch(&body, batch, schema, &self.dictionaries, None, &version)
                .map_err(|error| error.to_string())
        };
        Ok(match guarded(decode).and_then(|batch| batch) {
            Ok(batch) => {
                let (offset, body_offset) = (message.offset, message.body);
                Step::Batch(Read { offset, batch, body: body.clone(), body_offset })
            }
            Err(why) => lost(why),
        })
    }

    /// Keeps a dictionary for the batches to come. One that cannot be read is missed by these.
    fn dictionary(&mut self, messages: &Messages<'_>, message: &Message) -> Result<(), ArrowError> {
        if message.length > MOST {
            return Ok(());
        }
        let body = match messages.body(message) {
            Ok(body) => Buffer::from(body),
            Err(ArrowError::Damaged { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
        let mut dictionaries = std::mem::take(&mut self.dictionaries);
        let schema = &self.schema;
        let decode = || -> Result<(), String> {
            let described = root_as_message(&message.description).map_err(|error| error.to_string())?;
            let dictionary = described.header_as_dictionary_batch().ok_or("it is no dictionary")?;
            check(&dictionary.data().ok_or("it has no values")?, &body)?;
            read_dictionary(&body, dictionary, schema, &mut dictionaries, &described.version())
                .map_err(|error| error.to_string())
        };
        // The batches that need it say that it is missing.
        drop(guarded(decode));
        self.dictionaries = dictionaries;
        Ok(())
    }
}

enum Kind {
    /// A record batch of so many rows.
    Rows(u64),
    Dictionary,
    Other,
}

fn kind_of(description: &[u8]) -> Result<Kind, String> {
    let message = root_as_message(description).map_err(|error| format!("a damaged message: {error}"))?;
    Ok(match message.header_type() {
        MessageHeader::RecordBatch => {
            let rows = message.header_as_record_batch().map_or(0, |batch| batch.length());
            Kind::Rows(rows.try_into().map_err(|_| format!("a record batch of {rows} rows"))?)
        }
        MessageHeader::DictionaryBatch => Kind::Dictionary,
        _ => Kind::Other,
    })
}

fn schema_of(description: &[u8]) -> Result<Schema, String> {
    let message = root_as_message(description).map_err(|error| format!("a damaged message: {error}"))?;
    read_schema(message.header_as_schema().ok_or("the first message is no schema")?)
}

fn schema_of_footer(footer: &[u8]) -> Result<Schema, String> {
    let footer = root_as_footer(footer).map_err(|error| format!("a damaged footer: {error}"))?;
    read_schema(footer.schema().ok_or("a footer without a schema")?)
}

fn read_schema(schema: arrow_ipc::Schema<'_>) -> Result<Schema, String> {
    if schema.endianness() == Endianness::Big {
        return Err("numbers with the highest byte first, which are not read".to_owned());
    }
    convert::try_fb_to_schema(schema).map_err(|error| format!("a schema that is not read: {error}"))
}

fn depth(field: &Field) -> usize {
    1 + match field.data_type() {
        DataType::Struct(fields) => fields.iter().map(|field| depth(field)).max().unwrap_or(0),
        DataType::Union(fields, _) => fields.iter().map(|(_, field)| depth(field)).max().unwrap_or(0),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _)
        | DataType::Map(item, _)
        | DataType::RunEndEncoded(_, item) => depth(item),
        _ => 0,
    }
}

/// Bytes that the buffers of a record batch unpack to, as [`check`] found them.
fn unpacked(description: &[u8], body: &[u8]) -> Result<u64, String> {
    let described = root_as_message(description).map_err(|error| error.to_string())?;
    check(&described.header_as_record_batch().ok_or("it is no record batch")?, body)
}

/// Makes sure that the buffers of a batch are inside its body, and that they do not claim to unpack to too much; the
/// answer is how many bytes they unpack to beside it.
fn check(batch: &Description<'_>, body: &[u8]) -> Result<u64, String> {
    let mut unpacked = 0_u64;
    for buffer in batch.buffers().into_iter().flatten() {
        let range = usize::try_from(buffer.offset()).ok().zip(usize::try_from(buffer.length()).ok());
        let bytes = range.and_then(|(offset, length)| body.get(offset..offset.checked_add(length)?));
        let bytes = bytes.ok_or("a buffer beyond the end of its batch")?;
        if batch.compression().is_some()
            && let Some(prefix) = bytes.first_chunk::<8>()
        {
            // Below zero: it is not packed.
            unpacked = unpacked.saturating_add(i64::from_le_bytes(*prefix).try_into().unwrap_or(0));
        }
    }
    let allowed = (body.len() as u64).saturating_mul(RATIO).clamp(LEAST, MOST);
    if unpacked > allowed {
        return Err(format!(
            "its {} bytes claim to unpack to {unpacked}, where {allowed} are allowed",
            body.len()
        ));
    }
    // Every row needs a bit of some column, unless all it says is nothing.
    let most = (unpacked.max(body.len() as u64) * 8).max(EMPTY_ROWS);
    let rows = u64::try_from(batch.length()).unwrap_or(0);
    if rows > most {
        return Err(format!("its {} bytes claim to be {rows} rows, more than they can hold", body.len()));
    }
    Ok(unpacked)
}
