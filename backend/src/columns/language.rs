//! The language of a sample: by script, then, for Latin letters, by function words.
//!
//! A trigram detector would be better at single sentences, but costs ten times as much as indexing the sample; for the
//! question "which languages are in this data" the commonest words decide just as well.

use std::sync::LazyLock;

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

/// The function words of the languages written in Latin letters. Words of several languages stand in each.
const WORDS: &[(&str, &str)] = &[
    (
        "en",
        "the a an is are of and in on with to what this that it for at by from there how many describe answer using or which be has have was as question image",
    ),
    (
        "de",
        "der die das ein eine einen einem und ist sind mit auf im in den dem von zu auf was wie nicht für vor an bild mann frau hund zwei leute",
    ),
    (
        "fr",
        "le la les un une des et est sont dans sur avec du de en au aux que qui pour il elle par ce cette l homme femme chien deux gens rue assis debout devant",
    ),
    (
        "es",
        "el la los las un una y es son en con del de que para por se su al está hay lo como hombre mujer perro gente calle persona sentada sentado blanco mirando delante",
    ),
    (
        "pt",
        "o a os as um uma e é são em com do da de no na que para por se ao está não dos homem mulher cão rua pessoas dois duas",
    ),
    (
        "it",
        "il lo la gli le un una e è sono in con del della di che per si al su nel una da uomo donna cane strada due persone",
    ),
    (
        "nl",
        "de het een en is zijn in op met van te dat die voor aan niet er naar bij man vrouw hond twee mensen",
    ),
    (
        "cs",
        "a v na je se s do z ve za jsou který která před jeho po u o popište obrázek muž žena pes dva lidé",
    ),
    ("pl", "i w na z jest się do nie to że przez od za są po ze obok"),
    ("sv", "en ett och är på med av som i det den för till från har inte"),
    ("da", "en et og er på med af som i det den for til fra har ikke"),
    ("tr", "bir ve bu ile için da de olan var ne çok üzerinde yanında"),
    ("ro", "un o și este în cu pe de la care din pentru sunt"),
    ("hu", "a az egy és van nem hogy is egyik mellett"),
    ("fi", "on ja ei että se joka oli hän kanssa"),
    ("id", "yang dan di ini dengan untuk dari adalah pada sebuah seorang"),
    ("vi", "một và của là có trong trên cho với người đang các"),
];

/// Letters that give a Latin language away.
const MARKS: &[(&str, &str)] = &[
    ("de", "ß"),
    ("cs", "řěů"),
    ("es", "ñ¿¡"),
    ("pt", "ãõ"),
    ("pl", "łąęśż"),
    ("hu", "őű"),
    ("ro", "ățș"),
    ("tr", "ğış"),
    ("vi", "đơưạả"),
    ("fr", "œ"),
];

static LATIN: LazyLock<Latin> = LazyLock::new(Latin::build);

/// The tables above, made quick to ask: a bit per language.
struct Latin {
    codes: Vec<Language>,
    words: Vec<(u64, u32)>,
    marks: Vec<(char, u32)>,
}

impl Latin {
    fn build() -> Self {
        let codes: Vec<Language> = WORDS.iter().map(|(code, _)| Language::from_code(code)).collect();
        let bit = |code: &str| {
            let wanted = Language::from_code(code);
            codes.iter().position(|known| *known == wanted).map_or(0, |index| 1u32 << index)
        };
        let mut words = Vec::new();
        for (code, list) in WORDS {
            words.extend(list.split(' ').filter_map(pack).map(|word| (word, bit(code))));
        }
        let mut marks = Vec::new();
        for (code, list) in MARKS {
            marks.extend(list.chars().map(|mark| (mark, bit(code))));
        }
        words.sort_unstable();
        words.dedup_by(|next, kept| {
            kept.0 == next.0 && {
                kept.1 |= next.1;
                true
            }
        });
        Self { codes, words, marks }
    }

    fn languages_of_word(&self, word: &Word) -> u32 {
        let Some(packed) = word.packed() else { return 0 };
        self.words.binary_search_by_key(&packed, |(known, _)| *known).map_or(0, |index| self.words[index].1)
    }

    fn languages_of_mark(&self, mark: char) -> u32 {
        self.marks.iter().filter(|(known, _)| *known == mark).fold(0, |all, (_, languages)| all | languages)
    }
}

/// The word being read: its first bytes, its length, and the languages whose marks it has.
#[derive(Default)]
struct Word {
    bytes: [u8; 8],
    len: usize,
    marks: u32,
}

impl Word {
    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.len) {
            *place = byte;
        }
        self.len += 1;
    }

    fn push_char(&mut self, letter: char) {
        letter.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| self.push(byte));
    }

    /// A word of at most eight bytes as a number.
    fn packed(&self) -> Option<u64> {
        (self.len <= self.bytes.len()).then(|| u64::from_be_bytes(self.bytes))
    }
}

fn pack(word: &str) -> Option<u64> {
    let mut packed = Word::default();
    word.bytes().for_each(|byte| packed.push(byte));
    packed.packed()
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
