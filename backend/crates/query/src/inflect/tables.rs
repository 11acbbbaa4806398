//! The tables of inflection: rows of endings that words share, English words whose forms no row gives, and words without
//! forms.

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
pub(super) fn forms_by_endings(word: &str, rows: &[Row]) -> BTreeSet<String> {
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

const fn row(letters: usize, trunk: Trunk, endings: &'static [&'static str]) -> Row {
    Row { letters, trunk, endings }
}

const SIBILANTS: &[&str] = &["s", "x", "z", "ch", "sh", "o"];

/// A consonant doubled: run, running.
macro_rules! doubled {
    ($letter:literal, $($ending:literal),*) => {
        row(3, Trunk::Short($letter), &["", "s", $($ending),*])
    };
}

/// Rows of English, and rows of other languages that fit no English word by accident.
pub(super) const CERTAIN: &[Row] = &[
    // dogs, walks; petits
    row(3, Trunk::EndsNot(&["s"]), &["", "s"]),
    // buses, boxes, churches, potatoes
    row(2, Trunk::Ends(SIBILANTS), &["", "es"]),
    // dressed, washing
    row(3, Trunk::Ends(SIBILANTS), &["", "es", "ed", "ing"]),
    // cities, studied
    row(2, Trunk::EndsNot(&["a", "e", "o", "u"]), &["y", "ies", "ied", "ying"]),
    // walked, walking
    row(3, Trunk::Long, &["", "s", "ed", "ing"]),
    // cared, caring
    row(3, Trunk::EndsNot(&["e"]), &["e", "es", "ed", "ing"]),
    doubled!('b', "bed", "bing"),
    doubled!('d', "ded", "ding"),
    doubled!('g', "ged", "ging"),
    doubled!('l', "led", "ling"),
    doubled!('m', "med", "ming"),
    doubled!('n', "ned", "ning"),
    doubled!('p', "ped", "ping"),
    doubled!('r', "red", "ring"),
    doubled!('t', "ted", "ting"),
    // men, women, firemen
    row(0, Trunk::Any, &["man", "men"]),
    // French: chevaux, tableaux, jeux, actives, heureuses, premières, anciennes
    row(3, Trunk::Any, &["al", "aux"]),
    row(2, Trunk::Ends(&["eau", "eu"]), &["", "x"]),
    row(3, Trunk::Any, &["if", "ifs", "ive", "ives"]),
    row(3, Trunk::Any, &["eux", "euse", "euses"]),
    row(3, Trunk::Any, &["ien", "iens", "ienne", "iennes"]),
];

/// Rows of other languages.
pub(super) const POSSIBLE: &[Row] = &[
    // German: nouns and adjectives, feminine nouns, verbs
    row(4, Trunk::Any, &["", "e", "en", "er", "ern", "em", "es", "n", "s"]),
    row(4, Trunk::Any, &["in", "innen"]),
    row(4, Trunk::Any, &["e", "en", "st", "t", "te", "ten", "end", "ende", "enden"]),
    // French: feminine and plural, verbs
    row(4, Trunk::Any, &["", "e", "s", "es"]),
    row(4, Trunk::Any, &["e", "er", "es", "ent", "ez", "ons", "ant", "ait", "aient", "ee", "ees"]),
    // Spanish, Italian and Portuguese
    row(3, Trunk::Ends(&["l", "n", "r", "d", "z", "s", "j"]), &["", "es"]),
    row(4, Trunk::Any, &["o", "a", "os", "as"]),
    row(4, Trunk::Any, &["o", "i", "a", "e"]),
    row(4, Trunk::Any, &["ar", "a", "an", "o", "as", "ando", "ado", "ada", "ados", "adas"]),
    row(4, Trunk::Any, &["er", "ir", "e", "en", "iendo", "ido", "ida", "idos", "idas"]),
    // Czech and other Slavic languages in Latin letters: nouns, adjectives
    row(4, Trunk::Any, &["a", "y", "u", "e", "o", "ou", "am", "ach", "ami"]),
    row(4, Trunk::Any, &["", "u", "a", "e", "i", "y", "em", "ech", "um", "ovi", "ove"]),
    row(4, Trunk::Any, &["y", "a", "e", "eho", "emu", "ym", "ou", "ych", "ymi", "i"]),
    row(3, Trunk::Any, &["ek", "ku", "kem", "ky", "ka", "cich"]),
    // Dutch and Scandinavian plurals
    row(4, Trunk::Any, &["", "e", "en", "er", "ar", "or", "et", "arna", "erna"]),
    // Russian and other languages in Cyrillic letters
    row(3, Trunk::Any, &["", "а", "у", "е", "ы", "и", "ом", "ам", "ами", "ах", "ов", "ои", "ю", "я", "еи"]),
    row(3, Trunk::Any, &["ыи", "ии", "ая", "ое", "ые", "ие", "ого", "его", "ому", "ым", "ых", "ую", "ои"]),
    // Greek
    row(3, Trunk::Any, &["οσ", "ου", "ο", "οι", "ων", "ουσ", "α", "ασ", "εσ", "η", "ησ", "ι", "ια"]),
];

/// Words without forms, most of them English, that would otherwise be taken for forms of others; sorted.
pub(super) const INVARIABLE: &[&str] = &[
    "a",
    "about",
    "after",
    "again",
    "all",
    "also",
    "always",
    "an",
    "and",
    "another",
    "any",
    "anything",
    "are",
    "around",
    "as",
    "at",
    "auf",
    "aus",
    "avec",
    "because",
    "been",
    "before",
    "behind",
    "bei",
    "being",
    "below",
    "beside",
    "between",
    "but",
    "by",
    "can",
    "cannot",
    "could",
    "dans",
    "das",
    "dem",
    "den",
    "der",
    "des",
    "die",
    "during",
    "each",
    "early",
    "ein",
    "eine",
    "einem",
    "einen",
    "einer",
    "either",
    "elle",
    "est",
    "even",
    "ever",
    "every",
    "everything",
    "few",
    "for",
    "former",
    "from",
    "had",
    "has",
    "have",
    "he",
    "her",
    "here",
    "herself",
    "him",
    "himself",
    "his",
    "how",
    "however",
    "if",
    "ihr",
    "il",
    "in",
    "inner",
    "into",
    "is",
    "ist",
    "it",
    "its",
    "itself",
    "just",
    "la",
    "le",
    "les",
    "lower",
    "many",
    "mit",
    "more",
    "most",
    "much",
    "neither",
    "never",
    "new",
    "nicht",
    "no",
    "nor",
    "not",
    "nothing",
    "now",
    "of",
    "off",
    "often",
    "on",
    "once",
    "only",
    "or",
    "our",
    "over",
    "per",
    "plus",
    "pour",
    "proper",
    "quite",
    "rather",
    "sein",
    "several",
    "she",
    "should",
    "sie",
    "since",
    "so",
    "some",
    "something",
    "still",
    "such",
    "super",
    "sur",
    "than",
    "that",
    "the",
    "their",
    "them",
    "then",
    "there",
    "these",
    "they",
    "this",
    "those",
    "through",
    "thus",
    "to",
    "together",
    "too",
    "toward",
    "towards",
    "und",
    "under",
    "une",
    "until",
    "up",
    "upon",
    "upper",
    "very",
    "von",
    "was",
    "we",
    "were",
    "what",
    "when",
    "where",
    "whether",
    "which",
    "while",
    "who",
    "whole",
    "whose",
    "why",
    "will",
    "with",
    "within",
    "without",
    "would",
    "yes",
    "you",
    "your",
    "zu",
    "zum",
    "zur",
];

/// Groups of forms, the word of the dictionary first. Forms that are words of their own in most texts, such as `left`
/// or `saw`, are left out.
const GROUPS: &[&[&str]] = &[
    &["child", "children"],
    &["foot", "feet"],
    &["tooth", "teeth"],
    &["goose", "geese"],
    &["mouse", "mice"],
    &["ox", "oxen"],
    &["knife", "knives"],
    &["wife", "wives"],
    &["life", "lives"],
    &["leaf", "leaves"],
    &["loaf", "loaves"],
    &["wolf", "wolves"],
    &["shelf", "shelves"],
    &["calf", "calves"],
    &["half", "halves"],
    &["thief", "thieves"],
    &["scarf", "scarves"],
    &["hoof", "hooves"],
    &["age", "ages", "aged", "aging"],
    &["tie", "ties", "tied", "tying"],
    &["lie", "lies", "lying"],
    &["die", "dies", "died", "dying"],
    &["go", "goes", "going", "went", "gone"],
    &["do", "does", "did", "doing", "done"],
    &["use", "uses", "used", "using"],
    &["begin", "began", "begun"],
    &["bend", "bent"],
    &["blow", "blew", "blown"],
    &["break", "broke", "broken"],
    &["bring", "brought"],
    &["build", "built"],
    &["buy", "bought"],
    &["catch", "caught"],
    &["choose", "chose", "chosen"],
    &["come", "came"],
    &["draw", "drew", "drawn"],
    &["drink", "drank", "drunk"],
    &["drive", "drove", "driven"],
    &["eat", "ate", "eaten"],
    &["fall", "fell", "fallen"],
    &["feed", "fed"],
    &["fight", "fought"],
    &["fly", "flew", "flown"],
    &["freeze", "froze", "frozen"],
    &["get", "got", "gotten"],
    &["give", "gave", "given"],
    &["grow", "grew", "grown"],
    &["hang", "hung"],
    &["hide", "hid", "hidden"],
    &["hold", "held"],
    &["keep", "kept"],
    &["know", "knew", "known"],
    &["lead", "led"],
    &["make", "made"],
    &["meet", "met"],
    &["ride", "rode", "ridden"],
    &["ring", "rang"],
    &["run", "ran"],
    &["say", "said"],
    &["sell", "sold"],
    &["send", "sent"],
    &["shake", "shook", "shaken"],
    &["sing", "sang", "sung"],
    &["sit", "sat"],
    &["sleep", "slept"],
    &["speak", "spoke", "spoken"],
    &["spend", "spent"],
    &["stand", "stood"],
    &["steal", "stole", "stolen"],
    &["swim", "swam", "swum"],
    &["swing", "swung"],
    &["take", "took", "taken"],
    &["teach", "taught"],
    &["tell", "told"],
    &["think", "thought"],
    &["throw", "threw", "thrown"],
    &["wake", "woke", "woken"],
    &["wear", "wore", "worn"],
    &["write", "wrote", "written"],
];

/// The regular forms of a word together with the groups that it or one of them belongs to, and the regular forms of
/// the first word of its own group.
pub(super) fn with_groups(word: &str, mut forms: BTreeSet<String>) -> BTreeSet<String> {
    for group in GROUPS {
        let is_related = group.contains(&word) || forms.contains(group[0]);
        if is_related {
            forms.extend(group.iter().map(|form| (*form).to_owned()));
            forms.extend(forms_by_endings(group[0], CERTAIN));
        }
    }
    forms
}
