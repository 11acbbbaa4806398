//! Filling generations and committing: texts go to the text index, numbers and parts to the file of the generation.

use crate::manifest::ManifestLog;
use crate::text::TextWriter;
use blendscope_columns::GenerationWriter;
use blendscope_engine::{Changes, EngineError, NewSample, Numbers, Outcome, Receipt, Row, Writer};
use std::ops::Range;
use std::path::PathBuf;

/// The one writer of an engine.
pub(crate) struct LocalWriter {
    text: TextWriter,
    store: PathBuf,
    log: ManifestLog,
    next_generation: u32,
    filling: Option<GenerationWriter>,
}

impl LocalWriter {
    /// Goes on with a log.
    pub(crate) fn new(text: TextWriter, store: PathBuf, log: ManifestLog, next_generation: u32) -> Self {
        Self { text, store, log, next_generation, filling: None }
    }

    fn filling(&mut self) -> &mut GenerationWriter {
        self.filling.as_mut().expect("a generation is begun before it is filled")
    }
}

impl Writer for LocalWriter {
    fn begin(&mut self, _files: &[&str]) -> Outcome<Option<u32>> {
        // The folder is held by this process, and so are all files.
        let generation = self.next_generation;
        self.next_generation += 1;
        self.filling = Some(GenerationWriter::begin(generation, &self.store)?);
        Ok(Some(generation))
    }

    fn add(&mut self, sample: &NewSample<'_>) -> Outcome<()> {
        let filling = self.filling.as_mut().expect("a generation is begun before it is filled");
        let row = |ordinal| Row::new(filling.generation(), ordinal);
        self.text.add(row(filling.rows()), row(sample.first_of_file), sample.texts)?;
        Ok(filling.add(sample)?)
    }

    fn add_numbers(&mut self, numbers: Numbers<'_>) -> Outcome<()> {
        Ok(self.filling().add_numbers(numbers)?)
    }

    fn add_part(&mut self, name: &str, bytes: &[u8]) -> Outcome<()> {
        Ok(self.filling().add_part(name, bytes)?)
    }

    fn checkpoint(&mut self) -> Outcome<Receipt> {
        Ok(self.filling().checkpoint(false)?.receipt())
    }

    fn finish(&mut self) -> Outcome<Receipt> {
        let receipt = self.filling().checkpoint(true)?.receipt();
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
