//! Reader of parquet files: rows as JSON text, images by the address of their cell. The `parquet` crate decodes them.
//!
//! Made for files from anywhere: what a file claims is checked before a page is decoded (`footer`, `pages`), a panic of
//! the decoder is an error, and each row group is read by a decoder of its own, so that damage costs one group. The
//! decoder reads by ranges, none beyond the file's end. Texts are read as bytes, since one that is no UTF-8 must not
//! cost its row group, and bytes as views, which share the memory of their page.
//!
//! Format: <https://parquet.apache.org/docs/file-format/>.

mod footer;
mod group;
mod pages;

pub(crate) use group::read_cell;

use crate::File;
use crate::split::{Output, Stop, read_at};
use crate::tables::{Column, Meaning, columns_of, guarded};
use arrow_schema::{DataType, Field, FieldRef, Fields, Schema, TimeUnit};
use bytes::Bytes;
use footer::{Footer, NEEDS_KEY, read_footer};
use group::Group;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::basic::{ConvertedType, LogicalType, Type as Physical};
use parquet::errors::Result;
use parquet::file::metadata::{
    FileMetaData, ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, ParquetStatisticsPolicy,
};
use parquet::file::reader::{ChunkReader, Length};
use parquet::schema::types::{SchemaDescriptor, Type, TypePtr};
use std::collections::HashSet;
use std::io::{self, BufReader, ErrorKind, Read};
use std::sync::{Arc, Mutex, PoisonError};

/// What a parquet file begins and ends with.
pub(crate) const MAGIC: &[u8] = b"PAR1";

/// JSON text per byte of the file that is read at most, and the least that is allowed: a few bytes can stand for
/// billions of values.
const TEXT_RATIO: u64 = 128;
const LEAST_TEXT: u64 = 128 << 20;
/// What a lost row costs, in place of its text.
const LOST_ROW: u64 = 1024;

/// Streams the rows of a file in order, each as a JSON object of its columns.
///
/// A record's offset is that of its row group. Columns that cannot be read at all are reported once and left out;
/// where a page is damaged, the rest of its row group is lost.
pub(crate) fn read_parquet(file: &File, out: &mut Output<'_>) -> Result<(), Stop> {
    let table = match Table::open(file) {
        Ok(table) => table,
        Err(error) => return report(error, out),
    };
    let left = table.source.len().saturating_mul(TEXT_RATIO).max(LEAST_TEXT);
    let mut reader = Reader { table: &table, reported: HashSet::new(), done: 0, left, out };
    for number in 0..table.metadata.metadata().num_row_groups() {
        reader.group(number)?;
        if reader.left == 0 {
            let message = "reading stops here: far more comes out of this file than its size allows";
            return reader.out.trouble(table.footer, message);
        }
    }
    Ok(())
}

fn report(error: ParquetError, out: &mut Output<'_>) -> Result<(), Stop> {
    match error {
        ParquetError::Failed { source, .. } => Err(Stop::Failed(source)),
        ParquetError::Damaged { offset, message } => out.trouble(offset, message),
    }
}

/// A file that is being read.
struct Reader<'t, 'o, 'v> {
    table: &'t Table,
    /// Leaf columns that were reported as ones that cannot be read.
    reported: HashSet<usize>,
    /// Bytes of the row groups so far.
    done: u64,
    /// Bytes of text that may still come.
    left: u64,
    out: &'o mut Output<'v>,
}

impl Reader<'_, '_, '_> {
    fn group(&mut self, number: usize) -> Result<(), Stop> {
        let group = match Group::open(self.table, number) {
            Ok(group) => group,
            Err(error) => return self.lose(number, 0, error),
        };
        for (leaf, message) in &group.left_out {
            if self.reported.insert(*leaf) {
                self.out.trouble(group.offset, message.clone())?;
            }
        }
        let mut row = 0;
        let mut record = Vec::new();
        let mut batches = match group.batches() {
            Ok(batches) => batches,
            Err(error) => return self.lose(number, 0, error),
        };
        while row < group.rows {
            let batch = match batches.next() {
                Ok(Some(batch)) => batch,
                Ok(None) => {
                    let message = format!("it has {} rows, and only {row} are there", group.rows);
                    return self.lose(number, row, ParquetError::damaged(group.offset, message));
                }
                Err(error) => {
                    let error = group.blame(error);
                    return self.lose(number, row, error);
                }
            };
            for index in 0..batch.num_rows() {
                record.clear();
                let disk_done = self.done + group.share(row + 1);
                match group.write(&batch, index, row, &mut record) {
                    Ok(()) => self.out.record(group.offset, &record, disk_done)?,
                    Err(error) => {
                        let message = format!("row {row} of row group {number} is lost: {error}");
                        self.out.lost(group.offset, message)?;
                    }
                }
                row += 1;
                if !self.spend(record.len() as u64) {
                    return Ok(());
                }
            }
        }
        self.done += group.length;
        Ok(())
    }

    /// Takes from what may come out of the file; false when nothing is left.
    fn spend(&mut self, bytes: u64) -> bool {
        self.left = self.left.saturating_sub(bytes);
        self.left > 0
    }

    /// Reports the rows of a group from one on as lost.
    fn lose(&mut self, number: usize, from: u64, error: ParquetError) -> Result<(), Stop> {
        let (offset, message) = match error {
            ParquetError::Failed { source, .. } => return Err(Stop::Failed(source)),
            ParquetError::Damaged { offset, message } => (offset, message),
        };
        let rows = self.table.rows(number);
        if rows <= from {
            return self.out.trouble(offset, format!("row group {number}: {message}"));
        }
        for row in from..rows {
            if !self.spend(LOST_ROW) {
                return Ok(());
            }
            self.out.lost(offset, format!("row {row} of row group {number} is lost: {message}"))?;
        }
        Ok(())
    }
}

/// A file that can be read.
struct Table {
    source: Source,
    /// Where the footer begins, which is where the pages end.
    footer: u64,
    metadata: ArrowReaderMetadata,
    /// What the values of each leaf stand for.
    meanings: Vec<Meaning>,
    /// Leaves that are encrypted.
    encrypted: HashSet<usize>,
}

impl Table {
    fn open(file: &File) -> std::result::Result<Self, ParquetError> {
        let source = Source::new(file).map_err(|source| ParquetError::Failed { offset: 0, source })?;
        let Footer { bytes, offset, encrypted } = read_footer(&source)?;
        let decoded = guarded(|| decode(&bytes).map_err(|error| error.to_string()));
        let (metadata, meanings) = decoded.and_then(|decoded| decoded).map_err(|error| {
            let message = format!("the footer cannot be read: {error}");
            // What describes an encrypted column may be encrypted, too, and is missing then.
            ParquetError::damaged(offset, if encrypted.is_empty() { message } else { NEEDS_KEY.to_owned() })
        })?;
        Ok(Self { source, footer: offset, metadata, meanings, encrypted })
    }

    /// Rows of a row group, by what the footer says.
    fn rows(&self, group: usize) -> u64 {
        self.metadata.metadata().row_group(group).num_rows().try_into().unwrap_or(0)
    }

    /// The columns of a schema that has the leaves of these numbers.
    fn columns(&self, schema: &Schema, leaves: &[usize]) -> Vec<Column> {
        let leaf = |position: u32| {
            let leaf = leaves.get(position as usize).copied().unwrap_or_default();
            (leaf as u32, self.meanings.get(leaf).copied().unwrap_or_default())
        };
        columns_of(schema.fields(), &leaf)
    }

    /// The name of a leaf with the names around it.
    fn path(&self, leaf: usize) -> String {
        let schema = self.metadata.parquet_schema();
        schema.columns().get(leaf).map_or_else(|| leaf.to_string(), |leaf| leaf.path().string())
    }
}

fn decode(bytes: &[u8]) -> Result<(ArrowReaderMetadata, Vec<Meaning>)> {
    // Statistics are not needed, and a damaged one must not cost the file.
    let options = ParquetMetaDataOptions::new()
        .with_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_column_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll);
    let metadata = ParquetMetaDataReader::decode_metadata_with_options(bytes, Some(&options))?;
    let file = metadata.file_metadata();
    let meanings = meanings(file.schema_descr());
    let schema = Arc::new(with_texts_as_bytes(file.schema_descr())?);
    // Some writers do not fill in the rows of the whole file.
    let rows =
        metadata.row_groups().iter().fold(0_i64, |sum, group| sum.saturating_add(group.num_rows().max(0)));
    let file = FileMetaData::new(file.version(), rows, None, None, schema.clone(), None);
    let metadata = Arc::new(ParquetMetaData::new(file, metadata.row_groups().to_vec()));
    // The schema that Arrow's own writers leave in the file is not asked: all writers' files are read alike.
    let usual = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let usual = ArrowReaderMetadata::try_new(metadata.clone(), usual)?;
    let fields = wanted(usual.schema().fields(), &schema);
    let wanted = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
    Ok((ArrowReaderMetadata::try_new(metadata, wanted).unwrap_or(usual), meanings))
}

/// Bytes read at once where single values are asked for.
const SMALL_READS: usize = 4 << 10;

/// A file that is being read by several decoders.
#[derive(Clone)]
struct Source {
    file: File,
    len: u64,
    /// What the system said when it failed to read; decoders hand on its words only.
    failure: Arc<Mutex<Option<io::Error>>>,
}

impl Source {
    fn new(file: &File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self { file: file.clone(), len, failure: Arc::default() })
    }

    /// Bytes of the file.
    fn len(&self) -> u64 {
        self.len
    }

    /// A range of the file.
    fn bytes(&self, start: u64, length: usize) -> io::Result<Vec<u8>> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.len) {
            return Err(ended(&format!("{length} bytes at byte {start} are beyond the end of the file")));
        }
        let mut bytes = vec![0; length];
        match self.file.read_exact_at(&mut bytes, start) {
            Ok(()) => Ok(bytes),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                Err(ended("the file became shorter while it was read"))
            }
            Err(error) => Err(self.note(error)),
        }
    }

    /// What the system said if it failed to read.
    fn failure(&self) -> Option<io::Error> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn note(&self, error: io::Error) -> io::Error {
        let words = io::Error::new(error.kind(), error.to_string());
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        words
    }
}

impl Length for Source {
    fn len(&self) -> u64 {
        self.len
    }
}

impl ChunkReader for Source {
    type T = BufReader<RangeReader>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::with_capacity(SMALL_READS, RangeReader { source: self.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        Ok(Bytes::from(self.bytes(start, length)?))
    }
}

/// The file from a place on.
struct RangeReader {
    source: Source,
    at: u64,
}

impl Read for RangeReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.source.len.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let most = into.len().min(left);
        let count = read_at(&self.source.file, &mut into[..most], self.at);
        let count = count.map_err(|error| self.source.note(error))?;
        self.at += count as u64;
        Ok(count)
    }
}

/// What the values of each leaf stand for.
fn meanings(schema: &SchemaDescriptor) -> Vec<Meaning> {
    let leaf = |leaf: &parquet::schema::types::ColumnDescPtr| {
        let info = leaf.self_type().get_basic_info();
        match info.logical_type_ref() {
            Some(LogicalType::Uuid) => Meaning::Uuid,
            _ if is_text(leaf.self_type()) => Meaning::Text,
            _ => Meaning::Plain,
        }
    };
    schema.columns().iter().map(leaf).collect()
}

fn is_text(node: &Type) -> bool {
    let Type::PrimitiveType { basic_info, physical_type: Physical::BYTE_ARRAY, .. } = node else {
        return false;
    };
    let logical = basic_info.logical_type_ref();
    matches!(logical, Some(LogicalType::String | LogicalType::Json | LogicalType::Enum))
        || matches!(
            basic_info.converted_type(),
            ConvertedType::UTF8 | ConvertedType::JSON | ConvertedType::ENUM
        )
}

/// The same schema without the promise that texts are UTF-8.
fn with_texts_as_bytes(schema: &SchemaDescriptor) -> Result<SchemaDescriptor> {
    Ok(SchemaDescriptor::new(as_bytes(&schema.root_schema_ptr())?))
}

fn as_bytes(node: &TypePtr) -> Result<TypePtr> {
    let info = node.get_basic_info();
    let id = info.has_id().then(|| info.id());
    match node.as_ref() {
        Type::GroupType { fields, .. } => {
            let fields = fields.iter().map(as_bytes).collect::<Result<_>>()?;
            let mut group = Type::group_type_builder(node.name())
                .with_converted_type(info.converted_type())
                .with_logical_type(info.logical_type_ref().cloned())
                .with_fields(fields)
                .with_id(id);
            if info.has_repetition() {
                group = group.with_repetition(info.repetition());
            }
            Ok(Arc::new(group.build()?))
        }
        Type::PrimitiveType { .. } if is_text(node) => {
            let leaf = Type::primitive_type_builder(node.name(), Physical::BYTE_ARRAY);
            Ok(Arc::new(leaf.with_repetition(info.repetition()).with_id(id).build()?))
        }
        Type::PrimitiveType { .. } => Ok(node.clone()),
    }
}

/// Arrow's fields with the types that are asked for in place of the usual ones.
fn wanted(fields: &Fields, schema: &SchemaDescriptor) -> Fields {
    let mut leaves = schema.columns().iter().map(|leaf| leaf.physical_type() == Physical::INT96);
    fields.iter().map(|field| wanted_field(field, &mut leaves)).collect()
}

fn wanted_field(field: &FieldRef, is_int96: &mut dyn Iterator<Item = bool>) -> FieldRef {
    let mut inner = |field: &FieldRef| wanted_field(field, is_int96);
    let kind = match field.data_type() {
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(inner).collect()),
        DataType::List(item) => DataType::List(inner(item)),
        DataType::LargeList(item) => DataType::LargeList(inner(item)),
        DataType::FixedSizeList(item, length) => DataType::FixedSizeList(inner(item), *length),
        DataType::Map(entries, sorted) => DataType::Map(inner(entries), *sorted),
        leaf => match (leaf, is_int96.next()) {
            // Nanoseconds of 64 bits end in the year 2262.
            (DataType::Timestamp(TimeUnit::Nanosecond, zone), Some(true)) => {
                DataType::Timestamp(TimeUnit::Microsecond, zone.clone())
            }
            (DataType::Binary, _) => DataType::BinaryView,
            (DataType::Utf8, _) => DataType::Utf8View,
            (other, _) => other.clone(),
        },
    };
    Arc::new(Field::clone(field).with_data_type(kind))
}

/// Why a parquet file, or a part of it, could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ParquetError {
    /// The system failed to read.
    #[error("cannot read at byte {offset}: {source}")]
    Failed {
        /// The byte of the file where the part in question begins.
        offset: u64,
        /// What the system says.
        source: io::Error,
    },
    /// The file does not hold what was looked for.
    #[error("{message} (at byte {offset})")]
    Damaged {
        /// The byte of the file where the part in question begins.
        offset: u64,
        /// What is wrong there.
        message: String,
    },
}

impl ParquetError {
    fn damaged(offset: u64, message: impl Into<String>) -> Self {
        Self::Damaged { offset, message: message.into() }
    }

    /// Tells what the system says from what [`bad`] says; `what` names the part of the file.
    fn of(error: io::Error, offset: u64, what: &str) -> Self {
        if error.raw_os_error().is_some() {
            return Self::Failed { offset, source: error };
        }
        Self::Damaged { offset, message: format!("{what}: {error}") }
    }
}

impl From<ParquetError> for io::Error {
    fn from(error: ParquetError) -> Self {
        match error {
            ParquetError::Failed { source, .. } => source,
            ParquetError::Damaged { .. } => bad(error.to_string()),
        }
    }
}

/// The error of a decoder whose input is not what the format allows; its place is added further up.
fn bad(message: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message.into())
}

/// The error of a decoder whose input ends too early.
fn ended(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, message)
}

#[cfg(test)]
mod tests;
