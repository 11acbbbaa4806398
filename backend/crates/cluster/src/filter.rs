//! Conditions in the words of the cluster's search API: which generations are live, and which of their samples pass.

use crate::fields::{GENERATION, IMAGE, ROW, number_name};
use crate::query::{any_of, everything, nothing};
use crate::stored::AllMeanings;
use blendscope_engine::{Accepted, Codes, Field, Live, LiveGeneration, Name, Restriction};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};

/// Values in one `terms` query at most.
const TERMS_MAX: usize = 65_536;

/// The live generations, and what their stored codes mean, in the same order.
#[derive(Clone, Copy)]
pub(crate) struct Conditions<'a> {
    pub live: &'a Live,
    pub meanings: &'a [AllMeanings],
}

impl<'a> Conditions<'a> {
    /// The live generations of which some samples may pass all of some restrictions.
    pub(crate) fn passing(&self, restrictions: &[&Restriction]) -> Vec<&'a LiveGeneration> {
        let passes = |of: &&LiveGeneration| restrictions.iter().all(|one| one.of(of.number).is_some());
        self.live.generations().iter().filter(passes).collect()
    }

    /// Whether all samples of these generations pass all of some restrictions.
    pub(crate) fn pass_wholly(generations: &[&LiveGeneration], restrictions: &[&Restriction]) -> bool {
        let is_all = |of: &&LiveGeneration| {
            restrictions.iter().all(|one| matches!(one.of(of.number), Some(Accepted::All)))
        };
        generations.iter().all(is_all)
    }

    /// Samples of live generations that pass all of some restrictions.
    pub(crate) fn filter(&self, restrictions: &[&Restriction]) -> Vec<Value> {
        let generations = self.passing(restrictions);
        let mut filter = vec![shown(&generations)];
        for restriction in restrictions {
            if !Self::pass_wholly(&generations, &[*restriction]) {
                filter.push(self.restriction(restriction, &generations));
            }
        }
        filter
    }

    /// Samples of live generations for which a predicate holds.
    pub(crate) fn predicate(&self, restriction: Option<&Restriction>) -> Value {
        let Some(restriction) = restriction else { return nothing() };
        self.restriction(restriction, &self.passing(&[restriction]))
    }

    /// What a restriction asks of samples of some generations: each condition once, with the generations that it is for.
    fn restriction(&self, restriction: &Restriction, generations: &[&LiveGeneration]) -> Value {
        let mut conditions: BTreeMap<String, (Value, Vec<u32>)> = BTreeMap::new();
        for of in generations {
            let Some(accepted) = restriction.of(of.number) else { continue };
            let condition = self.condition(accepted, of.number);
            let entry = conditions.entry(condition.to_string()).or_insert_with(|| (condition, Vec::new()));
            entry.1.push(of.number);
        }
        let is_for_all = conditions.len() == 1;
        let one = |(condition, numbers): (Value, Vec<u32>)| {
            if is_for_all && numbers.len() == self.live.generations().len() {
                return condition;
            }
            json!({"bool": {"filter": [terms(GENERATION, numbers.into_iter().map(i64::from)), condition]}})
        };
        any_of(conditions.into_values().map(one).collect())
    }

    fn condition(&self, accepted: &Accepted, generation: u32) -> Value {
        match accepted {
            Accepted::All => everything(),
            Accepted::With(field, codes) => {
                let Some(name) = number_name(*field) else { return nothing() };
                let meanings =
                    self.live.at(generation).and_then(|at| self.meanings[at].get(&(*field as usize)));
                match meanings {
                    Some(meanings) => with(name, &meanings.stored(codes)),
                    None => with(name, codes),
                }
            }
            Accepted::Named(name, hashes) => terms(name_of(*name), sorted(hashes)),
        }
    }
}

/// The name of the field with the names of samples of a kind.
pub(crate) fn name_of(name: Name) -> &'static str {
    match name {
        Name::Key => number_name(Field::Key).unwrap_or_default(),
        Name::Id => number_name(Field::Id).unwrap_or_default(),
        Name::Image => IMAGE,
    }
}

/// The samples that are shown of some live generations.
pub(crate) fn shown(generations: &[&LiveGeneration]) -> Value {
    let whole = generations.iter().filter(|of| of.is_whole()).map(|of| i64::from(of.number));
    let whole: Vec<i64> = whole.collect();
    let mut queries = Vec::new();
    if !whole.is_empty() {
        queries.push(terms(GENERATION, whole.into_iter()));
    }
    for of in generations.iter().filter(|of| !of.is_whole()) {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for block in of.blocks().iter().filter(|block| block.rows > 0) {
            let end = block.first_row + block.rows;
            match runs.last_mut() {
                Some((_, last)) if *last == block.first_row => *last = end,
                _ => runs.push((block.first_row, end)),
            }
        }
        let range =
            |(begin, end): (u32, u32)| json!({"range": {ROW: {"gte": of.row(begin).0, "lt": of.row(end).0}}});
        queries.extend(runs.into_iter().map(range));
    }
    any_of(queries)
}

/// Samples with one of some numbers in a field.
fn terms(name: &str, numbers: impl Iterator<Item = i64>) -> Value {
    let numbers: Vec<i64> = numbers.collect();
    any_of(numbers.chunks(TERMS_MAX).map(|some| json!({"terms": {name: some}})).collect())
}

/// Samples of which a field has one of some codes.
fn with(name: &str, codes: &Codes) -> Value {
    match codes {
        Codes::Among(codes) => terms(name, sorted(codes)),
        Codes::In(ranges) => {
            // Numbers beyond this are hashes, of which nobody asks for ranges.
            let most = i64::MAX.unsigned_abs();
            let range = |(from, to): &(u64, u64)| json!({"range": {name: {"gte": (*from).min(most), "lte": (*to).min(most)}}});
            any_of(ranges.iter().map(range).collect())
        }
    }
}

/// In an order of their own, so that the same condition is the same text.
fn sorted(codes: &HashSet<u64>) -> impl Iterator<Item = i64> + use<> {
    let mut sorted: Vec<i64> = codes.iter().map(|code| code.cast_signed()).collect();
    sorted.sort_unstable();
    sorted.into_iter()
}
