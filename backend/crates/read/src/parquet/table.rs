//! An opened file: its checked footer, decoded.

use super::error::ParquetError;
use super::footer::{Footer, NEEDS_KEY, read_footer};
use super::schema::{meanings, wanted, with_texts_as_bytes};
use super::source::Source;
use crate::File;
use crate::tables::{Column, Meaning, columns_of, guarded};
use arrow_schema::Schema;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::errors::Result;
use parquet::file::metadata::{
    FileMetaData, ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader, ParquetStatisticsPolicy,
};
use std::collections::HashSet;
use std::sync::Arc;

/// A file that can be read.
pub(super) struct Table {
    pub(super) source: Source,
    /// Where the footer begins, which is where the pages end.
    pub(super) footer: u64,
    pub(super) metadata: ArrowReaderMetadata,
    /// What the values of each leaf stand for.
    pub(super) meanings: Vec<Meaning>,
    /// Leaves that are encrypted.
    pub(super) encrypted: HashSet<usize>,
}

impl Table {
    pub(super) fn open(file: &File) -> std::result::Result<Self, ParquetError> {
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
    pub(super) fn rows(&self, group: usize) -> u64 {
        self.metadata.metadata().row_group(group).num_rows().try_into().unwrap_or(0)
    }

    /// The columns of a schema that has the leaves of these numbers.
    pub(super) fn columns(&self, schema: &Schema, leaves: &[usize]) -> Vec<Column> {
        let leaf = |position: u32| {
            let leaf = leaves.get(position as usize).copied().unwrap_or_default();
            (leaf as u32, self.meanings.get(leaf).copied().unwrap_or_default())
        };
        columns_of(schema.fields(), &leaf)
    }

    /// The name of a leaf with the names around it.
    pub(super) fn path(&self, leaf: usize) -> String {
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
