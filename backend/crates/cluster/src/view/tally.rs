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

/// Codes of one generation that are asked for at once; where there are more, they are read page by page.
const CODES: usize = 4_000;

/// Codes on such a page.
const PAGE: usize = 10_000;

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
    let answer = match view.search(&body, budget) {
        Err(EngineError::Failed(error)) if error.to_string().contains("too_many_buckets") => None,
        answer => Some(answer?),
    };
    let buckets = |answer: &Value| {
        answer["aggregations"]["generations"]["buckets"].as_array().cloned().unwrap_or_default()
    };
    let buckets = answer.as_ref().map(buckets).unwrap_or_default();
    let mut all = Vec::with_capacity(fields.len() + 1);
    for field in fields {
        let name = number_name(*field).ok_or_else(|| unknown(*field))?;
        let is_whole =
            answer.is_some() && buckets.iter().all(|bucket| bucket[name]["sum_other_doc_count"] == 0);
        let found = if is_whole { found_in(&buckets, name) } else { read_codes(view, &query, name, budget)? };
        all.push((Some(*field), found));
    }
    let samples = match &answer {
        Some(answer) => ClusterView::counts_of(answer)?,
        None => samples_only(view, &query, budget)?,
    };
    let samples = samples.into_iter().map(|(generation, count)| (generation, BTreeMap::from([(0, count)])));
    all.push((None, samples.collect()));
    Ok(all)
}

fn unknown(field: Field) -> EngineError {
    ClusterError::Unusable(format!("the cluster does not count by {field:?}")).into()
}

fn found_in(buckets: &[Value], name: &str) -> Found {
    let mut found = Found::new();
    for bucket in buckets {
        let Some(generation) = bucket["key"].as_u64().and_then(|number| u32::try_from(number).ok()) else {
            continue;
        };
        let codes = bucket[name]["buckets"].as_array().into_iter().flatten();
        let count = |code: &Value| Some((code["key"].as_i64()?.cast_unsigned(), code["doc_count"].as_u64()?));
        found.insert(generation, codes.filter_map(count).collect());
    }
    found
}

/// Reads all codes of a field, however many there are.
fn read_codes(view: &ClusterView, query: &Value, name: &str, budget: &Budget) -> Outcome<Found> {
    let (mut found, mut after) = (Found::new(), None);
    loop {
        let sources = json!([{"g": {"terms": {"field": GENERATION}}}, {"c": {"terms": {"field": name}}}]);
        let mut composite = json!({"size": PAGE, "sources": sources});
        if let Some(after) = after.take() {
            composite["after"] = after;
        }
        let body = json!({"size": 0, "query": query, "aggs": {"codes": {"composite": composite}}});
        let mut answer = view.search(&body, budget)?;
        let buckets = answer["aggregations"]["codes"]["buckets"].take();
        let buckets = buckets.as_array().map(Vec::as_slice).unwrap_or_default();
        for bucket in buckets {
            let key = &bucket["key"];
            let (Some(generation), Some(code)) = (key["g"].as_u64(), key["c"].as_i64()) else { continue };
            let codes = found.entry(generation as u32).or_default();
            *codes.entry(code.cast_unsigned()).or_default() += bucket["doc_count"].as_u64().unwrap_or(0);
        }
        if buckets.len() < PAGE {
            return Ok(found);
        }
        after = Some(answer["aggregations"]["codes"]["after_key"].take());
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
