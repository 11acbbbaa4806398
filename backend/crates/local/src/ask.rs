//! Answers to questions, from the text index and the columns of the live generations.

mod filter;
mod ranking;

use crate::LocalView;
use crate::engine::LIMITS;
use crate::rows::{Gathered, RowSet};
use crate::text::{Accepts, Prepared, SearchView, rows_by_predicates};
use blendscope_columns::{GenerationColumns, images, numbers, repeated};
use blendscope_engine::{
    Budget, Counts, Cursor, EngineError, Field, Given, Hit, Limits, Live, Meaning, Name, Order, Outcome,
    Page, Question, Row, Spent, Tallied, Tallies, Tally, View, Wanted,
};
use blendscope_query::{Clause, Expanded, Predicate, Query};
use filter::Filter;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use ranking::{Begin, Ranked, Smallest, Visits, for_each_rank, rank};
use roaring::RoaringBitmap;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Bytes that the samples of all predicates in the cache take at most.
const CACHE_BYTES: u64 = 16 << 20;

/// Predicates that are expected, to begin with.
const EXPECTED: usize = 64;

/// Cache of the samples of predicates, which are asked for again and again while somebody types.
pub(crate) struct PredicateCache(Cache<Predicate, Arc<RowSet>, Bytes>);

#[derive(Clone)]
struct Bytes;

impl Weighter<Predicate, Arc<RowSet>> for Bytes {
    fn weight(&self, _: &Predicate, rows: &Arc<RowSet>) -> u64 {
        rows.size() as u64 + 1
    }
}

impl Default for PredicateCache {
    fn default() -> Self {
        Self(Cache::with_weighter(EXPECTED, CACHE_BYTES, Bytes))
    }
}

/// A question held against a state of the index.
struct Asked<'a> {
    view: &'a LocalView,
    question: &'a Question,
    budget: &'a Budget,
    /// In the order of the question's restrictions.
    filters: Vec<Filter>,
    /// The samples of each predicate that the query asks for.
    predicates: Vec<(&'a Predicate, Arc<RowSet>)>,
    /// The samples of the query, if it asks for nothing but predicates.
    held: Option<RowSet>,
}

impl View for LocalView {
    fn limits(&self) -> Limits {
        LIMITS
    }

    fn expand(&self, query: Query, budget: &Budget) -> Outcome<Expanded> {
        Ok(self.text.expand(query, budget)?)
    }

    fn meaning(&self, expanded: &Expanded, clause: &Clause, budget: &Budget) -> Outcome<Meaning> {
        Ok(self.text.meaning(expanded, clause, budget)?)
    }

    fn suggestions(
        &self,
        expanded: &Expanded,
        clause: &Clause,
        most: &mut usize,
        budget: &Budget,
    ) -> Outcome<Vec<String>> {
        Ok(self.text.suggestions(expanded, clause, most, budget)?)
    }

    fn counts(&self, question: &Question, budget: &Budget) -> Outcome<Counts> {
        Asked::of(self, question, budget)?.counts()
    }

    fn page(&self, question: &Question, wanted: &Wanted, budget: &Budget) -> Outcome<(Counts, Page)> {
        Asked::of(self, question, budget)?.page(wanted)
    }

    fn tally(&self, question: &Question, wanted: &[Tallied], budget: &Budget) -> Outcome<Vec<Tallies>> {
        Asked::of(self, question, budget)?.tally(wanted)
    }

    fn sums(&self, question: &Question, fields: &[Field], budget: &Budget) -> Outcome<Vec<Counts>> {
        Asked::of(self, question, budget)?.sums(fields)
    }

    fn names(
        &self,
        question: &Question,
        name: Name,
        budget: &Budget,
        visit: &mut dyn FnMut(u64),
    ) -> Outcome<()> {
        Asked::of(self, question, budget)?.names(name, visit)
    }

    fn positions(
        &self,
        question: &Question,
        order: Order,
        limit: u64,
        budget: &Budget,
        visit: &mut dyn FnMut(u64),
    ) -> Outcome<()> {
        Asked::of(self, question, budget)?.positions(order, limit, visit)
    }

    fn numbers(&self, rows: &[Row], fields: &[Field]) -> Outcome<Vec<Vec<u64>>> {
        Ok(numbers(&self.live, &self.generations, rows, fields))
    }

    fn images(&self, rows: &[Row]) -> Outcome<Vec<Vec<u64>>> {
        Ok(images(&self.live, &self.generations, rows)?)
    }

    fn repeated(&self, field: Field, dataset: usize) -> Outcome<Vec<(u64, Row)>> {
        Ok(repeated(&self.generations, field, dataset))
    }

    fn find(&self, name: Name, hash: u64, dataset: Option<usize>) -> Outcome<Vec<Row>> {
        let hashes = HashSet::from([hash]);
        let mut rows = Vec::new();
        let asked = |of: &&Arc<GenerationColumns>| dataset.is_none_or(|dataset| of.live.dataset == dataset);
        for of in self.generations.iter().filter(asked) {
            let found = of.find(name, &hashes)?;
            rows.extend(found.into_iter().map(|ordinal| of.live.row(ordinal)));
        }
        Ok(rows)
    }

    fn explain(&self, question: &Question, row: Row, budget: &Budget) -> Outcome<Option<Vec<Given>>> {
        let asked = Asked::of(self, question, budget)?;
        if question.asks_no_text() {
            return Ok(asked.passes(row).then(Vec::new));
        }
        asked.with_prepared(|prepared| Ok(prepared.explain(question.expanded.query(), row)?))
    }
}

impl<'a> Asked<'a> {
    fn of(view: &'a LocalView, question: &'a Question, budget: &'a Budget) -> Outcome<Self> {
        let filter = |restriction: &Arc<_>| Filter::of(restriction, view, budget);
        let mut asked = Self {
            view,
            question,
            budget,
            filters: question.restrictions.iter().map(filter).collect::<Outcome<_>>()?,
            predicates: Vec::new(),
            held: None,
        };
        for predicate in question.expanded.query().predicates() {
            asked.predicates.push((predicate, asked.rows_of_predicate(predicate)?));
        }
        if question.asks_no_text() && !asked.predicates.is_empty() {
            let all = view.generations.iter().map(|of| (of.live.number, of.live.shown().clone()));
            let query = question.expanded.query();
            asked.held =
                Some(rows_by_predicates(query, &RowSet::new(all), &|predicate| asked.predicate(predicate)));
        }
        Ok(asked)
    }

    /// The samples that a predicate holds for, from the cache where it has them.
    fn rows_of_predicate(&self, predicate: &Predicate) -> Outcome<Arc<RowSet>> {
        let Some(restriction) = self.question.predicate(predicate) else { return Ok(Arc::default()) };
        if let Some(known) = self.view.predicates.0.get(predicate) {
            return Ok(known);
        }
        let rows = Arc::new(Filter::of(restriction, self.view, self.budget)?.rows(self.view, self.budget)?);
        self.budget.hold(rows.size())?.keep();
        self.view.predicates.0.insert(predicate.clone(), Arc::clone(&rows));
        Ok(rows)
    }

    fn predicate(&self, predicate: &Predicate) -> Arc<RowSet> {
        let found = self.predicates.iter().find(|(own, _)| *own == predicate);
        found.map(|(_, rows)| Arc::clone(rows)).unwrap_or_default()
    }

    fn live(&self) -> &Live {
        &self.view.live
    }

    /// The generations that have samples which may pass all filters.
    fn generations(&self) -> impl Iterator<Item = &'a Arc<GenerationColumns>> + '_ {
        let view = self.view;
        let left_out = |of: &&Arc<GenerationColumns>| {
            self.filters.iter().any(|filter| filter.leaves_out(of.live.number))
        };
        view.generations.iter().filter(move |of| !left_out(of))
    }

    /// Whether samples of the generations that are not left out have to be looked at one by one.
    fn looks_at_rows(&self) -> bool {
        self.generations().any(|of| self.filters.iter().any(|filter| !filter.keeps_all(of.live.number)))
    }

    /// Whether a sample is in the result of a query that asks for no text.
    fn passes(&self, row: Row) -> bool {
        self.live().locate(row).is_some()
            && self.held.as_ref().is_none_or(|held| held.contains(row))
            && self.filters.iter().all(|filter| filter.passes(row))
    }

    /// The samples of a generation that are in the result of a query that asks for no text.
    fn passing(&self, of: &GenerationColumns) -> Result<RoaringBitmap, Spent> {
        self.filters.iter().try_fold(self.holding(of), |passing, filter| {
            if passing.is_empty() { Ok(passing) } else { filter.among(of, passing, self.budget) }
        })
    }

    /// The samples of a generation for which the predicates that a query asks for hold, if it asks for nothing else.
    fn holding(&self, of: &GenerationColumns) -> RoaringBitmap {
        let Some(held) = &self.held else { return of.live.shown().clone() };
        held.of(of.live.number).cloned().unwrap_or_default()
    }

    /// Whether positions alone say what a query that asks for no text finds.
    fn is_whole_generations(&self) -> bool {
        self.held.is_none() && !self.looks_at_rows()
    }

    /// The samples of a query that asks for no text, generation by generation.
    fn all_passing(&self) -> Outcome<Vec<(&'a Arc<GenerationColumns>, RoaringBitmap)>> {
        let mut all = Vec::new();
        for of in self.generations() {
            let rows = self.passing(of)?;
            if !rows.is_empty() {
                all.push((of, rows));
            }
        }
        Ok(all)
    }

    fn counts(&self) -> Outcome<Counts> {
        if !self.question.asks_no_text() {
            return self.with_prepared(|prepared| Ok(self.shown_only(prepared.count_by_generation())));
        }
        if self.is_whole_generations() {
            let counts = self.generations().map(|of| (of.live.number, of.live.samples()));
            return Ok(counts.filter(|(_, samples)| *samples > 0).collect());
        }
        let passing = self.all_passing()?;
        Ok(passing.iter().map(|(of, rows)| (of.live.number, rows.len())).collect())
    }

    /// Leaves generations out that are about to leave the index, such as those of a removed file.
    fn shown_only(&self, mut counts: Counts) -> Counts {
        counts.retain(|generation, _| self.live().at(*generation).is_some());
        counts
    }

    fn page(&self, wanted: &Wanted) -> Outcome<(Counts, Page)> {
        if !self.question.asks_no_text() {
            return self.with_prepared(|prepared| self.page_of_text(prepared, wanted));
        }
        let wanted = match wanted.order {
            // All are as relevant as each other.
            Order::Relevance => &Wanted { order: Order::File, ..*wanted },
            _ => wanted,
        };
        if self.is_whole_generations() {
            let page = match wanted.order {
                Order::File => self.file_page(wanted),
                order => ordered_page(wanted, &mut |visit| {
                    let mut all = self.generations();
                    all.try_for_each(|of| for_each_rank(order, of, None, self.budget, &mut *visit))
                })?,
            };
            return Ok((self.counts()?, page));
        }
        let passing = self.all_passing()?;
        let page = ordered_page(wanted, &mut |visit| {
            let mut passing = passing.iter();
            passing.try_for_each(|(of, rows)| {
                for_each_rank(wanted.order, of, Some(rows), self.budget, &mut *visit)
            })
        })?;
        Ok((passing.iter().map(|(of, rows)| (of.live.number, rows.len())).collect(), page))
    }

    fn page_of_text(&self, prepared: &Prepared<'_>, wanted: &Wanted) -> Outcome<(Counts, Page)> {
        let counts = self.shown_only(prepared.count_by_generation());
        if wanted.order == Order::Relevance {
            let page = self.best_page(prepared, &counts, wanted)?;
            return Ok((counts, page));
        }
        let page = ordered_page::<EngineError>(wanted, &mut |visit| {
            Ok(prepared.for_each_row(|row| {
                if let Some(ranked) = self.rank(wanted.order, row) {
                    visit(ranked);
                }
            })?)
        })?;
        Ok((counts, page))
    }

    fn rank(&self, order: Order, row: Row) -> Option<Ranked> {
        let position = self.live().position(row)?;
        let of = &self.view.generations[self.live().at(row.generation())?];
        Some(rank(order, of, row, position))
    }

    /// A page in file order, found by arithmetic alone.
    fn file_page(&self, wanted: &Wanted) -> Page {
        let first = match wanted.after {
            Some(Cursor::AfterRank(_, _, position)) => position.saturating_add(1),
            _ => 0,
        };
        let (mut skip, mut found) = (wanted.skip, Vec::new());
        for (at, block) in self.live().blocks() {
            let of = &self.view.generations[at];
            if found.len() > wanted.limit {
                break;
            }
            if self.filters.iter().any(|filter| filter.leaves_out(of.live.number)) {
                continue;
            }
            let rows = u64::from(block.rows);
            let begin = first.saturating_sub(block.first_position).min(rows);
            let skipped = skip.min(rows - begin);
            skip -= skipped;
            let more = (wanted.limit as u64 + 1).saturating_sub(found.len() as u64);
            let end = rows.min(begin + skipped + more);
            found.extend((begin + skipped..end).map(|at| {
                let position = block.first_position + at;
                rank(Order::File, of, of.live.row(block.first_row + at as u32), position)
            }));
        }
        page_of(wanted, found)
    }

    fn best_page(&self, prepared: &Prepared<'_>, counts: &Counts, wanted: &Wanted) -> Outcome<Page> {
        let after = match wanted.after {
            Some(Cursor::AfterHit(hit)) => Some(hit),
            _ => None,
        };
        if wanted.skip > 0 && wanted.skip >= counts.values().sum() {
            return Ok(Page::default());
        }
        let skip = wanted.skip as usize;
        let mut hits = self.best(prepared, skip + wanted.limit + 1, after)?;
        hits.drain(..skip.min(hits.len()));
        let has_more = hits.len() > wanted.limit;
        hits.truncate(wanted.limit);
        let next = hits.last().filter(|_| has_more).map(|last| Cursor::AfterHit(*last));
        let row = |hit: &Hit| Some((self.view.live.row_at(hit.position)?, hit.score));
        Ok(Page { rows: hits.iter().filter_map(row).collect(), next })
    }

    fn best(&self, prepared: &Prepared<'_>, count: usize, after: Option<Hit>) -> Outcome<Vec<Hit>> {
        Ok(prepared.best(count, after, &|row| self.live().position(row))?)
    }

    fn positions(&self, order: Order, limit: u64, visit: &mut dyn FnMut(u64)) -> Outcome<()> {
        if order == Order::Relevance && !self.question.asks_no_text() {
            let most = limit.min(self.live().samples());
            let best = self.with_prepared(|prepared| {
                self.best(prepared, usize::try_from(most).unwrap_or(usize::MAX), None)
            })?;
            let _held = self.budget.hold(size_of_val(best.as_slice()))?;
            for hit in &best {
                visit(hit.position);
            }
            return Ok(());
        }
        let order = if order == Order::Relevance { Order::File } else { order };
        let rows = self.samples()?;
        if order == Order::File {
            self.positions_in_file_order(&rows, limit, visit);
            return Ok(());
        }
        let _held = self.budget.hold(rows.len() as usize * size_of::<(u64, u64)>())?;
        let mut ranked = Vec::with_capacity(rows.len() as usize);
        for of in &self.view.generations {
            let Some(ordinals) = rows.of(of.live.number) else { continue };
            for_each_rank(order, of, Some(ordinals), self.budget, |sample| {
                ranked.push((sample.key, sample.position));
            })?;
        }
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        if most < ranked.len() {
            ranked.select_nth_unstable(most);
            ranked.truncate(most);
        }
        ranked.sort_unstable();
        for (_, position) in &ranked {
            visit(*position);
        }
        Ok(())
    }

    fn positions_in_file_order(&self, rows: &RowSet, limit: u64, visit: &mut dyn FnMut(u64)) {
        let mut left = limit;
        for (at, block) in self.live().blocks() {
            let Some(ordinals) = rows.of(self.view.generations[at].live.number) else { continue };
            for ordinal in ordinals.range(block.first_row..block.first_row + block.rows) {
                if left == 0 {
                    return;
                }
                left -= 1;
                visit(block.first_position + u64::from(ordinal - block.first_row));
            }
        }
    }

    /// Every sample of the result.
    fn samples(&self) -> Outcome<RowSet> {
        if self.question.asks_no_text() {
            let all = self.all_passing()?;
            return Ok(RowSet::new(all.into_iter().map(|(of, rows)| (of.live.number, rows))));
        }
        self.with_prepared(|prepared| self.rows_of(prepared))
    }

    /// Every sample that matches the query, restrictions left aside.
    fn matches(&self) -> Outcome<RowSet> {
        if self.question.asks_no_text() {
            let all = self.view.generations.iter().map(|of| (of.live.number, self.holding(of)));
            return Ok(RowSet::new(all));
        }
        let predicates = |predicate: &Predicate| self.predicate(predicate);
        self.rows_of(&self.text().prepare(&self.question.expanded, None, None, &predicates, self.budget)?)
    }

    fn text(&self) -> &'a SearchView {
        &self.view.text
    }

    /// Asks the text index for the query, restricted as the question is.
    fn with_prepared<T>(&self, ask: impl FnOnce(&Prepared<'_>) -> Outcome<T>) -> Outcome<T> {
        let numbers: Vec<u32> = self.generations().map(|of| of.live.number).collect();
        let generations = (numbers.len() < self.view.generations.len()).then_some(numbers);
        let hides_rows = self.view.hides_rows;
        let accepts = |row: Row| {
            self.filters.iter().all(|filter| filter.passes(row))
                && (!hides_rows || self.live().locate(row).is_some())
        };
        let looks_at_rows = hides_rows || self.looks_at_rows();
        let accepts: Option<Accepts<'_>> = if looks_at_rows { Some(&accepts) } else { None };
        let predicates = |predicate: &Predicate| self.predicate(predicate);
        let expanded = &self.question.expanded;
        ask(&self.text().prepare(expanded, generations.as_deref(), accepts, &predicates, self.budget)?)
    }

    /// What was found, as far as it is shown.
    fn rows_of(&self, prepared: &Prepared<'_>) -> Outcome<RowSet> {
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
            let of = &self.view.generations[self.live().at(generation)?];
            let mut rows = rows.into_bitmap();
            if !of.live.is_whole() {
                rows &= of.live.shown();
            }
            Some((generation, rows))
        })))
    }

    fn tally(&self, wanted: &[Tallied]) -> Outcome<Vec<Tallies>> {
        let is_plain = wanted.iter().all(|tallied| tallied.aside.is_none());
        if self.question.is_everything() && is_plain && self.is_whole_generations() {
            let mut all = Vec::with_capacity(wanted.len());
            for tallied in wanted {
                self.budget.check()?;
                let tally = |of: &Arc<GenerationColumns>| (of.live.number, of.tally(tallied.field));
                all.push(self.generations().map(tally).collect());
            }
            return Ok(all);
        }
        let picked = self.picked()?;
        let mut all = Vec::with_capacity(wanted.len());
        for tallied in wanted {
            let mut tallies = Tallies::with_capacity(picked.len());
            for of in &picked {
                self.budget.check()?;
                tallies.push((of.of.live.number, Arc::new(of.tally(*tallied))));
            }
            all.push(tallies);
        }
        Ok(all)
    }

    /// The sums of some fields. Those of whole generations are remembered.
    fn sums(&self, fields: &[Field]) -> Outcome<Vec<Counts>> {
        let mut all = vec![Counts::new(); fields.len()];
        if self.question.is_everything() && self.is_whole_generations() {
            for of in self.generations() {
                self.budget.check()?;
                for (field, sums) in fields.iter().zip(&mut all) {
                    sums.insert(of.live.number, of.sum(*field));
                }
            }
            return Ok(all);
        }
        let rows = self.samples()?;
        for of in &self.view.generations {
            let Some(ordinals) = rows.of(of.live.number) else { continue };
            let held = self.budget.hold(ordinals.len() as usize * size_of::<u32>())?;
            let ordinals: Vec<u32> = ordinals.iter().collect();
            for (field, sums) in fields.iter().zip(&mut all) {
                self.budget.check()?;
                sums.insert(of.live.number, of.sum_of(*field, &ordinals));
            }
            drop(held);
        }
        Ok(all)
    }

    fn names(&self, name: Name, visit: &mut dyn FnMut(u64)) -> Outcome<()> {
        let rows = self.samples()?;
        for of in &self.view.generations {
            self.budget.check()?;
            if let Some(ordinals) = rows.of(of.live.number) {
                of.names(name, ordinals, visit)?;
            }
        }
        Ok(())
    }

    /// The samples of the result and those that a single restriction keeps out, generation by generation.
    fn picked(&self) -> Outcome<Vec<Picked<'a>>> {
        let matching = self.matches()?;
        let mut all = Vec::new();
        for of in &self.view.generations {
            let Some(ordinals) = matching.of(of.live.number).filter(|found| !found.is_empty()) else {
                continue;
            };
            all.push(Picked::of(of, ordinals, &self.filters, self.budget)?);
        }
        Ok(all)
    }
}

/// Samples of one generation, ascending.
struct Picked<'a> {
    of: &'a GenerationColumns,
    /// Those in the result.
    passing: Vec<u32>,
    /// By the number of a restriction: those that it alone keeps out.
    kept_out: Vec<Vec<u32>>,
}

impl<'a> Picked<'a> {
    /// Tells samples that pass all restrictions from those that only one keeps out.
    fn of(
        of: &'a GenerationColumns,
        ordinals: &RoaringBitmap,
        filters: &[Filter],
        budget: &Budget,
    ) -> Result<Self, Spent> {
        // A list holds four bytes a sample; a sample is in one of them at most.
        budget.hold(ordinals.len() as usize * size_of::<u32>())?.keep();
        let among = |filter: &Filter| filter.among(of, ordinals.clone(), budget);
        let passing: Vec<RoaringBitmap> = filters.iter().map(among).collect::<Result<_, _>>()?;
        let kept_out = |number: usize| -> Vec<u32> {
            let others = passing.iter().enumerate().filter(|(other, _)| *other != number);
            let mut only = others.fold(ordinals.clone(), |only, (_, other)| only & other);
            only -= &passing[number];
            only.iter().collect()
        };
        Ok(Self {
            of,
            passing: passing.iter().fold(ordinals.clone(), |all, own| all & own).iter().collect(),
            kept_out: (0..passing.len()).map(kept_out).collect(),
        })
    }

    fn tally(&self, wanted: Tallied) -> Tally {
        let mut tally = Tally::default();
        let aside = wanted.aside.and_then(|number| self.kept_out.get(number));
        for ordinals in std::iter::once(&self.passing).chain(aside) {
            match wanted.field {
                Some(field) => self.of.count(field, ordinals, &mut tally),
                None => tally.add(0, ordinals.len() as u32),
            }
        }
        tally
    }
}

/// A page in an order by numbers. `visits` visits all samples of the result, several times for a page far behind.
fn ordered_page<E: From<Spent>>(wanted: &Wanted, visits: &mut Visits<'_, E>) -> Result<Page, E> {
    let begin = match wanted.after {
        Some(Cursor::AfterRank(_, key, position)) => Some(Begin { after: Some((key, position)), skip: 0 }),
        _ => Begin::behind(wanted.skip, visits)?,
    };
    let Some(Begin { after, skip }) = begin else { return Ok(Page::default()) };
    let mut smallest = Smallest::new(skip + wanted.limit + 1, after);
    visits(&mut |ranked| smallest.offer(ranked))?;
    let mut ranked = smallest.into_sorted();
    ranked.drain(..skip.min(ranked.len()));
    Ok(page_of(wanted, ranked))
}

/// Makes a page of the first few; one more than asked for says that there is a next page.
fn page_of(wanted: &Wanted, mut ranked: Vec<Ranked>) -> Page {
    let has_more = ranked.len() > wanted.limit;
    ranked.truncate(wanted.limit);
    let after = |last: &Ranked| Cursor::AfterRank(wanted.order, last.key, last.position);
    let next = ranked.last().filter(|_| has_more).map(after);
    Page { rows: ranked.into_iter().map(|ranked| (ranked.row, 0.0)).collect(), next }
}
