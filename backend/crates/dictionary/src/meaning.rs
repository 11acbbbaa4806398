//! What a clause stands for, for people to read.

use crate::forms::{Beginning, SHOWN_MAX};
use crate::{Dictionary, Expansions};
use blendscope_engine::Meaning;
use blendscope_query::{Atom, Clause, Expanded, SIMILAR_LETTERS_MAX, TextField};

/// Suggestions per word.
const SUGGESTIONS_MAX: usize = 3;

/// Letters from which a suggestion may differ in two.
const FAR_LETTERS: usize = 6;

/// What a clause stands for, and that it finds so many samples by itself; `beginning` says which words begin as one of its
/// atoms does.
pub fn meaning<E>(
    expanded: &Expanded,
    clause: &Clause,
    count: u64,
    beginning: impl Fn(&Atom) -> Result<Option<Beginning>, E>,
) -> Result<Meaning, E> {
    let mut meaning = Meaning { count, ..Meaning::default() };
    for atom in clause.atoms() {
        match atom {
            Atom::Prefix(_) => {
                if let Some(beginning) = beginning(atom)? {
                    meaning.forms.extend(beginning.forms);
                    meaning.forms_count += beginning.count;
                }
            }
            Atom::Word(_) | Atom::Fuzzy(..) => {
                let forms = expanded.forms(clause.scope, atom);
                let shown = forms.iter().take(SHOWN_MAX);
                meaning.forms.extend(shown.map(|form| (form.term.clone(), form.count)));
                meaning.forms_count += forms.len();
            }
            Atom::Exact(_) | Atom::Phrase(_) => {}
        }
    }
    Ok(meaning)
}

/// Words of the index written like those of a clause that occur nowhere; at most `most` words are looked up, and taken
/// off it.
pub fn suggestions<D: Dictionary>(
    expanded: &Expanded,
    clause: &Clause,
    words: &D,
    expansions: &Expansions,
    most: &mut usize,
) -> Result<Vec<String>, D::Error> {
    let mut found = Vec::new();
    let in_scope = clause.scope.fields();
    for term in unknown_words(expanded, clause, words, in_scope)? {
        let letters = term.chars().count();
        let has_similar = (3..=SIMILAR_LETTERS_MAX).contains(&letters)
            && term.chars().all(char::is_alphabetic)
            && !is_whole(&term);
        if !has_similar || *most == 0 {
            continue;
        }
        *most -= 1;
        let similar = |edits| expansions.of(clause.scope, &Atom::Fuzzy(term.clone(), edits), words);
        let mut alike = similar(1)?;
        if alike.is_empty() && letters >= FAR_LETTERS {
            alike = similar(2)?;
        }
        // Neighbouring letters that changed places are two edits apart, and the likeliest slip of all.
        let mut near = Vec::new();
        for swapped in swaps(&term) {
            if occurs(words, in_scope, &swapped)? {
                near.push(swapped);
            }
        }
        near.extend(
            alike.iter().map(|form| form.term.clone()).filter(|word| !swaps(&term).any(|swap| swap == *word)),
        );
        near.truncate(SUGGESTIONS_MAX);
        found.extend(near);
    }
    Ok(found)
}

/// A word with each pair of neighbouring letters changed over.
fn swaps(term: &str) -> impl Iterator<Item = String> + use<> {
    let letters: Vec<char> = term.chars().collect();
    (1..letters.len()).filter_map(move |place| {
        let mut swapped = letters.clone();
        swapped.swap(place - 1, place);
        (swapped != letters).then(|| swapped.into_iter().collect())
    })
}

/// Whether a term is CJK text, to which none is similar.
fn is_whole(term: &str) -> bool {
    term.starts_with(blendscope_query::tokens::is_cjk)
}

/// The words of a clause that stand nowhere.
fn unknown_words<D: Dictionary>(
    expanded: &Expanded,
    clause: &Clause,
    words: &D,
    fields: &[TextField],
) -> Result<Vec<String>, D::Error> {
    let mut unknown = Vec::new();
    for atom in clause.atoms() {
        let terms: Vec<&String> = match atom {
            Atom::Word(term) | Atom::Fuzzy(term, _) if expanded.forms(clause.scope, atom).is_empty() => {
                vec![term]
            }
            Atom::Exact(term) => vec![term],
            Atom::Phrase(phrase) if !phrase.goes_on => phrase.terms.iter().map(|(_, term)| term).collect(),
            _ => continue,
        };
        for term in terms {
            if unknown.len() < SUGGESTIONS_MAX && !occurs(words, fields, term)? {
                unknown.push(term.clone());
            }
        }
    }
    Ok(unknown)
}

fn occurs<D: Dictionary>(words: &D, fields: &[TextField], term: &str) -> Result<bool, D::Error> {
    for field in fields {
        if words.samples_with(*field, term)? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}
