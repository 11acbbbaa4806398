//! The script of a letter.

use super::Language;

/// A script, as far as it tells languages apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// No letter: blanks, digits, punctuation, and scripts that are not looked at.
    None,
    /// A sign on the letter before it, which changes nothing here.
    Sign,
    Latin,
    Cyrillic,
    Arabic,
    Devanagari,
    Han,
    Kana,
    Hangul,
    /// A script of one language, as a place in [`SINGLE`].
    Single(u8),
}

/// Scripts that stand for one language: first and last letter.
pub(super) const SINGLE: [(char, char, Language); 18] = [
    ('\u{0370}', '\u{03FF}', Language::from_code("el")),
    ('\u{0531}', '\u{0588}', Language::from_code("hy")),
    ('\u{05D0}', '\u{05EA}', Language::from_code("he")),
    ('\u{0980}', '\u{09E5}', Language::from_code("bn")),
    ('\u{0A01}', '\u{0A65}', Language::from_code("pa")),
    ('\u{0A81}', '\u{0AE5}', Language::from_code("gu")),
    ('\u{0B01}', '\u{0B65}', Language::from_code("or")),
    ('\u{0B82}', '\u{0BE5}', Language::from_code("ta")),
    ('\u{0C00}', '\u{0C65}', Language::from_code("te")),
    ('\u{0C80}', '\u{0CE5}', Language::from_code("kn")),
    ('\u{0D00}', '\u{0D65}', Language::from_code("ml")),
    ('\u{0D81}', '\u{0DDF}', Language::from_code("si")),
    ('\u{0E01}', '\u{0E4E}', Language::from_code("th")),
    ('\u{0E81}', '\u{0ECD}', Language::from_code("lo")),
    ('\u{1000}', '\u{103F}', Language::from_code("my")),
    ('\u{10A0}', '\u{10FF}', Language::from_code("ka")),
    ('\u{1780}', '\u{17D3}', Language::from_code("km")),
    ('\u{1F00}', '\u{1FFF}', Language::from_code("el")),
];

impl Script {
    /// The script of a character.
    #[inline]
    pub(super) fn of(symbol: char) -> Self {
        match symbol {
            'a'..='z' | 'A'..='Z' => Self::Latin,
            '\0'..='\u{BF}' | '\u{D7}' | '\u{F7}' => Self::None,
            '\u{C0}'..='\u{24F}' | '\u{259}' | '\u{1E00}'..='\u{1EFF}' => Self::Latin,
            '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5C7}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' => {
                Self::Sign
            }
            '\u{400}'..='\u{481}' | '\u{48A}'..='\u{52F}' => Self::Cyrillic,
            '\u{620}'..='\u{64A}' | '\u{671}'..='\u{6D3}' | '\u{6D5}' | '\u{6FA}'..='\u{77F}' => Self::Arabic,
            '\u{900}'..='\u{963}' | '\u{971}'..='\u{97F}' => Self::Devanagari,
            '\u{3041}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{FF66}'..='\u{FF9F}' => Self::Kana,
            '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{33479}' => Self::Han,
            '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}' => Self::Hangul,
            other => Self::single(other),
        }
    }

    fn single(symbol: char) -> Self {
        let place = SINGLE.iter().position(|(first, last, _)| (*first..=*last).contains(&symbol));
        place.map_or(Self::None, |place| Self::Single(place as u8))
    }
}
