//! Reading one annotation file into index and columns.

use super::LibraryError;
use super::kept::KeptWriter;
use super::keys::Keys;
use super::refs::RefsWriter;
use super::snapshot::CHECKPOINTS_FILE;
use super::state::FileState;
use super::templates::TemplatesWriter;
use crate::columns::{ColumnSetWriter, Facts, Place, Row};
use crate::index::TextWriter;
use blendscope_read::{FileEnd, Item, Problem, RawRecord, ReadError, Reading, Sample, read_file};
use blendscope_shared::dataset::RecordProblem;
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Problems that are kept with their text; further ones are only counted.
const PROBLEMS_MAX: usize = 100;

const PROBLEMS_FILE: &str = "problems.1.json";

/// The bad records of a generation.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Problems {
    /// The first of them.
    pub(super) first: Vec<RecordProblem>,
    /// How many there are.
    pub(super) total: u64,
}

impl Problems {
    /// What was written for a generation; empty if nothing was.
    pub(super) fn read(dir: &Path) -> Self {
        std::fs::read(dir.join(PROBLEMS_FILE))
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default()
    }

    fn write(&self, dir: &Path) -> Result<(), LibraryError> {
        let path = dir.join(PROBLEMS_FILE);
        let text = serde_json::to_vec(self).expect("problems hold only strings and numbers");
        std::fs::write(&path, text).map_err(|source| LibraryError::Io { path, source })
    }
}

/// Asked after every record: may commit, and says whether to go on.
pub(super) type Pause<'a> =
    dyn FnMut(&mut Ingest, &mut TextWriter) -> Result<ControlFlow<()>, LibraryError> + 'a;

/// Reads one annotation file.
pub(super) struct Ingest {
    dir: PathBuf,
    state: FileState,
    reading: Reading,
    columns: ColumnSetWriter,
    refs: RefsWriter,
    templates: TemplatesWriter,
    /// For binary containers.
    kept: Option<KeptWriter>,
    problems: Problems,
}

impl Ingest {
    /// Begins a generation whose columns go to `dir`.
    pub(super) fn begin(state: FileState, dir: PathBuf, dataset: Keys) -> Result<Self, LibraryError> {
        let columns = ColumnSetWriter::create(&dir)?;
        let reading = Reading { container: state.container, keys: dataset.record() };
        let refs = RefsWriter::create(&dir, dataset)?;
        let templates = TemplatesWriter::create(&dir)?;
        let kept = state.container.is_kept().then(|| KeptWriter::create(&dir)).transpose()?;
        Ok(Self { dir, state, reading, columns, refs, templates, kept, problems: Problems::default() })
    }

    /// Reads the file to its end, unless `pause` says to stop; it is asked after every record and may commit.
    ///
    /// An error of reading ends the file as a problem; what was read before it stays.
    pub(super) fn read(
        mut self,
        path: &Path,
        writer: &mut TextWriter,
        pause: &mut Pause<'_>,
    ) -> Result<FileState, LibraryError> {
        let mut failure = None;
        let container = self.state.container;
        let end = read_file(path, container, &mut |item| {
            let step = self.take(item, writer).and_then(|()| pause(&mut self, writer));
            step.unwrap_or_else(|error| {
                failure = Some(error);
                ControlFlow::Break(())
            })
        });
        match failure {
            Some(error) => Err(error),
            None => self.finish(end),
        }
    }

    /// The state as of now, with everything before it readable in the columns.
    pub(super) fn checkpoint(&mut self) -> Result<FileState, LibraryError> {
        self.flush()?;
        self.problems.write(&self.dir)?;
        Ok(self.state.clone())
    }

    fn flush(&mut self) -> Result<(), LibraryError> {
        if let Some(kept) = &mut self.kept {
            kept.flush()?;
        }
        self.refs.flush()?;
        Ok(self.columns.flush()?)
    }

    /// Bytes read so far, as on disk.
    pub(super) fn bytes_done(&self) -> u64 {
        self.state.bytes_done
    }

    fn take(&mut self, item: Item<'_>, writer: &mut TextWriter) -> Result<(), LibraryError> {
        match item {
            Item::Record(raw) => {
                self.state.bytes_done = raw.disk_done;
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
        let kept = self.kept.as_mut().map_or(Ok(0), |kept| kept.push(raw.raw))?;
        let place = Place { offset: raw.offset, length: raw.raw.len() as u32, kept, record: raw.number };
        let facts = Facts::of(sample, place, self.columns.rows());
        writer.add(Row::new(self.state.generation, self.columns.rows()), sample)?;
        self.columns.push(&facts)?;
        self.refs.push(&sample.images)?;
        self.templates.push(sample)?;
        self.state.sums.add(&facts);
        self.state.read_keys.add(sample);
        self.state.rows = self.columns.rows();
        Ok(())
    }

    /// A problem with a record's number means that this record is not shown; one without is about the file.
    fn skip(&mut self, problem: Problem) {
        self.state.skipped += u64::from(problem.number.is_some());
        self.problems.total += 1;
        if self.problems.first.len() < PROBLEMS_MAX {
            let Problem { number, offset, message } = problem;
            let file = self.state.path.clone();
            self.problems.first.push(RecordProblem { file, record: number, byte_offset: offset, message });
        }
    }

    fn finish(mut self, end: Result<FileEnd, ReadError>) -> Result<FileState, LibraryError> {
        let end = match end {
            Ok(end) => end,
            Err(error) => {
                self.state.failed = error.is_of_system();
                let message = error.to_string();
                self.skip(Problem { number: None, offset: self.state.bytes_done, message });
                FileEnd::default()
            }
        };
        self.problems.write(&self.dir)?;
        if end.stopped {
            self.flush()?;
            return Ok(self.state);
        }
        if let Some(checkpoints) = end.checkpoints {
            let path = self.dir.join(CHECKPOINTS_FILE);
            std::fs::write(&path, checkpoints.to_bytes())
                .map_err(|source| LibraryError::Io { path, source })?;
        }
        if let Some(kept) = &mut self.kept {
            kept.sync()?;
        }
        self.columns.sync()?;
        self.refs.finish()?;
        self.templates.finish()?;
        self.state.bytes_done = self.state.stamp.bytes;
        self.state.complete = true;
        Ok(self.state)
    }
}
