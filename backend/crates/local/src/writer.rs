//! Filling generations and committing: texts go to the text index, numbers and parts to the file of the generation.

use crate::columns::{ColumnError, ColumnWriter, IMAGE_KEYS, PartsWriter, column_of, generation_file};
use crate::failed;
use crate::generation::Contents;
use crate::manifest::ManifestLog;
use crate::text::TextWriter;
use blendscope_engine::{Changes, EngineError, Field, NewSample, Numbers, Outcome, Receipt, Row, Writer};
use std::ops::Range;
use std::path::PathBuf;

/// The one writer of an engine.
pub(crate) struct LocalWriter {
    text: TextWriter,
    store: PathBuf,
    log: ManifestLog,
    next_generation: u32,
    filling: Option<Filling>,
}

/// The file of a generation that is being filled.
struct Filling {
    generation: u32,
    file: PartsWriter,
    /// In the order of [`Field::GIVEN`].
    columns: Vec<ColumnWriter>,
    image_keys: ColumnWriter,
    rows: u32,
    images: u64,
}

impl Filling {
    fn begin(generation: u32, store: &std::path::Path) -> Result<Self, ColumnError> {
        Ok(Self {
            generation,
            file: PartsWriter::create(generation_file(store, generation))?,
            columns: Field::GIVEN.map(|field| ColumnWriter::new(column_of(field))).into(),
            image_keys: ColumnWriter::new(IMAGE_KEYS),
            rows: 0,
            images: 0,
        })
    }

    fn add(&mut self, sample: &NewSample<'_>) -> Result<(), ColumnError> {
        for (column, number) in self.columns.iter_mut().zip(sample.numbers) {
            column.push(*number, &mut self.file)?;
        }
        for image in sample.images {
            self.image_keys.push(*image, &mut self.file)?;
        }
        self.rows += 1;
        self.images += sample.images.len() as u64;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), ColumnError> {
        let all = self.columns.iter_mut().chain([&mut self.image_keys]);
        for column in all {
            column.flush(&mut self.file)?;
        }
        Ok(())
    }

    fn checkpoint(&mut self, is_finished: bool) -> Result<Receipt, ColumnError> {
        self.flush()?;
        let end = if is_finished { self.file.sync()? } else { self.file.flush()? };
        let (rows, images) = (self.rows, self.images);
        Ok(Contents { end, late: None, rows, images, is_finished }.receipt())
    }
}

impl LocalWriter {
    /// Goes on with a log.
    pub(crate) fn new(text: TextWriter, store: PathBuf, log: ManifestLog, next_generation: u32) -> Self {
        Self { text, store, log, next_generation, filling: None }
    }

    fn filling(&mut self) -> &mut Filling {
        self.filling.as_mut().expect("a generation is begun before it is filled")
    }
}

impl Writer for LocalWriter {
    fn begin(&mut self, _files: &[&str]) -> Outcome<Option<u32>> {
        // The folder is held by this process, and so are all files.
        let generation = self.next_generation;
        self.next_generation += 1;
        self.filling = Some(Filling::begin(generation, &self.store).map_err(failed)?);
        Ok(Some(generation))
    }

    fn add(&mut self, sample: &NewSample<'_>) -> Outcome<()> {
        let filling = self.filling.as_mut().expect("a generation is begun before it is filled");
        let row = |ordinal| Row::new(filling.generation, ordinal);
        self.text.add(row(filling.rows), row(sample.first_of_file), sample.texts)?;
        filling.add(sample).map_err(failed)
    }

    fn add_numbers(&mut self, (field, numbers): Numbers<'_>) -> Outcome<()> {
        let filling = self.filling();
        let mut column = ColumnWriter::new(column_of(field));
        for number in numbers {
            column.push(number, &mut filling.file).map_err(failed)?;
        }
        column.flush(&mut filling.file).map_err(failed)
    }

    fn add_part(&mut self, name: &str, bytes: &[u8]) -> Outcome<()> {
        self.filling().file.push(name, bytes).map(drop).map_err(failed)
    }

    fn checkpoint(&mut self) -> Outcome<Receipt> {
        self.filling().checkpoint(false).map_err(failed)
    }

    fn finish(&mut self) -> Outcome<Receipt> {
        let receipt = self.filling().checkpoint(true).map_err(failed)?;
        self.filling = None;
        Ok(receipt)
    }

    fn remove(&mut self, generation: u32, rows: Range<u32>) -> Outcome<()> {
        // The file after one without samples begins at the same row.
        if rows.is_empty() {
            return Ok(());
        }
        Ok(self.text.remove(Row::new(generation, rows.start))?)
    }

    fn forget(&mut self, generation: u32) -> Outcome<()> {
        Ok(self.text.remove_generation(generation)?)
    }

    fn commit(&mut self, changes: &Changes) -> Outcome<()> {
        let payload = self.log.write(changes, self.next_generation);
        let payload = payload.map_err(|error| EngineError::Failed(Box::new(error)))?;
        Ok(self.text.commit(&payload.to_text())?)
    }

    fn close(self: Box<Self>, is_stopping: &dyn Fn() -> bool) -> Outcome<()> {
        Ok(self.text.finish_merges(is_stopping)?)
    }
}
