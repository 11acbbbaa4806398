//! Going to the n-th sample of a result. The cluster passes over some thousand hits and no more; so the values that are
//! sorted by are counted in ranges first, and those in ever smaller ones, until the place is near.

use crate::fields::WINDOW;
use crate::order::{Key, Level, Sorting};
use blendscope_engine::{Live, Outcome};
use serde_json::{Value, json};

/// Hits that are passed over where that is near enough.
const NEAR: u64 = WINDOW / 2;

/// Ranges that are counted at once.
const RANGES: u64 = 512;

/// Where a page begins: behind a hit, and then behind so many more.
pub(super) struct Place {
    /// The `search_after`; none for the beginning.
    pub after: Option<Vec<Value>>,
    /// Hits to pass over from there.
    pub skip: u64,
}

/// Where the page behind the first `skip` hits begins, which are fewer than there are; `search` asks the cluster.
pub(super) fn find(
    query: &Value,
    sorting: &Sorting<'_>,
    live: &Live,
    mut skip: u64,
    search: &dyn Fn(&Value) -> Outcome<Value>,
) -> Outcome<Place> {
    // The values of the levels that are known exactly, and conditions for these.
    let (mut known, mut filter) = (Vec::new(), vec![query.clone()]);
    for level in &sorting.levels {
        let narrowed = narrow(level, &filter, live, skip, search)?;
        let Some((from, to, left)) = narrowed else { break };
        skip = left;
        if skip <= NEAR || from < to {
            let mut after = known;
            let before = if level.is_down { to.saturating_add(1) } else { from.saturating_sub(1) };
            after.push(level.value(before));
            let rest = &sorting.levels[after.len()..];
            after.extend(rest.iter().map(|level| level.bound(true)));
            return Ok(Place { after: Some(after), skip });
        }
        known.push(level.value(from));
        filter.push(equals(level, from));
    }
    Ok(Place { after: None, skip })
}

/// The range of values in which the sample behind the first `skip` is, and how many of that range come before it: either one
/// value, or a range of which few come before.
fn narrow(
    level: &Level,
    filter: &[Value],
    live: &Live,
    mut skip: u64,
    search: &dyn Fn(&Value) -> Outcome<Value>,
) -> Outcome<Option<(i64, i64, u64)>> {
    let query = json!({"bool": {"filter": filter}});
    let Some((mut from, mut to)) = bounds(level, &query, live, search)? else { return Ok(None) };
    while from < to && skip > NEAR {
        let ranges = split(from, to);
        let list: Vec<Value> = ranges.iter().map(|(from, to)| json!({"from": from, "to": to + 1})).collect();
        let mut counting = source(level);
        counting["ranges"] = json!(list);
        let answer = search(&json!({"size": 0, "query": query, "aggs": {"r": {"range": counting}}}))?;
        let buckets =
            answer["aggregations"]["r"]["buckets"].as_array().map(Vec::as_slice).unwrap_or_default();
        let counts = buckets.iter().map(|bucket| bucket["doc_count"].as_u64().unwrap_or(0));
        let mut counted: Vec<((i64, i64), u64)> = ranges.into_iter().zip(counts).collect();
        if level.is_down {
            counted.reverse();
        }
        let found = counted.into_iter().find(|(_, count)| {
            let is_before = *count <= skip;
            skip -= if is_before { *count } else { 0 };
            !is_before
        });
        let Some((range, _)) = found else { return Ok(None) };
        (from, to) = range;
    }
    Ok(Some((from, to, skip)))
}

/// The smallest and the largest value; none where there is no sample.
fn bounds(
    level: &Level,
    query: &Value,
    live: &Live,
    search: &dyn Fn(&Value) -> Outcome<Value>,
) -> Outcome<Option<(i64, i64)>> {
    if matches!(level.key, Key::Script(_)) {
        // Halves of a 64-bit number, or positions.
        let most = i64::from(u32::MAX).max(live.samples().cast_signed());
        return Ok(Some((0, most)));
    }
    let aggs = json!({"least": {"min": source(level)}, "most": {"max": source(level)}});
    let answer = search(&json!({"size": 0, "query": query, "aggs": aggs}))?;
    let bound = |name: &str| answer["aggregations"][name]["value"].as_f64().map(|value| value as i64);
    Ok(bound("least").zip(bound("most")))
}

/// Even ranges, both ends included.
fn split(from: i64, to: i64) -> Vec<(i64, i64)> {
    let values = to.abs_diff(from) + 1;
    let width = values.div_ceil(RANGES).cast_signed();
    let mut ranges = Vec::new();
    let mut begin = from;
    while begin <= to {
        let end = begin.saturating_add(width - 1).min(to);
        ranges.push((begin, end));
        begin = end + 1;
    }
    ranges
}

/// Where an aggregation gets the values of a level from.
fn source(level: &Level) -> Value {
    match &level.key {
        Key::Field(name) => json!({"field": name}),
        Key::Script(script) => json!({"script": script}),
        Key::Score => json!({"script": "_score"}),
    }
}

/// Samples with a value at a level.
fn equals(level: &Level, value: i64) -> Value {
    match &level.key {
        Key::Script(script) => {
            let mut script = script.clone();
            let text = script["source"].as_str().unwrap_or_default();
            // What a script returns is compared instead.
            let text = text.replacen("return ", "double found=", 1);
            script["source"] = json!(format!("{text} return found==params.v;"));
            script["params"]["v"] = json!(value as f64);
            json!({"script": {"script": script}})
        }
        Key::Field(name) => json!({"term": {*name: value}}),
        Key::Score => json!({"match_all": {}}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_cover_everything_once() {
        for (from, to) in [(0, 0), (5, 9), (-3, 4_000), (0, i64::from(u32::MAX)), (0, 1 << 52)] {
            let ranges = split(from, to);
            assert!(ranges.len() as u64 <= RANGES);
            assert_eq!((ranges[0].0, ranges.last().unwrap().1), (from, to));
            assert!(ranges.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0));
        }
    }
}
