//! What is said about a result beside it: how much there is, how the query was read, what may have been meant.

use crate::cli::paint::harmless;
use blendscope_shared::search::{SearchAnswer, Term};
use indicatif::HumanCount;

/// Words that are offered in place of one that does not occur.
const SUGGESTIONS: usize = 3;

/// Lines about a result; the last one says how much there is.
pub(super) fn lines(answer: &SearchAnswer) -> Vec<String> {
    let understood = &answer.understood;
    let mut lines: Vec<String> = understood.notes.iter().map(|note| format!("note: {note}")).collect();
    lines.extend(understood.terms.iter().filter_map(did_you_mean));
    lines.extend(
        understood
            .without
            .iter()
            .map(|part| format!("note: without `{}` there would be {}", part.part, found(part.count))),
    );
    lines.push(total(answer));
    lines.iter().map(|line| harmless(line)).collect()
}

fn did_you_mean(term: &Term) -> Option<String> {
    let suggestions: Vec<&str> = term.suggestions.iter().take(SUGGESTIONS).map(String::as_str).collect();
    let (last, others) = suggestions.split_last()?;
    let words =
        if others.is_empty() { (*last).to_owned() } else { format!("{} or {last}", others.join(", ")) };
    Some(format!("note: no sample has `{}`; did you mean {words}?", term.text))
}

fn total(answer: &SearchAnswer) -> String {
    let (count, shown) = (answer.total.count, answer.items.len() as u64);
    let shown = if shown < count { format!(", {} shown", HumanCount(shown)) } else { String::new() };
    let so_far = if answer.total.is_final { "" } else { "; another process is still indexing" };
    format!("{} in {} ms{shown}{so_far}", found(count), answer.took_ms)
}

fn found(count: u64) -> String {
    if count == 1 { "1 sample".to_owned() } else { format!("{} samples", HumanCount(count)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use blendscope_shared::search::{Part, SearchHit, Total, Understood};

    #[test]
    fn what_was_found_is_said_last() {
        let answer = SearchAnswer {
            total: Total { count: 1662, is_final: true },
            took_ms: 0.8,
            items: vec![SearchHit::default(); 10],
            ..SearchAnswer::default()
        };
        assert_eq!(lines(&answer), ["1,662 samples in 0.8 ms, 10 shown"]);
    }

    #[test]
    fn an_empty_result_says_what_may_help() {
        let term = |text: &str, suggestions: &[&str]| Term {
            text: text.to_owned(),
            suggestions: suggestions.iter().map(|word| (*word).to_owned()).collect(),
            ..Term::default()
        };
        let understood = Understood {
            terms: vec![term("trafic", &["traffic", "tragic"]), term("bus", &[])],
            notes: vec!["a quote was not closed".to_owned()],
            without: vec![Part { part: "trafic".to_owned(), count: 1 }],
            ..Understood::default()
        };
        let total = Total { count: 0, is_final: false };
        let answer = SearchAnswer { total, understood, ..SearchAnswer::default() };
        assert_eq!(
            lines(&answer),
            [
                "note: a quote was not closed",
                "note: no sample has `trafic`; did you mean traffic or tragic?",
                "note: without `trafic` there would be 1 sample",
                "0 samples in 0 ms; another process is still indexing",
            ]
        );
    }
}
