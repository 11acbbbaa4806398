//! All samples of a result, for those who want more than a page of it.

use super::Request;
use crate::LibraryError;
use crate::order::Order;
use crate::snapshot::Snapshot;
use blendscope_local::{Accepts, Prepared};
use blendscope_local::{Gathered, RowSet};
use blendscope_query::{Expanded, Fact};
use std::collections::HashMap;

impl Request<'_> {
    /// The order that was asked for; `None` stands for relevance.
    pub(crate) fn order(&self) -> Option<Order> {
        self.order
    }

    /// Every sample of the result.
    pub(crate) fn samples(&self, snapshot: &Snapshot) -> Result<RowSet, LibraryError> {
        if self.asks_no_text() {
            let generations = self.filter.generations(snapshot);
            let mut passing = Vec::new();
            for of in generations {
                passing.push((of.state.generation, self.passing(of)?));
            }
            return Ok(RowSet::new(passing));
        }
        self.with_prepared(&self.expanded, snapshot, |prepared| rows_of(prepared, snapshot))
    }

    /// The positions of the `count` most relevant samples of the result, best first; `None` where all are equally relevant.
    pub(crate) fn most_relevant(
        &self,
        snapshot: &Snapshot,
        count: usize,
    ) -> Result<Option<Vec<u64>>, LibraryError> {
        if self.asks_no_text() {
            return Ok(None);
        }
        let best = self.with_prepared(&self.expanded, snapshot, |prepared| {
            Ok(prepared.best(count, None, &|row| snapshot.position(row))?)
        })?;
        Ok(Some(best.into_iter().map(|hit| hit.position).collect()))
    }

    /// Every sample that matches the query, filters left aside.
    pub(crate) fn matches(&self, snapshot: &Snapshot) -> Result<RowSet, LibraryError> {
        if self.asks_no_text() {
            let generations = snapshot.generations.iter();
            return Ok(RowSet::new(generations.map(|of| (of.state.generation, self.holding(of)))));
        }
        let facts = |fact: &Fact| self.fact(fact);
        let prepared = snapshot.view.prepare(&self.expanded, None, None, &facts, self.budget)?;
        rows_of(&prepared, snapshot)
    }

    /// Asks the index for a query, this one or a part of it, restricted as this one is.
    pub(crate) fn with_prepared<T>(
        &self,
        expanded: &Expanded,
        snapshot: &Snapshot,
        ask: impl FnOnce(&Prepared<'_>) -> Result<T, LibraryError>,
    ) -> Result<T, LibraryError> {
        let generations = self.filter.generation_numbers(snapshot);
        let hides_rows = snapshot.hides_rows();
        let accepts = |row| self.filter.accepts(row) && (!hides_rows || snapshot.locate(row).is_some());
        let looks_at_rows = hides_rows || self.filter.looks_at_rows(snapshot);
        let accepts: Option<Accepts<'_>> = if looks_at_rows { Some(&accepts) } else { None };
        let facts = |fact: &Fact| self.fact(fact);
        ask(&snapshot.view.prepare(expanded, generations.as_deref(), accepts, &facts, self.budget)?)
    }
}

/// What was found, as far as it is shown.
fn rows_of(prepared: &Prepared<'_>, snapshot: &Snapshot) -> Result<RowSet, LibraryError> {
    let mut found: HashMap<u32, Gathered> = HashMap::new();
    // Samples of a generation mostly come one after the other.
    let mut last = (0, Gathered::default());
    prepared.for_each_row(|row| {
        if last.0 != row.generation() {
            let next = found.remove(&row.generation()).unwrap_or_default();
            let (generation, before) = std::mem::replace(&mut last, (row.generation(), next));
            found.insert(generation, before);
        }
        last.1.push(row.ordinal());
    })?;
    found.insert(last.0, last.1);
    Ok(RowSet::new(found.into_iter().filter_map(|(generation, rows)| {
        let of = snapshot.generation(generation)?;
        let mut rows = rows.into_bitmap();
        if !of.is_whole() {
            rows &= of.live();
        }
        Some((generation, rows))
    })))
}
