//! Which words are forms of one another.
//!
//! **Accents.** The *bare* form of a term is its canonical decomposition (NFD) without the marks U+0300 to U+036F. Terms
//! with the same bare form are accented forms of one another.
//!
//! **Inflection.** A *row* is a set of endings together with what the part before them, the trunk, has to be. Two bare
//! words are inflected forms of one another if one row has an ending of each behind the same trunk, if both stand in one
//! group of the irregular words, or if both are so related to the first word of such a group. Rows come in two kinds:
//!
//! - rows of English, and rows that no English word fits by accident, always count;
//! - rows of other languages, which would take `car` for a form of `care`, count only where the index gives no sign that
//!   the word is English: where the first kind finds nothing, or finds it less than once for a hundred times that the
//!   word itself stands there.
//!
//! Words of a closed list ([`tables::INVARIABLE`]), of one letter or of more than forty, and terms with anything but
//! letters in their bare form stand for themselves only: `a` is not `à`, `des` is not `dès`.

mod tables;

use std::collections::{BTreeSet, HashMap};
use std::ops::RangeInclusive;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Letters from which a word is taken for one that may have forms.
const LETTERS_MIN: usize = 2;

/// Letters up to which endings are looked at; longer words are hardly words.
const LETTERS_MAX: usize = 40;

/// The bare words that may be forms of a word; whether they are there is for the dictionary to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// The bare form of the word itself.
    pub own: String,
    /// Forms by the rows that always count.
    pub certain: BTreeSet<String>,
    /// Forms by the rows of other languages.
    pub possible: BTreeSet<String>,
}

impl Candidates {
    /// The candidates for a folded term; none if it stands for itself only.
    pub fn of(term: &str) -> Option<Self> {
        let own = bare(term);
        let letters = own.chars().count();
        let is_word = own.chars().all(char::is_alphabetic);
        if !is_word || !(LETTERS_MIN..=LETTERS_MAX).contains(&letters) || is_invariable(&own) {
            return None;
        }
        let mut candidates = Self { own, ..Self::default() };
        candidates.certain =
            tables::with_groups(&candidates.own, tables::forms_by_endings(&candidates.own, tables::CERTAIN));
        candidates.possible = tables::forms_by_endings(&candidates.own, tables::POSSIBLE);
        for forms in [&mut candidates.certain, &mut candidates.possible] {
            forms.retain(|form| *form != candidates.own && !is_invariable(form));
        }
        Some(candidates)
    }

    /// Every bare word to look up.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.own).chain(&self.certain).chain(&self.possible).map(String::as_str)
    }
}

fn is_invariable(word: &str) -> bool {
    tables::INVARIABLE.binary_search(&word).is_ok()
}

/// Where Unicode keeps letters with the marks U+0300 to U+036F: Latin, Greek and Cyrillic.
const RANGES: [RangeInclusive<char>; 3] =
    ['\u{C0}'..='\u{24F}', '\u{370}'..='\u{52F}', '\u{1E00}'..='\u{1FFF}'];

/// Letters with accents by the letter without.
static ACCENTED: LazyLock<HashMap<char, Vec<char>>> = LazyLock::new(|| {
    let mut accented: HashMap<char, Vec<char>> = HashMap::new();
    for letter in RANGES.into_iter().flatten() {
        let mut parts = std::iter::once(letter).nfd().filter(|part| !is_accent(*part));
        if let (Some(base), None) = (parts.next(), parts.next())
            && base != letter
        {
            accented.entry(base).or_default().push(letter);
        }
    }
    accented
});

/// A term without accents.
pub fn bare(term: &str) -> String {
    if term.is_ascii() {
        return term.to_owned();
    }
    term.nfd().filter(|symbol| !is_accent(*symbol)).collect()
}

/// The letters that are this one with accents.
pub fn accented(letter: char) -> &'static [char] {
    ACCENTED.get(&letter).map(Vec::as_slice).unwrap_or_default()
}

/// The marks that accents consist of; those of Indic scripts and others are vowels and stay.
pub fn is_accent(symbol: char) -> bool {
    ('\u{300}'..='\u{36F}').contains(&symbol)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certain(word: &str, forms: &[&str]) {
        for form in forms {
            assert!(are_certain(word, form), "`{form}` is a form of `{word}`");
            assert!(are_certain(form, word), "`{word}` is a form of `{form}`");
        }
    }

    fn are_certain(word: &str, form: &str) -> bool {
        Candidates::of(word).is_some_and(|found| found.certain.contains(form))
    }

    fn are_possible(word: &str, form: &str) -> bool {
        Candidates::of(word).is_some_and(|found| found.possible.contains(form))
    }

    #[test]
    fn english_words() {
        certain("dog", &["dogs"]);
        certain("bus", &["buses"]);
        certain("city", &["cities"]);
        certain("walk", &["walks", "walked", "walking"]);
        certain("ride", &["rides", "riding", "rode", "ridden"]);
        certain("run", &["runs", "running", "ran"]);
        certain("stopping", &["stop", "stops", "stopped"]);
        certain("woman", &["women"]);
        certain("child", &["children"]);
        certain("riding", &["rode"]);
    }

    #[test]
    fn words_that_only_look_alike_are_no_forms() {
        for (word, other) in [
            ("car", "care"),
            ("star", "staring"),
            ("the", "thing"),
            ("new", "news"),
            ("even", "evening"),
            ("plan", "plane"),
            ("princess", "princes"),
        ] {
            assert!(!are_certain(word, other) && !are_certain(other, word), "{word} {other}");
        }
    }

    #[test]
    fn other_languages() {
        for (word, form) in [
            ("hund", "hunde"),
            ("katze", "katzen"),
            ("strasse", "strassen"),
            ("haus", "hauser"),
            ("kocka", "kocky"),
            ("flor", "flores"),
            ("gatto", "gatti"),
            ("petit", "petites"),
        ] {
            assert!(are_possible(word, form) && are_possible(form, word), "{word} {form}");
        }
        assert!(are_certain("cheval", "chevaux"));
    }

    #[test]
    fn some_words_stand_for_themselves_only() {
        for word in ["the", "à", "dès", "42", "3d", "snake_case", "x"] {
            assert_eq!(Candidates::of(word), None, "{word}");
        }
        assert!(!are_certain("evens", "even"));
    }

    #[test]
    fn accents_are_marks_of_latin_greek_and_cyrillic() {
        assert_eq!(bare("café"), "cafe");
        assert_eq!(bare("häuser"), "hauser");
        assert_eq!(bare("ёж"), "еж");
        assert_eq!(bare("हिन्दी"), "हिन्दी");
    }

    #[test]
    fn the_list_of_invariable_words_is_sorted() {
        assert!(tables::INVARIABLE.is_sorted());
    }
}
