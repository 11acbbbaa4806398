//! Taking a result along: every sample of a search as a line of JSON, in constant memory.
//!
//! Which samples these are is decided first, a bit each; then the annotation files are read once from front to back and
//! lines leave as they come. Orders other than that of the files cost sixteen bytes per sample, and batches of records
//! are gathered in file order before they leave in the order asked for. A line leaves only while its file is still the
//! one that was indexed.

mod lines;
mod writing;

use crate::ask::answers::Current;
use crate::ask::search::Request;
use crate::store::records::open;
use crate::store::snapshot::{OpenFile, Snapshot, within};
use crate::{Library, LibraryError};
use blendscope_engine::{Budget, Order};
use blendscope_shared::search::{ParamError, SearchParams, Sort};
pub(crate) use lines::LineWriter;
use roaring::RoaringTreemap;
use std::borrow::Cow;
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
        Export::of(&snapshot, selection, LineWriter::new(params.lines, &params.base))
    }
}

impl Export {
    /// Of samples that were decided upon.
    pub(crate) fn of(
        snapshot: &Current,
        selection: Selection,
        lines: LineWriter,
    ) -> Result<Self, LibraryError> {
        let (samples, is_final) = (selection.samples(), snapshot.is_final());
        let export = Self { lines, snapshot: Arc::clone(&snapshot.snapshot), selection, samples, is_final };
        export.check_files()?;
        Ok(export)
    }

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
        // Who wants no more need not know what is missing.
        let _stopped = match &self.selection {
            Selection::InFiles { positions, .. } => writing.in_files(positions, self.samples),
            Selection::Ordered(positions) => writing.ordered(positions),
        };
        writing.finish()
    }

    /// What is wrong from the beginning is an error before the first line.
    fn check_files(&self) -> Result<(), LibraryError> {
        if !self.lines.needs_records() {
            return Ok(());
        }
        let positions = self.selection.positions();
        let touched = |file: &OpenFile| within(&positions, file.positions()).next().is_some();
        let mut files = self.snapshot.files.iter().filter(|file| touched(file));
        files.try_for_each(|file| open(file).map(drop))
    }
}

/// Which samples are taken along. They are named by their positions over all datasets in file order.
pub(crate) enum Selection {
    /// The first `count` of a set, in file order.
    InFiles {
        /// The set.
        positions: RoaringTreemap,
        /// How many of it.
        count: u64,
    },
    /// These, in this order.
    Ordered(Vec<u64>),
}

impl Selection {
    /// The samples of a request, `limit` at most.
    pub(crate) fn of(
        request: &Request<'_>,
        snapshot: &Snapshot,
        limit: Option<u64>,
    ) -> Result<Self, LibraryError> {
        let limit = limit.unwrap_or(u64::MAX);
        let ask = |visit: &mut dyn FnMut(u64)| {
            snapshot.view.positions(&request.question, request.order, limit, request.budget, visit)
        };
        if request.order == Order::File {
            let mut positions = RoaringTreemap::new();
            ask(&mut |position| {
                positions.insert(position);
            })?;
            let count = positions.len();
            return Ok(Self::InFiles { positions, count });
        }
        let mut positions = Vec::new();
        ask(&mut |position| positions.push(position))?;
        request.budget.hold(size_of_val(positions.as_slice()))?.keep();
        Ok(Self::Ordered(positions))
    }

    /// How many there are.
    pub(crate) fn samples(&self) -> u64 {
        match self {
            Self::InFiles { count, .. } => *count,
            Self::Ordered(positions) => positions.len() as u64,
        }
    }

    /// The positions of all of them, or of some more.
    pub(crate) fn positions(&self) -> Cow<'_, RoaringTreemap> {
        match self {
            Self::InFiles { positions, .. } => Cow::Borrowed(positions),
            Self::Ordered(positions) => Cow::Owned(positions.iter().copied().collect()),
        }
    }
}

/// What each line says of a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lines {
    /// The whole record as it stands in the file.
    #[default]
    Records,
    /// Its names and where it stands: dataset, key, the record's own id, file, number of the record.
    Ids,
    /// Its lasting link.
    Links,
    /// What says that a written file is what it should be: where the record stands, its key, the BLAKE3 of its bytes.
    Manifest,
}

impl Lines {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Records, Self::Ids, Self::Links, Self::Manifest];

    /// The name in query strings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Records => "records",
            Self::Ids => "ids",
            Self::Links => "links",
            Self::Manifest => "manifest",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lines| lines.name() == name)
    }
}

/// What to take along: a search, how many of its samples, and what of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportParams {
    /// The search; its page is of no account.
    pub query: SearchParams,
    /// What each line says.
    pub lines: Lines,
    /// The most samples to take, the first in the order asked for; all when absent.
    pub limit: Option<u64>,
    /// What stands before the path in links, such as `http://127.0.0.1:7878`; may be empty.
    pub base: String,
}

impl ExportParams {
    /// Reads decoded query-string pairs: those of a search without its paging, and `what`. Bad values are errors that
    /// name the parameter.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, ParamError> {
        let (mut params, mut of_search) = (Self::default(), Vec::new());
        for (name, value) in pairs {
            let bad = |message: String| ParamError { parameter: name.to_owned(), message };
            match name {
                "what" => {
                    let lines = Lines::from_name(value);
                    params.lines = lines.ok_or_else(|| {
                        bad(format!("`{value}` is not one of records, ids, links, manifest"))
                    })?;
                }
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| *limit > 0);
                    let limit = limit.ok_or_else(|| bad(format!("`{value}` is not a number of samples")))?;
                    params.limit = Some(limit);
                }
                "cursor" | "offset" => {
                    return Err(bad(
                        "has no place here: the whole result is sent, or its first `limit` samples"
                            .to_owned(),
                    ));
                }
                _ => of_search.push((name, value)),
            }
        }
        params.query = SearchParams::parse(of_search)?;
        Ok(params)
    }

    /// The search whose result is meant. Where it names no order it is that of the files, which reads them once.
    pub fn search(&self) -> SearchParams {
        let sort = self.query.sort.or(Some(Sort::File));
        SearchParams { sort, ..self.query.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_says_what_and_how_many() {
        let params = ExportParams::parse([("q", "bus"), ("what", "ids"), ("limit", "1000000")]).unwrap();
        assert_eq!(
            (params.query.q.as_str(), params.lines, params.limit),
            ("bus", Lines::Ids, Some(1_000_000))
        );
        assert_eq!(params.search().sort, Some(Sort::File));
        let random = ExportParams::parse([("sort", "random")]).unwrap();
        assert_eq!((random.lines, random.search().sort), (Lines::Records, Some(Sort::Random)));
    }

    #[test]
    fn what_cannot_be_is_named() {
        for (name, value) in [
            ("what", "everything"),
            ("limit", "0"),
            ("limit", "-1"),
            ("cursor", "f0"),
            ("offset", "0"),
            ("sort", "best"),
        ] {
            assert_eq!(ExportParams::parse([(name, value)]).unwrap_err().parameter, name);
        }
    }
}
