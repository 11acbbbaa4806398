//! The words of the index: which there are, and how often.

mod without_accents;

use super::common::is_pair;
use super::inflect::{Candidates, bare};
use std::collections::BTreeMap;
use tantivy::Searcher;
use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::termdict::TermDictionary;
use tantivy::{SegmentReader, Term};
use tantivy_fst::Automaton;
use without_accents::WithoutAccents;

/// CJK terms stand from here on in a dictionary. They are similar to no word, and there are many of them.
const FIRST_CJK: &str = "\u{2E80}";

/// A word of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// The term.
    pub(crate) term: String,
    /// Samples with it, counted once for each field.
    pub(crate) count: u64,
    /// The fields it stands in.
    pub(super) fields: Vec<Field>,
}

/// The words that a folded term stands for, the most frequent first: itself, its accented and its inflected forms.
pub(super) fn forms(searcher: &Searcher, fields: &[Field], term: &str) -> tantivy::Result<Vec<Form>> {
    let Some(candidates) = Candidates::of(term) else { return itself(searcher, fields, term) };
    let words = WithoutAccents::new(candidates.all());
    let mut forms = collect(searcher, fields, || &words, "")?;
    let count_of = |is_counted: &dyn Fn(&str) -> bool| -> u64 {
        forms.iter().filter(|form| is_counted(&bare(&form.term))).map(|form| form.count).sum()
    };
    let own = count_of(&|word| word == candidates.own);
    let certain = count_of(&|word| candidates.certain.contains(word));
    // A slip of the pen makes no English word: it would have to stand there once for a hundred times of the word.
    if certain > 0 && certain.saturating_mul(100) >= own {
        forms.retain(|form| {
            let word = bare(&form.term);
            word == candidates.own || candidates.certain.contains(&word)
        });
    }
    Ok(forms)
}

/// A term that stands for itself only; nothing if it does not occur.
fn itself(searcher: &Searcher, fields: &[Field], term: &str) -> tantivy::Result<Vec<Form>> {
    let mut form = Form { term: term.to_owned(), count: 0, fields: Vec::new() };
    for field in fields {
        let count = searcher.doc_freq(&Term::from_field_text(*field, term))?;
        if count > 0 {
            form.count += count;
            form.fields.push(*field);
        }
    }
    Ok(if form.count > 0 { vec![form] } else { Vec::new() })
}

/// Words at most so many edits (letters put in, left out or changed) away from a term, the most frequent first.
pub(super) fn similar(
    searcher: &Searcher,
    fields: &[Field],
    term: &str,
    edits: u8,
) -> tantivy::Result<Vec<Form>> {
    let Some(field) = fields.first() else { return Ok(Vec::new()) };
    let query = FuzzyTermQuery::new(Term::from_field_text(*field, term), edits, false);
    query.automaton()?;
    let automaton = || query.automaton().expect("it could be made just before");
    collect(searcher, fields, automaton, FIRST_CJK)
}

/// The most frequent words that begin so, and how many there are.
pub(super) fn beginning(
    searcher: &Searcher,
    fields: &[Field],
    prefix: &str,
    most: usize,
) -> tantivy::Result<(Vec<Form>, usize)> {
    let mut forms = Collected::default();
    for_each_dictionary(searcher, fields, |_, field, dictionary| {
        for_each_beginning(dictionary, prefix, |term, count| forms.add(term, field, count))
    })?;
    let mut forms = forms.by_count();
    let all = forms.len();
    forms.truncate(most);
    Ok((forms, all))
}

/// Calls `visit` with every word of a dictionary that begins so, and its samples.
fn for_each_beginning(
    dictionary: &TermDictionary,
    prefix: &str,
    mut visit: impl FnMut(&[u8], u32),
) -> tantivy::Result<()> {
    let mut stream = dictionary.range().ge(prefix.as_bytes()).into_stream()?;
    while stream.advance() && stream.key().starts_with(prefix.as_bytes()) {
        if !is_pair(stream.key()) {
            visit(stream.key(), stream.value().doc_freq);
        }
    }
    Ok(())
}

fn collect<A: Automaton>(
    searcher: &Searcher,
    fields: &[Field],
    automaton: impl Fn() -> A,
    before: &str,
) -> tantivy::Result<Vec<Form>>
where
    A::State: Clone,
{
    let mut forms = Collected::default();
    for_each_dictionary(searcher, fields, |_, field, dictionary| {
        let search = dictionary.search(automaton());
        let search = if before.is_empty() { search } else { search.lt(before) };
        let mut stream = search.into_stream()?;
        while stream.advance() {
            if is_pair(stream.key()) {
                continue;
            }
            forms.add(stream.key(), field, stream.value().doc_freq);
        }
        Ok(())
    })?;
    Ok(forms.by_count())
}

fn for_each_dictionary(
    searcher: &Searcher,
    fields: &[Field],
    mut visit: impl FnMut(&SegmentReader, Field, &TermDictionary) -> tantivy::Result<()>,
) -> tantivy::Result<()> {
    for segment in searcher.segment_readers() {
        for field in fields {
            let inverted = segment.inverted_index(*field)?;
            if inverted.terms().num_terms() > 0 {
                visit(segment, *field, inverted.terms())?;
            }
        }
    }
    Ok(())
}

/// Words put together from many dictionaries.
#[derive(Default)]
struct Collected(BTreeMap<Vec<u8>, (u64, Vec<Field>)>);

impl Collected {
    fn add(&mut self, term: &[u8], field: Field, count: u32) {
        if !self.0.contains_key(term) {
            self.0.insert(term.to_vec(), (0, Vec::new()));
        }
        let Some((total, fields)) = self.0.get_mut(term) else { return };
        *total += u64::from(count);
        if !fields.contains(&field) {
            fields.push(field);
        }
    }

    fn by_count(self) -> Vec<Form> {
        let form = |(term, (count, fields)): (Vec<u8>, (u64, Vec<Field>))| {
            let term = String::from_utf8(term).ok()?;
            Some(Form { term, count, fields })
        };
        let mut forms: Vec<Form> = self.0.into_iter().filter_map(form).collect();
        // Words as frequent as each other stay in the order of the alphabet.
        forms.sort_by_key(|form| std::cmp::Reverse(form.count));
        forms
    }
}
