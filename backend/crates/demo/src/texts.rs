//! Texts about scenes; and conversations without a picture: as `ShareGPT` has them, and those that are hard to show well.

pub(super) mod english;
pub(super) mod japanese;

use super::rng::Rng;
use super::words::{prose, say};

/// Question and answer turns, one to four of each.
pub(super) fn chat(rng: &mut Rng) -> Vec<(String, String)> {
    let mut turns = vec![(say(rng, "chat ask"), answer(rng))];
    for _ in 0..rng.below(4) {
        turns.push((say(rng, "follow up"), answer(rng)));
    }
    turns
}

fn answer(rng: &mut Rng) -> String {
    let most = rng.between(20, 120);
    match rng.below(3) {
        0 => (1..=rng.between(3, 6))
            .map(|number| format!("{number}. {}", say(rng, "sentence")))
            .collect::<Vec<_>>()
            .join("\n"),
        1 => prose(rng, most),
        _ => format!("{}\n\n{}", prose(rng, most / 2), prose(rng, most)),
    }
}

/// Question and answer of the n-th hard sample: markup, right-to-left text, code, formulas, emoji, great length. `None` when
/// there are no more of them.
pub(super) fn hard(number: u64, rng: &mut Rng) -> Option<(String, String)> {
    let number = usize::try_from(number).ok()?;
    let sample = include_str!("../data/hard.txt").split("\n= ").nth(number + 1)?.trim_end();
    Some(match sample.split_once('\n') {
        Some((ask, answer)) => (ask.to_owned(), answer.to_owned()),
        None => (sample.to_owned(), story(rng)),
    })
}

/// About 6,000 words.
fn story(rng: &mut Rng) -> String {
    let mut text = String::from("There was once a keeper who counted every boat that passed.");
    for _ in 0..60 {
        text += "\n\n";
        text += &prose(rng, 100);
    }
    text
}

/// A question with its true answers and some false ones.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Question {
    pub(crate) ask: String,
    /// The answer in a word or a phrase.
    pub(crate) short: String,
    /// The answer in a sentence.
    pub(crate) long: String,
    /// Wrong answers of the same sort, for multiple choice; may be empty.
    pub(crate) wrong: Vec<String>,
}

impl Question {
    /// Reads `question | short answer | long answer`.
    pub(crate) fn read(line: &str) -> Self {
        let mut parts = line.split(" | ").map(ToOwned::to_owned);
        let mut part = || parts.next().unwrap_or_default();
        Self { ask: part(), short: part(), long: part(), wrong: Vec::new() }
    }

    /// The same with all of these answers that are not the right one as wrong ones.
    pub(crate) fn among<T: ToString>(mut self, answers: impl IntoIterator<Item = T>) -> Self {
        let answers = answers.into_iter().map(|answer| answer.to_string());
        self.wrong = answers.filter(|answer| *answer != self.short).collect();
        self
    }
}
