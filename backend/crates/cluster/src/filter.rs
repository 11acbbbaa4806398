//! Conditions in the words of the cluster's search API: which generations are live, and which of their samples pass.

use crate::fields::{GENERATION, IMAGE, ROW, number_name};
use crate::query::{any_of, everything, nothing};
use crate::stored::AllMeanings;
use blendscope_engine::{Accepted, Codes, Field, Live, LiveGeneration, Name, Restriction};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

/// Values in one `terms` query at most.
const TERMS_MAX: usize = 65_536;

/// Different conditions that are asked for one by one. Clauses of a query are few (1,024 where an administrator says
/// nothing), so more of them are looked up by a script.
const CONDITIONS_MAX: usize = 8;

/// Whether a number is in one of the ranges of a sample's generation: `g` are generations, ascending, `r` the ranges of all
/// of them one after the other, `b` the number of the first range of each.
const IN_RANGES: &str = "long g=doc['generation'].value; int a=0; int b=params.g.length-1; while (a<b) {int c=(a+b+1)/2; \
                         if (((Number)params.g[c]).longValue()<=g) {a=c;} else {b=c-1;}} \
                         if (((Number)params.g[a]).longValue()!=g) {return false;} long v=doc[params.f].value; \
                         int d=((Number)params.b[a]).intValue(); int e=((Number)params.b[a+1]).intValue()-1; \
                         if (d>e) {return false;} while (d<e) {int c=(d+e+1)/2; \
                         if (((Number)params.r[2*c]).longValue()<=v) {d=c;} else {e=c-1;}} \
                         return ((Number)params.r[2*d]).longValue()<=v && v<=((Number)params.r[2*d+1]).longValue();";

/// Of each generation ranges of numbers, both ends included; they ascend and do not overlap.
type Ranges = BTreeMap<u32, Vec<(i64, i64)>>;

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
        let accepted = || generations.iter().filter_map(|of| Some((of.number, restriction.of(of.number)?)));
        let mut conditions = self.grouped(accepted());
        if let Some((condition, numbers)) = conditions.first().filter(|_| conditions.len() == 1)
            && numbers.len() == self.live.generations().len()
        {
            return condition.clone();
        }
        let mut scripts = Vec::new();
        if conditions.len() > CONDITIONS_MAX {
            let mut by_field: BTreeMap<&str, Ranges> = BTreeMap::new();
            for (generation, accepted) in accepted() {
                let Accepted::With(field, codes) = accepted else { continue };
                let Some(name) = number_name(*field) else { continue };
                let ranges = signed(&self.stored(*field, codes, generation));
                by_field.entry(name).or_default().insert(generation, ranges);
            }
            scripts.extend(by_field.iter().map(|(name, ranges)| in_ranges(name, ranges)));
            conditions = self.grouped(accepted().filter(|(_, one)| !matches!(one, Accepted::With(..))));
        }
        let of_some = |(condition, numbers): (Value, Vec<u32>)| json!({"bool": {"filter": [terms(GENERATION, numbers.into_iter().map(i64::from)), condition]}});
        any_of(scripts.into_iter().chain(conditions.into_iter().map(of_some)).collect())
    }

    /// Each condition once, with the generations that it is for.
    fn grouped<'r>(&self, accepted: impl Iterator<Item = (u32, &'r Accepted)>) -> Vec<(Value, Vec<u32>)> {
        let mut conditions: BTreeMap<String, (Value, Vec<u32>)> = BTreeMap::new();
        for (generation, accepted) in accepted {
            let condition = self.condition(accepted, generation);
            let entry = conditions.entry(condition.to_string()).or_insert_with(|| (condition, Vec::new()));
            entry.1.push(generation);
        }
        conditions.into_values().collect()
    }

    fn condition(&self, accepted: &Accepted, generation: u32) -> Value {
        match accepted {
            Accepted::All => everything(),
            Accepted::With(field, codes) => match number_name(*field) {
                Some(name) => with(name, &self.stored(*field, codes, generation)),
                None => nothing(),
            },
            Accepted::Named(name, hashes) => terms(name_of(*name), sorted(hashes)),
        }
    }

    /// What some codes of a field are stored as in a generation.
    fn stored<'c>(&self, field: Field, codes: &'c Codes, generation: u32) -> Cow<'c, Codes> {
        let meanings = self.live.at(generation).and_then(|at| self.meanings[at].get(&(field as usize)));
        meanings.map_or(Cow::Borrowed(codes), |meanings| Cow::Owned(meanings.stored(codes)))
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
    let mut parts = Ranges::new();
    for of in generations.iter().filter(|of| !of.is_whole()) {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for block in of.blocks().iter().filter(|block| block.rows > 0) {
            let end = block.first_row + block.rows;
            match runs.last_mut() {
                Some((_, last)) if *last == block.first_row => *last = end,
                _ => runs.push((block.first_row, end)),
            }
        }
        let row = |ordinal: u32| of.row(ordinal).0.cast_signed();
        parts.insert(of.number, runs.into_iter().map(|(begin, end)| (row(begin), row(end) - 1)).collect());
    }
    if parts.values().map(Vec::len).sum::<usize>() > CONDITIONS_MAX {
        queries.push(in_ranges(ROW, &parts));
    } else {
        queries.extend(parts.into_values().flatten().map(|range| between(ROW, range)));
    }
    any_of(queries)
}

/// Samples of which a field has a number in a range, both ends included.
fn between(name: &str, (from, to): (i64, i64)) -> Value {
    json!({"range": {name: {"gte": from, "lte": to}}})
}

/// Samples of which a field has a number in one of the ranges of their generation.
fn in_ranges(name: &str, ranges: &Ranges) -> Value {
    let (mut begins, mut all) = (vec![0], Vec::new());
    for of in ranges.values() {
        all.extend(of.iter().flat_map(|(from, to)| [*from, *to]));
        begins.push(all.len() / 2);
    }
    let generations: Vec<u32> = ranges.keys().copied().collect();
    let params = json!({"f": name, "g": generations, "b": begins, "r": all});
    json!({"script": {"script": {"source": IN_RANGES, "params": params}}})
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
        Codes::In(_) => any_of(signed(codes).into_iter().map(|range| between(name, range)).collect()),
    }
}

/// The ranges of some codes as they are stored.
fn signed(codes: &Codes) -> Vec<(i64, i64)> {
    // Numbers beyond this are hashes, of which nobody asks for ranges.
    let least = |code: u64| i64::try_from(code).unwrap_or(i64::MAX);
    match codes {
        Codes::Among(codes) => sorted(codes).map(|code| (code, code)).collect(),
        Codes::In(ranges) => ranges.iter().map(|(from, to)| (least(*from), least(*to))).collect(),
    }
}

/// In an order of their own, so that the same condition is the same text.
fn sorted(codes: &HashSet<u64>) -> impl Iterator<Item = i64> + use<> {
    let mut sorted: Vec<i64> = codes.iter().map(|code| code.cast_signed()).collect();
    sorted.sort_unstable();
    sorted.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// What one sample of each generation is asked for, of which each wants another code.
    fn asked(generations: u32) -> Value {
        let all = (1..=generations).map(|number| LiveGeneration::new(number, 0, 5, Vec::new()));
        let live = Live::new(all.collect());
        let wanted = |number: u32| Codes::Among(Arc::new([u64::from(number)].into()));
        let accepted =
            (1..=generations).map(|number| (number, Accepted::With(Field::Sources, wanted(number))));
        let meanings = vec![AllMeanings::new(); generations as usize];
        Conditions { live: &live, meanings: &meanings }.predicate(Some(&Restriction::new(accepted)))
    }

    #[test]
    fn a_few_conditions_are_clauses_and_many_are_one_script() {
        assert_eq!(asked(3)["bool"]["should"].as_array().unwrap().len(), 3);
        let params = &asked(1_500)["script"]["script"]["params"];
        assert_eq!((&params["f"], &params["g"][1_499]), (&json!("sources"), &json!(1_500)));
        assert_eq!((&params["b"][1_500], &params["r"][2_999]), (&json!(1_500), &json!(1_500)));
    }
}
