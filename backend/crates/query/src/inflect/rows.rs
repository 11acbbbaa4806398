//! Endings that words share.

use std::collections::BTreeSet;

/// Endings that stand behind the same trunk in the forms of one word.
pub(super) struct Row {
    /// Letters that the trunk has at least.
    pub letters: usize,
    /// What else the trunk has to be.
    pub trunk: Trunk,
    /// The endings.
    pub endings: &'static [&'static str],
}

/// What a trunk has to be.
pub(super) enum Trunk {
    /// Anything.
    Any,
    /// One that ends like this.
    Ends(&'static [&'static str]),
    /// One that does not end like this.
    EndsNot(&'static [&'static str]),
    /// One with a vowel that ends neither in `e` nor in `s` and is no short syllable: English doubles the last letter
    /// of `plan`.
    Long,
    /// One that ends in a single vowel and this consonant.
    Short(char),
}

/// All other words that a word is related to by one of the rows.
pub(super) fn forms(word: &str, rows: &[Row]) -> BTreeSet<String> {
    let mut forms = BTreeSet::new();
    for row in rows {
        for ending in row.endings {
            let Some(trunk) = word.strip_suffix(ending) else { continue };
            if trunk.chars().count() >= row.letters && row.trunk.fits(trunk) {
                forms.extend(row.endings.iter().map(|other| format!("{trunk}{other}")));
            }
        }
    }
    forms
}

impl Trunk {
    fn fits(&self, trunk: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Ends(ends) => ends.iter().any(|end| trunk.ends_with(end)),
            Self::EndsNot(ends) => !ends.iter().any(|end| trunk.ends_with(end)),
            Self::Long => has_vowel(trunk) && !trunk.ends_with(['e', 's']) && !is_short_syllable(trunk),
            Self::Short(consonant) => trunk.ends_with(*consonant) && ends_in_short_vowel(trunk),
        }
    }
}

fn has_vowel(trunk: &str) -> bool {
    trunk.chars().any(|letter| is_vowel(letter) || letter == 'y')
}

/// Consonants, one vowel, one consonant: `plan`, `hop`; not `rain`, `open`, `row`.
fn is_short_syllable(trunk: &str) -> bool {
    let vowels = trunk.chars().filter(|letter| is_vowel(*letter)).count();
    vowels == 1 && !trunk.ends_with(['w', 'x', 'y']) && ends_in_short_vowel(trunk)
}

/// Whether the last letter is a consonant, the one before it a vowel and the one before that none.
fn ends_in_short_vowel(trunk: &str) -> bool {
    let mut letters = trunk.chars().rev().map(is_vowel);
    letters.next() == Some(false) && letters.next() == Some(true) && letters.next() != Some(true)
}

fn is_vowel(letter: char) -> bool {
    matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u')
}
