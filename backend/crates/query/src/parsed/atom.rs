//! Words, prefixes, phrases: what a clause consists of.

use crate::tokens::{is_cjk, is_pictograph, tokens};

/// Terms of a phrase looked at; each keeps a reader of positions open.
pub(super) const TERMS_MAX: usize = 256;

/// Letters below which no word is similar to another.
const FUZZY_LETTERS_MIN: usize = 4;

/// Letters above which nothing similar is looked for: longer words are hardly ones that somebody mistyped, and looking
/// costs by the letter.
pub const SIMILAR_LETTERS_MAX: usize = 64;

/// Letters from which two edits are allowed where the query does not say how many.
const FUZZY_LETTERS_TWO: usize = 8;

/// A word or phrase.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Atom {
    /// A word in all its forms.
    Word(String),
    /// One term exactly as it is.
    Exact(String),
    /// Words that begin so.
    Prefix(String),
    /// Words at most so many edits away.
    Fuzzy(String, u8),
    /// Terms in a row.
    Phrase(Phrase),
}

/// Terms in a row, within one turn.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phrase {
    /// Folded terms and their positions, the first at 0. A run of CJK characters is covered by its pairs.
    pub terms: Vec<(u32, String)>,
    /// Whether the last term may go on.
    pub goes_on: bool,
}

impl Atom {
    /// The name of its kind in answers.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Word(_) | Self::Exact(_) => "word",
            Self::Prefix(_) => "prefix",
            Self::Fuzzy(..) => "fuzzy",
            Self::Phrase(_) => "phrase",
        }
    }

    /// Reads a word as it was typed between blanks; none without a letter or digit.
    pub fn of_word(written: &str, notes: &mut Vec<String>) -> Option<Self> {
        if let Some((text, edits)) = fuzzy_suffix(written) {
            return similar(text, edits, notes);
        }
        let text = written.trim_end_matches('*');
        let goes_on = text.len() < written.len();
        if text.contains('*') {
            notes.push(format!("`{written}`: only a star at the end of a word stands for more letters"));
        }
        match Self::of_terms(cover(text), goes_on, notes)? {
            Self::Exact(term) if !is_whole(&term) => Some(Self::Word(term)),
            atom => Some(atom),
        }
    }

    /// Reads what stood between quotes; none without a letter or digit.
    pub fn of_quoted(quoted: &str, notes: &mut Vec<String>) -> Option<Self> {
        let text = quoted.trim().trim_end_matches('*');
        let goes_on = text.len() < quoted.trim().len() && !text.ends_with(char::is_whitespace);
        if text.contains('*') {
            notes.push(format!("\"{quoted}\": only the last word of a phrase may go on"));
        }
        if quoted.contains('~') {
            notes.push(format!("\"{quoted}\": inside a phrase no similar words are looked for"));
        }
        Self::of_terms(cover(text), goes_on, notes)
    }

    fn of_terms(mut terms: Vec<(u32, String)>, goes_on: bool, notes: &mut Vec<String>) -> Option<Self> {
        let mut goes_on = goes_on && terms.last().is_some_and(|(_, term)| !is_whole(term));
        if terms.len() > TERMS_MAX {
            terms.truncate(TERMS_MAX);
            goes_on = false;
            notes.push(format!("of a phrase only the first {TERMS_MAX} terms are looked for"));
        }
        if terms.len() > 1 {
            return Some(Self::Phrase(Phrase { terms, goes_on }));
        }
        let (_, term) = terms.pop()?;
        Some(if goes_on { Self::Prefix(term) } else { Self::Exact(term) })
    }
}

/// Splits `word~2` into the word and the asked number of edits.
fn fuzzy_suffix(written: &str) -> Option<(&str, Option<u32>)> {
    let (text, edits) = written.rsplit_once('~')?;
    if edits.is_empty() {
        return Some((text.trim_end_matches('~'), None));
    }
    Some((text, Some(edits.parse().ok()?)))
}

/// A word of which similar ones are looked for, where that makes sense.
fn similar(text: &str, asked: Option<u32>, notes: &mut Vec<String>) -> Option<Atom> {
    let atom = Atom::of_word(text, notes)?;
    let Atom::Word(term) = atom else {
        notes.push(format!(
            "`{text}`: similar words are looked for single words only, not phrases or CJK text"
        ));
        return Some(atom);
    };
    let letters = term.chars().count();
    if letters < FUZZY_LETTERS_MIN {
        notes.push(format!(
            "`{text}`: words under {FUZZY_LETTERS_MIN} letters are too short to look for similar ones"
        ));
        return Some(Atom::Word(term));
    }
    if letters > SIMILAR_LETTERS_MAX {
        notes.push(format!("words over {SIMILAR_LETTERS_MAX} letters are too long to look for similar ones"));
        return Some(Atom::Word(term));
    }
    let edits = asked.unwrap_or(if letters < FUZZY_LETTERS_TWO { 1 } else { 2 });
    if edits > 2 {
        notes.push(format!("`{text}~{edits}`: at most two letters may differ"));
    }
    Some(if edits == 0 { Atom::Exact(term) } else { Atom::Fuzzy(term, edits.min(2) as u8) })
}

/// Whether a term has no forms and no beginning: CJK text and pictographs.
pub(super) fn is_whole(term: &str) -> bool {
    term.starts_with(|first| is_cjk(first) || is_pictograph(first))
}

/// The fewest terms that fix a text: every word, the pairs of a run of CJK characters, a CJK character that stands alone.
pub(super) fn cover(text: &str) -> Vec<(u32, String)> {
    let mut tokens = tokens(text);
    if tokens.iter().any(|token| token.term.starts_with(is_pictograph)) {
        // Keyboards put a selector behind a pictograph that says how to draw it; texts often lack it.
        tokens.retain(|token| token.term != "\u{FE0F}");
    }
    let is_pair = |term: &str| term.starts_with(is_cjk) && term.chars().nth(1).is_some();
    let pairs: Vec<u32> =
        tokens.iter().filter(|token| is_pair(&token.term)).map(|token| token.position).collect();
    let in_a_pair = |position: u32| {
        pairs.binary_search(&position).is_ok()
            || position.checked_sub(1).is_some_and(|before| pairs.binary_search(&before).is_ok())
    };
    let first = tokens.first().map_or(0, |token| token.position);
    tokens
        .into_iter()
        .filter(|token| is_pair(&token.term) || !token.term.starts_with(is_cjk) || !in_a_pair(token.position))
        .map(|token| (token.position - first, token.term))
        .collect()
}
