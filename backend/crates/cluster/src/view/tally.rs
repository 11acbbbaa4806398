//! How often codes occur among samples: one search with an aggregation for each restriction that is left aside.

use super::{ClusterView, restrictions_of};
use crate::client::ClusterError;
use crate::fields::{GENERATION, number_name};
use blendscope_engine::{
    Budget, Counts, EngineError, Field, Outcome, Question, Restriction, Tallied, Tallies, Tally,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Codes of one generation that are asked for together with all others; where there are more, they are read by themselves.
/// These numbers are small in tests, where few samples have to go every way.
const CODES: usize = if cfg!(test) { 3 } else { 4_000 };

/// Codes of one generation in an answer with nothing else; a cluster gives 65,535 at most.
const CODES_ALONE: usize = if cfg!(test) { 4 } else { 60_000 };

/// Codes that such answers are planned for, as their number is estimated and they are dealt out by chance.
const CODES_PLANNED: u64 = if cfg!(test) { 4 } else { 40_000 };

/// By generation and code.
type Found = BTreeMap<u32, BTreeMap<u64, u64>>;

/// Tallies what is wanted.
pub(super) fn tally(
    view: &ClusterView,
    question: &Question,
    wanted: &[Tallied],
    budget: &Budget,
) -> Outcome<Vec<Tallies>> {
    let mut by_aside: BTreeMap<Option<usize>, Vec<Field>> = BTreeMap::new();
    for tallied in wanted {
        let fields = by_aside.entry(tallied.aside).or_default();
        fields.extend(tallied.field.filter(|field| !fields.contains(field)));
    }
    let mut all: BTreeMap<(Option<usize>, Option<usize>), Tallies> = BTreeMap::new();
    for (aside, fields) in by_aside {
        for (field, found) in tally_fields(view, question, aside, &fields, budget)? {
            all.insert((aside, field.map(|field| field as usize)), tallies(view, field, found));
        }
    }
    let of = |tallied: &Tallied| {
        let key = (tallied.aside, tallied.field.map(|field| field as usize));
        all.get(&key).cloned().unwrap_or_default()
    };
    Ok(wanted.iter().map(of).collect())
}

/// Adds up some fields by generation, those whose stored codes are the numbers in one search.
pub(super) fn sums(
    view: &ClusterView,
    question: &Question,
    fields: &[Field],
    budget: &Budget,
) -> Outcome<Vec<Counts>> {
    let has_meanings = |field: &Field| view.meanings.iter().any(|of| of.contains_key(&(*field as usize)));
    let (coded, plain): (Vec<Field>, Vec<Field>) = fields.iter().partition(|field| has_meanings(field));
    let mut inner = Map::new();
    for field in &plain {
        let name = number_name(*field).ok_or_else(|| unknown(*field))?;
        inner.insert(name.to_owned(), json!({"sum": {"field": name}}));
    }
    let query = view.query(question, view.conditions().filter(&restrictions_of(question)), budget)?;
    let mut generations = super::by_generation(&view.live);
    generations["aggs"] = Value::Object(inner);
    let answer =
        view.search(&json!({"size": 0, "query": query, "aggs": {"generations": generations}}), budget)?;
    let buckets = answer["aggregations"]["generations"]["buckets"].as_array();
    let sum_in = |name: &str| {
        // Sums are doubles, which hold whole numbers up to 2^53 exactly.
        let of = |bucket: &Value| {
            Some((bucket["key"].as_u64()? as u32, (bucket[name]["value"].as_f64()? as i64).cast_unsigned()))
        };
        buckets.into_iter().flatten().filter_map(of).collect::<Counts>()
    };
    let of_tally = |tallies: Tallies| {
        let sum = |tally: &Tally| tally.counts().map(|(number, samples)| number * samples).sum();
        tallies.iter().map(|(generation, tally)| (*generation, sum(tally))).collect::<Counts>()
    };
    let wanted: Vec<Tallied> =
        coded.iter().map(|field| Tallied { field: Some(*field), aside: None }).collect();
    let mut tallied = tally(view, question, &wanted, budget)?.into_iter().map(of_tally);
    let sum = |field: &Field| match number_name(*field) {
        Some(name) if plain.contains(field) => sum_in(name),
        _ => tallied.next().unwrap_or_default(),
    };
    Ok(fields.iter().map(sum).collect())
}

/// Tallies some fields, and samples as such, with one restriction left aside.
fn tally_fields(
    view: &ClusterView,
    question: &Question,
    aside: Option<usize>,
    fields: &[Field],
    budget: &Budget,
) -> Outcome<Vec<(Option<Field>, Found)>> {
    let restrictions: Vec<&Restriction> = restrictions_of(question)
        .into_iter()
        .enumerate()
        .filter(|(number, _)| Some(*number) != aside)
        .map(|(_, restriction)| restriction)
        .collect();
    let query = view.query(question, view.conditions().filter(&restrictions), budget)?;
    let together = by_generation(view, &query, fields, budget)?;
    let mut all = Vec::with_capacity(fields.len() + 1);
    for field in fields {
        let alone = match &together {
            Some(_) => None,
            None => by_generation(view, &query, &[*field], budget)?,
        };
        let name = number_name(*field).ok_or_else(|| unknown(*field))?;
        let found = match together.as_ref().or(alone.as_ref()) {
            Some(answer) => found_in(view, &query, answer, name, budget)?,
            None => found_in_each(view, &query, name, budget)?,
        };
        all.push((Some(*field), found));
    }
    let samples = match &together {
        Some(answer) => ClusterView::counts_of(answer)?,
        None => samples_only(view, &query, budget)?,
    };
    let samples = samples.into_iter().map(|(generation, count)| (generation, BTreeMap::from([(0, count)])));
    all.push((None, samples.collect()));
    Ok(all)
}

/// Counts some fields by generation in one search, the most frequent codes of each; nothing where these are more than the
/// cluster gives in one answer.
fn by_generation(
    view: &ClusterView,
    query: &Value,
    fields: &[Field],
    budget: &Budget,
) -> Outcome<Option<Value>> {
    let mut inner = Map::new();
    for field in fields {
        let name = number_name(*field).ok_or_else(|| unknown(*field))?;
        inner.insert(name.to_owned(), json!({"terms": {"field": name, "size": CODES}}));
    }
    let mut generations = super::by_generation(&view.live);
    if !inner.is_empty() {
        generations["aggs"] = Value::Object(inner);
    }
    let body = json!({"size": 0, "query": query, "aggs": {"generations": generations}});
    match view.search(&body, budget) {
        Err(EngineError::Failed(error)) if error.to_string().contains("too_many_buckets") => Ok(None),
        answer => answer.map(Some),
    }
}

fn unknown(field: Field) -> EngineError {
    ClusterError::Unusable(format!("the cluster does not count by {field:?}")).into()
}

/// The codes of a field in an answer of [`by_generation`], and those of generations that have more by themselves.
fn found_in(
    view: &ClusterView,
    query: &Value,
    answer: &Value,
    name: &str,
    budget: &Budget,
) -> Outcome<Found> {
    let mut found = Found::new();
    for bucket in answer["aggregations"]["generations"]["buckets"].as_array().into_iter().flatten() {
        let Some(generation) = bucket["key"].as_u64().and_then(|number| u32::try_from(number).ok()) else {
            continue;
        };
        let codes = match codes_in(&bucket[name]) {
            Some(codes) => codes,
            None => read_codes(view, query, generation, name, budget)?,
        };
        found.insert(generation, codes);
    }
    Ok(found)
}

/// The codes of a field, each generation by itself.
fn found_in_each(view: &ClusterView, query: &Value, name: &str, budget: &Budget) -> Outcome<Found> {
    let numbers = view.live.generations().iter().map(|of| of.number);
    numbers.map(|number| Ok((number, read_codes(view, query, number, name, budget)?))).collect()
}

/// The codes that an aggregation counted, if these are all.
fn codes_in(counted: &Value) -> Option<BTreeMap<u64, u64>> {
    let count = |code: &Value| Some((code["key"].as_i64()?.cast_unsigned(), code["doc_count"].as_u64()?));
    let codes = || counted["buckets"].as_array().into_iter().flatten().filter_map(count).collect();
    (counted["sum_other_doc_count"] == 0).then(codes)
}

/// Reads all codes of a field in a generation, in as many parts as it takes.
fn read_codes(
    view: &ClusterView,
    query: &Value,
    generation: u32,
    name: &str,
    budget: &Budget,
) -> Outcome<BTreeMap<u64, u64>> {
    let query = json!({"bool": {"must": query, "filter": {"term": {GENERATION: generation}}}});
    let search = |codes: Value| {
        let body = json!({"size": 0, "query": query, "aggs": {"codes": codes}});
        Ok::<_, EngineError>(view.search(&body, budget)?["aggregations"]["codes"].take())
    };
    let about = search(json!({"cardinality": {"field": name}}))?["value"].as_u64().unwrap_or(0);
    let mut parts = about / CODES_PLANNED + 1;
    loop {
        let one = |part| {
            let mut terms = json!({"field": name, "size": CODES_ALONE});
            if parts > 1 {
                terms["include"] = json!({"partition": part, "num_partitions": parts});
            }
            Ok(codes_in(&search(json!({"terms": terms}))?))
        };
        if let Some(all) = (0..parts).map(one).collect::<Outcome<Option<Vec<_>>>>()? {
            return Ok(all.into_iter().flatten().collect());
        }
        parts *= 2;
    }
}

fn samples_only(view: &ClusterView, query: &Value, budget: &Budget) -> Outcome<Counts> {
    let body = json!({"size": 0, "query": query, "aggs": {"generations": super::by_generation(&view.live)}});
    ClusterView::counts_of(&view.search(&body, budget)?)
}

/// Counts by what stored codes mean.
fn tallies(view: &ClusterView, field: Option<Field>, found: Found) -> Tallies {
    let tally = |(generation, codes): (u32, BTreeMap<u64, u64>)| {
        let at = view.live.at(generation)?;
        let meanings = field.and_then(|field| view.meanings[at].get(&(field as usize)));
        let mut tally = Tally::default();
        for (code, count) in codes {
            let code = meanings.map_or(code, |meanings| meanings.of(code));
            tally.add(code, u32::try_from(count).unwrap_or(u32::MAX));
        }
        Some((generation, Arc::new(tally)))
    };
    found.into_iter().filter_map(tally).collect()
}
