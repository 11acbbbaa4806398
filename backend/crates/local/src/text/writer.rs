//! Adding samples to the index.

use crate::text::IndexError;
use crate::text::schema::Fields;
use blendscope_engine::Row;
use blendscope_query::TextField;
use std::ops::Bound;
use std::thread;
use std::time::Duration;
use tantivy::indexer::{IndexWriterOptions, UserOperation};
use tantivy::merge_policy::{LogMergePolicy, MergePolicy};
use tantivy::query::RangeQuery;
use tantivy::schema::TantivyDocument;
use tantivy::{Index, IndexWriter, TantivyError, Term};

/// Threads that turn text into postings.
const THREADS: usize = 2;

/// What each of them may hold in memory before it writes a segment.
const MEMORY_PER_THREAD: usize = 48 << 20;

/// Samples handed over at once, so that samples which stand together in a file do so in the index. The engine's queue
/// holds ten thousand batches: larger ones would fill the memory before it makes the reader wait.
const BATCH: usize = 8;

/// How often waiting for merges looks whether it should stop.
const MERGE_POLL: Duration = Duration::from_millis(50);

/// The one writer of an index.
pub(crate) struct TextWriter {
    writer: IndexWriter,
    fields: Fields,
    batch: Vec<UserOperation>,
    path: String,
}

impl TextWriter {
    pub(crate) fn new(index: &Index, fields: Fields, path: String) -> Result<Self, IndexError> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(THREADS)
            .num_merge_threads(1)
            .memory_budget_per_thread(MEMORY_PER_THREAD)
            .build();
        match index.writer_with_options(options) {
            Ok(writer) => {
                writer.set_merge_policy(policy());
                Ok(Self { writer, fields, batch: Vec::new(), path })
            }
            Err(source) => Err(IndexError::Engine { path, source }),
        }
    }

    /// Adds the texts of a sample under its row; the first sample of its file has the row `block`.
    pub(crate) fn add(
        &mut self,
        row: Row,
        block: Row,
        texts: &[(TextField, &str)],
    ) -> Result<(), IndexError> {
        let mut document = TantivyDocument::default();
        document.add_u64(self.fields.row, row.0);
        document.add_u64(self.fields.block, block.0);
        for (field, text) in texts {
            document.add_text(self.fields.of(*field), *text);
        }
        self.batch.push(UserOperation::Add(document));
        if self.batch.len() < BATCH { Ok(()) } else { self.hand_over() }
    }

    /// Takes all samples of a file out, those added before this call; the first one had the row `block`.
    pub(crate) fn remove(&mut self, block: Row) -> Result<(), IndexError> {
        self.hand_over()?;
        self.writer.delete_term(Term::from_field_u64(self.fields.block, block.0));
        Ok(())
    }

    /// Takes all samples of a generation out, those added before this call.
    pub(crate) fn remove_generation(&mut self, generation: u32) -> Result<(), IndexError> {
        self.hand_over()?;
        let row = |row: Row| Term::from_field_u64(self.fields.row, row.0);
        let first = Bound::Included(row(Row::new(generation, 0)));
        let last = Bound::Included(row(Row::new(generation, u32::MAX)));
        let removed = self.writer.delete_query(Box::new(RangeQuery::new(first, last)));
        removed.map(|_| ()).map_err(|source| self.error(source))
    }

    /// Makes everything so far searchable and lasting, together with what is said about it.
    pub(crate) fn commit(&mut self, payload: &str) -> Result<(), IndexError> {
        self.hand_over()?;
        let committed = self.writer.prepare_commit().and_then(|mut prepared| {
            prepared.set_payload(payload);
            prepared.commit()
        });
        committed.map(|_| ()).map_err(|source| self.error(source))
    }

    /// Waits until the segments are merged as far as they should be, or until `is_stopping` says so; what was not
    /// merged then is left as it is and merged another time.
    pub(crate) fn finish_merges(self, is_stopping: &dyn Fn() -> bool) -> Result<(), IndexError> {
        let Self { writer, path, .. } = self;
        let started = thread::Builder::new().spawn(move || writer.wait_merging_threads());
        let worker = match started {
            Ok(worker) => worker,
            Err(cause) => return Err(IndexError::Engine { path, source: cause.into() }),
        };
        while !worker.is_finished() {
            if is_stopping() {
                return Ok(());
            }
            thread::sleep(MERGE_POLL);
        }
        // A panic of a merge leaves the segments as they were.
        worker.join().unwrap_or(Ok(())).map_err(|source| IndexError::Engine { path, source })
    }

    fn hand_over(&mut self) -> Result<(), IndexError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.batch);
        self.writer.run(batch).map(|_| ()).map_err(|source| self.error(source))
    }

    fn error(&self, source: TantivyError) -> IndexError {
        IndexError::Engine { path: self.path.clone(), source }
    }
}

/// Segments of like size are merged sixteen at a time, so that a sample is rewritten once or twice and a search asks a
/// few dozen segments at most; a segment with a third of its samples deleted is rewritten without them.
pub(crate) fn policy() -> Box<dyn MergePolicy> {
    let mut policy = LogMergePolicy::default();
    policy.set_min_num_segments(16);
    policy.set_del_docs_ratio_before_merge(0.3);
    Box::new(policy)
}
