//! What a language means for showing a text: its `lang`, and whether it is counted in words or characters.

use crate::format;

/// Languages that are written without spaces between words.
const UNSPACED: [&str; 6] = ["ja", "zh", "th", "lo", "km", "my"];

/// The attribute `lang` of a text; nothing where its language is not known.
pub fn lang(code: &str) -> Option<String> {
    (!code.is_empty() && code != "und").then(|| code.to_owned())
}

/// Whether a language is written without spaces, so that counting words says nothing.
pub fn is_unspaced(code: &str) -> bool {
    UNSPACED.contains(&code)
}

/// How wide a character is beside a Latin letter: those of Chinese, Japanese and Korean are twice as wide.
pub fn width(letter: char) -> f64 {
    match letter {
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{20000}'..='\u{3ffff}' => 2.0,
        _ => 1.0,
    }
}

/// Whether a text is written with spaces between words, as far as its letters tell.
pub fn has_spaces(text: &str) -> bool {
    !text.chars().any(|letter| width(letter) > 1.0)
}

/// How long a text is, in what is counted in its language: `83 words`, `113 characters`.
pub fn length(code: &str, words: u64, characters: u64) -> String {
    if is_unspaced(code) {
        format::counted(characters, "character", "characters")
    } else {
        format::counted(words, "word", "words")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn japanese_is_counted_in_characters() {
        assert_eq!(length("ja", 3, 113), "113 characters");
        assert_eq!(length("en", 1, 5), "1 word");
        assert_eq!((lang("und"), lang("ja").as_deref()), (None, Some("ja")));
    }
}
