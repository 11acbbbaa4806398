//! Queries in the words of the cluster's search API.
//!
//! Words are looked for as terms, words in a row as `match_phrase` over the same slots as texts are sent in, and what
//! neither can say (words near each other, forms of a word inside of that, phrases that go on) as `intervals`.

use crate::fields::{ANALYZER, text_name};
use crate::slots::shortened;
use crate::spans::{Places, chain};
use crate::words::{Beginning, LiveWords};
use blendscope_dictionary::{Dictionary, FORMS_MAX};
use blendscope_engine::Outcome;
use blendscope_query::{Atom, Clause, Expanded, Node, Phrase, Predicate, Scope, TextField};
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Forms of a word up to which each is scored by itself, where the query has few words.
const SCORED_FORMS_MAX: usize = 48;

/// Forms that are scored by themselves in a whole query. The cluster takes 1,024 clauses where an administrator says nothing
/// else, and an explanation has them twice.
const SCORED_MAX: usize = 400;

/// Words that are given one by one where they may stand in a place; more are given as patterns, each of which is one clause.
const ONE_BY_ONE_MAX: usize = 16;

/// Words and bytes of a pattern: less than the cluster allows in its settings.
const PATTERN_WORDS: usize = 64;
const PATTERN_BYTES: usize = 900;

/// Relevance of another form, against one for the word as it was typed.
const FORM_WEIGHT: f64 = 0.9;

/// Relevance of the very word among words that begin so.
const EXACT_WEIGHT: f64 = 4.0;

/// Writes queries.
pub(crate) struct QueryWriter<'a> {
    /// The query with the words of the index.
    pub expanded: &'a Expanded,
    /// The words of the index.
    pub words: &'a LiveWords<'a>,
}

/// What no sample matches.
pub(crate) fn nothing() -> Value {
    json!({"match_none": {}})
}

/// What every sample matches.
pub(crate) fn everything() -> Value {
    json!({"match_all": {}})
}

/// What matches one of some.
pub(crate) fn any_of(mut queries: Vec<Value>) -> Value {
    match queries.len() {
        0 => nothing(),
        1 => queries.remove(0),
        _ => json!({"bool": {"should": queries, "minimum_should_match": 1}}),
    }
}

impl QueryWriter<'_> {
    /// The whole query; `predicate` says what a predicate asks for.
    pub(crate) fn query(&self, predicate: &dyn Fn(&Predicate) -> Value) -> Outcome<Value> {
        let query = self.expanded.query();
        match &query.root {
            _ if query.is_void => Ok(nothing()),
            Some(root) => self.node(root, predicate),
            None => Ok(everything()),
        }
    }

    fn node(&self, node: &Node, predicate: &dyn Fn(&Predicate) -> Value) -> Outcome<Value> {
        let all =
            |nodes: &[Node]| nodes.iter().map(|node| self.node(node, predicate)).collect::<Outcome<Vec<_>>>();
        Ok(match node {
            Node::Clause(clause) => self.clause(clause)?,
            Node::Predicate(asked) => json!({"bool": {"filter": predicate(asked)}}),
            Node::Not(node) => json!({"bool": {"must_not": self.node(node, predicate)?}}),
            Node::And(nodes) => json!({"bool": {"must": all(nodes)?}}),
            Node::Or(nodes) => any_of(all(nodes)?),
        })
    }

    /// Forms of a word in a field that are scored by themselves.
    fn scored_forms(&self) -> usize {
        fn places(node: &Node) -> usize {
            match node {
                Node::Clause(clause) => clause.scope.fields().len(),
                Node::Predicate(_) => 0,
                Node::Not(node) => places(node),
                Node::And(nodes) | Node::Or(nodes) => nodes.iter().map(places).sum(),
            }
        }
        let places = self.expanded.query().root.as_ref().map_or(0, places);
        (SCORED_MAX / places.max(1)).min(SCORED_FORMS_MAX)
    }

    /// What a clause asks for, in any of its fields.
    pub(crate) fn clause(&self, clause: &Clause) -> Outcome<Value> {
        Ok(any_of(self.clause_by_field(clause)?.into_iter().map(|(_, query)| query).collect()))
    }

    /// What a clause asks for in each field where it can occur.
    pub(crate) fn clause_by_field(&self, clause: &Clause) -> Outcome<Vec<(TextField, Value)>> {
        let mut all = Vec::new();
        for text in clause.scope.fields() {
            let field = InField { writer: self, scope: clause.scope, text: *text };
            all.extend(field.clause(clause)?.map(|query| (*text, query)));
        }
        Ok(all)
    }
}

/// One text of the samples.
struct InField<'a> {
    writer: &'a QueryWriter<'a>,
    scope: Scope,
    text: TextField,
}

impl InField<'_> {
    fn name(&self) -> &'static str {
        text_name(self.text)
    }

    /// None where the clause cannot occur.
    fn clause(&self, clause: &Clause) -> Outcome<Option<Value>> {
        if clause.near.len() > 1
            && let Some(chain) = self.chain(clause)?
        {
            return Ok(Some(chain));
        }
        if !clause.near.is_empty() {
            let Some(mut near) = self.sequence(&clause.first)? else { return Ok(None) };
            let mut is_first = true;
            for (within, atom) in &clause.near {
                let Some(next) = self.sequence(atom)? else { return Ok(None) };
                // Behind the second, only those count that have the one before them near.
                near = if is_first { near } else { near_before(&near) };
                near = near_each_other(&near, &next, *within);
                is_first = false;
            }
            return Ok(Some(self.intervals(&near)));
        }
        Ok(match &clause.first {
            Atom::Exact(term) => Some(self.term(term, 1.0)),
            Atom::Prefix(prefix) => {
                let all = json!({"prefix": {self.name(): {"value": prefix}}});
                Some(any_of(vec![all, self.term(prefix, EXACT_WEIGHT)]))
            }
            Atom::Word(typed) | Atom::Fuzzy(typed, _) => self.forms_query(&clause.first, typed),
            Atom::Phrase(phrase) => self.phrase(phrase)?,
        })
    }

    fn term(&self, term: &str, boost: f64) -> Value {
        json!({"term": {self.name(): {"value": shortened(term), "boost": boost}}})
    }

    fn forms_query(&self, atom: &Atom, typed: &str) -> Option<Value> {
        let forms = self.forms(atom);
        if forms.is_empty() {
            return None;
        }
        let scored = self.writer.scored_forms();
        if forms.len() > scored {
            let mut all = vec![json!({"terms": {self.name(): forms}})];
            all.extend((scored > 1).then(|| self.term(typed, EXACT_WEIGHT)));
            return Some(any_of(all));
        }
        let weighed = |form: &String| self.term(form, if form == typed { 1.0 } else { FORM_WEIGHT });
        Some(any_of(forms.iter().map(weighed).collect()))
    }

    /// The forms of a word that the field has.
    fn forms(&self, atom: &Atom) -> Vec<String> {
        let forms = self.writer.expanded.forms(self.scope, atom).iter();
        forms.filter(|form| form.fields.contains(&self.text)).map(|form| form.term.clone()).collect()
    }

    fn intervals(&self, source: &Value) -> Value {
        json!({"intervals": {self.name(): source}})
    }

    fn phrase(&self, phrase: &Phrase) -> Outcome<Option<Value>> {
        let slots = slots_of(phrase);
        let is_plain = !phrase.goes_on && slots.iter().all(|slot| slot.len() == 1);
        if is_plain {
            let text: Vec<&str> = slots.iter().map(|slot| shortened(&slot[0])).collect();
            let query = json!({"query": text.join(" "), "analyzer": ANALYZER});
            return Ok(Some(json!({"match_phrase": {self.name(): query}})));
        }
        Ok(self.phrase_source(phrase)?.map(|source| self.intervals(&source)))
    }

    /// Where a word or phrase stands; none where it cannot.
    fn sequence(&self, atom: &Atom) -> Outcome<Option<Value>> {
        Ok(match atom {
            Atom::Exact(term) => Some(one(term)),
            Atom::Word(_) | Atom::Fuzzy(..) => one_of(&self.forms(atom)),
            Atom::Prefix(prefix) => one_of(&self.beginning(prefix)?),
            Atom::Phrase(phrase) => self.phrase_source(phrase)?,
        })
    }

    fn phrase_source(&self, phrase: &Phrase) -> Outcome<Option<Value>> {
        let mut slots = slots_of(phrase);
        let last = if phrase.goes_on { slots.last_mut().and_then(Vec::pop) } else { None };
        let mut sources: Vec<Vec<Value>> =
            slots.iter().map(|slot| slot.iter().map(|term| one(term)).collect()).collect();
        if let (Some(beginning), Some(slot)) = (last, sources.last_mut()) {
            let Some(words) = one_of(&self.beginning(&beginning)?) else { return Ok(None) };
            slot.push(words);
        }
        let mut places: Vec<Value> = sources.into_iter().filter_map(at_one_place).collect();
        if places.len() == 1 {
            return Ok(places.pop());
        }
        Ok(Some(json!({"all_of": {"intervals": places, "ordered": true, "max_gaps": 0}})))
    }

    /// A chain of words and phrases near each other as spans, which find all of it; none where they cannot.
    fn chain(&self, clause: &Clause) -> Outcome<Option<Value>> {
        let mut all = Vec::with_capacity(clause.near.len() + 1);
        for atom in clause.atoms() {
            let Some(places) = self.places(atom)? else { return Ok(None) };
            all.push(places);
        }
        let within: Vec<u32> = clause.near.iter().map(|(within, _)| *within).collect();
        Ok(chain(self.name(), &all, &within))
    }

    /// The terms that may stand at each place of a word or phrase; none where it is more than that.
    fn places(&self, atom: &Atom) -> Outcome<Option<Places>> {
        Ok(match atom {
            Atom::Exact(term) => Some(vec![vec![term.clone()]]),
            Atom::Word(_) | Atom::Fuzzy(..) => Some(vec![self.forms(atom)]),
            Atom::Prefix(prefix) => Some(vec![self.beginning(prefix)?]),
            Atom::Phrase(phrase) => {
                let slots = slots_of(phrase);
                let is_plain = !phrase.goes_on && slots.iter().all(|slot| slot.len() == 1);
                is_plain.then_some(slots)
            }
        })
    }

    /// The words of the field that begin so, the most frequent ones where there are very many.
    fn beginning(&self, prefix: &str) -> Outcome<Vec<String>> {
        let mut words: HashMap<Vec<u8>, u64> = HashMap::new();
        let begins = || Beginning(prefix.as_bytes());
        self.writer.words.search(&[self.text], &begins, "", &mut |word, _, samples| {
            *words.entry(word.to_vec()).or_default() += samples;
        })?;
        let mut words: Vec<(Vec<u8>, u64)> = words.into_iter().collect();
        words.sort_by(|left, right| (Reverse(left.1), &left.0).cmp(&(Reverse(right.1), &right.0)));
        words.truncate(FORMS_MAX);
        Ok(words.into_iter().filter_map(|(word, _)| String::from_utf8(word).ok()).collect())
    }
}

/// The terms at each place of a phrase. The second character of a pair fills the place of its own, where nothing else does.
fn slots_of(phrase: &Phrase) -> Vec<Vec<String>> {
    let length = phrase.terms.last().map_or(0, |(offset, _)| *offset as usize + 1);
    let mut slots: Vec<Vec<String>> = vec![Vec::new(); length];
    for (offset, term) in &phrase.terms {
        slots[*offset as usize].push(term.clone());
    }
    for place in 1..length {
        if slots[place].is_empty() {
            let second = slots[place - 1].iter().find_map(|term| term.chars().nth(1));
            slots[place].extend(second.map(String::from));
        }
    }
    slots
}

fn one(term: &str) -> Value {
    json!({"match": {"query": shortened(term), "analyzer": ANALYZER}})
}

fn one_of(terms: &[String]) -> Option<Value> {
    match terms {
        [] => None,
        [term] => Some(one(term)),
        _ if terms.len() <= ONE_BY_ONE_MAX => {
            Some(json!({"any_of": {"intervals": terms.iter().map(|term| one(term)).collect::<Vec<_>>()}}))
        }
        _ => Some(json!({"any_of": {"intervals": patterns(terms)}})),
    }
}

/// Patterns that match some terms and nothing else.
fn patterns(terms: &[String]) -> Vec<Value> {
    let (mut all, mut pattern, mut words) = (Vec::new(), String::new(), 0);
    for term in terms {
        let term = escaped(shortened(term));
        if words == PATTERN_WORDS || (words > 0 && pattern.len() + term.len() > PATTERN_BYTES) {
            all.push(std::mem::take(&mut pattern));
            words = 0;
        }
        if words > 0 {
            pattern.push('|');
        }
        pattern.push_str(&term);
        words += 1;
    }
    all.push(pattern);
    all.into_iter().map(|pattern| json!({"regexp": {"pattern": pattern}})).collect()
}

/// A term as a pattern: what is no letter or digit stands for itself.
fn escaped(term: &str) -> String {
    let mut pattern = String::with_capacity(term.len());
    for letter in term.chars() {
        if letter.is_ascii() && !letter.is_ascii_alphanumeric() {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}

/// Where all of some terms share a place; none without terms.
fn at_one_place(sources: Vec<Value>) -> Option<Value> {
    sources.into_iter().reduce(|outer, inner| filtered(inner, "contained_by", &outer))
}

/// A source with a filter.
fn filtered(mut source: Value, kind: &str, by: &Value) -> Value {
    if let Some(inner) = source.as_object_mut().and_then(|source| source.values_mut().next()) {
        inner["filter"] = json!({kind: by});
    }
    source
}

/// Where one stands near the other, in either order.
fn near_each_other(left: &Value, right: &Value, within: u32) -> Value {
    let ordered = |first: &Value, second: &Value| json!({"all_of": {"intervals": [first, second], "ordered": true, "max_gaps": within}});
    json!({"any_of": {"intervals": [ordered(left, right), ordered(right, left)]}})
}

/// Where the second of two stands that are near each other.
fn near_before(near: &Value) -> Value {
    let second = near["any_of"]["intervals"][0]["all_of"]["intervals"][1].clone();
    filtered(second, "contained_by", near)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(terms: &[(u32, &str)]) -> Phrase {
        Phrase { terms: terms.iter().map(|(at, term)| (*at, (*term).to_owned())).collect(), goes_on: false }
    }

    #[test]
    fn every_place_of_a_phrase_has_a_term() {
        let slots = slots_of(&phrase(&[(0, "東京"), (2, "dog")]));
        assert_eq!(slots, [vec!["東京"], vec!["京"], vec!["dog"]]);
        let slots = slots_of(&phrase(&[(0, "🐶"), (0, "dog"), (1, "runs")]));
        assert_eq!(slots, [vec!["🐶", "dog"], vec!["runs"]]);
    }

    #[test]
    fn many_words_are_a_few_patterns() {
        let words: Vec<String> = (0..1_000).map(|number| format!("wörd.{number}")).collect();
        let patterns = patterns(&words);
        assert!(patterns.len() < 20, "{}", patterns.len());
        let all = patterns.iter().map(|one| one["regexp"]["pattern"].as_str().unwrap());
        let all: Vec<&str> =
            all.inspect(|one| assert!(one.len() < 1_000)).flat_map(|one| one.split('|')).collect();
        assert_eq!(all.len(), 1_000);
        assert_eq!(all[7], "wörd\\.7");
    }

    #[test]
    fn terms_of_one_place_contain_each_other() {
        let both = at_one_place(vec![one("🐶"), one("dog")]).unwrap();
        assert_eq!(both["match"]["query"], "dog");
        assert_eq!(both["match"]["filter"]["contained_by"]["match"]["query"], "🐶");
    }
}
