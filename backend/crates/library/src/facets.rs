//! What a result consists of: facets and histograms, counted from columns.

use super::dimensions::{Codes, DIMENSIONS, Facet, Kind};
use super::restriction::Restriction;
use super::search::Request;
use super::snapshot::{OpenGeneration, Snapshot};
use super::tally::Tally;
use super::whole::{Bars, Values, Whole};
use super::{Library, LibraryError};
use blendscope_engine::{Budget, Spent};
use blendscope_shared::search::{Dimension, FacetValue, FacetsAnswer, Histogram, SearchParams, Total};
use roaring::RoaringBitmap;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// Answers that are kept per commit; the longest take some hundred kilobytes.
const ANSWERS_MAX: usize = 64;

/// Values of a facet that an answer lists at most; those asked for are always among them.
const VALUES_MAX: usize = 500;

/// Answers of one commit that are kept, for those who go back and forth between the same few results.
#[derive(Default)]
pub struct KeptFacets(Mutex<HashMap<String, FacetsAnswer>>);

impl KeptFacets {
    fn get(&self, key: &str) -> Option<FacetsAnswer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn put(&self, key: String, answer: FacetsAnswer) -> FacetsAnswer {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= ANSWERS_MAX {
            kept.clear();
        }
        kept.insert(key, answer.clone());
        answer
    }
}

/// The samples of a result, generation by generation; the result of everything is no list.
enum Selection {
    All,
    Picked(Vec<Picked>),
}

/// Samples of one generation, ascending.
struct Picked {
    of: Arc<OpenGeneration>,
    /// Those in the result.
    passing: Vec<u32>,
    /// By the number of a restriction: those that it alone keeps out.
    kept_out: Vec<Vec<u32>>,
}

impl Library {
    /// Facets and histograms of a search, within a budget.
    pub fn facets(&self, params: &SearchParams, budget: &Budget) -> Result<FacetsAnswer, LibraryError> {
        let started = Instant::now();
        let snapshot = self.snapshot();
        let asked =
            SearchParams { sort: None, seed: 0, limit: None, cursor: None, offset: 0, ..params.clone() };
        let key = asked.to_query();
        let mut answer = match snapshot.facets.get(&key) {
            Some(answer) => answer,
            None => snapshot.facets.put(key, snapshot.count_facets(&asked, budget)?),
        };
        answer.took_ms = (started.elapsed().as_secs_f64() * 100_000.0).round() / 100.0;
        Ok(answer)
    }
}

impl Snapshot {
    /// Counts facets and histograms of a search.
    fn count_facets(&self, params: &SearchParams, budget: &Budget) -> Result<FacetsAnswer, LibraryError> {
        let request = Request::read(params, self, budget)?;
        let selection = Selection::of(&request, self)?;
        let mut answer = FacetsAnswer {
            total: Total { count: selection.total(self), is_final: self.is_final() },
            ..FacetsAnswer::default()
        };
        for (number, dimension) in DIMENSIONS.iter().enumerate() {
            let (name, asked) = (dimension.name.to_owned(), params.chosen(dimension.name));
            let is_range = match (&dimension.kind, self.whole(number)) {
                (Kind::Facet(facet), Whole::Values(whole)) if facet.is_listed => {
                    let counts = selection.values(&request, number, facet, whole)?;
                    answer.facets.insert(name.clone(), listed(whole, &counts, asked));
                    false
                }
                (Kind::Number(of_number), Whole::Bars(bars)) => {
                    let histogram = selection.histogram(&request, number, of_number.codes, bars)?;
                    answer.histograms.insert(name.clone(), histogram);
                    true
                }
                (Kind::Role, Whole::Values(whole)) => {
                    answer.facets.insert(name.clone(), roles(params, self, whole, budget)?);
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
}

impl Selection {
    fn of(request: &Request<'_>, snapshot: &Snapshot) -> Result<Self, LibraryError> {
        let restrictions = &request.filter.restrictions;
        if request.is_everything() && restrictions.is_empty() {
            return Ok(Self::All);
        }
        let matching = request.matches(snapshot)?;
        let mut all = Vec::new();
        for of in &snapshot.generations {
            let Some(ordinals) = matching.of(of.state.generation).filter(|found| !found.is_empty()) else {
                continue;
            };
            let mut picked = Picked {
                of: Arc::clone(of),
                passing: Vec::new(),
                kept_out: vec![Vec::new(); restrictions.len()],
            };
            picked.pick(ordinals, request)?;
            all.push(picked);
        }
        Ok(Self::Picked(all))
    }

    fn total(&self, snapshot: &Snapshot) -> u64 {
        match self {
            Self::All => snapshot.samples(),
            Self::Picked(all) => all.iter().map(|picked| picked.passing.len() as u64).sum(),
        }
    }

    /// Samples per value of a facet, its own restriction left aside.
    fn values(
        &self,
        request: &Request<'_>,
        number: usize,
        facet: &Facet,
        whole: &Values,
    ) -> Result<Vec<u64>, Spent> {
        let Self::Picked(all) = self else {
            return Ok(whole.values.iter().map(|value| value.all).collect());
        };
        let mut counts = vec![0; whole.values.len()];
        for picked in all {
            let tally = picked.tally(request, number, &(facet.codes)(&picked.of))?;
            for (code, count) in tally.counts() {
                for value in whole.of_code(&picked.of, code) {
                    counts[*value as usize] += count;
                }
            }
        }
        Ok(counts)
    }

    /// Samples per bar of a number, its own restriction left aside.
    fn histogram(
        &self,
        request: &Request<'_>,
        number: usize,
        codes: fn(&OpenGeneration) -> Codes,
        bars: &Bars,
    ) -> Result<Histogram, Spent> {
        let mut histogram =
            Histogram { bounds: bars.bounds.clone(), counts: bars.all.clone(), all: bars.all.clone() };
        let Self::Picked(all) = self else { return Ok(histogram) };
        histogram.counts.fill(0);
        for picked in all {
            let tally = picked.tally(request, number, &codes(&picked.of))?;
            for (sum, count) in histogram.counts.iter_mut().zip(bars.of_tally(&tally)) {
                *sum += count;
            }
        }
        Ok(histogram)
    }
}

impl Picked {
    /// Tells samples that pass all restrictions from those that only one keeps out.
    fn pick(&mut self, ordinals: &RoaringBitmap, request: &Request<'_>) -> Result<(), Spent> {
        let (restrictions, budget) = (&request.filter.restrictions, request.budget);
        // A list holds four bytes a sample; a sample is in one of them at most.
        budget.hold(ordinals.len() as usize * size_of::<u32>())?.keep();
        if restrictions.is_empty() {
            self.passing = ordinals.iter().collect();
            return Ok(());
        }
        let among =
            |(_, restriction): &(usize, Restriction)| restriction.among(&self.of, ordinals.clone(), budget);
        let passing: Vec<RoaringBitmap> = restrictions.iter().map(among).collect::<Result<_, _>>()?;
        for (number, kept_out) in self.kept_out.iter_mut().enumerate() {
            let others = passing.iter().enumerate().filter(|(other, _)| *other != number);
            let mut only = others.fold(ordinals.clone(), |only, (_, other)| only & other);
            only -= &passing[number];
            *kept_out = only.iter().collect();
        }
        self.passing = passing.iter().fold(ordinals.clone(), |all, own| all & own).iter().collect();
        Ok(())
    }

    fn tally(&self, request: &Request<'_>, number: usize, codes: &Codes) -> Result<Tally, Spent> {
        request.budget.check()?;
        let mut tally = Tally::default();
        tally.count(&self.of, codes, &self.passing);
        let restrictions = request.filter.restrictions.iter().zip(&self.kept_out);
        for (_, kept_out) in restrictions.filter(|((restricted, _), _)| *restricted == number) {
            tally.count(&self.of, codes, kept_out);
        }
        Ok(tally)
    }
}

/// The values to show: those asked for, then by how often they occur.
fn listed(whole: &Values, counts: &[u64], asked: &[String]) -> Vec<FacetValue> {
    let is_asked = |value: &FacetValue| asked.iter().any(|asked| asked.eq_ignore_ascii_case(&value.value));
    let mut values: Vec<FacetValue> = whole
        .values
        .iter()
        .zip(counts)
        .map(|(value, count)| FacetValue { count: *count, ..value.clone() })
        .collect();
    values.sort_by(|left, right| {
        let rank = |value: &FacetValue| (is_asked(value), value.count, value.all);
        rank(right).cmp(&rank(left)).then_with(|| left.value.cmp(&right.value))
    });
    values.truncate(VALUES_MAX.max(asked.len()));
    values
}

/// How many samples say what is looked for in turns of each role; nothing when no words are looked for.
fn roles(
    params: &SearchParams,
    snapshot: &Snapshot,
    whole: &Values,
    budget: &Budget,
) -> Result<Vec<FacetValue>, LibraryError> {
    let mut values = Vec::new();
    for role in &whole.values {
        let mut of_role = params.clone();
        of_role.choose("role", vec![role.value.clone()]);
        let request = Request::read(&of_role, snapshot, budget)?;
        if request.asks_no_text() {
            return Ok(Vec::new());
        }
        let count = request.count(&request.expanded, snapshot)?;
        values.push(FacetValue { count, ..role.clone() });
    }
    Ok(values)
}
