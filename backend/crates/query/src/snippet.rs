//! Passages of a sample that show why it matches.

use super::marks::Marker;
use crate::expanded::Expanded;
use blendscope_shared::sample::Turn;
use blendscope_shared::search::Snippet;
use std::ops::Range;

/// Characters of a passage, about three lines in the result list.
const LENGTH: usize = 220;

/// Characters shown before the first match.
const LEAD: usize = 60;

/// Passages per sample.
const SNIPPETS_MAX: usize = 3;

/// The passages of a sample that match the query; the beginning of its first turns when none does.
pub fn snippets(turns: &[Turn], expanded: &Expanded) -> Vec<Snippet> {
    let marker = Marker::new(expanded);
    let mut found: Vec<(usize, Snippet)> = Vec::new();
    for (index, turn) in turns.iter().enumerate() {
        let (marks, variety) = marker.marks(turn);
        if !marks.is_empty() {
            found.push((variety, passage(index, turn, &marks)));
        }
    }
    if found.is_empty() {
        return turns.iter().enumerate().take(2).map(|(index, turn)| passage(index, turn, &[])).collect();
    }
    // The turns that show most of the query, then in the order of the conversation.
    found.sort_by_key(|(variety, _)| std::cmp::Reverse(*variety));
    found.truncate(SNIPPETS_MAX);
    found.sort_by_key(|(_, snippet)| snippet.turn);
    found.into_iter().map(|(_, snippet)| snippet).collect()
}

/// A stretch of a turn around the first of the marks, cut at blanks where there are any.
fn passage(index: usize, turn: &Turn, marks: &[Range<usize>]) -> Snippet {
    let characters: Vec<char> = turn.text.chars().collect();
    let first = marks.first().map_or(0, |mark| mark.start);
    let begin = if first <= LEAD { 0 } else { blank_near(&characters, first - LEAD) };
    let end = if characters.len() - begin <= LENGTH {
        characters.len()
    } else {
        blank_near(&characters, begin + LENGTH)
    };
    let end = end.max(marks.first().map_or(0, |mark| mark.end));
    let lead = if begin > 0 { "…" } else { "" };
    let tail = if end < characters.len() { "…" } else { "" };
    let text: String =
        lead.chars().chain(characters[begin..end].iter().copied()).chain(tail.chars()).collect();
    let shift = |at: usize| at - begin + lead.chars().count();
    let inside = marks.iter().filter(|mark| mark.start >= begin && mark.end <= end);
    let marks = inside.map(|mark| [shift(mark.start), shift(mark.end)]).collect();
    Snippet { turn: index as u64, role: turn.role.clone(), text, marks }
}

/// The place after the last blank within a word's length before `at`, or `at` itself.
fn blank_near(characters: &[char], at: usize) -> usize {
    let from = at.saturating_sub(15);
    characters[from..at]
        .iter()
        .rposition(|symbol| symbol.is_whitespace())
        .map_or(at, |blank| from + blank + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Query;
    use blendscope_shared::role::Role;

    fn marked(text: &str, query: &str) -> String {
        let turns = [Turn { role: Role::Gpt, text: text.to_owned() }];
        let snippets = snippets(&turns, &Expanded::default().with(Query::parse(query, true, &[])));
        let characters: Vec<char> = snippets[0].text.chars().collect();
        let mut shown = String::new();
        let mut at = 0;
        for [begin, end] in &snippets[0].marks {
            shown.extend(&characters[at..*begin]);
            shown.push('[');
            shown.extend(&characters[*begin..*end]);
            shown.push(']');
            at = *end;
        }
        shown.extend(&characters[at..]);
        shown
    }

    #[test]
    fn words_phrases_and_prefixes_are_marked() {
        assert_eq!(marked("A Red bus, a red BUS.", "\"red bus\" "), "A [Red bus], a [red BUS].");
        assert_eq!(marked("buses and a bus", "bus"), "[buses] and a [bus]");
        assert_eq!(marked("東京タワーと東京駅", "東京"), "[東京]タワーと[東京]駅");
        assert_eq!(marked("東京タワーの写真", "京タワー"), "東[京タワー]の写真");
        assert_eq!(marked("🚌 ＢＵＳ no dog", "bus -dog "), "🚌 [ＢＵＳ] no dog");
    }

    #[test]
    fn long_turns_are_cut_around_the_match() {
        let text = format!("{}needle {}", "hay ".repeat(100), "hay ".repeat(100));
        let shown = marked(&text, "needle ");
        assert!(shown.starts_with("…hay") && shown.contains("[needle]") && shown.ends_with('…'), "{shown}");
        assert!(shown.chars().count() < LENGTH + 10);
    }

    #[test]
    fn without_a_match_the_beginning_is_shown() {
        let turns = ["a", "b", "c"].map(|text| Turn { role: Role::Human, text: text.to_owned() });
        let texts: Vec<_> =
            snippets(&turns, &Expanded::default()).into_iter().map(|snippet| snippet.text).collect();
        assert_eq!(texts, ["a", "b"]);
    }
}
