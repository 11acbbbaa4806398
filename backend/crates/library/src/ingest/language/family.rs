//! Telling apart the languages that share a script, by their words, their letters and the endings of words.
//!
//! Every language has points. A known word gives [`WORD`] points, shared among the languages that have it; the ending
//! of an unknown word gives [`ENDING`]; a letter that only some of them write gives [`LETTER`] to these and takes
//! [`FOREIGN`] from all others. The language with the most points is the answer if the lead is clear.

use super::Language;
use super::script::Script;
use super::table::Table;
use super::word::Word;
use std::collections::HashMap;

/// Points of a word that one language alone has.
const WORD: i16 = 24;

/// Points of an ending that one language alone has.
const ENDING: i16 = 8;

/// Points of a letter that one language alone writes.
const LETTER: i16 = 12;

/// Points lost by a letter that a language does not write.
const FOREIGN: i16 = 6;

/// Fewest points of an answer: a word that two languages have.
const LEAST: i16 = 12;

/// A word or ending that more languages have says nothing.
const SHARED: u32 = 10;

/// Room for languages of one script: a bit each.
const ROOM: usize = 64;

/// What is known about the languages of a script: for each its code and a list, words separated by blanks.
pub(super) struct Source {
    /// Letters that not all of the languages write; names all languages.
    pub letters: &'static [(&'static str, &'static str)],
    /// Frequent words, in lower case.
    pub words: &'static [(&'static str, &'static str)],
    /// Ends of words.
    pub endings: &'static [(&'static str, &'static str)],
}

/// The languages of one script, a bit each.
pub(super) struct Family {
    codes: Vec<Language>,
    letters: Table,
    words: Table,
    endings: Table,
}

impl Family {
    pub(super) fn build(source: &Source) -> Self {
        let codes: Vec<Language> = source.letters.iter().map(|(code, _)| Language::from_code(code)).collect();
        let bit = |code: &str| {
            let wanted = Language::from_code(code);
            codes.iter().position(|known| *known == wanted).map_or(0, |index| 1u64 << index)
        };
        let mut letters: HashMap<u128, u64> = HashMap::new();
        for (code, list) in source.letters {
            list.chars()
                .for_each(|letter| *letters.entry(u128::from(letter as u32)).or_default() |= bit(code));
        }
        let letters = Table::build(&letters);
        let table = |lists: &[(&str, &str)]| {
            let mut masks: HashMap<u128, u64> = HashMap::new();
            for (code, list) in lists {
                for word in list.split_whitespace().filter_map(|word| Word::of(word).whole()) {
                    *masks.entry(word).or_default() |= bit(code);
                }
            }
            Table::build(&masks)
        };
        let (words, endings) = (table(source.words), table(source.endings));
        Self { codes, letters, words, endings }
    }
}

/// The points of the languages of one script.
pub(super) struct Votes {
    points: [i16; ROOM],
    /// Words and endings that each language has, and letters that not all languages write.
    known: [u8; ROOM],
    /// Letters that not all languages write.
    letters: i16,
    /// Words seen.
    words: u8,
}

impl Default for Votes {
    fn default() -> Self {
        Self { points: [0; ROOM], known: [0; ROOM], letters: 0, words: 0 }
    }
}

impl Votes {
    /// Counts a word; the few hundred letters that are looked at have no more than 255.
    pub(super) fn word(&mut self, family: &Family, word: &Word) {
        self.words = self.words.saturating_add(1);
        let (mut languages, mut points) = (word.whole().map_or(0, |whole| family.words.get(whole)), WORD);
        if languages == 0 {
            (languages, points) = (word.find_ending(|ending| family.endings.get(ending)), ENDING);
        }
        if languages == 0 || languages.count_ones() > SHARED {
            return;
        }
        let share = share(points, languages);
        for_each_bit(languages, |language| {
            self.points[language] += share;
            self.known[language] = self.known[language].saturating_add(1);
        });
    }

    /// Counts a letter beyond those that all languages of the script write.
    pub(super) fn letter(&mut self, family: &Family, letter: char) {
        let languages = family.letters.get(u128::from(letter as u32));
        if languages != 0 {
            self.letters += 1;
            let share = share(LETTER, languages) + FOREIGN;
            for_each_bit(languages, |language| {
                self.points[language] += share;
                self.known[language] = self.known[language].saturating_add(1);
            });
        }
    }

    /// Words seen, 255 at most.
    pub(super) fn words(&self) -> u32 {
        u32::from(self.words)
    }

    /// The language that is clearly ahead.
    pub(super) fn decide(&self, family: &Family) -> Language {
        let points = |language: usize| self.points[language] - self.letters * FOREIGN;
        let (mut best, mut second) = (0, i16::MIN);
        for language in 1..family.codes.len() {
            if points(language) > points(best) {
                second = points(best);
                best = language;
            } else {
                second = second.max(points(language));
            }
        }
        let is_clear = points(best) >= LEAST && points(best) - second.max(0) >= 2 + points(best) / 16;
        // Names, code and languages that are not in the table have a known word now and then.
        let is_text = u32::from(self.known[best]) * 6 >= u32::from(self.words);
        if is_clear && is_text { family.codes[best] } else { Language::UNDECIDED }
    }
}

/// What each of these languages gets of so many points.
fn share(points: i16, languages: u64) -> i16 {
    (points / (languages.count_ones().max(1) as i16)).max(1)
}

#[inline]
fn for_each_bit(mut bits: u64, mut visit: impl FnMut(usize)) {
    while bits != 0 {
        visit(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}

/// The family of a script, as a place in [`FAMILIES`].
pub(super) fn family_of(script: Script) -> Option<usize> {
    match script {
        Script::Latin => Some(0),
        Script::Cyrillic => Some(1),
        Script::Arabic => Some(2),
        Script::Devanagari => Some(3),
        _ => None,
    }
}
