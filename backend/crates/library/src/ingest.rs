//! Reading a generation, one annotation file or a group of small ones, into index and columns.

use super::LibraryError;
use super::generation::checkpoints_name;
use super::keys::Keys;
use super::problems::Problems;
use super::record_store::RecordStoreWriter;
use super::refs::RefsWriter;
use super::state::{ContentHash, FileState, GenerationState};
use super::templates::TemplatesWriter;
use blendscope_engine::Row;
use blendscope_local::TextWriter;
use blendscope_local::{ColumnSetWriter, PartsWriter, Place, SampleValues, generation_file};
use blendscope_read::{
    Container, FileEnd, Item, Problem, RawRecord, ReadError, Reading, Sample, open_file, read_file,
};
use std::ops::ControlFlow;
use std::path::Path;

/// Asked after every record: may commit, and says whether to go on.
pub(crate) type Pause<'a> =
    dyn FnMut(&mut Ingest, &mut TextWriter) -> Result<ControlFlow<()>, LibraryError> + 'a;

/// Reads one generation.
pub(crate) struct Ingest {
    state: GenerationState,
    /// The file at hand.
    at: Option<FileState>,
    /// How its records are read.
    reading: Reading,
    /// Its hash as far as it was read; none where it cannot be opened.
    content: Option<ContentHash>,
    parts: PartsWriter,
    columns: ColumnSetWriter,
    refs: RefsWriter,
    templates: TemplatesWriter,
    /// For binary containers.
    kept: RecordStoreWriter,
    problems: Problems,
}

impl Ingest {
    /// Begins a generation whose file goes to `dir`.
    pub(crate) fn begin(state: GenerationState, dir: &Path, keys: Keys) -> Result<Self, LibraryError> {
        Ok(Self {
            parts: PartsWriter::create(generation_file(dir, state.generation))?,
            templates: TemplatesWriter::create(dir)?,
            reading: Reading { container: Container::JSON_ARRAY, keys: keys.record() },
            refs: RefsWriter::new(keys),
            columns: ColumnSetWriter::default(),
            kept: RecordStoreWriter::default(),
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
        writer: &mut TextWriter,
        pause: &mut Pause<'_>,
    ) -> Result<bool, LibraryError> {
        let container = file.container;
        self.reading.container = container;
        self.at = Some(FileState { first_row: self.columns.rows(), ..file });
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
            None => self.end_file(end),
        }
    }

    /// The state as of now, with everything before it readable in the columns.
    pub(crate) fn checkpoint(&mut self) -> Result<GenerationState, LibraryError> {
        self.flush()?;
        self.state.end = self.parts.flush()?;
        let mut state = self.state.clone();
        state.files.extend(self.at.clone());
        Ok(state)
    }

    /// Ends the generation after its last file.
    pub(crate) fn finish(mut self) -> Result<GenerationState, LibraryError> {
        self.flush()?;
        self.refs.finish(&mut self.parts)?;
        self.templates.finish(&mut self.parts)?;
        self.state.end = self.parts.sync()?;
        self.state.complete = true;
        Ok(self.state)
    }

    /// Ends the generation before its last file: the samples of a file that was not read to its end are taken out again,
    /// unless it is the only one.
    pub(crate) fn stop(mut self, writer: &mut TextWriter) -> Result<GenerationState, LibraryError> {
        if self.state.files.is_empty() {
            return self.checkpoint();
        }
        if let Some(unfinished) = self.at.take() {
            writer.remove(Row::new(self.state.generation, unfinished.first_row))?;
        }
        self.finish()
    }

    /// Bytes read so far, as on disk.
    pub(crate) fn bytes_done(&self) -> u64 {
        self.state.files.iter().chain(&self.at).map(|file| file.bytes_done).sum()
    }

    fn flush(&mut self) -> Result<(), LibraryError> {
        self.kept.flush(&mut self.parts)?;
        self.refs.flush(&mut self.parts)?;
        self.problems.flush(&mut self.parts)?;
        Ok(self.columns.flush(&mut self.parts)?)
    }

    fn take(&mut self, item: Item<'_>, writer: &mut TextWriter) -> Result<(), LibraryError> {
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
        writer: &mut TextWriter,
    ) -> Result<(), LibraryError> {
        let Some(file) = &mut self.at else { return Ok(()) };
        if let Some(content) = &mut self.content
            && content.advance(raw.disk_done).is_err()
        {
            self.content = None;
        }
        let kept = if file.container.is_kept() { self.kept.push(raw.raw, &mut self.parts)? } else { 0 };
        let place = Place { offset: raw.offset, length: raw.raw.len() as u32, kept, record: raw.number };
        let facts = SampleValues::of(sample, place, file.rows);
        let row = self.columns.rows();
        let block = Row::new(self.state.generation, file.first_row);
        writer.add(Row::new(self.state.generation, row), block, sample)?;
        self.columns.push(&facts, &mut self.parts)?;
        self.refs.push(&sample.images, &mut self.parts)?;
        self.templates.push(sample)?;
        file.sums.add(&facts);
        file.read_keys.add(sample);
        file.rows += 1;
        self.state.rows = self.columns.rows();
        self.state.refs += facts.images;
        Ok(())
    }

    /// A problem with a record's number means that this record is not shown; one without is about the file.
    fn skip(&mut self, problem: Problem) {
        let Some(file) = &mut self.at else { return };
        file.skipped += u64::from(problem.number.is_some());
        self.problems.push(&file.path, problem);
    }

    fn end_file(&mut self, end: Result<FileEnd, ReadError>) -> Result<bool, LibraryError> {
        let end = match end {
            Ok(end) => end,
            Err(error) => {
                let offset = self.at.as_mut().map_or(0, |file| {
                    file.failed = error.is_of_system();
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
            self.parts.push(&checkpoints_name(file.first_row), &checkpoints.to_bytes())?;
        }
        file.content = self.content.take().and_then(hash_rest).unwrap_or_default();
        file.bytes_done = file.stamp.bytes;
        file.complete = true;
        self.state.files.push(file);
        Ok(true)
    }
}

/// The hash of a whole file, of which a part is hashed; none when it cannot be read.
fn hash_rest(mut content: ContentHash) -> Option<String> {
    content.advance(u64::MAX).ok()?;
    Some(content.finish())
}
