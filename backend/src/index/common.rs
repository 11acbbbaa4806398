//! Pairs of very frequent words as terms of the index.
//!
//! `of the` stands in every fifth sample, each of its words in every second: to find out where the one follows the other,
//! hundreds of thousands of positions would be compared. So two words of a short list that stand side by side are also
//! indexed as one term, `of the`, at the place of the first. Queries do not show it: a phrase means the same with and
//! without. It costs a sixth of the index.

/// Words that are frequent in captions and conversations about pictures, sorted.
const WORDS: [&str; 96] = [
    "a",
    "an",
    "and",
    "answer",
    "are",
    "as",
    "at",
    "auf",
    "be",
    "black",
    "blue",
    "by",
    "can",
    "caption",
    "das",
    "de",
    "dem",
    "der",
    "des",
    "describe",
    "description",
    "die",
    "does",
    "dog",
    "du",
    "ein",
    "eine",
    "einem",
    "einen",
    "einer",
    "en",
    "et",
    "for",
    "foto",
    "from",
    "front",
    "girl",
    "give",
    "group",
    "has",
    "have",
    "he",
    "her",
    "his",
    "holding",
    "how",
    "i",
    "image",
    "in",
    "is",
    "ist",
    "it",
    "its",
    "la",
    "le",
    "les",
    "man",
    "mann",
    "mit",
    "no",
    "not",
    "of",
    "on",
    "one",
    "or",
    "people",
    "person",
    "photo",
    "picture",
    "question",
    "red",
    "riding",
    "short",
    "shown",
    "sitting",
    "standing",
    "street",
    "sur",
    "table",
    "that",
    "the",
    "their",
    "there",
    "this",
    "to",
    "two",
    "un",
    "und",
    "une",
    "was",
    "wearing",
    "what",
    "white",
    "with",
    "woman",
    "you",
];

/// The term for two words side by side, if there is one.
pub(super) fn pair(first: &str, second: &str) -> Option<String> {
    (is_common(first) && is_common(second)).then(|| format!("{first} {second}"))
}

/// Whether a word is on the list.
pub(super) fn is_common(word: &str) -> bool {
    word.len() <= LONGEST && WORDS.binary_search(&word).is_ok()
}

/// Whether a term of the dictionary is a pair; no word contains a blank.
pub(super) fn is_pair(term: &[u8]) -> bool {
    term.contains(&b' ')
}

/// Bytes of the longest word.
const LONGEST: usize = 11;

/// The terms of a phrase with its pairs in place of their words.
pub(super) fn with_pairs(terms: &[(u32, String)]) -> Vec<(u32, String)> {
    let mut paired = Vec::with_capacity(terms.len());
    let mut is_covered = false;
    for (index, (position, term)) in terms.iter().enumerate() {
        let next = terms.get(index + 1).filter(|(next, _)| *next == position + 1);
        let pair = next.and_then(|(_, next)| pair(term, next));
        if pair.is_none() && !is_covered {
            paired.push((*position, term.clone()));
        }
        is_covered = pair.is_some();
        paired.extend(pair.map(|pair| (*position, pair)));
    }
    paired
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_as_long_as_it_says() {
        assert!(WORDS.is_sorted());
        assert!(WORDS.iter().all(|word| word.len() <= LONGEST));
    }

    #[test]
    fn pairs_cover_their_words() {
        let covered = |text: &str| -> Vec<String> {
            let terms: Vec<_> = (0..).zip(text.split(' ').map(ToOwned::to_owned)).collect();
            with_pairs(&terms).into_iter().map(|(at, term)| format!("{at}:{term}")).collect()
        };
        assert_eq!(covered("in the"), ["0:in the"]);
        assert_eq!(covered("horse in a"), ["0:horse", "1:in a"]);
        assert_eq!(covered("man in a red barn"), ["0:man in", "1:in a", "2:a red", "4:barn"]);
        assert_eq!(covered("of horses of"), ["0:of", "1:horses", "2:of"]);
    }
}
