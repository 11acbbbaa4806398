//! Chains of words and phrases near each other, `a NEAR b NEAR c`, as span queries.
//!
//! Intervals give the shortest stretches only: of `a b b` they find the first `b` near the `a` and pass the second one over,
//! which may be the one with a `c` beside it. Spans know "not within so many words of": the occurrences of `b` that have an
//! `a` near are those that are not among the occurrences without one.

use crate::slots::shortened;
use serde_json::{Value, json};

/// The terms that may stand at each place of a word or phrase.
pub(crate) type Places = Vec<Vec<String>>;

/// Terms of a chain at most; they are given four times over, and a query has a limit of clauses.
const TERMS_MAX: usize = 40;

/// Samples in which each word or phrase stands within so many terms of the one before it. None where a sample may be missed:
/// where the same word may stand for two neighbours, where a phrase may overlap itself, and where there are too many terms.
pub(crate) fn chain(name: &str, all: &[Places], within: &[u32]) -> Option<Value> {
    let terms: usize = all.iter().flatten().map(Vec::len).sum();
    let is_clear = all.windows(2).all(|pair| !shares_terms(&pair[0], &pair[1])) && !all.iter().any(repeats);
    if terms > TERMS_MAX || !is_clear || all.iter().flatten().any(Vec::is_empty) {
        return None;
    }
    let spans: Vec<Value> = all.iter().map(|places| sequence(name, places)).collect();
    let (last, others) = spans.split_last()?;
    let mut found = others.first()?.clone();
    for (number, next) in others.iter().enumerate().skip(1) {
        found = near(next, &found, &others[number - 1], within[number - 1]);
    }
    let slop = within.last()?;
    let ordered =
        |clauses: [&Value; 2]| json!({"span_near": {"clauses": clauses, "slop": slop, "in_order": true}});
    Some(json!({"span_or": {"clauses": [ordered([&found, last]), ordered([last, &found])]}}))
}

/// The occurrences of `one` that have one of `others` near; `whole` are the `others` and those that were left out of them.
fn near(one: &Value, others: &Value, whole: &Value, within: u32) -> Value {
    let reach = within.saturating_add(1);
    let far = json!({"span_not": {"include": one, "exclude": others, "pre": reach, "post": reach}});
    let near = json!({"span_not": {"include": one, "exclude": far}});
    // What overlaps is not near.
    json!({"span_not": {"include": near, "exclude": whole}})
}

/// Where a word or phrase stands.
fn sequence(name: &str, places: &Places) -> Value {
    let term = |term: &String| json!({"span_term": {name: shortened(term)}});
    let place = |terms: &Vec<String>| match terms.as_slice() {
        [only] => term(only),
        all => json!({"span_or": {"clauses": all.iter().map(term).collect::<Vec<_>>()}}),
    };
    match places.as_slice() {
        [only] => place(only),
        all => json!({"span_near": {
            "clauses": all.iter().map(place).collect::<Vec<_>>(), "slop": 0, "in_order": true
        }}),
    }
}

fn shares_terms(left: &Places, right: &Places) -> bool {
    left.iter().flatten().any(|term| right.iter().flatten().any(|other| other == term))
}

/// Whether a phrase has a term twice, so that two occurrences may overlap.
fn repeats(places: &Places) -> bool {
    let terms: Vec<&String> = places.iter().flatten().collect();
    terms.iter().enumerate().any(|(number, term)| terms[..number].contains(term))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain_of(all: &[&[&str]]) -> Option<Value> {
        let places = |words: &&[&str]| words.iter().map(|word| vec![(*word).to_owned()]).collect();
        let all: Vec<Places> = all.iter().map(places).collect();
        chain("human", &all, &vec![3; all.len() - 1])
    }

    #[test]
    fn each_is_near_the_one_before_it() {
        let found = chain_of(&[&["a"], &["b"], &["c"]]).unwrap();
        let near = &found["span_or"]["clauses"][0]["span_near"]["clauses"][0]["span_not"];
        assert_eq!(near["exclude"], json!({"span_term": {"human": "a"}}));
        let far = &near["include"]["span_not"]["exclude"]["span_not"];
        assert_eq!((&far["pre"], &far["post"]), (&json!(4), &json!(4)));
    }

    #[test]
    fn what_may_overlap_is_left_to_others() {
        assert!(chain_of(&[&["a"], &["b", "c"], &["a"]]).is_some());
        assert!(chain_of(&[&["a"], &["a"], &["b"]]).is_none());
        assert!(chain_of(&[&["a"], &["no", "no"], &["b"]]).is_none());
    }
}
