//! The language of a sample: by its script, then, where languages share the script, by words, letters and endings.
//!
//! It is asked for every sample, so it looks at a few hundred letters and needs less than a microsecond. What is not
//! certain is `und`. Code, addresses, tags such as `<image>` and numbers do not count.

mod arabic;
mod cyrillic;
mod devanagari;
mod family;
mod han;
mod latin;
mod script;
mod table;
#[cfg(test)]
mod tests;
mod word;

use crate::store::values::Language;
use arabic::ARABIC;
use cyrillic::CYRILLIC;
use devanagari::DEVANAGARI;
use family::{Family, Votes, family_of};
use han::Han;
use latin::LATIN;
use script::{SINGLE, Script};
use std::sync::LazyLock;
use word::{Token, Word, prose};

/// Letters looked at per sample.
const LETTERS_MAX: u32 = 160;

/// Letters of one text: an instruction leaves room for its answer.
const LETTERS_OF_TEXT: u32 = 96;

/// Latin letters below which a text is too short.
const LATIN_MIN: u32 = 16;

/// Letters of the scripts with several languages below which a text is too short.
const OTHERS_MIN: u32 = 8;

/// Letters of a script with one language below which it may be a symbol.
const SINGLE_MIN: u32 = 2;

/// The scripts that several languages share, made quick to ask, in the order of [`family_of`].
static FAMILIES: LazyLock<[Family; 4]> =
    LazyLock::new(|| [&LATIN, &CYRILLIC, &ARABIC, &DEVANAGARI].map(Family::build));

/// Decides on the language of some texts taken together.
pub(crate) fn detect<'a>(texts: impl Iterator<Item = &'a str>) -> Language {
    let mut letters = Letters::default();
    for text in texts {
        letters.read(text);
        if letters.seen >= LETTERS_MAX {
            break;
        }
    }
    letters.decide()
}

/// Letters by script, and votes among the languages that share one.
#[derive(Default)]
struct Letters {
    seen: u32,
    /// Tokens of programs.
    programs: u32,
    families: [u32; 4],
    votes: [Votes; 4],
    han: u32,
    only_han: Han,
    kana: u32,
    hangul: u32,
    single: [u32; SINGLE.len()],
}

impl Letters {
    fn read(&mut self, text: &str) {
        let end = LETTERS_MAX.min(self.seen + LETTERS_OF_TEXT);
        for token in prose(text) {
            match token {
                Token::Plain(word) => self.word(&word, Script::Latin, false),
                Token::Mixed { text, is_code, is_program } => {
                    self.programs += u32::from(is_program);
                    self.token(&text, is_code);
                }
            }
            if self.seen >= end {
                break;
            }
        }
    }

    /// Counts the words of a token; Latin words of code do not count.
    fn token(&mut self, token: &str, is_code: bool) {
        let (mut word, mut script) = (Word::default(), Script::None);
        for symbol in token.chars() {
            let own = Script::of(symbol);
            if own == Script::Sign {
                continue;
            }
            if own != script {
                self.word(&word, script, is_code);
                (word, script) = (Word::default(), own);
            }
            match family_of(own) {
                Some(family) => {
                    let letter = lower(symbol);
                    word.push(letter);
                    if !letter.is_ascii() && !is_code {
                        self.votes[family].letter(&FAMILIES[family], letter);
                    }
                }
                None if own == Script::Han => {
                    word.letters += 1;
                    self.only_han.count(symbol);
                }
                None => word.letters += 1,
            }
        }
        self.word(&word, script, is_code);
    }

    fn word(&mut self, word: &Word, script: Script, is_code: bool) {
        // A single letter may be a symbol.
        let letters = if word.letters > 1 { word.letters } else { 0 };
        if let Some(family) = family_of(script) {
            if script == Script::Latin && is_code {
                return;
            }
            self.families[family] += letters;
            self.votes[family].word(&FAMILIES[family], word);
        }
        match script {
            Script::None | Script::Sign => return,
            Script::Han => self.han += word.letters,
            Script::Kana => self.kana += word.letters,
            Script::Hangul => self.hangul += word.letters,
            Script::Single(place) => self.single[place as usize] += letters,
            _ => {}
        }
        self.seen += word.letters;
    }

    /// A letter of another script says as much as two Latin ones, a character of Chinese, Japanese or Korean as three.
    fn decide(&self) -> Language {
        let [latin, others @ ..] = self.families;
        let cjk = (self.han + self.kana + self.hangul) * 3;
        let (shared, family) = largest(others.map(|letters| letters * 2).into_iter().zip(1..));
        let (own, single) = largest(self.single.map(|letters| letters * 2).into_iter().zip(0..));
        if cjk > latin.max(shared).max(own) {
            return if cjk < SINGLE_MIN * 3 { Language::UNDECIDED } else { self.decide_cjk() };
        }
        if own > latin.max(shared) {
            return if own < SINGLE_MIN * 2 { Language::UNDECIDED } else { SINGLE[single].2 };
        }
        if shared > latin {
            return if shared < OTHERS_MIN * 2 { Language::UNDECIDED } else { self.decide_family(family) };
        }
        // The keywords of programs are English words.
        let is_program = self.programs * 3 >= self.votes[0].words();
        if latin < LATIN_MIN || is_program { Language::UNDECIDED } else { self.decide_family(0) }
    }

    fn decide_family(&self, family: usize) -> Language {
        self.votes[family].decide(&FAMILIES[family])
    }

    fn decide_cjk(&self) -> Language {
        if self.hangul > self.han + self.kana {
            return Language::from_code("ko");
        }
        if self.kana * 20 > self.han { Language::from_code("ja") } else { self.only_han.decide(self.han) }
    }
}

/// The largest number, with its place.
fn largest(numbers: impl Iterator<Item = (u32, usize)>) -> (u32, usize) {
    numbers.max_by_key(|(number, _)| *number).unwrap_or((0, 0))
}

fn lower(letter: char) -> char {
    match letter {
        'A'..='Z' => letter.to_ascii_lowercase(),
        'a'..='z' => letter,
        // Of the dotted I of Turkish the dot, which would be a second letter, is left out.
        _ => letter.to_lowercase().next().unwrap_or(letter),
    }
}
