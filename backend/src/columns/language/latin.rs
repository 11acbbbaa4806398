//! What tells languages in Latin letters apart: function words, and letters that only some have.

use super::Language;
use std::sync::LazyLock;

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

pub(super) static LATIN: LazyLock<Latin> = LazyLock::new(Latin::build);

/// The tables above, made quick to ask: a bit per language.
pub(super) struct Latin {
    pub(super) codes: Vec<Language>,
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

    /// The languages that have a word, a bit each.
    pub(super) fn languages_of_word(&self, word: &Word) -> u32 {
        let Some(packed) = word.packed() else { return 0 };
        self.words.binary_search_by_key(&packed, |(known, _)| *known).map_or(0, |index| self.words[index].1)
    }

    /// The languages that a letter gives away, a bit each.
    pub(super) fn languages_of_mark(&self, mark: char) -> u32 {
        self.marks.iter().filter(|(known, _)| *known == mark).fold(0, |all, (_, languages)| all | languages)
    }
}

/// The word being read: its first bytes, its length, and the languages whose marks it has.
#[derive(Default)]
pub(super) struct Word {
    bytes: [u8; 8],
    /// Bytes, those that are not kept too.
    pub(super) len: usize,
    /// Languages that its marks give away, a bit each.
    pub(super) marks: u32,
}

impl Word {
    /// Adds a letter of one byte, in lower case.
    pub(super) fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.len) {
            *place = byte;
        }
        self.len += 1;
    }

    /// Adds a letter, in lower case.
    pub(super) fn push_char(&mut self, letter: char) {
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
