//! Taking a result along: every sample of a search as a line of JSON, in constant memory.
//!
//! Which samples these are is decided first, a bit each; then the annotation files are read once from front to back and
//! lines leave as they come. Orders other than that of the files cost sixteen bytes per sample, and batches of records
//! are gathered in file order before they leave in the order asked for. A line leaves only while its file is still the
//! one that was indexed.

mod batches;
mod lines;
mod one_line;
mod params;
mod selection;
mod source;
mod writing;

pub use params::{ExportParams, Lines};

pub(crate) use source::{RecordReader, open};

use super::positions::within;
use super::search::Request;
use super::snapshot::{OpenFile, Snapshot};
use super::{Library, LibraryError};
use blendscope_engine::Budget;
use lines::LineWriter;
use selection::Selection;
use std::ops::ControlFlow;
use std::sync::Arc;
use writing::Writing;

/// A result about to be taken along: what it holds is decided, nothing is read yet.
pub struct Export {
    snapshot: Arc<Snapshot>,
    selection: Selection,
    lines: LineWriter,
    /// Number of lines.
    pub samples: u64,
    /// False while indexing goes on, so that there may be more soon.
    pub is_final: bool,
}

/// Takes the next lines, whole ones, and says whether to go on.
type Outlet<'a> = &'a mut dyn FnMut(Vec<u8>) -> ControlFlow<()>;

impl Library {
    /// Decides what a result holds, as of now. A file of it that changed is an error.
    pub fn export(&self, params: &ExportParams, budget: &Budget) -> Result<Export, LibraryError> {
        let snapshot = self.current();
        let search = params.search();
        let request = Request::read(&search, &snapshot, budget)?;
        let selection = Selection::of(&request, &snapshot, params.limit)?;
        let samples = selection.samples();
        let is_final = snapshot.is_final();
        let export = Export {
            lines: LineWriter::new(params.lines, &params.base),
            snapshot: snapshot.snapshot,
            selection,
            samples,
            is_final,
        };
        export.check_files()?;
        Ok(export)
    }
}

impl Export {
    /// Writes all lines. When some samples cannot be read back, because their file changed meanwhile, all others are
    /// written, and an error tells how many are missing.
    ///
    /// When the budget is spent no more is read, as when the outlet wants no more.
    pub fn write(
        &self,
        budget: &Budget,
        outlet: &mut dyn FnMut(Vec<u8>) -> ControlFlow<()>,
    ) -> Result<(), LibraryError> {
        let mut writing = Writing::new(&self.snapshot, &self.lines, budget, outlet);
        // Who wants no more need not be told what is missing.
        let _stopped = match &self.selection {
            Selection::InFiles { positions, .. } => writing.in_files(positions, self.samples),
            Selection::Ordered(positions) => writing.ordered(positions),
        };
        writing.finish()
    }

    /// What is wrong from the beginning is told before the first line.
    fn check_files(&self) -> Result<(), LibraryError> {
        if !self.lines.needs_records() {
            return Ok(());
        }
        let positions = self.selection.positions();
        let touched = |file: &OpenFile| within(&positions, file.positions()).next().is_some();
        let mut files = self.snapshot.files.iter().filter(|file| touched(file));
        files.try_for_each(|file| source::open(file).map(drop))
    }
}
