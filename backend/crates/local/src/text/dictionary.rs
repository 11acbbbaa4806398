//! The words of the index: which there are, and how often.

use crate::text::Outcome;
use crate::text::meaning::SHOWN_MAX;
use crate::text::schema::is_pair;
use crate::text::source::Scan;
use blendscope_query::inflect::{Candidates, accented, bare, is_accent};
use blendscope_query::{Form, TextField};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use tantivy::Term;
use tantivy::index::InvertedIndexReader;
use tantivy::query::{DfaWrapper, FuzzyTermQuery};
use tantivy::schema::Field;
use tantivy_fst::Automaton;

/// CJK terms stand from here on in a dictionary. They are similar to no word, and there are many of them.
const FIRST_CJK: &str = "\u{2E80}";

/// The words that a folded term stands for, the most frequent first: itself, its accented and its inflected forms.
pub(crate) fn forms(scan: &Scan<'_>, fields: &[Field], term: &str) -> Outcome<Vec<Form>> {
    let Some(candidates) = Candidates::of(term) else { return itself(scan, fields, term) };
    let words = WithoutAccents::new(candidates.all());
    let mut forms = collect(scan, fields, || &words, "")?;
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
fn itself(scan: &Scan<'_>, fields: &[Field], term: &str) -> Outcome<Vec<Form>> {
    let mut form = Form { term: term.to_owned(), count: 0, fields: Vec::new() };
    for field in fields {
        let count = scan.living.samples_with(scan.searcher, &Term::from_field_text(*field, term))?;
        if count > 0 {
            form.count += count;
            form.fields.push(scan.fields.text_of(*field));
        }
    }
    Ok(if form.count > 0 { vec![form] } else { Vec::new() })
}

/// Words at most so many edits (letters put in, left out or changed) away from a term, the most frequent first.
pub(crate) fn similar(scan: &Scan<'_>, fields: &[Field], term: &str, edits: u8) -> Outcome<Vec<Form>> {
    let Some(field) = fields.first() else { return Ok(Vec::new()) };
    let query = FuzzyTermQuery::new(Term::from_field_text(*field, term), edits, false);
    let automaton = Similar(query.automaton()?);
    collect(scan, fields, || &automaton, FIRST_CJK)
}

/// Words of several dictionaries that begin so, each with its samples counted once for each field.
pub(crate) type Words = HashMap<Vec<u8>, u64>;

/// Words that begin so.
pub(crate) struct Beginning {
    /// The most frequent ones, with their samples counted once for each field.
    pub forms: Vec<(String, u64)>,
    /// How many words there are.
    pub count: usize,
}

impl Beginning {
    /// The most frequent of some words, those that are as frequent as each other in the order of the alphabet.
    pub(crate) fn of(words: &Words) -> Self {
        let mut order: Vec<(Reverse<u64>, &[u8])> =
            words.iter().map(|(word, count)| (Reverse(*count), word.as_slice())).collect();
        if order.len() > SHOWN_MAX {
            order.select_nth_unstable(SHOWN_MAX);
            order.truncate(SHOWN_MAX);
        }
        order.sort_unstable();
        let text = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
        let forms = order.into_iter().map(|(Reverse(count), word)| (text(word), count)).collect();
        Self { forms, count: words.len() }
    }
}

/// One automaton for all dictionaries.
struct Similar(DfaWrapper);

impl Automaton for &Similar {
    type State = <DfaWrapper as Automaton>::State;

    fn start(&self) -> Self::State {
        self.0.start()
    }

    fn is_match(&self, state: &Self::State) -> bool {
        self.0.is_match(state)
    }

    fn can_match(&self, state: &Self::State) -> bool {
        self.0.can_match(state)
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        self.0.accept(state, byte)
    }
}

fn collect<A: Automaton>(
    scan: &Scan<'_>,
    fields: &[Field],
    automaton: impl Fn() -> A,
    before: &str,
) -> Outcome<Vec<Form>>
where
    A::State: Clone,
{
    let mut forms = Collected::default();
    for_each_dictionary(scan, fields, |number, field, inverted| {
        let search = inverted.terms().search(automaton());
        let search = if before.is_empty() { search } else { search.lt(before) };
        let mut stream = search.into_stream()?;
        while stream.advance() {
            scan.budget.check()?;
            if is_pair(stream.key()) {
                continue;
            }
            forms.add(
                stream.key(),
                scan.fields.text_of(field),
                scan.living.samples_in(number, inverted, stream.value())?,
            );
        }
        Ok(())
    })?;
    Ok(forms.by_count())
}

fn for_each_dictionary(
    scan: &Scan<'_>,
    fields: &[Field],
    mut visit: impl FnMut(usize, Field, &InvertedIndexReader) -> Outcome<()>,
) -> Outcome<()> {
    for (number, segment) in scan.searcher.segment_readers().iter().enumerate() {
        for field in fields {
            scan.budget.check()?;
            let inverted = segment.inverted_index(*field)?;
            if inverted.terms().num_terms() > 0 {
                visit(number, *field, &inverted)?;
            }
        }
    }
    Ok(())
}

/// Words put together from many dictionaries.
#[derive(Default)]
struct Collected(BTreeMap<Vec<u8>, (u64, Vec<TextField>)>);

impl Collected {
    /// Adds the samples with a word in a field; a word of deleted samples only is none.
    fn add(&mut self, term: &[u8], field: TextField, count: u32) {
        if count == 0 {
            return;
        }
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
        let form = |(term, (count, fields)): (Vec<u8>, (u64, Vec<TextField>))| {
            let term = String::from_utf8(term).ok()?;
            Some(Form { term, count, fields })
        };
        let mut forms: Vec<Form> = self.0.into_iter().filter_map(form).collect();
        // Words as frequent as each other stay in the order of the alphabet.
        forms.sort_by_key(|form| Reverse(form.count));
        forms
    }
}

/// Recognizes terms whose bare form is one of some words.
pub struct WithoutAccents {
    /// A tree of the words: for each node its letters with the nodes they lead to, and whether a word ends there.
    nodes: Vec<(Vec<(char, u32)>, bool)>,
}

/// A place in the tree, and the bytes of a character that is not complete.
#[derive(Clone, Copy)]
pub struct Place {
    node: u32,
    bytes: [u8; 4],
    length: u8,
}

/// No word goes on here.
const NOWHERE: u32 = u32::MAX;

impl WithoutAccents {
    /// Recognizes these words, given without accents.
    pub fn new<'w>(words: impl Iterator<Item = &'w str>) -> Self {
        let mut tree = Self { nodes: vec![(Vec::new(), false)] };
        for word in words {
            let mut node = 0;
            for letter in word.chars() {
                node = match tree.child(node, letter) {
                    NOWHERE => tree.grow(node, letter),
                    child => child,
                };
            }
            tree.nodes[node as usize].1 = true;
        }
        tree
    }

    fn child(&self, node: u32, letter: char) -> u32 {
        let letters = &self.nodes[node as usize].0;
        letters.iter().find(|(own, _)| *own == letter).map_or(NOWHERE, |(_, child)| *child)
    }

    fn grow(&mut self, node: u32, letter: char) -> u32 {
        let child = self.nodes.len() as u32;
        self.nodes.push((Vec::new(), false));
        self.nodes[node as usize].0.push((letter, child));
        child
    }

    /// Where a complete character leads.
    fn step(&self, node: u32, symbol: char) -> u32 {
        if symbol.is_ascii() {
            return self.child(node, symbol);
        }
        if is_accent(symbol) {
            return node;
        }
        let letters = &self.nodes[node as usize].0;
        let found =
            letters.iter().find(|(letter, _)| *letter == symbol || accented(*letter).contains(&symbol));
        found.map_or(NOWHERE, |(_, child)| *child)
    }

    /// Whether a character that begins with these bytes leads anywhere.
    fn leads_on(&self, node: u32, bytes: &[u8]) -> bool {
        let mut buffer = [0; 4];
        let mut begins = |symbol: char| symbol.encode_utf8(&mut buffer).as_bytes().starts_with(bytes);
        // The marks U+0300 to U+036F begin with CC and CD.
        matches!(bytes, [0xCC | 0xCD])
            || self.nodes[node as usize]
                .0
                .iter()
                .any(|(letter, _)| begins(*letter) || accented(*letter).iter().any(|letter| begins(*letter)))
    }
}

impl Automaton for &WithoutAccents {
    type State = Place;

    fn start(&self) -> Place {
        Place { node: 0, bytes: [0; 4], length: 0 }
    }

    fn is_match(&self, place: &Place) -> bool {
        place.node != NOWHERE && place.length == 0 && self.nodes[place.node as usize].1
    }

    fn can_match(&self, place: &Place) -> bool {
        place.node != NOWHERE
    }

    fn accept(&self, place: &Place, byte: u8) -> Place {
        let mut next = *place;
        if next.node == NOWHERE || next.length == 4 {
            return Place { node: NOWHERE, ..next };
        }
        next.bytes[usize::from(next.length)] = byte;
        next.length += 1;
        let bytes = &next.bytes[..usize::from(next.length)];
        if let Some(symbol) = std::str::from_utf8(bytes).ok().and_then(|text| text.chars().next()) {
            return Place { node: self.step(next.node, symbol), bytes: [0; 4], length: 0 };
        }
        if self.leads_on(next.node, bytes) { next } else { Place { node: NOWHERE, ..next } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognizes(words: &[&str], term: &str) -> bool {
        let automaton = &WithoutAccents::new(words.iter().copied());
        let end = term.bytes().fold(automaton.start(), |place, byte| automaton.accept(&place, byte));
        automaton.is_match(&end)
    }

    #[test]
    fn accents_are_read_over() {
        for term in ["cafe", "café", "càfê", "cafe\u{302}"] {
            assert!(recognizes(&["cafes", "cafe"], term), "{term}");
        }
        for term in ["caf", "cafee", "cafф", "犬", "kafe", "cafés"] {
            assert!(!recognizes(&["cafe"], term), "{term}");
        }
        assert!(recognizes(&["еж"], "ёж") && recognizes(&["οδος"], "όδος") && recognizes(&["bo"], "bồ"));
        assert!(recognizes(&["हिन्दी"], "हिन्दी") && !recognizes(&["हिन्दी"], "हन्द"));
    }
}
