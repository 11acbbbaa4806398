//! Searching: from parameters to an answer.

use super::dimensions::{FIELDS, dimension};
use super::filter::{Filter, restriction};
use super::answers::Current;
use super::snapshot::Snapshot;
use super::{Library, LibraryError};
use blendscope_blend::{Part, blend};
use blendscope_engine::{Budget, Counts, Cursor, Field, Order, Page, Question, Restriction, Wanted};
use blendscope_query::{Expanded, Predicate, Query};
use blendscope_shared::search::{BlendPart, ParamError, SearchAnswer, SearchParams, Sort, SortBy, Total};
use std::sync::Arc;
use std::time::Instant;

/// What a search is about, resolved against a snapshot.
pub(crate) struct Request<'a> {
    params: &'a SearchParams,
    /// What it may cost.
    pub budget: &'a Budget,
    /// What the engine is asked.
    pub question: Question,
    /// The numbers of the dimensions that the question's restrictions are about.
    pub restricted: Vec<usize>,
    /// In which order samples come.
    pub order: Order,
}

impl Library {
    /// Searches samples, within a budget.
    pub fn search(&self, params: &SearchParams, budget: &Budget) -> Result<SearchAnswer, LibraryError> {
        let started = Instant::now();
        let snapshot = self.current();
        let request = Request::read(params, &snapshot, budget)?;
        let (counts, page) = request.page(&snapshot)?;
        let took_ms = milliseconds(started);

        let is_all = budget.incomplete().is_none();
        // No shares are drawn from a part.
        let (blend, left_out) =
            if is_all { snapshot.blend(&counts, params) } else { (Vec::new(), 0) };
        let total = Total { count: counts.values().sum(), is_final: snapshot.is_final() && is_all };
        let items = self.hits(&snapshot, &page.rows, &request.question.expanded, budget)?;
        Ok(SearchAnswer {
            total,
            took_ms,
            items,
            understood: request.explanation(&snapshot, total.count)?,
            blend,
            left_out,
            next: page.next.map(Cursor::to_text),
            incomplete: budget.incomplete(),
            total_ms: milliseconds(started),
        })
    }
}

impl<'a> Request<'a> {
    /// Reads a request, as of a snapshot.
    pub(crate) fn read(
        params: &'a SearchParams,
        snapshot: &Current,
        budget: &'a Budget,
    ) -> Result<Self, LibraryError> {
        let filter = Filter::read(params, snapshot, budget)?;
        let query = Query::parse(&params.q, params.typing, &FIELDS).said_by(&filter.roles);
        let mut expanded = snapshot.view.expand(query, budget)?;
        let facts = conditions_of(&mut expanded, snapshot, budget)?;
        let (restricted, restrictions) = filter.restrictions.into_iter().unzip();
        let question = Question { expanded, facts, restrictions };
        let order = match params.effective_sort() {
            Sort::Relevance if question.asks_no_text() => Order::File,
            Sort::Relevance => Order::Relevance,
            Sort::File => Order::File,
            Sort::Longest => Order::Down(Field::Characters),
            Sort::Shortest => Order::Up(Field::Characters),
            Sort::Up(by) => Order::Up(field_of(by)),
            Sort::Down(by) => Order::Down(field_of(by)),
            Sort::Random => Order::Random(params.seed),
        };
        Ok(Self { params, budget, question, restricted, order })
    }

    /// Samples of the result per generation, and the page that was asked for.
    fn page(&self, snapshot: &Current) -> Result<(Counts, Page), LibraryError> {
        let cursor = self.params.cursor.as_deref();
        let after = cursor.map(|text| Cursor::parse(text, self.order)).transpose()?;
        let (skip, limit) = (self.params.offset, self.params.effective_limit());
        let most = snapshot.view.limits().relevance;
        if self.order == Order::Relevance && skip > most {
            let counts = snapshot.view.counts(&self.question, self.budget)?;
            return if skip >= counts.values().sum() {
                Ok((counts, Page::default()))
            } else {
                Err(too_far(most))
            };
        }
        let wanted = Wanted { order: self.order, after, skip, limit };
        Ok(snapshot.view.page(&self.question, &wanted, self.budget)?)
    }
}

/// The number to sort by.
fn field_of(by: SortBy) -> Field {
    match by {
        SortBy::Turns => Field::Turns,
        SortBy::Characters => Field::Characters,
        SortBy::Words => Field::Words,
        SortBy::WordsHuman => Field::WordsHuman,
        SortBy::WordsGpt => Field::WordsGpt,
        SortBy::Images => Field::Images,
        SortBy::Lang => Field::Language,
    }
}

/// Why a page by relevance does not begin far behind: all samples before it would be held to find it.
fn too_far(most: u64) -> LibraryError {
    let message = format!(
        "a page by relevance begins no further behind than {most}; follow `next`, or choose another `sort`"
    );
    LibraryError::BadParameter(ParamError { parameter: "offset".to_owned(), message })
}

/// What the facts of a query ask for; what cannot be looked up holds for no sample, and a note says so.
fn conditions_of(
    expanded: &mut Expanded,
    snapshot: &Current,
    budget: &Budget,
) -> Result<Vec<(Predicate, Arc<Restriction>)>, LibraryError> {
    let (mut facts, mut notes) = (Vec::new(), Vec::new());
    for fact in expanded.query().facts() {
        match dimension(fact.field.name) {
            Some(number) => {
                let conditions = std::slice::from_ref(&fact.condition);
                let restriction = restriction(snapshot, number, conditions, budget)?;
                facts.push((fact.clone(), Arc::new(restriction)));
            }
            None => notes.push(format!("`{fact}`: nothing is known of this for any sample")),
        }
    }
    expanded.note(notes);
    Ok(facts)
}

impl Snapshot {
    /// The composition of a set of samples, given as samples per generation, and how many of them are no part of it:
    /// those of reference datasets that are not asked for.
    pub fn blend(&self, counts: &Counts, params: &SearchParams) -> (Vec<BlendPart>, u64) {
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
