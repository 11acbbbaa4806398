//! Changing the text of a query: leaving out a part of it, and correcting a word.

use blendscope_shared::search::Part;
use std::ops::Range;

/// The query, written out as it was read, without the part of this number; nothing when it does not stand there.
pub fn without_part(query: &str, parts: &[Part], number: usize) -> Option<String> {
    let mut from = 0;
    let mut place = 0..0;
    for part in &parts[..=number] {
        place = find(query, &part.part, from)?;
        from = place.end;
    }
    // Alternatives stand in parentheses of their own.
    let is_grouped = query[..place.start].ends_with('(') && query[place.end..].starts_with(')');
    if is_grouped {
        place = place.start - 1..place.end + 1;
    }
    let rest = format!("{} {}", query[..place.start].trim_end(), query[place.end..].trim_start());
    Some(rest.trim().to_owned())
}

/// The query with a suggestion in the place of one of a term's words: the one most like it. Nothing when the term does
/// not stand there as such.
pub fn corrected(query: &str, term: &str, suggestion: &str) -> Option<String> {
    let words = term.split(|letter: char| !is_letter(letter)).filter(|word| !word.is_empty());
    let word = words.max_by_key(|word| likeness(word, suggestion))?;
    let place = find(query, word, find(query, term, 0)?.start)?;
    Some(format!("{}{suggestion}{}", &query[..place.start], &query[place.end..]))
}

/// Where a text stands that is no part of a longer word.
fn find(query: &str, text: &str, from: usize) -> Option<Range<usize>> {
    let mut begin = from;
    loop {
        let start = begin + query[begin..].find(text)?;
        let end = start + text.len();
        let before = query[..start].chars().next_back();
        let after = query[end..].chars().next();
        let goes_on = |letter: Option<char>| letter.is_some_and(is_letter);
        if !goes_on(before) && before != Some('-') && !goes_on(after) {
            return Some(start..end);
        }
        begin = start + text.chars().next()?.len_utf8();
    }
}

/// Whether a character goes on a word. Beyond ASCII nearly all do.
fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || !letter.is_ascii()
}

/// Letters that two words have in common at their beginnings and ends.
fn likeness(a: &str, b: &str) -> usize {
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let begin = a.chars().zip(b.chars()).take_while(same).count();
    begin + a.chars().rev().zip(b.chars().rev()).take_while(same).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(query: &str, parts: &[&str]) -> Vec<String> {
        let parts: Vec<_> =
            parts.iter().map(|part| Part { part: (*part).to_owned(), ..Part::default() }).collect();
        (0..parts.len()).map(|number| without_part(query, &parts, number).unwrap()).collect()
    }

    #[test]
    fn each_part_can_be_left_out() {
        assert_eq!(
            without("red (a OR b) \"red bus\" -blue", &["red", "a OR b", "\"red bus\""]),
            ["(a OR b) \"red bus\" -blue", "red \"red bus\" -blue", "red (a OR b) -blue"]
        );
        assert_eq!(without("-red redder red", &["redder", "red"]), ["-red red", "-red redder"]);
        assert_eq!(without("東京 犬*", &["東京", "犬*"]), ["犬*", "東京"]);
        let absent = [Part { part: "bus".to_owned(), count: 1 }];
        assert_eq!(without_part("busy", &absent, 0), None);
    }

    #[test]
    fn a_word_is_corrected_where_it_stands() {
        assert_eq!(
            corrected("two girafes -girafe girafe", "girafe", "giraffe").as_deref(),
            Some("two girafes -girafe giraffe")
        );
        assert_eq!(
            corrected("\"a tall girafe\"", "a tall girafe", "giraffe").as_deref(),
            Some("\"a tall giraffe\"")
        );
        assert_eq!(corrected("gpt:girafe~", "girafe", "giraffe").as_deref(), Some("gpt:giraffe~"));
        assert_eq!(corrected("bus", "girafe", "giraffe"), None);
    }
}
