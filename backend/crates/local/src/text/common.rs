//! Pairs of very frequent words as terms of the index.
//!
//! `of the` stands in every fifth sample, each of its words in every second: to find out where the one follows the other,
//! hundreds of thousands of positions would be compared. So two words of a short list that stand side by side are also
//! indexed as one term, `of the`, at the place of the first. Queries do not show it: a phrase means the same with and
//! without. A few pairs make the index a tenth larger.

/// The term for two words side by side, if there is one.
pub(super) fn pair(first: &str, second: &str) -> Option<String> {
    (is_common(first) && is_common(second)).then(|| format!("{first} {second}"))
}

/// Whether a word is one of those that are most frequent in captions and in conversations about pictures.
pub(super) fn is_common(word: &str) -> bool {
    matches!(
        word,
        "a" | "an"
            | "and"
            | "are"
            | "as"
            | "at"
            | "auf"
            | "de"
            | "dem"
            | "der"
            | "die"
            | "ein"
            | "eine"
            | "for"
            | "image"
            | "in"
            | "is"
            | "it"
            | "la"
            | "le"
            | "man"
            | "mit"
            | "of"
            | "on"
            | "photo"
            | "that"
            | "the"
            | "there"
            | "this"
            | "to"
            | "un"
            | "une"
            | "was"
            | "what"
            | "with"
            | "woman"
    )
}

/// Whether a term of the dictionary is a pair; no word contains a blank.
pub(super) fn is_pair(term: &[u8]) -> bool {
    term.contains(&b' ')
}

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
    fn pairs_cover_their_words() {
        let covered = |text: &str| -> Vec<String> {
            let terms: Vec<_> = (0..).zip(text.split(' ').map(ToOwned::to_owned)).collect();
            with_pairs(&terms).into_iter().map(|(at, term)| format!("{at}:{term}")).collect()
        };
        assert_eq!(covered("in the"), ["0:in the"]);
        assert_eq!(covered("horse in a"), ["0:horse", "1:in a"]);
        assert_eq!(covered("man in a red barn"), ["0:man in", "1:in a", "3:red", "4:barn"]);
        assert_eq!(covered("of horses of"), ["0:of", "1:horses", "2:of"]);
    }
}
