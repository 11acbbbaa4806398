//! Which of the frequent pieces are templates.

use crate::ingest::templates::pieces::Piece;
use std::collections::HashMap;

/// Templates of a file at most: the most frequent ones.
const TEMPLATES_MAX: usize = 1000;

/// A piece that may be a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The constant text.
    pub text: String,
    /// Whether something follows that is different each time.
    pub goes_on: bool,
    /// Samples that have it.
    pub count: u64,
}

impl Candidate {
    /// The candidate as a piece.
    pub(crate) fn piece(&self) -> Piece<'_> {
        Piece { text: &self.text, goes_on: self.goes_on }
    }
}

/// The numbers of the candidates that are templates, most frequent first: what comes up at least `threshold` times and
/// says something of its own.
///
/// Wherever a candidate stands, its parts stand too. If these hardly ever stand elsewhere, it is one prompt of several
/// sentences and they are not told apart; else the parts are the prompts, and having them together is chance.
pub(crate) fn choose(candidates: &[Candidate], threshold: u64) -> Vec<usize> {
    let frequent = candidates.iter().enumerate().filter(|(_, candidate)| candidate.count >= threshold);
    let by_piece: HashMap<Piece<'_>, usize> = frequent.map(|(number, of)| (of.piece(), number)).collect();
    let mut order: Vec<usize> = by_piece.values().copied().collect();
    order.sort_unstable_by_key(|number| std::cmp::Reverse(candidates[*number].text.len()));

    let mut is_out = vec![false; candidates.len()];
    for whole in order {
        if is_out[whole] {
            continue;
        }
        let accounts_for = |part: usize| candidates[whole].count * 20 >= candidates[part].count * 19;
        let parts = parts(candidates[whole].piece(), &by_piece, false);
        if parts.iter().all(|part| accounts_for(*part)) {
            let all = self::parts(candidates[whole].piece(), &by_piece, true);
            all.into_iter().filter(|part| accounts_for(*part)).for_each(|part| is_out[part] = true);
        } else {
            is_out[whole] = true;
        }
    }
    let mut chosen: Vec<usize> = by_piece.into_values().filter(|number| !is_out[*number]).collect();
    chosen.sort_unstable_by(|one, other| {
        let (one, other) = (&candidates[*one], &candidates[*other]);
        other.count.cmp(&one.count).then_with(|| one.piece().cmp(&other.piece()))
    });
    chosen.truncate(TEMPLATES_MAX);
    chosen
}

/// The telling parts of a piece, of those that tell too little theirs; with `deep` also the parts of parts.
fn parts(piece: Piece<'_>, numbers: &HashMap<Piece<'_>, usize>, deep: bool) -> Vec<usize> {
    let mut found = Vec::new();
    piece.parts(&mut |part| {
        let number = numbers.get(&part).copied();
        found.extend(number);
        if number.is_none() || deep {
            found.extend(parts(part, numbers, deep));
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::templates::pieces::pieces;
    use std::collections::{BTreeMap, BTreeSet};

    /// The templates of some instructions with how often each stands, counted by a plain scan.
    fn templates(instructions: &[(&str, u64)], threshold: u64) -> BTreeMap<String, u64> {
        let mut counts: BTreeMap<Piece<'_>, u64> = BTreeMap::new();
        for (text, times) in instructions {
            let mut found = BTreeSet::new();
            pieces(text, &mut |piece| {
                found.insert(piece);
            });
            for piece in found {
                *counts.entry(piece).or_default() += times;
            }
        }
        let candidates: Vec<_> = counts
            .into_iter()
            .map(|(piece, count)| Candidate { text: piece.text.to_owned(), goes_on: piece.goes_on, count })
            .collect();
        let chosen = choose(&candidates, threshold);
        chosen
            .into_iter()
            .map(|number| (candidates[number].piece().to_text(), candidates[number].count))
            .collect()
    }

    fn expected(templates: &[(&str, u64)]) -> BTreeMap<String, u64> {
        templates.iter().map(|(text, count)| ((*text).to_owned(), *count)).collect()
    }

    #[test]
    fn a_suffix_is_told_apart_from_its_questions() {
        let found = templates(
            &[
                ("What is this?\nAnswer the question using a single word or phrase.", 10),
                ("Who is that man?\nAnswer the question using a single word or phrase.", 9),
                ("Why does he run?\nAnswer the question using a single word or phrase.", 2),
                ("What is this?", 3),
            ],
            8,
        );
        let suffix = "Answer the question using a single word or phrase.";
        let questions = [("What is this?", 13), ("Who is that man?", 9), (suffix, 21)];
        assert_eq!(found, expected(&questions));
    }

    #[test]
    fn a_prompt_of_several_sentences_is_one() {
        let prompt = "You are given an image. Answer in one word.\nDo not explain anything.";
        assert_eq!(templates(&[(prompt, 20), ("Answer in one word.", 1)], 8), expected(&[(prompt, 20)]));
    }

    #[test]
    fn what_follows_a_colon_is_left_out_unless_it_is_always_the_same() {
        let found = templates(
            &[
                ("Please provide a short description for this region: [0.1, 0.2, 0.3, 0.4]", 5),
                ("Please provide a short description for this region: [0.5, 0.2, 0.7, 0.4]", 4),
                ("Answer in this form: yes or no", 9),
            ],
            8,
        );
        let region = "Please provide a short description for this region: …";
        assert_eq!(found, expected(&[(region, 9), ("Answer in this form: yes or no", 9)]));
    }

    #[test]
    fn parts_that_say_nothing_do_not_count() {
        let prompt = "Hello! Can you describe it?";
        assert_eq!(templates(&[(prompt, 9)], 8), expected(&[(prompt, 9)]));
        assert_eq!(
            templates(&[(prompt, 9), ("Can you describe it?", 9)], 8),
            expected(&[("Can you describe it?", 18)])
        );
    }
}
