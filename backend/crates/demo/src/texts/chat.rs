//! Conversations without a picture, as `ShareGPT` has them.

use super::Prose;
use crate::rng::Rng;

const TOPICS: &[&str] = &[
    "sourdough bread",
    "house plants",
    "night trains",
    "map making",
    "kite flying",
    "lighthouses",
    "origami",
    "bird migration",
    "sailing knots",
    "watercolor painting",
    "bicycle repair",
    "tea ceremonies",
    "star charts",
    "bee keeping",
    "mountain weather",
    "old clocks",
    "garden ponds",
    "choir singing",
    "chess endings",
    "snow crystals",
];

const ASKS: &[&str] = &[
    "Can you explain {} to a beginner?",
    "Write a short plan for a weekend about {}.",
    "What should I know about {}?",
    "Give me five facts about {}.",
    "Summarize the history of {} in a few sentences.",
    "Draft a friendly email that invites people to an evening about {}.",
    "What are common mistakes in {}?",
    "Compare {} with {} for somebody who has little time.",
];

const FOLLOW_UPS: &[&str] = &[
    "Continue",
    "Can you make it shorter?",
    "Please give an example.",
    "Why is that?",
    "Thanks! And what comes next?",
    "Rewrite it as a list.",
    "How long would that take?",
    "What if I have no tools?",
];

/// Question and answer turns, one to four of each.
pub(crate) fn chat(prose: &Prose, rng: &mut Rng) -> Vec<(String, String)> {
    let ask = rng.pick(ASKS).replacen("{}", rng.pick(TOPICS), 1).replacen("{}", rng.pick(TOPICS), 1);
    let mut turns = vec![(ask, answer(prose, rng))];
    for _ in 0..rng.below(4) {
        turns.push((rng.pick(FOLLOW_UPS).to_owned(), answer(prose, rng)));
    }
    turns
}

fn answer(prose: &Prose, rng: &mut Rng) -> String {
    match rng.below(3) {
        0 => (1..=rng.between(3, 6))
            .map(|number| format!("{number}. {}", prose.sentence(rng)))
            .collect::<Vec<_>>()
            .join("\n"),
        1 => {
            let words = rng.between(20, 120);
            prose.words(rng, words)
        }
        _ => {
            let (first, second) = (rng.between(15, 60), rng.between(15, 90));
            format!("{}\n\n{}", prose.words(rng, first), prose.words(rng, second))
        }
    }
}
