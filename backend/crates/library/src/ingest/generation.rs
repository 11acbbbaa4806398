//! Reading a generation, one annotation file or a group of small ones, into the engine.

use crate::LibraryError;
use crate::ingest::refs::RefsWriter;
use crate::ingest::templates::TemplatesWriter;
use crate::ingest::values::{SampleValues, texts};
use crate::store::keys::Keys;
use crate::store::problems::Problems;
use crate::store::record_store::RecordStoreWriter;
use crate::store::snapshot::checkpoints_name;
use crate::store::state::{ContentHash, FileState, GenerationState};
use crate::store::values::Place;
use blendscope_engine::{NewSample, Writer};
use blendscope_read::{
    Container, FileEnd, Item, Problem, RawRecord, ReadError, Reading, Sample, open_file, read_file,
};
use std::ops::ControlFlow;
use std::path::Path;

/// Asked after every record: may commit, and says whether to go on.
pub(crate) type Pause<'a> =
    dyn FnMut(&mut Ingest, &mut dyn Writer) -> Result<ControlFlow<()>, LibraryError> + 'a;

/// Reads one generation.
pub(crate) struct Ingest {
    state: GenerationState,
    /// The file at hand.
    at: Option<FileState>,
    /// How its records are read.
    reading: Reading,
    /// Its hash as far as it was read; none where it cannot be opened.
    content: Option<ContentHash>,
    refs: RefsWriter,
    templates: TemplatesWriter,
    /// For binary containers.
    records: RecordStoreWriter,
    problems: Problems,
}

impl Ingest {
    /// Begins a generation, which the writer has begun; `dir` has room for what is needed on the way.
    pub(crate) fn begin(state: GenerationState, dir: &Path, keys: Keys) -> Result<Self, LibraryError> {
        Ok(Self {
            templates: TemplatesWriter::create(dir)?,
            reading: Reading { container: Container::JSON_ARRAY, keys: keys.record() },
            refs: RefsWriter::new(keys),
            records: RecordStoreWriter::default(),
            problems: Problems::default(),
            at: None,
            content: None,
            state,
        })
    }

    /// Reads the next file to its end, unless `pause` says to stop; it is asked after every record and may commit.
    /// False when it was stopped.
    ///
    /// An error of reading ends the file as a problem; what was read before it stays.
    pub(crate) fn read(
        &mut self,
        path: &Path,
        file: FileState,
        writer: &mut dyn Writer,
        pause: &mut Pause<'_>,
    ) -> Result<bool, LibraryError> {
        let container = file.container;
        self.reading.container = container;
        self.at = Some(FileState { first_row: self.state.rows, ..file });
        self.content = open_file(path).ok().map(ContentHash::of);
        let mut failure = None;
        let end = read_file(path, container, &mut |item| {
            let step = self.take(item, writer).and_then(|()| pause(self, writer));
            step.unwrap_or_else(|error| {
                failure = Some(error);
                ControlFlow::Break(())
            })
        });
        match failure {
            Some(error) => Err(error),
            None => self.end_file(end, writer),
        }
    }

    /// The state as of now, with everything before it readable once it is committed.
    pub(crate) fn checkpoint(&mut self, writer: &mut dyn Writer) -> Result<GenerationState, LibraryError> {
        self.flush(writer)?;
        self.state.receipt = writer.checkpoint()?;
        let mut state = self.state.clone();
        state.files.extend(self.at.clone());
        Ok(state)
    }

    /// Ends the generation after its last file.
    pub(crate) fn finish(mut self, writer: &mut dyn Writer) -> Result<GenerationState, LibraryError> {
        self.flush(writer)?;
        self.refs.finish(writer)?;
        self.templates.finish(writer)?;
        self.state.receipt = writer.finish()?;
        self.state.complete = true;
        Ok(self.state)
    }

    /// Ends the generation before its last file: the samples of a file that was not read to its end are taken out again,
    /// unless it is the only one.
    pub(crate) fn stop(mut self, writer: &mut dyn Writer) -> Result<GenerationState, LibraryError> {
        if self.state.files.is_empty() {
            return self.checkpoint(writer);
        }
        if let Some(unfinished) = self.at.take() {
            writer.remove(self.state.generation, unfinished.first_row..self.state.rows)?;
        }
        self.finish(writer)
    }

    /// Bytes read so far, as on disk.
    pub(crate) fn bytes_done(&self) -> u64 {
        self.state.files.iter().chain(&self.at).map(|file| file.bytes_done).sum()
    }

    fn flush(&mut self, writer: &mut dyn Writer) -> Result<(), LibraryError> {
        self.records.flush(writer)?;
        self.refs.flush(writer)?;
        self.problems.flush(writer)
    }

    fn take(&mut self, item: Item<'_>, writer: &mut dyn Writer) -> Result<(), LibraryError> {
        let Some(file) = &mut self.at else { return Ok(()) };
        match item {
            Item::Record(raw) => {
                file.bytes_done = raw.disk_done;
                match self.reading.parse(raw.offset, raw.raw) {
                    Ok(sample) => return self.add(&raw, &sample, writer),
                    Err(error) => {
                        let (number, offset) = (Some(raw.number), raw.offset);
                        self.skip(Problem { number, offset, message: error.to_string() });
                    }
                }
            }
            Item::Problem(problem) => self.skip(problem),
        }
        Ok(())
    }

    fn add(
        &mut self,
        raw: &RawRecord<'_>,
        sample: &Sample,
        writer: &mut dyn Writer,
    ) -> Result<(), LibraryError> {
        let Some(file) = &mut self.at else { return Ok(()) };
        if let Some(content) = &mut self.content
            && content.advance(raw.disk_done).is_err()
        {
            self.content = None;
        }
        let stored = if file.container.is_kept() { self.records.push(raw.raw, writer)? } else { 0 };
        let place = Place { offset: raw.offset, length: raw.raw.len() as u32, stored, record: raw.number };
        let values = SampleValues::of(sample);
        let images = self.refs.push(&sample.images, writer)?;
        self.templates.push(sample)?;
        writer.add(&NewSample {
            first_of_file: file.first_row,
            texts: &texts(sample),
            numbers: &values.numbers(sample, place, file.rows, images.sources),
            images: &images.keys,
        })?;
        values.add_to(&mut file.sums);
        file.read_keys.add(sample);
        file.rows += 1;
        self.state.rows += 1;
        Ok(())
    }

    /// A problem with a record's number means that this record is not shown; one without is about the file.
    fn skip(&mut self, problem: Problem) {
        let Some(file) = &mut self.at else { return };
        file.skipped += u64::from(problem.number.is_some());
        let Problem { number, offset, message } = &problem;
        tracing::debug!(path = file.path, number, offset, message, "a record is left out");
        self.problems.push(&file.path, problem);
    }

    fn end_file(
        &mut self,
        end: Result<FileEnd, ReadError>,
        writer: &mut dyn Writer,
    ) -> Result<bool, LibraryError> {
        let end = match end {
            Ok(end) => end,
            Err(error) => {
                let offset = self.at.as_mut().map_or(0, |file| {
                    file.failed = error.is_of_system();
                    tracing::warn!(path = file.path, offset = file.bytes_done, %error, "the rest of a file is given up");
                    file.bytes_done
                });
                self.skip(Problem { number: None, offset, message: error.to_string() });
                FileEnd::default()
            }
        };
        let Some(mut file) = self.at.take() else { return Ok(!end.stopped) };
        if end.stopped {
            self.at = Some(file);
            return Ok(false);
        }
        if let Some(checkpoints) = end.checkpoints.filter(|checkpoints| !checkpoints.is_empty()) {
            writer.add_part(&checkpoints_name(file.first_row), &checkpoints.to_bytes())?;
        }
        file.content = self.content.take().and_then(hash_rest).unwrap_or_default();
        file.bytes_done = file.stamp.bytes;
        file.complete = true;
        tracing::debug!(
            samples = file.rows,
            skipped = file.skipped,
            bytes = file.bytes_done,
            "a file was read"
        );
        self.state.files.push(file);
        Ok(true)
    }
}

/// The hash of a whole file, of which a part is hashed; none when it cannot be read.
fn hash_rest(mut content: ContentHash) -> Option<String> {
    content.advance(u64::MAX).ok()?;
    Some(content.finish())
}
