//! All samples of a result, for those who want more than a page of it.

use super::Request;
use crate::columns::Row;
use crate::index::{Accepts, Expanded, Fact, Prepared};
use crate::library::LibraryError;
use crate::library::order::Order;
use crate::library::snapshot::{OpenFile, Snapshot};
use std::sync::Arc;

impl Request<'_> {
    /// The order that was asked for; `None` stands for relevance.
    pub(in crate::library) fn order(&self) -> Option<Order> {
        self.order
    }

    /// Calls `visit` with every sample of the result, file and ordinal, in no particular order.
    pub(in crate::library) fn for_each_sample(
        &self,
        snapshot: &Snapshot,
        mut visit: impl FnMut(&OpenFile, u32),
    ) -> Result<(), LibraryError> {
        if self.asks_no_text() {
            for file in self.filter.files(snapshot) {
                let rows = 0..file.state.rows;
                rows.filter(|ordinal| self.passes(file.row(*ordinal)))
                    .for_each(|ordinal| visit(file, ordinal));
            }
            return Ok(());
        }
        self.with_prepared(&self.expanded, snapshot, |prepared| {
            prepared.for_each_row(|row| {
                if let Some((file, ordinal)) = snapshot.locate(row) {
                    visit(file, ordinal);
                }
            });
            Ok(())
        })
    }

    /// The `count` most relevant samples of the result, best first; `None` where all are equally relevant.
    pub(in crate::library) fn most_relevant(
        &self,
        snapshot: &Snapshot,
        count: usize,
    ) -> Result<Option<Vec<Row>>, LibraryError> {
        if self.asks_no_text() {
            return Ok(None);
        }
        let best =
            self.with_prepared(&self.expanded, snapshot, |prepared| Ok(prepared.best(count, None)?))?;
        Ok(Some(best.into_iter().map(|hit| hit.row).collect()))
    }

    /// Calls `visit` with every sample that matches the query, filters left aside, in no particular order.
    pub(in crate::library) fn for_each_match(
        &self,
        snapshot: &Snapshot,
        mut visit: impl FnMut(&OpenFile, u32),
    ) -> Result<(), LibraryError> {
        if self.asks_no_text() {
            for file in &snapshot.files {
                let rows = 0..file.state.rows;
                rows.filter(|ordinal| self.holds(file.row(*ordinal)))
                    .for_each(|ordinal| visit(file, ordinal));
            }
            return Ok(());
        }
        let prepared = snapshot.view.prepare(&self.expanded, None, None, &|fact| self.fact(fact))?;
        // Samples of a file mostly come one after the other.
        let mut last: Option<&Arc<OpenFile>> = None;
        prepared.for_each_row(|row| {
            if last.is_none_or(|file| file.state.generation != row.generation()) {
                last = snapshot.file_of(row.generation());
            }
            if let Some(file) = last {
                visit(file, row.ordinal());
            }
        });
        Ok(())
    }

    /// Asks the index for a query, this one or a part of it, restricted as this one is.
    pub(in crate::library) fn with_prepared<T>(
        &self,
        expanded: &Expanded,
        snapshot: &Snapshot,
        ask: impl FnOnce(&Prepared<'_>) -> Result<T, LibraryError>,
    ) -> Result<T, LibraryError> {
        let generations = self.filter.generations(snapshot);
        let accepts = |row| self.filter.accepts(row);
        let accepts: Option<Accepts<'_>> =
            if self.filter.looks_at_rows(snapshot) { Some(&accepts) } else { None };
        let facts = |fact: &Fact| self.fact(fact);
        ask(&snapshot.view.prepare(expanded, generations.as_deref(), accepts, &facts)?)
    }
}
