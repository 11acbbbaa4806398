//! Pages of text: receipts, letters, book covers and Japanese pages.

mod paint;
mod words;

pub(super) use paint::paint;

use super::rng::Rng;
use super::scene::Hue;

/// A page of text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Document {
    Receipt(Receipt),
    Letter(Letter),
    Cover(Cover),
    /// Lines in hiragana and katakana.
    Kana(Vec<String>),
}

/// A shop's receipt.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Receipt {
    pub(super) shop: String,
    pub(super) number: u32,
    pub(super) date: String,
    pub(super) time: String,
    /// Names and prices in cents.
    pub(super) items: Vec<(&'static str, u32)>,
}

impl Receipt {
    /// Sum of the prices, in cents.
    pub(super) fn total(&self) -> u32 {
        self.items.iter().map(|item| item.1).sum()
    }

    /// The dearest item.
    pub(super) fn dearest(&self) -> (&'static str, u32) {
        self.items.iter().copied().max_by_key(|item| item.1).unwrap_or(("", 0))
    }
}

/// A short letter.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Letter {
    pub(super) sender: String,
    pub(super) recipient: String,
    pub(super) date: String,
    pub(super) subject: &'static str,
    pub(super) lines: Vec<&'static str>,
}

/// A book's cover.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cover {
    pub(super) title: String,
    pub(super) author: String,
    pub(super) genre: &'static str,
    pub(super) hue: Hue,
    pub(super) look: u64,
}

/// An amount of money.
pub(super) fn money(cents: u32) -> String {
    format!("${}.{:02}", cents / 100, cents % 100)
}

impl Document {
    /// A receipt or a letter.
    pub(super) fn paper(rng: &mut Rng) -> Self {
        if rng.chance(55) { Self::Receipt(receipt(rng)) } else { Self::Letter(letter(rng)) }
    }

    /// A book's cover.
    pub(super) fn cover(rng: &mut Rng) -> Self {
        let (genre, nouns) = rng.one(words::GENRES);
        let title = match rng.below(4) {
            0 => format!("The {} {}", rng.pick(words::ADJECTIVES), rng.pick(nouns)),
            1 => format!("{} of the {}", rng.pick(nouns), rng.pick(words::PLACES)),
            2 => format!("{} {}", rng.pick(words::ADJECTIVES), rng.pick(nouns)),
            _ => format!("A {} in {}", rng.pick(nouns), rng.pick(words::SEASONS)),
        };
        let hue = rng.one(&[
            Hue::Red,
            Hue::Orange,
            Hue::Yellow,
            Hue::Green,
            Hue::Teal,
            Hue::Blue,
            Hue::Purple,
            Hue::Pink,
        ]);
        Self::Cover(Cover { title, author: person(rng), genre, hue, look: rng.next() })
    }

    /// A page of Japanese syllables.
    pub(super) fn kana(rng: &mut Rng) -> Self {
        let lines = rng.between(5, 9);
        Self::Kana((0..lines).map(|_| kana_line(rng)).collect())
    }
}

fn receipt(rng: &mut Rng) -> Receipt {
    let shop = format!("{} {}", rng.pick(words::SURNAMES), rng.pick(words::SHOPS));
    let mut names = words::GOODS.to_vec();
    rng.shuffle(&mut names);
    let mut items: Vec<(&str, u32)> = Vec::new();
    for name in names.into_iter().take(rng.between(3, 8)) {
        let price = rng.between(5, 180) as u32 * 10 + rng.one(&[0, 5, 9]);
        if items.iter().all(|item| item.1 != price) {
            items.push((name, price));
        }
    }
    let time = format!("{:02}:{:02}", rng.between(8, 20), rng.below(60));
    Receipt { shop, number: rng.between(1000, 99_999) as u32, date: date(rng), time, items }
}

fn letter(rng: &mut Rng) -> Letter {
    let (subject, sentences) = rng.one(words::SUBJECTS);
    let (sender, mut recipient) = (person(rng), person(rng));
    while recipient == sender {
        recipient = person(rng);
    }
    Letter { sender, recipient, date: date(rng), subject, lines: sentences.to_vec() }
}

/// A line of two or three Japanese phrases, short enough for the page.
fn kana_line(rng: &mut Rng) -> String {
    let start = rng.pick(words::KANA_STARTS);
    let end = rng.pick(words::KANA_ENDS);
    format!("{start}{end}")
}

fn person(rng: &mut Rng) -> String {
    format!("{} {}", rng.pick(words::FIRST_NAMES), rng.pick(words::SURNAMES))
}

fn date(rng: &mut Rng) -> String {
    format!("{} {}, {}", rng.pick(words::MONTHS), rng.between(1, 28), rng.between(1998, 2024))
}
