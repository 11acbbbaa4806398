//! Running text whose words are as unevenly frequent as those of real captions.

use super::english::{capital, with_article};
use super::vocabulary::{ADJECTIVES, ADVERBS, NOUNS, PLACE_ENDINGS, PLACE_MIDDLES, PLACE_STARTS, VERBS};
use crate::rng::Rng;

/// Writes sentences whose words follow Zipf's law: the n-th most frequent one comes about 1/n as often as the first.
pub(crate) struct Prose {
    nouns: Vec<String>,
    adjectives: Vec<&'static str>,
    adverbs: Vec<&'static str>,
    verbs: Vec<&'static str>,
    place_starts: Vec<&'static str>,
    place_middles: Vec<&'static str>,
    place_endings: Vec<&'static str>,
}

impl Prose {
    /// Lists the nouns: plain ones first, as they are the most frequent, then compounds of two.
    pub(crate) fn new() -> Self {
        let plain: Vec<&str> = NOUNS.split_whitespace().collect();
        let mut nouns: Vec<String> = plain.iter().map(|noun| (*noun).to_owned()).collect();
        let mut rng = Rng::new(0, "compounds", 0);
        while nouns.len() < 6000 {
            let (first, second) = (rng.pick(&plain), rng.pick(&plain));
            let joint = if first.len() + second.len() < 10 { "" } else { "-" };
            nouns.push(format!("{first}{joint}{second}"));
        }
        let split = |list: &'static str| list.split_whitespace().collect();
        Self {
            nouns,
            adjectives: split(ADJECTIVES),
            adverbs: split(ADVERBS),
            verbs: split(VERBS),
            place_starts: split(PLACE_STARTS),
            place_middles: split(PLACE_MIDDLES),
            place_endings: split(PLACE_ENDINGS),
        }
    }

    /// Sentences of about this many words in all.
    pub(crate) fn words(&self, rng: &mut Rng, count: usize) -> String {
        let mut text = self.sentence(rng);
        let mut words = text.split(' ').count();
        while words + 4 < count {
            let sentence = self.sentence(rng);
            words += sentence.split(' ').count();
            text.push(' ');
            text += &sentence;
        }
        text
    }

    /// One sentence.
    pub(crate) fn sentence(&self, rng: &mut Rng) -> String {
        let sentence = match rng.below(7) {
            0 => format!("{} {} {}", self.subject(rng), self.verb(rng), self.object(rng)),
            1 => format!(
                "there {} {} {} {}",
                rng.pick(&["is", "is also", "may be"]),
                with_article(&self.noun(rng)),
                preposition(rng),
                self.object(rng)
            ),
            2 => format!(
                "{} {} {} {} {}",
                self.subject(rng),
                self.verb(rng),
                self.object(rng),
                preposition(rng),
                self.object(rng)
            ),
            3 => format!(
                "{} {} {}, and {} {} {}",
                self.subject(rng),
                self.adverb(rng),
                self.verb(rng),
                self.subject(rng),
                self.verb(rng),
                self.object(rng)
            ),
            4 => format!(
                "in {}, {} {} {}",
                self.place_name(rng),
                self.subject(rng),
                self.verb(rng),
                self.object(rng)
            ),
            5 => format!(
                "{} of the {} {} {}",
                rng.between(2, 400),
                plural(&self.noun(rng)),
                self.plain_verb(rng),
                self.object(rng)
            ),
            _ => format!(
                "{}, {} {} {} {} {}",
                preposition_phrase(rng),
                self.subject(rng),
                self.verb(rng),
                self.object(rng),
                preposition(rng),
                self.object(rng)
            ),
        };
        format!("{}.", capital(&sentence))
    }

    fn noun(&self, rng: &mut Rng) -> String {
        self.nouns[zipf(rng, self.nouns.len())].clone()
    }

    fn subject(&self, rng: &mut Rng) -> String {
        match rng.below(4) {
            0 => format!("the {}", self.noun(rng)),
            1 => format!("the {} {}", self.adjective(rng), self.noun(rng)),
            2 => with_article(&format!("{} {}", self.adjective(rng), self.noun(rng))),
            _ => format!("every {}", self.noun(rng)),
        }
    }

    fn object(&self, rng: &mut Rng) -> String {
        match rng.below(4) {
            0 => with_article(&self.noun(rng)),
            1 => format!("the {}", self.noun(rng)),
            2 => format!("{} {}", self.adjective(rng), plural(&self.noun(rng))),
            _ => with_article(&format!("{} {}", self.adjective(rng), self.noun(rng))),
        }
    }

    fn adjective(&self, rng: &mut Rng) -> &'static str {
        word(rng, &self.adjectives)
    }

    fn adverb(&self, rng: &mut Rng) -> &'static str {
        word(rng, &self.adverbs)
    }

    fn plain_verb(&self, rng: &mut Rng) -> &'static str {
        word(rng, &self.verbs)
    }

    /// A verb in one of its forms.
    fn verb(&self, rng: &mut Rng) -> String {
        let plain = self.plain_verb(rng);
        let stem = plain.strip_suffix('e').unwrap_or(plain);
        match rng.below(4) {
            0 => format!("is {stem}ing"),
            1 => format!("{stem}ed"),
            2 => format!("will {plain}"),
            _ => plural(plain),
        }
    }

    /// A place that few other texts mention. There are over a million of them, so that the number of different words
    /// goes on growing with the number of texts, as it does in real captions.
    fn place_name(&self, rng: &mut Rng) -> String {
        let mut name = word(rng, &self.place_starts).to_owned();
        for _ in 0..rng.below(3) {
            name += word(rng, &self.place_middles);
        }
        name + word(rng, &self.place_endings)
    }
}

/// One of the words, the first ones more often.
fn word(rng: &mut Rng, words: &[&'static str]) -> &'static str {
    words[zipf(rng, words.len())]
}

/// A rank below `count`; rank n comes up in proportion to 1 / (n + 1), nearly.
fn zipf(rng: &mut Rng, count: usize) -> usize {
    let rank = (count as f32 + 1.0).powf(rng.unit()) - 1.0;
    #[expect(clippy::cast_sign_loss, reason = "a power of a number above one, less one, is not negative")]
    let rank = rank as usize;
    rank.min(count - 1)
}

/// With the ending -s or -es, as nouns and verbs have it.
fn plural(noun: &str) -> String {
    if noun.ends_with(['s', 'x']) || noun.ends_with("ch") || noun.ends_with("sh") {
        format!("{noun}es")
    } else {
        format!("{noun}s")
    }
}

fn preposition(rng: &mut Rng) -> &'static str {
    rng.pick(&["with", "near", "behind", "on", "under", "beside", "from", "around", "without", "above"])
}

fn preposition_phrase(rng: &mut Rng) -> &'static str {
    rng.pick(&[
        "in the evening",
        "after a while",
        "by the way",
        "at first sight",
        "on most days",
        "in the distance",
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn words_are_many_and_unevenly_frequent() {
        let (prose, mut rng) = (Prose::new(), Rng::new(5, "prose", 0));
        let text = prose.words(&mut rng, 60_000);
        let mut counts: HashMap<String, usize> = HashMap::new();
        for word in text.split(' ') {
            *counts.entry(word.trim_matches(['.', ',']).to_lowercase()).or_default() += 1;
        }
        assert!(counts.len() > 4000, "{} words", counts.len());
        let mut frequencies: Vec<usize> = counts.into_values().collect();
        frequencies.sort_unstable_by(|a, b| b.cmp(a));
        assert!(
            frequencies[0] > 10 * frequencies[100] && frequencies[100] > 5 * frequencies[2000],
            "{:?}",
            &frequencies[..5]
        );
    }
}
