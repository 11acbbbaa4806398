//! How often words, phrases and runs of CJK characters occur in some texts.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

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
    pub(crate) fn beside(&self, word: &str) -> Counted<String> {
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
    fn words_and_phrases_are_counted_by_text() {
        let texts = ["The red bus, the red bus", "a bus (The red one) 写真の中", "Über the 3D red写真"];
        let vocabulary = Vocabulary::of(&texts.map(str::to_owned));
        let words = vocabulary.words.iter().map(|(word, count)| (word.as_str(), *count));
        assert_eq!(words.collect::<Vec<_>>(), [("the", 3), ("bus", 2), ("red", 2), ("one", 1)]);
        let phrases = vocabulary.phrases::<2>();
        assert_eq!(phrases, [([0, 2], 2), ([2, 1], 1), ([2, 3], 1)]);
        assert_eq!(vocabulary.phrases::<3>().len(), 2);
        assert_eq!(
            vocabulary.beside("one"),
            [("the".to_owned(), 3), ("bus".to_owned(), 2), ("red".to_owned(), 2)]
        );
        assert_eq!(vocabulary.characters(2)[0], ("写真".to_owned(), 2));
    }
}
