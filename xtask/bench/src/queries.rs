//! The twenty test queries, chosen by how often their words occur, and the rounds in which they are asked.

use crate::vocabulary::{Counted, Vocabulary};
use serde::Serialize;

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
        let beside = vocabulary.beside(&first);
        let Some(second) = nearest(vocabulary, &beside, second_share, is_new) else { continue };
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
}
