//! The twenty test queries, chosen by how often their words occur in some texts, and the rounds in which they are
//! asked.

use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// Shares of the texts that single words are in: the most frequent one to one of the rarest.
const WORDS: [f64; 6] = [1.0, 0.1, 0.01, 0.001, 0.0001, 0.0];
/// Shares of the texts that two words are in which occur together.
const PAIRS: [(f64, f64); 4] = [(0.3, 0.1), (0.1, 0.01), (0.01, 0.01), (0.01, 0.0001)];
/// Phrases of two words: the least share of the texts that each word is in, and the share that the phrase is in. The
/// first two are those that cost most: common words, which are often and seldom beside each other.
const PHRASES: [(f64, f64); 4] = [(0.1, 1.0), (0.05, 0.001), (0.0, 0.01), (0.0, 0.0001)];
/// A phrase of three words.
const LONG_PHRASE: f64 = 0.001;
/// Prefixes: letters, and the share of the texts that a word with it is in.
const PREFIXES: [(usize, f64); 2] = [(3, 0.01), (4, 0.001)];
/// Runs of Han and Kana: characters, and the share of the texts that they are in.
const CHARACTERS: [(usize, f64); 2] = [(2, 0.005), (4, 0.0005)];

/// Rounds; in each every query is asked once, by a process that was not asked before.
pub(crate) const ROUNDS: usize = 3;

/// A query.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Query {
    /// As one types it: words that are not quoted find inflected forms too.
    #[serde(rename = "query")]
    pub(crate) typed: String,
    pub(crate) kind: Kind,
    #[serde(skip)]
    pub(crate) words: Vec<String>,
}

/// What a query asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// A word.
    Word,
    /// All of some words.
    All,
    /// Words one after the other.
    Phrase,
    /// Words that begin so.
    Prefix,
    /// Han or Kana characters, anywhere.
    Characters,
}

impl Kind {
    /// Its name in the file that the peers read, and in the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::All => "all",
            Self::Phrase => "phrase",
            Self::Prefix => "prefix",
            Self::Characters => "characters",
        }
    }
}

impl Query {
    fn new(kind: Kind, words: Vec<String>) -> Self {
        let joined = words.join(" ");
        let typed = match kind {
            Kind::Phrase => format!("\"{joined}\""),
            Kind::Prefix => format!("{joined}*"),
            Kind::Word | Kind::All | Kind::Characters => joined,
        };
        Self { typed, kind, words }
    }

    /// The query that finds exactly what the peers are asked for.
    pub(crate) fn exact(&self) -> String {
        let quoted = |word: &String| format!("\"{word}\"");
        match self.kind {
            Kind::Word | Kind::All => self.words.iter().map(quoted).collect::<Vec<_>>().join(" "),
            Kind::Phrase | Kind::Prefix | Kind::Characters => self.typed.clone(),
        }
    }
}

/// Chooses the queries; fewer than twenty where texts are few, of a single kind, or without CJK characters.
pub(crate) fn choose(vocabulary: &Vocabulary) -> Vec<Query> {
    let mut queries = words(vocabulary);
    queries.extend(pairs(vocabulary));
    queries.extend(phrases(vocabulary));
    queries.extend(prefixes(vocabulary));
    for (length, share) in CHARACTERS {
        let found = nearest(vocabulary, &vocabulary.characters(length), share, |_| true);
        queries.extend(found.map(|characters| Query::new(Kind::Characters, vec![characters])));
    }
    queries
}

/// Single words, each another one, and one that is nowhere.
fn words(vocabulary: &Vocabulary) -> Vec<Query> {
    let mut chosen: Vec<String> = Vec::new();
    for share in WORDS {
        chosen.extend(nearest(vocabulary, &vocabulary.words, share, |word| !chosen.contains(word)));
    }
    let mut nowhere = "qxzvk".to_owned();
    while vocabulary.words.iter().any(|(word, _)| *word == nowhere) {
        nowhere.push('q');
    }
    chosen.push(nowhere);
    chosen.into_iter().map(|word| Query::new(Kind::Word, vec![word])).collect()
}

fn pairs(vocabulary: &Vocabulary) -> Vec<Query> {
    let mut chosen: Vec<String> = Vec::new();
    for (first_share, second_share) in PAIRS {
        let is_new = |word: &String| !chosen.contains(word);
        let Some(first) = nearest(vocabulary, &vocabulary.words, first_share, is_new) else { continue };
        let neighbours = vocabulary.neighbours(&first);
        let Some(second) = nearest(vocabulary, &neighbours, second_share, is_new) else { continue };
        chosen.extend([first, second]);
    }
    chosen.chunks(2).map(|pair| Query::new(Kind::All, pair.to_vec())).collect()
}

fn phrases(vocabulary: &Vocabulary) -> Vec<Query> {
    let of_two = vocabulary.phrases::<2>();
    let mut chosen: Vec<Vec<u32>> = Vec::new();
    for (least_share, share) in PHRASES {
        // Words are numbered by falling frequency.
        let last = vocabulary
            .words
            .partition_point(|(_, count)| f64::from(*count) >= least_share * vocabulary.texts as f64);
        let is_wanted = |phrase: &[u32; 2]| {
            phrase.iter().all(|word| (*word as usize) < last) && !chosen.contains(&phrase.to_vec())
        };
        let found = nearest(vocabulary, &of_two, share, is_wanted);
        chosen.extend(found.map(|phrase| phrase.to_vec()));
    }
    let long = nearest(vocabulary, &vocabulary.phrases::<3>(), LONG_PHRASE, |_| true);
    chosen.extend(long.map(|phrase| phrase.to_vec()));
    let word = |number: u32| vocabulary.words[number as usize].0.clone();
    chosen
        .into_iter()
        .map(|phrase| Query::new(Kind::Phrase, phrase.into_iter().map(word).collect()))
        .collect()
}

fn prefixes(vocabulary: &Vocabulary) -> Vec<Query> {
    let mut chosen = Vec::new();
    for (letters, share) in PREFIXES {
        let found = nearest(vocabulary, &vocabulary.words, share, |word| word.len() > letters + 1);
        chosen.extend(found.map(|word| Query::new(Kind::Prefix, vec![word[..letters].to_owned()])));
    }
    chosen
}

/// Of the wanted things the one whose share of the texts is nearest, by ratio.
fn nearest<T: Clone>(
    vocabulary: &Vocabulary,
    counted: &Counted<T>,
    share: f64,
    is_wanted: impl Fn(&T) -> bool,
) -> Option<T> {
    let target = (share * vocabulary.texts as f64).max(1.0);
    let distance = |count: u32| (f64::from(count) / target).ln().abs();
    let wanted = counted.iter().filter(|(thing, _)| is_wanted(thing));
    let found = wanted.min_by(|(_, a), (_, b)| distance(*a).total_cmp(&distance(*b)))?;
    Some(found.0.clone())
}

/// The order of a round: another one each time, and the same one in every run.
pub(crate) fn order(queries: usize, round: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..queries).collect();
    let mut state = round as u64 + 1;
    for place in (1..queries).rev() {
        // Knuth's MMIX generator; its upper bits are the good ones.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(place, (state >> 33) as usize % (place + 1));
    }
    order
}

/// A word of a phrase, by its place in the list of words.
type WordNumber = u32;

/// Things with the number of texts that each is in, by falling number; equal ones in the order of the things.
pub(crate) type Counted<T> = Vec<(T, u32)>;

/// What occurs in some texts.
pub(crate) struct Vocabulary {
    /// Number of texts.
    pub(crate) texts: usize,
    /// Words of the letters a to z, which every engine cuts and folds the same way.
    pub(crate) words: Counted<String>,
    /// Per text its words in order, with gaps where anything but one blank is between two.
    runs: Vec<Vec<Option<WordNumber>>>,
    /// The texts' runs of Han and Kana.
    characters: Vec<Vec<char>>,
}

impl Vocabulary {
    pub(crate) fn of(texts: &[String]) -> Self {
        let cut: Vec<Vec<Option<String>>> = texts.iter().map(|text| words_and_gaps(text)).collect();
        let words = counted(cut.iter().map(|text| text.iter().flatten().cloned()));
        let numbers: HashMap<&str, WordNumber> =
            words.iter().zip(0..).map(|((word, _), number)| (word.as_str(), number)).collect();
        let number = |word: &Option<String>| word.as_deref().and_then(|word| numbers.get(word).copied());
        let runs = cut.iter().map(|text| text.iter().map(number).collect()).collect();
        let characters = texts.iter().flat_map(|text| cjk_runs(text)).collect();
        Self { texts: texts.len(), words, runs, characters }
    }

    /// Phrases of `N` words.
    pub(crate) fn phrases<const N: usize>(&self) -> Counted<[WordNumber; N]> {
        counted(self.runs.iter().map(|run| {
            run.windows(N).filter_map(|window| {
                let words: Option<Vec<WordNumber>> = window.iter().copied().collect();
                words?.try_into().ok()
            })
        }))
    }

    /// Words in texts that have this word too.
    pub(crate) fn neighbours(&self, word: &str) -> Counted<String> {
        let Some(number) = self.words.iter().position(|(found, _)| found == word) else { return Vec::new() };
        let number = Some(number as WordNumber);
        let with: HashSet<WordNumber> =
            self.runs.iter().filter(|run| run.contains(&number)).flatten().flatten().copied().collect();
        let others =
            (0..).zip(&self.words).filter(|(other, _)| with.contains(other) && Some(*other) != number);
        others.map(|(_, counted)| counted.clone()).collect()
    }

    /// Runs of `length` Han or Kana characters, those inside longer ones included.
    pub(crate) fn characters(&self, length: usize) -> Counted<String> {
        counted(self.characters.iter().map(|run| run.windows(length).map(String::from_iter)))
    }
}

/// Counts in how many of the lists each thing is.
fn counted<T: Eq + Hash + Ord>(lists: impl Iterator<Item = impl Iterator<Item = T>>) -> Counted<T> {
    let mut counts: HashMap<T, u32> = HashMap::new();
    for list in lists {
        for thing in list.collect::<HashSet<T>>() {
            *counts.entry(thing).or_default() += 1;
        }
    }
    let mut counts: Counted<T> = counts.into_iter().collect();
    counts.sort_by(|(a, a_count), (b, b_count)| b_count.cmp(a_count).then_with(|| a.cmp(b)));
    counts
}

/// The words of a text, folded; `None` stands for a word of other characters and for more than a blank between two.
fn words_and_gaps(text: &str) -> Vec<Option<String>> {
    let mut found = Vec::new();
    for piece in text.split(' ') {
        let inside = piece.trim_matches(|character: char| !character.is_alphanumeric());
        let is_word =
            (2..=20).contains(&inside.len()) && inside.bytes().all(|byte| byte.is_ascii_alphabetic());
        if !piece.starts_with(inside) {
            found.push(None);
        }
        found.push(is_word.then(|| inside.to_ascii_lowercase()));
        if !piece.ends_with(inside) {
            found.push(None);
        }
    }
    found
}

fn cjk_runs(text: &str) -> impl Iterator<Item = Vec<char>> + '_ {
    let is_cjk = |character: char| matches!(character, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}');
    text.split(move |character| !is_cjk(character))
        .filter(|run| !run.is_empty())
        .map(|run| run.chars().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_as_frequent_as_wanted() {
        let text = |number: usize| {
            let mut text = "the picture of the".to_owned();
            let rarer = [(10, " red bus"), (100, " of tram the"), (1000, " old zebra walks 写真です")];
            for (every, words) in rarer {
                if number.is_multiple_of(every) {
                    text += words;
                }
            }
            text
        };
        let texts: Vec<String> = (0..1000).map(text).collect();
        let queries = choose(&Vocabulary::of(&texts));
        let of = |kind: Kind| -> Vec<String> {
            queries.iter().filter(|query| query.kind == kind).map(|query| query.typed.clone()).collect()
        };
        assert_eq!(of(Kind::Word), ["of", "bus", "tram", "old", "walks", "zebra", "qxzvk"]);
        assert_eq!(of(Kind::All)[0], "bus red");
        assert_eq!(of(Kind::Phrase)[..2], ["\"of the\"", "\"bus of\""]);
        assert_eq!(of(Kind::Prefix), ["wal*", "pict*"]);
        assert_eq!(of(Kind::Characters), ["です", "写真です"]);
    }

    #[test]
    fn exact_forms_are_asked_for_where_typed_words_find_others() {
        let query = |kind: Kind| Query::new(kind, vec!["red".to_owned(), "bus".to_owned()]);
        assert_eq!(query(Kind::All).exact(), "\"red\" \"bus\"");
        assert_eq!(query(Kind::Phrase).exact(), "\"red bus\"");
    }

    #[test]
    fn every_round_asks_everything_in_another_order() {
        let rounds: Vec<Vec<usize>> = (0..ROUNDS).map(|round| order(20, round)).collect();
        for round in &rounds {
            let mut sorted = round.clone();
            sorted.sort_unstable();
            assert!(sorted.into_iter().eq(0..20));
        }
        assert!(rounds.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(order(0, 1).is_empty());
    }

    #[test]
    fn words_and_phrases_are_counted_by_text() {
        let texts = ["The red bus, the red bus", "a bus (The red one) 写真の中", "Über the 3D red写真"];
        let vocabulary = Vocabulary::of(&texts.map(str::to_owned));
        let words = vocabulary.words.iter().map(|(word, count)| (word.as_str(), *count));
        assert_eq!(words.collect::<Vec<_>>(), [("the", 3), ("bus", 2), ("red", 2), ("one", 1)]);
        let phrases = vocabulary.phrases::<2>();
        assert_eq!(phrases, [([0, 2], 2), ([2, 1], 1), ([2, 3], 1)]);
        assert_eq!(vocabulary.phrases::<3>().len(), 2);
        assert_eq!(
            vocabulary.neighbours("one"),
            [("the".to_owned(), 3), ("bus".to_owned(), 2), ("red".to_owned(), 2)]
        );
        assert_eq!(vocabulary.characters(2)[0], ("写真".to_owned(), 2));
    }
}
