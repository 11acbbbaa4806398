//! Small English grammar.

use crate::scene::Kind;

/// `a` or `an` and the words.
pub(super) fn with_article(words: &str) -> String {
    let is_vowel = words.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
    format!("{} {words}", if is_vowel { "an" } else { "a" })
}

/// A number as a word, up to twelve.
pub(super) fn number(count: usize) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    WORDS.get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

/// `a boat`, `three boats`.
pub(super) fn counted(kind: Kind, count: usize) -> String {
    if count == 1 { with_article(kind.name()) } else { format!("{} {}", number(count), kind.plural()) }
}

/// `boat` or `boats`.
pub(super) fn name_of(kind: Kind, count: usize) -> &'static str {
    if count == 1 { kind.name() } else { kind.plural() }
}

/// `a`, `a and b`, `a, b, and c`.
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    }
}

/// The text with a capital first letter.
pub(crate) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_articles_read_as_english() {
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b, and c");
        assert_eq!(with_article("orange ball"), "an orange ball");
        assert_eq!(counted(Kind::Sheep, 2), "two sheep");
    }
}
