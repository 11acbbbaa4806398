//! The language of a sample: by script, then, for Latin letters, by function words.
//!
//! A trigram detector is better at single sentences, but looks at every letter of every text; for the question "which
//! languages are in this data" a few dozen words of a sample decide well enough.

mod latin;

use latin::{LATIN, Word};

/// Letters looked at per sample.
const LETTERS_MAX: usize = 200;

/// Latin letters below which the function words are not asked.
const LETTERS_MIN: usize = 20;

/// An ISO 639-1 code packed into two bytes; zero when undecided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Language(pub(crate) u64);

impl Language {
    /// Neither script nor words decide.
    pub(crate) const UNDECIDED: Self = Self(0);

    /// Packs a two-letter code.
    pub(crate) const fn from_code(code: &str) -> Self {
        let bytes = code.as_bytes();
        Self((bytes[0] as u64) << 8 | bytes[1] as u64)
    }

    /// The two-letter code, `und` when undecided.
    pub(crate) fn code(self) -> String {
        match self.0 {
            0 => "und".to_owned(),
            packed => [(packed >> 8) as u8, packed as u8].iter().map(|byte| char::from(*byte)).collect(),
        }
    }
}

/// Decides on the language of some texts taken together.
pub(crate) fn detect<'a>(texts: impl Iterator<Item = &'a str>) -> Language {
    let mut letters = Letters::default();
    for text in texts {
        letters.count(text);
        if letters.seen >= LETTERS_MAX {
            break;
        }
    }
    letters.decide()
}

/// Letters by script, and votes among the Latin languages.
#[derive(Default)]
struct Letters {
    seen: usize,
    latin: usize,
    han: usize,
    kana: usize,
    hangul: usize,
    others: [usize; OTHER_SCRIPTS.len()],
    votes: [u16; 32],
}

/// Scripts that stand for one language: first and last letter.
const OTHER_SCRIPTS: [(char, char, Language); 7] = [
    ('\u{0370}', '\u{03FF}', Language::from_code("el")),
    ('\u{0400}', '\u{04FF}', Language::from_code("ru")),
    ('\u{0590}', '\u{05FF}', Language::from_code("he")),
    ('\u{0600}', '\u{06FF}', Language::from_code("ar")),
    ('\u{0900}', '\u{097F}', Language::from_code("hi")),
    ('\u{0980}', '\u{09FF}', Language::from_code("bn")),
    ('\u{0E00}', '\u{0E7F}', Language::from_code("th")),
];

impl Letters {
    fn count(&mut self, text: &str) {
        let mut word = Word::default();
        for symbol in text.chars().chain(std::iter::once(' ')) {
            if symbol.is_ascii_alphabetic() {
                self.latin += 1;
                word.push(symbol.to_ascii_lowercase() as u8);
                continue;
            }
            if matches!(symbol, '\u{AA}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}') && symbol.is_alphabetic() {
                self.latin += 1;
                symbol.to_lowercase().for_each(|letter| word.push_char(letter));
                word.marks |=
                    symbol.to_lowercase().fold(0, |all, letter| all | LATIN.languages_of_mark(letter));
                continue;
            }
            if word.len > 0 {
                self.vote(&word);
                word = Word::default();
            }
            if !symbol.is_ascii() {
                self.count_script(symbol);
            }
            if self.seen + self.latin >= LETTERS_MAX {
                break;
            }
        }
        self.seen += self.latin;
    }

    fn count_script(&mut self, symbol: char) {
        match symbol {
            '\u{3041}'..='\u{30FF}' => self.kana += 1,
            '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{33479}' => self.han += 1,
            '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}' => self.hangul += 1,
            _ => {
                let scripts =
                    OTHER_SCRIPTS.iter().position(|(first, last, _)| (*first..=*last).contains(&symbol));
                if let Some(script) = scripts {
                    self.others[script] += 1;
                }
            }
        }
        self.seen += 1;
    }

    fn vote(&mut self, word: &Word) {
        let mut languages = LATIN.languages_of_word(word) | word.marks;
        while languages != 0 {
            self.votes[languages.trailing_zeros() as usize] += 1;
            languages &= languages - 1;
        }
    }

    /// A character of Chinese, Japanese or Korean says as much as three Latin letters.
    fn decide(&self) -> Language {
        let cjk = self.han + self.kana + self.hangul;
        let (other, language) = self
            .others
            .iter()
            .zip(OTHER_SCRIPTS)
            .map(|(count, (_, _, language))| (*count, language))
            .max_by_key(|(count, _)| *count)
            .unwrap_or((0, Language::UNDECIDED));
        if cjk * 3 > self.latin.max(other) {
            return self.decide_cjk();
        }
        if other > self.latin / 2 { language } else { self.decide_latin() }
    }

    fn decide_cjk(&self) -> Language {
        if self.hangul > self.han + self.kana {
            return Language::from_code("ko");
        }
        Language::from_code(if self.kana * 20 > self.han { "ja" } else { "zh" })
    }

    fn decide_latin(&self) -> Language {
        let most = self.votes.iter().copied().max().unwrap_or(0);
        if self.latin < LETTERS_MIN || most == 0 {
            return Language::UNDECIDED;
        }
        let first = self.votes.iter().position(|votes| *votes == most).unwrap_or(0);
        LATIN.codes.get(first).copied().unwrap_or(Language::UNDECIDED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_told_apart() {
        for (code, text) in [
            ("en", "A man is relaxing in a sauna wrapped in a towel."),
            ("de", "Ein Mann sitzt mit einem Hund auf der Straße."),
            ("fr", "Un homme est assis dans la rue avec un chien."),
            ("es", "persona sentada delante de un ordenador blanco mirando a la pantalla"),
            ("cs", "Žena v dlouhém hnědém kabátu se pokouší prodat košťata dvěma mužům."),
            ("it", "Una donna con un cane è seduta nel parco della città."),
            ("ja", "犬がボールで遊んでいます。"),
            ("ja", "Describe it: 東京タワーの写真"),
            ("zh", "请简要描述这张图片。"),
            ("ko", "강아지가 공을 가지고 놀아요"),
            ("ru", "Собака играет с мячом"),
            ("und", "yes"),
            ("und", ""),
            ("und", "12 34"),
        ] {
            assert_eq!(detect(std::iter::once(text)).code(), code, "{text}");
        }
    }
}
