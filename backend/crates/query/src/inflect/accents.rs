//! Letters with and without accents.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

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
