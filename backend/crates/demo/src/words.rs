//! What is said, word for word: a grammar in `data/words.txt`, which explains its notation, and small English grammar.

use super::rng::Rng;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What the caller puts into a text, by name.
pub(super) type Values = [(&'static str, String)];

/// A rule of the grammar.
struct Rule {
    alternatives: Vec<Vec<Piece>>,
    /// Number of alternatives by falling frequency, joined words included; `None` if all are equally frequent.
    zipf: Option<usize>,
}

/// A piece of an alternative.
enum Piece {
    Text(&'static str),
    /// The mark of a form, and a rule or a value that the caller gives.
    Name(&'static str, &'static str),
    Number(usize, usize),
}

static RULES: LazyLock<HashMap<&'static str, Rule>> =
    LazyLock::new(|| rules(include_str!("../data/words.txt")).into_iter().collect());

/// One alternative of a rule, by chance.
pub(super) fn say(rng: &mut Rng, rule: &str) -> String {
    say_with(rng, rule, &[])
}

/// One alternative of a rule, with these values.
pub(super) fn say_with(rng: &mut Rng, rule: &str, values: &Values) -> String {
    let mut text = String::new();
    push(rng, &RULES[rule], values, &mut text);
    text
}

/// Every alternative of a rule, in order, with these values; none if there is no such rule.
pub(super) fn all(rule: &str, values: &Values) -> Vec<String> {
    let mut rng = Rng::new(0, rule, 0);
    let mut filled = |alternative: &Vec<Piece>| {
        let mut text = String::new();
        pieces(&mut rng, alternative, values, &mut text);
        text
    };
    RULES.get(rule).map_or_else(Vec::new, |rule| rule.alternatives.iter().map(&mut filled).collect())
}

/// All alternatives of a rule of plain texts, in random order.
pub(super) fn shuffled(rng: &mut Rng, rule: &str) -> Vec<&'static str> {
    let plain = |alternative: &Vec<Piece>| match alternative[..] {
        [Piece::Text(text)] => Some(text),
        _ => None,
    };
    let mut texts: Vec<&str> = RULES[rule].alternatives.iter().filter_map(plain).collect();
    rng.shuffle(&mut texts);
    texts
}

/// Sentences of about this many words in all. Their words follow Zipf's law, as those of real captions do: the n-th most
/// frequent one comes about 1/n as often as the first.
pub(super) fn prose(rng: &mut Rng, count: usize) -> String {
    let mut text = say(rng, "sentence");
    let mut words = text.split(' ').count();
    while words + 4 < count {
        let sentence = say(rng, "sentence");
        words += sentence.split(' ').count();
        text.push(' ');
        text += &sentence;
    }
    text
}

fn push(rng: &mut Rng, rule: &Rule, values: &Values, text: &mut String) {
    let count = rule.alternatives.len();
    let rank = match rule.zipf {
        Some(count) => zipf(rng, count),
        None => rng.below(count),
    };
    if rank >= count {
        // Words that come after all plain ones are joined of two of them, always the same two for a rank.
        let mut joint = Rng::new(0, "compounds", rank as u64);
        for _ in 0..2 {
            pieces(rng, &rule.alternatives[joint.below(count)], values, text);
        }
        return;
    }
    pieces(rng, &rule.alternatives[rank], values, text);
}

fn pieces(rng: &mut Rng, pieces: &[Piece], values: &Values, text: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Text(plain) => text.push_str(plain),
            Piece::Number(low, high) => *text += &rng.between(*low, *high).to_string(),
            Piece::Name(form, name) => {
                let start = text.len();
                match (values.iter().find(|value| value.0 == *name), RULES.get(name)) {
                    (Some((_, value)), _) => text.push_str(value),
                    (None, Some(rule)) => push(rng, rule, values, text),
                    (None, None) => {}
                }
                let said = text.split_off(start);
                *text += &formed(form, &said);
            }
        }
    }
}

/// What is said, in the form of a mark.
fn formed(mark: &str, said: &str) -> String {
    let stem = said.strip_suffix('e').unwrap_or(said);
    match mark {
        "a " => with_article(said),
        "s " if said.ends_with(['s', 'x']) || said.ends_with("ch") || said.ends_with("sh") => {
            format!("{said}es")
        }
        "s " => format!("{said}s"),
        "^" => capital(said),
        "ing " => format!("{stem}ing"),
        "ed " => format!("{stem}ed"),
        _ => said.to_owned(),
    }
}

/// A rank below `count`; rank n comes up in proportion to 1 / (n + 1), nearly.
fn zipf(rng: &mut Rng, count: usize) -> usize {
    let rank = (count as f32 + 1.0).powf(rng.unit()) - 1.0;
    #[expect(clippy::cast_sign_loss, reason = "a power of a number above one, less one, is not negative")]
    let rank = rank as usize;
    rank.min(count - 1)
}

/// The rules of the file.
fn rules(text: &'static str) -> Vec<(&'static str, Rule)> {
    let mut rules: Vec<(&str, Rule)> = Vec::new();
    let mut is_of_words = false;
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        if let Some(head) = line.strip_prefix("= ").or_else(|| line.strip_prefix(": ")) {
            is_of_words = line.starts_with(':');
            let (name, zipf) = head.split_once(" ~").map_or((head, None), |(name, most)| (name, Some(most)));
            let zipf = zipf.map(|most| most.parse().unwrap_or(0));
            rules.push((name, Rule { alternatives: Vec::new(), zipf }));
        } else if let Some((_, rule)) = rules.last_mut() {
            if is_of_words {
                rule.alternatives.extend(line.split(' ').map(|word| vec![Piece::Text(word)]));
            } else {
                rule.alternatives.push(read(line));
            }
            rule.zipf = rule.zipf.map(|most| most.max(rule.alternatives.len()));
        }
    }
    rules
}

/// The pieces of an alternative.
fn read(line: &'static str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (index, part) in line.split(['{', '}']).enumerate() {
        if index % 2 == 1 {
            pieces.push(name(part));
        } else if !part.is_empty() {
            pieces.push(Piece::Text(part));
        }
    }
    pieces
}

/// What stands in braces.
fn name(text: &'static str) -> Piece {
    if let Some((Ok(low), Ok(high))) = text.split_once('-').map(|(low, high)| (low.parse(), high.parse())) {
        return Piece::Number(low, high);
    }
    let marked = |mark| Some(Piece::Name(mark, text.strip_prefix(mark)?));
    ["a ", "s ", "^", "ing ", "ed "].into_iter().find_map(marked).unwrap_or(Piece::Name("", text))
}

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

/// `a`, `a and b`, `a, b, and c`.
pub(super) fn list<T: AsRef<str>>(items: &[T]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match &items[..] {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [one, two] => format!("{one} and {two}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    }
}

/// The text with a capital first letter.
pub(super) fn capital(text: &str) -> String {
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
    fn words_are_many_and_unevenly_frequent() {
        let text = prose(&mut Rng::new(5, "prose", 0), 60_000);
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

    #[test]
    fn every_name_in_the_grammar_means_something() {
        let values = "above advice answer are at author below book_genre clue color count counted counter date dearest depth \
                      difference exist height high ink inner_height inner_width inventory least left light low lower \
                      most name no other place plural price shop side table tall text thing things \
                      time title top total unit upper value weather when wide width x y";
        let is_value = |name: &str| values.split_whitespace().any(|value| value == name.replace(' ', "_"));
        for (rule, said) in RULES.iter() {
            assert!(!said.alternatives.is_empty(), "{rule}");
            for piece in said.alternatives.iter().flatten() {
                if let Piece::Name(_, name) = piece {
                    assert!(RULES.contains_key(name) || is_value(name), "{rule}: {name}");
                }
            }
        }
    }

    #[test]
    fn lists_and_articles_read_as_english() {
        assert_eq!(list(&["a", "b", "c"]), "a, b, and c");
        assert_eq!(with_article("orange ball"), "an orange ball");
        assert_eq!(formed("s ", "church") + &formed("ing ", "chase"), "churcheschasing");
    }
}
