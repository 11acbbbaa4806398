//! Searching: from parameters to an answer.

mod rows;

use super::dimensions::FIELDS;
use super::filter::Filter;
use super::order::{Begin, Cursor, Order, Ranked, Smallest, Visits};
use super::snapshot::{OpenGeneration, Snapshot};
use super::{Library, LibraryError, facts};
use crate::blend::{Part, blend};
use crate::budget::{Budget, Spent};
use crate::columns::{Column, Row, RowSet};
use crate::index::{Counts, Expanded, Fact, Hit, Prepared, Query};
use blendscope_shared::search::{BlendPart, ParamError, SearchAnswer, SearchParams, Sort, SortBy, Total};
use roaring::RoaringBitmap;
use std::sync::Arc;
use std::time::Instant;

/// The largest offset of a page by relevance, for which 32 MB of hits are held.
const RELEVANT_MAX: u64 = 1_000_000;

/// A page of rows with their relevance, and the place of the next page.
struct Page {
    rows: Vec<(Row, f32)>,
    next: Option<Cursor>,
}

/// What a search is about, resolved against a snapshot.
pub(super) struct Request<'a> {
    params: &'a SearchParams,
    /// What it may cost.
    pub(super) budget: &'a Budget,
    /// The query with the words it stands for.
    pub(super) expanded: Expanded,
    /// The samples of each fact that the query asks for.
    facts: Vec<(Fact, Arc<RowSet>)>,
    /// The samples of the query, if it asks for nothing but facts.
    held: Option<RowSet>,
    pub(super) filter: Filter,
    cursor: Option<Cursor>,
    order: Option<Order>,
}

impl Library {
    /// Searches samples, within a budget.
    pub fn search(&self, params: &SearchParams, budget: &Budget) -> Result<SearchAnswer, LibraryError> {
        let started = Instant::now();
        let snapshot = self.snapshot();
        let request = Request::read(params, &snapshot, budget)?;
        let (mut counts, page) = request.run(&snapshot)?;
        // What is about to leave the index, such as a removed file, is not counted any more.
        counts.retain(|generation, _| snapshot.generation(*generation).is_some());
        let took_ms = milliseconds(started);

        let (blend, left_out) = snapshot.blend(&counts, params);
        let total = Total { count: counts.values().sum(), is_final: snapshot.is_final() };
        let mut items = Vec::with_capacity(page.rows.len());
        for (row, score) in &page.rows {
            budget.check()?;
            items.extend(self.hit(&snapshot, &request.expanded, *row, *score));
        }
        Ok(SearchAnswer {
            total,
            took_ms,
            items,
            understood: request.understood(&snapshot, total.count)?,
            blend,
            left_out,
            next: page.next.map(Cursor::to_text),
            total_ms: milliseconds(started),
        })
    }
}

/// The column of a number to sort by.
fn column_of(by: SortBy) -> Column {
    match by {
        SortBy::Turns => Column::Turns,
        SortBy::Characters => Column::Characters,
        SortBy::Words => Column::Words,
        SortBy::WordsHuman => Column::WordsHuman,
        SortBy::WordsGpt => Column::WordsGpt,
        SortBy::Images => Column::Images,
        SortBy::Lang => Column::Language,
    }
}

impl<'a> Request<'a> {
    /// Reads a request, as of a snapshot.
    pub(super) fn read(
        params: &'a SearchParams,
        snapshot: &Snapshot,
        budget: &'a Budget,
    ) -> Result<Self, LibraryError> {
        let order = match params.effective_sort() {
            Sort::Relevance => None,
            Sort::File => Some(Order::File),
            Sort::Longest => Some(Order::Down(Column::Characters)),
            Sort::Shortest => Some(Order::Up(Column::Characters)),
            Sort::Up(by) => Some(Order::Up(column_of(by))),
            Sort::Down(by) => Some(Order::Down(column_of(by))),
            Sort::Random => Some(Order::Random(params.seed)),
        };
        let cursor = params.cursor.as_deref().map(|text| Cursor::parse(text, order)).transpose()?;
        let filter = Filter::read(params, snapshot, budget)?;
        let query = Query::parse(&params.q, params.typing, &FIELDS).said_by(&filter.roles);
        let mut expanded = snapshot.view.expand(query, budget)?;
        let facts = resolve(&mut expanded, snapshot, budget)?;
        let mut request = Self { params, budget, expanded, facts, held: None, filter, cursor, order };
        if request.asks_no_text() && !request.facts.is_empty() {
            let query = request.expanded.query();
            request.held = Some(query.rows_by_facts(&snapshot.all_rows(), &|fact| request.fact(fact)));
        }
        Ok(request)
    }

    /// The samples of a query, a part of this one, restricted as this one is, per generation.
    pub(super) fn count(&self, expanded: &Expanded, snapshot: &Snapshot) -> Result<u64, LibraryError> {
        self.with_prepared(expanded, snapshot, |prepared| Ok(prepared.count_by_generation().values().sum()))
    }

    /// The samples that a fact of the query holds for.
    pub(super) fn fact(&self, fact: &Fact) -> Arc<RowSet> {
        let found = self.facts.iter().find(|(own, _)| own == fact);
        found.map(|(_, rows)| Arc::clone(rows)).unwrap_or_default()
    }

    /// Samples per generation, and a page of them.
    fn run(&self, snapshot: &Snapshot) -> Result<(Counts, Page), LibraryError> {
        if self.asks_no_text() {
            return Ok(self.run_over_everything(snapshot)?);
        }
        self.with_prepared(&self.expanded, snapshot, |prepared| {
            let Some(order) = self.order else { return self.best_page(prepared, snapshot) };
            let page = self.ordered_page::<LibraryError>(&mut |visit| {
                Ok(prepared.for_each_row(|row| {
                    if let Some((file, ordinal)) = snapshot.locate(row) {
                        visit(order.rank(file, ordinal));
                    }
                })?)
            })?;
            Ok((prepared.count_by_generation(), page))
        })
    }

    /// Whether the query leaves no sample out.
    pub(super) fn is_everything(&self) -> bool {
        self.expanded.query().is_everything()
    }

    /// Whether the index need not be asked: nothing is looked for, or only facts are asked for.
    pub(super) fn asks_no_text(&self) -> bool {
        let query = self.expanded.query();
        query.is_everything() || query.has_only_facts() && !query.is_void
    }

    /// Without a query no index is asked: positions and columns are enough.
    fn run_over_everything(&self, snapshot: &Snapshot) -> Result<(Counts, Page), Spent> {
        if self.filter.looks_at_rows(snapshot) || self.held.is_some() {
            return self.run_over_rows(snapshot);
        }
        let counts = self.filter.generations(snapshot).map(|of| (of.state.generation, of.samples()));
        let page = match self.order {
            None | Some(Order::File) => self.file_page(snapshot),
            Some(order) => self.ordered_page(&mut |visit| {
                let mut generations = self.filter.generations(snapshot);
                generations.try_for_each(|of| order.for_each_rank(of, None, self.budget, &mut *visit))
            })?,
        };
        Ok((counts.filter(|(_, rows)| *rows > 0).collect(), page))
    }

    /// Without a query, but with filters that have to look at every sample.
    fn run_over_rows(&self, snapshot: &Snapshot) -> Result<(Counts, Page), Spent> {
        let order = self.order.unwrap_or(Order::File);
        let mut passing = Vec::new();
        for of in self.filter.generations(snapshot) {
            let rows = self.passing(of)?;
            if !rows.is_empty() {
                passing.push((of, rows));
            }
        }
        let page = self.ordered_page(&mut |visit| {
            let mut passing = passing.iter();
            passing.try_for_each(|(of, rows)| order.for_each_rank(of, Some(rows), self.budget, &mut *visit))
        })?;
        Ok((passing.iter().map(|(of, rows)| (of.state.generation, rows.len())).collect(), page))
    }

    /// Whether a sample is in the result of a query that asks for no text.
    pub(super) fn passes(&self, row: Row) -> bool {
        self.held.as_ref().is_none_or(|held| held.contains(row)) && self.filter.accepts(row)
    }

    /// The samples of a generation that are in the result of a query that asks for no text.
    pub(super) fn passing(&self, of: &OpenGeneration) -> Result<RoaringBitmap, Spent> {
        let restrictions = &self.filter.restrictions;
        restrictions.iter().try_fold(self.holding(of), |passing, (_, restriction)| {
            if passing.is_empty() { Ok(passing) } else { restriction.among(of, passing, self.budget) }
        })
    }

    /// The samples of a generation for which the facts that a query asks for hold, if it asks for nothing else.
    pub(super) fn holding(&self, of: &OpenGeneration) -> RoaringBitmap {
        let Some(held) = &self.held else { return of.live().clone() };
        held.of(of.state.generation).cloned().unwrap_or_default()
    }

    /// A page in file order, found by arithmetic alone.
    fn file_page(&self, snapshot: &Snapshot) -> Page {
        let first = match self.cursor {
            Some(Cursor::AfterRank(_, _, position)) => position.saturating_add(1),
            _ => 0,
        };
        let mut skip = self.params.offset;
        let mut found = Vec::new();
        for file in self.filter.files(snapshot) {
            let rows = u64::from(file.rows());
            if found.len() > self.limit() {
                break;
            }
            let begin = first.saturating_sub(file.first_position).min(rows);
            let skipped = skip.min(rows - begin);
            skip -= skipped;
            let wanted = (self.limit() as u64 + 1).saturating_sub(found.len() as u64);
            let end = rows.min(begin + skipped + wanted);
            found.extend((begin + skipped..end).map(|ordinal| Order::File.rank(file, ordinal as u32)));
        }
        self.page(found)
    }

    fn best_page(
        &self,
        prepared: &Prepared<'_>,
        snapshot: &Snapshot,
    ) -> Result<(Counts, Page), LibraryError> {
        let after = match self.cursor {
            Some(Cursor::AfterHit(hit)) => Some(hit),
            _ => None,
        };
        let counts = prepared.count_by_generation();
        if self.params.offset > 0 && self.params.offset >= counts.values().sum() {
            return Ok((counts, Page { rows: Vec::new(), next: None }));
        }
        let skip = skip_of(self.params.offset)?;
        let mut hits = prepared.best(skip + self.limit() + 1, after, &|row| snapshot.position(row))?;
        hits.drain(..skip.min(hits.len()));
        let has_more = hits.len() > self.limit();
        hits.truncate(self.limit());
        let next = hits.last().filter(|_| has_more).map(|last| Cursor::AfterHit(*last));
        let row = |hit: &Hit| (snapshot.row_at(hit.position), hit.score);
        Ok((counts, Page { rows: hits.iter().map(row).collect(), next }))
    }

    /// A page in an order by facts. `visits` visits all samples of the result, several times for a page far behind.
    fn ordered_page<E: From<Spent>>(&self, visits: &mut Visits<'_, E>) -> Result<Page, E> {
        let begin = match self.cursor {
            Some(Cursor::AfterRank(_, key, position)) => {
                Some(Begin { after: Some((key, position)), skip: 0 })
            }
            _ => Begin::behind(self.params.offset, visits)?,
        };
        let Some(Begin { after, skip }) = begin else { return Ok(Page { rows: Vec::new(), next: None }) };
        let mut smallest = Smallest::new(skip + self.limit() + 1, after);
        visits(&mut |ranked| smallest.offer(ranked))?;
        let mut ranked = smallest.into_sorted();
        ranked.drain(..skip.min(ranked.len()));
        Ok(self.page(ranked))
    }

    /// Makes a page of the first few; one more than asked for says that there is a next page.
    fn page(&self, mut ranked: Vec<Ranked>) -> Page {
        let has_more = ranked.len() > self.limit();
        ranked.truncate(self.limit());
        let order = self.order.unwrap_or(Order::File);
        let next =
            ranked.last().filter(|_| has_more).map(|last| Cursor::AfterRank(order, last.key, last.position));
        Page { rows: ranked.into_iter().map(|ranked| (ranked.row, 0.0)).collect(), next }
    }

    fn limit(&self) -> usize {
        self.params.effective_limit()
    }
}

/// Samples that a page by relevance passes over: all of these are held to find it.
fn skip_of(offset: u64) -> Result<usize, ParamError> {
    if offset <= RELEVANT_MAX {
        return Ok(offset as usize);
    }
    let message = format!(
        "a page by relevance begins no further behind than {RELEVANT_MAX}; follow `next`, or choose another `sort`"
    );
    Err(ParamError { parameter: "offset".to_owned(), message })
}

/// The samples of the facts of a query; what cannot be looked up holds for none, and a note says so.
fn resolve(
    expanded: &mut Expanded,
    snapshot: &Snapshot,
    budget: &Budget,
) -> Result<Vec<(Fact, Arc<RowSet>)>, Spent> {
    let (mut facts, mut notes) = (Vec::new(), Vec::new());
    for fact in expanded.query().facts() {
        let rows = facts::rows_of(fact, snapshot, budget)?.unwrap_or_else(|| {
            notes.push(format!("`{fact}`: nothing is known of this for any sample"));
            Arc::default()
        });
        facts.push((fact.clone(), rows));
    }
    expanded.note(notes);
    Ok(facts)
}

impl Snapshot {
    /// The composition of a set of samples, given as samples per generation, and how many of them are no part of it:
    /// those of reference datasets that are not asked for.
    pub(super) fn blend(&self, counts: &Counts, params: &SearchParams) -> (Vec<BlendPart>, u64) {
        let is_counted = |dataset: &usize| {
            let found = self.found(*dataset);
            !found.is_reference || params.reference || params.dataset.contains(&found.slug)
        };
        let of_dataset = |dataset: usize| -> u64 {
            let generations = self.generations_of(dataset).iter();
            generations.filter_map(|of| counts.get(&of.state.generation)).sum()
        };
        let all = 0..self.datasets.len();
        // Where there is nothing else, there is nothing to keep apart.
        let keeps_apart = all.clone().any(|dataset| is_counted(&dataset));
        let (counted, others): (Vec<usize>, Vec<usize>) =
            all.partition(|dataset| !keeps_apart || is_counted(dataset));
        let part = |dataset: usize| Part {
            dataset: &self.found(dataset).slug,
            count: of_dataset(dataset),
            all: self.samples_of(dataset),
        };
        let parts: Vec<Part<'_>> = counted.into_iter().map(part).collect();
        (blend(&parts), others.into_iter().map(of_dataset).sum())
    }
}

fn milliseconds(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 100_000.0).round() / 100.0
}
