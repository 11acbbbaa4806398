//! What a result consists of: facets and histograms, counted by the engine in codes.

use crate::ask::answers::{Asked, Current};
use crate::ask::dimensions::{DIMENSIONS, Facet, Kind};
use crate::ask::search::Request;
use crate::ask::totals::{Bars, Totals, Value, Values};
use crate::{Library, LibraryError};
use blendscope_engine::{Budget, Tallied, Tallies};
use blendscope_shared::search::{Dimension, FacetValue, FacetsAnswer, Histogram, SearchParams, Total};
use std::time::Instant;

/// Values of a facet that an answer lists at most; those asked for are always among them.
const VALUES_MAX: usize = 500;

impl Library {
    /// Facets and histograms of a search, within a budget.
    pub fn facets(&self, params: &SearchParams, budget: &Budget) -> Result<FacetsAnswer, LibraryError> {
        let started = Instant::now();
        let current = self.current();
        let asked =
            SearchParams { sort: None, seed: 0, limit: None, cursor: None, offset: 0, ..params.clone() };
        let key = asked.to_query();
        let found = current.answer(Asked::Facets(key), budget, || current.count_facets(&asked, budget))?;
        let mut answer = FacetsAnswer::clone(&found);
        answer.incomplete = budget.incomplete();
        answer.total.is_final &= answer.incomplete.is_none();
        answer.took_ms = (started.elapsed().as_secs_f64() * 100_000.0).round() / 100.0;
        Ok(answer)
    }
}

impl Current {
    /// Counts facets and histograms of a search.
    fn count_facets(&self, params: &SearchParams, budget: &Budget) -> Result<FacetsAnswer, LibraryError> {
        let request = Request::read(params, self, budget)?;
        let mut wanted = vec![Tallied { field: None, aside: None }];
        for (number, dimension) in DIMENSIONS.iter().enumerate() {
            let field = match &dimension.kind {
                Kind::Facet(facet) if facet.is_listed => facet.field,
                Kind::Number(number) => Some(number.field),
                _ => continue,
            };
            let aside = request.restricted.iter().position(|restricted| *restricted == number);
            wanted.push(Tallied { field, aside });
        }
        let mut tallies = self.view.tally(&request.question, &wanted, budget)?.into_iter();
        let all = tallies.next().unwrap_or_default();
        let count = all.iter().flat_map(|(_, tally)| tally.counts()).map(|(_, count)| count).sum();
        let mut answer =
            FacetsAnswer { total: Total { count, is_final: self.is_final() }, ..FacetsAnswer::default() };
        for (number, dimension) in DIMENSIONS.iter().enumerate() {
            let (name, asked) = (dimension.name.to_owned(), params.chosen(dimension.name));
            let is_range = match (&dimension.kind, self.totals(number, budget)?.as_ref()) {
                (Kind::Facet(facet), Totals::Values(totals)) if facet.is_listed => {
                    let counts = self.count_values(totals, &tallies.next().unwrap_or_default());
                    answer.facets.insert(name.clone(), self.listed(facet, totals, &counts, asked));
                    false
                }
                (Kind::Number(_), Totals::Bars(bars)) => {
                    let tallies = tallies.next().unwrap_or_default();
                    answer.histograms.insert(name.clone(), histogram(bars, &tallies));
                    true
                }
                (Kind::Role, Totals::Values(totals)) => {
                    answer.facets.insert(name.clone(), roles(params, self, totals, budget)?);
                    false
                }
                _ => continue,
            };
            answer.dimensions.push(Dimension { name, title: dimension.title.to_owned(), is_range });
        }
        // The API's documents speak of `flags`; the search parameter, by which the others are named, is `flag`.
        if let Some(flags) = answer.facets.get("flag").cloned() {
            answer.facets.insert("flags".to_owned(), flags);
        }
        Ok(answer)
    }

    /// Samples per value of a facet.
    fn count_values(&self, totals: &Values, tallies: &Tallies) -> Vec<u64> {
        let mut counts = vec![0; totals.values.len()];
        for (generation, tally) in tallies {
            let Some(of) = self.generation(*generation) else { continue };
            for (code, count) in tally.counts() {
                for value in totals.of_code(of, code) {
                    counts[*value as usize] += count;
                }
            }
        }
        counts
    }

    /// The values to show: those asked for, then by how often they occur.
    fn listed(&self, facet: &Facet, totals: &Values, counts: &[u64], asked: &[String]) -> Vec<FacetValue> {
        let is_asked = |name: &str| asked.iter().any(|asked| asked.eq_ignore_ascii_case(name));
        let mut ranked: Vec<_> = totals.values.iter().zip(counts).collect();
        let by_rank = |(one, one_count): &(&Value, &u64), (other, other_count): &(&Value, &u64)| {
            let rank = |value: &Value, count: u64| (is_asked(&value.name), count, value.all);
            rank(other, **other_count).cmp(&rank(one, **one_count)).then_with(|| one.name.cmp(&other.name))
        };
        let most = VALUES_MAX.max(asked.len());
        if ranked.len() > most {
            ranked.select_nth_unstable_by(most, by_rank);
            ranked.truncate(most);
        }
        ranked.sort_unstable_by(by_rank);
        let shown = |(value, count): (&Value, &u64)| FacetValue {
            value: value.name.clone(),
            title: (facet.title)(self, &value.name),
            count: *count,
            all: value.all,
        };
        ranked.into_iter().map(shown).collect()
    }
}

/// Samples per bar of a number.
fn histogram(bars: &Bars, tallies: &Tallies) -> Histogram {
    let mut counts = vec![0; bars.all.len()];
    for (_, tally) in tallies {
        for (sum, count) in counts.iter_mut().zip(bars.of_tally(tally)) {
            *sum += count;
        }
    }
    Histogram { bounds: bars.bounds.clone(), counts, all: bars.all.clone() }
}

/// How many samples say what is looked for in turns of each role; nothing when no words are looked for.
fn roles(
    params: &SearchParams,
    snapshot: &Current,
    totals: &Values,
    budget: &Budget,
) -> Result<Vec<FacetValue>, LibraryError> {
    let mut values = Vec::new();
    for role in &totals.values {
        let mut of_role = params.clone();
        of_role.choose("role", vec![role.name.clone()]);
        let request = Request::read(&of_role, snapshot, budget)?;
        if request.question.asks_no_text() {
            return Ok(Vec::new());
        }
        let count = snapshot.view.counts(&request.question, budget)?.values().sum();
        values.push(FacetValue { value: role.name.clone(), title: None, count, all: role.all });
    }
    Ok(values)
}
