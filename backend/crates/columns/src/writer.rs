//! Filling the file of a generation while its samples are read.

use crate::{ColumnError, ColumnWriter, Contents, IMAGE_KEYS, PartsWriter, column_of, generation_file};
use blendscope_engine::{Field, NewSample, Numbers};
use std::path::Path;

/// The file of a generation that is being filled.
pub struct GenerationWriter {
    generation: u32,
    file: PartsWriter,
    /// In the order of [`Field::GIVEN`].
    columns: Vec<ColumnWriter>,
    image_keys: ColumnWriter,
    rows: u32,
    images: u64,
}

impl GenerationWriter {
    /// Begins the file of a generation in the folder of all.
    pub fn begin(generation: u32, store: &Path) -> Result<Self, ColumnError> {
        Ok(Self {
            generation,
            file: PartsWriter::create(generation_file(store, generation))?,
            columns: Field::GIVEN.map(|field| ColumnWriter::new(column_of(field))).into(),
            image_keys: ColumnWriter::new(IMAGE_KEYS),
            rows: 0,
            images: 0,
        })
    }

    /// Its number.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// The samples added so far.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Adds the numbers and images of the next sample.
    pub fn add(&mut self, sample: &NewSample<'_>) -> Result<(), ColumnError> {
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

    /// Adds the numbers of all samples in a field.
    pub fn add_numbers(&mut self, (field, numbers): Numbers<'_>) -> Result<(), ColumnError> {
        let mut column = ColumnWriter::new(column_of(field));
        for number in numbers {
            column.push(number, &mut self.file)?;
        }
        column.flush(&mut self.file)
    }

    /// Adds a part; there may be several of one name.
    pub fn add_part(&mut self, name: &str, bytes: &[u8]) -> Result<(), ColumnError> {
        self.file.push(name, bytes).map(drop)
    }

    /// What the file holds so far, as readers see it; when it is finished, so that it survives a power cut too.
    pub fn checkpoint(&mut self, is_finished: bool) -> Result<Contents, ColumnError> {
        self.flush()?;
        let end = if is_finished { self.file.sync()? } else { self.file.flush()? };
        let (rows, images) = (self.rows, self.images);
        Ok(Contents { end, late: None, rows, images, is_finished })
    }
}
