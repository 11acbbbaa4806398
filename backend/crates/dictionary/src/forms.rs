//! The words that stand for a word: its forms, and words written alike.

use crate::Dictionary;
use blendscope_query::inflect::{Candidates, accented, bare, is_accent};
use blendscope_query::{Form, TextField};
use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;
use tantivy_fst::Automaton;

/// Forms shown.
pub(crate) const SHOWN_MAX: usize = 12;

/// CJK terms stand from here on in a dictionary. They are similar to no word, and there are many of them.
const FIRST_CJK: &str = "\u{2E80}";

/// The words that a folded term stands for, the most frequent first: itself, its accented and its inflected forms.
pub(crate) fn forms<D: Dictionary>(
    words: &D,
    fields: &[TextField],
    term: &str,
) -> Result<Vec<Form>, D::Error> {
    let Some(candidates) = Candidates::of(term) else { return itself(words, fields, term) };
    let alike = WithoutAccents::new(candidates.all());
    let mut forms = collect(words, fields, || &alike, "")?;
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
fn itself<D: Dictionary>(words: &D, fields: &[TextField], term: &str) -> Result<Vec<Form>, D::Error> {
    let mut form = Form { term: term.to_owned(), count: 0, fields: Vec::new() };
    for field in fields {
        let count = words.samples_with(*field, term)?;
        if count > 0 {
            form.count += count;
            form.fields.push(*field);
        }
    }
    Ok(if form.count > 0 { vec![form] } else { Vec::new() })
}

/// Words at most so many edits (letters put in, left out or changed) away from a term, the most frequent first.
pub(crate) fn similar<D: Dictionary>(
    words: &D,
    fields: &[TextField],
    term: &str,
    edits: u8,
) -> Result<Vec<Form>, D::Error> {
    let automaton = Similar(EDITS[usize::from(edits.min(2))].build_dfa(term));
    collect(words, fields, || &automaton, FIRST_CJK)
}

/// What recognizes words that differ in so many letters; made once, as that takes milliseconds.
static EDITS: LazyLock<[LevenshteinAutomatonBuilder; 3]> =
    LazyLock::new(|| [0, 1, 2].map(|edits| LevenshteinAutomatonBuilder::new(edits, false)));

/// Words of several dictionaries that begin so, each with its samples counted once for each field.
pub type Words = HashMap<Vec<u8>, u64>;

/// Words that begin so.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// The most frequent ones, with their samples counted once for each field.
    pub forms: Vec<(String, u64)>,
    /// How many words there are.
    pub count: usize,
}

impl Beginning {
    /// The most frequent of some words, those that are as frequent as each other in the order of the alphabet.
    pub fn of(words: &Words) -> Self {
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

/// Recognizes words written alike.
struct Similar(DFA);

impl Automaton for &Similar {
    type State = u32;

    fn start(&self) -> u32 {
        self.0.initial_state()
    }

    fn is_match(&self, state: &u32) -> bool {
        matches!(self.0.distance(*state), Distance::Exact(_))
    }

    fn can_match(&self, state: &u32) -> bool {
        *state != SINK_STATE
    }

    fn accept(&self, state: &u32, byte: u8) -> u32 {
        self.0.transition(*state, byte)
    }
}

fn collect<D: Dictionary, A: Automaton>(
    words: &D,
    fields: &[TextField],
    automaton: impl Fn() -> A,
    before: &str,
) -> Result<Vec<Form>, D::Error>
where
    A::State: Clone,
{
    let mut forms = Collected::default();
    words.search(fields, &automaton, before, &mut |term, field, count| forms.add(term, field, count))?;
    Ok(forms.by_count())
}

/// Words put together from many dictionaries.
#[derive(Default)]
struct Collected(BTreeMap<Vec<u8>, (u64, Vec<TextField>)>);

impl Collected {
    /// Adds the samples with a word in a field; a word of deleted samples only is none.
    fn add(&mut self, term: &[u8], field: TextField, count: u64) {
        if count == 0 {
            return;
        }
        if !self.0.contains_key(term) {
            self.0.insert(term.to_vec(), (0, Vec::new()));
        }
        let Some((total, fields)) = self.0.get_mut(term) else { return };
        *total += count;
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
struct WithoutAccents {
    /// A tree of the words: for each node its letters with the nodes they lead to, and whether a word ends there.
    nodes: Vec<(Vec<(char, u32)>, bool)>,
}

/// A place in the tree, and the bytes of a character that is not complete.
#[derive(Clone, Copy)]
struct Place {
    node: u32,
    bytes: [u8; 4],
    length: u8,
}

/// No word goes on here.
const NOWHERE: u32 = u32::MAX;

impl WithoutAccents {
    /// Recognizes these words, given without accents.
    fn new<'w>(words: impl Iterator<Item = &'w str>) -> Self {
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
