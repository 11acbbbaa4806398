//! The order of results, and the places in it where pages begin.

use crate::Field;
use blendscope_shared::search::ParamError;
use std::cmp::Ordering;

/// In which order samples come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The most relevant first.
    Relevance,
    /// Dataset by dataset, as in the files.
    File,
    /// By a number, the smallest first.
    Up(Field),
    /// By a number, the largest first.
    Down(Field),
    /// Shuffled: the same seed gives the same order of the same samples, whatever the index.
    Random(u64),
}

/// A number by which samples are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderedBy {
    /// Their position over all datasets in file order.
    Position,
    /// A number of theirs.
    Number(Field),
}

impl Order {
    /// By what samples are ordered; none for relevance, which depends on the query.
    pub fn by(self) -> Option<OrderedBy> {
        match self {
            Self::Relevance => None,
            Self::File => Some(OrderedBy::Position),
            Self::Up(field) | Self::Down(field) => Some(OrderedBy::Number(field)),
            Self::Random(_) => Some(OrderedBy::Number(Field::Key)),
        }
    }

    /// Where a sample with such a number stands: those with smaller keys come first, and among equal ones those with
    /// smaller positions, so that the order is total.
    pub fn key(self, value: u64) -> u64 {
        match self {
            Self::Relevance | Self::File | Self::Up(_) => value,
            Self::Down(_) => u64::MAX - value,
            Self::Random(seed) => shuffle(value, seed),
        }
    }

    /// How a cursor of this order begins.
    fn tag(self) -> String {
        match self {
            Self::Relevance => "p".to_owned(),
            Self::File => "f".to_owned(),
            Self::Up(field) => format!("u{:x}-", field as usize),
            Self::Down(field) => format!("d{:x}-", field as usize),
            Self::Random(seed) => format!("r{seed:x}-"),
        }
    }
}

/// A number that looks random, from a sample key and a seed (the finalizer of `SplitMix64`).
fn shuffle(key: u64, seed: u64) -> u64 {
    let mut mixed = key ^ seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// A sample that matches, with its relevance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Relevance; larger is better.
    pub score: f32,
    /// The sample, by its position over all datasets in file order.
    pub position: u64,
}

impl Eq for Hit {}

impl PartialOrd for Hit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Better hits come first: by score, then by position, so that the order is total, depends on the data alone, and pages
/// never overlap.
impl Ord for Hit {
    fn cmp(&self, other: &Self) -> Ordering {
        other.score.total_cmp(&self.score).then_with(|| self.position.cmp(&other.position))
    }
}

/// The place after which a page begins; its text is the API's cursor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cursor {
    /// In order of relevance.
    AfterHit(Hit),
    /// In another order: key and position.
    AfterRank(Order, u64, u64),
}

impl Cursor {
    /// The text that callers pass back.
    pub fn to_text(self) -> String {
        match self {
            Self::AfterHit(hit) => format!("p{:08x}{:016x}", hit.score.to_bits(), hit.position),
            Self::AfterRank(order, key, position) => format!("{}{key:016x}{position:016x}", order.tag()),
        }
    }

    /// Reads a cursor for an order.
    pub fn parse(text: &str, order: Order) -> Result<Self, ParamError> {
        let rest = text.strip_prefix(&order.tag());
        let parsed = match order {
            Order::Relevance => rest.and_then(|rest| parse_hex(rest, 8)).map(|(score, position)| {
                Self::AfterHit(Hit { score: f32::from_bits(score as u32), position })
            }),
            _ => rest
                .and_then(|rest| parse_hex(rest, 16))
                .map(|(key, position)| Self::AfterRank(order, key, position)),
        };
        let message = "is not one that an answer to this search gave as `next`".to_owned();
        parsed.ok_or_else(|| ParamError { parameter: "cursor".to_owned(), message })
    }
}

/// Two hexadecimal numbers, the first of `digits`, the second of 16 digits.
fn parse_hex(text: &str, digits: usize) -> Option<(u64, u64)> {
    if text.len() != digits + 16 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let (first, second) = text.split_at(digits);
    Some((u64::from_str_radix(first, 16).ok()?, u64::from_str_radix(second, 16).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cursors_round_trip(key: u64, position: u64, seed: u64, score in 0f32..1e9) {
            for order in [Order::File, Order::Down(Field::Words), Order::Up(Field::Turns), Order::Random(seed)] {
                let rank = Cursor::AfterRank(order, key, position);
                prop_assert_eq!(Cursor::parse(&rank.to_text(), order).unwrap(), rank);
                prop_assert!(Cursor::parse(&rank.to_text(), Order::Random(!seed)).is_err());
                prop_assert!(Cursor::parse(&rank.to_text(), Order::Relevance).is_err());
            }
            let hit = Cursor::AfterHit(Hit { score, position });
            prop_assert_eq!(Cursor::parse(&hit.to_text(), Order::Relevance).unwrap(), hit);
            prop_assert!(Cursor::parse(&hit.to_text(), Order::File).is_err());
        }

        #[test]
        fn any_text_is_a_cursor_or_an_error(text in ".*") {
            let _ = Cursor::parse(&text, Order::Relevance);
            let _ = Cursor::parse(&text, Order::Random(7));
        }
    }
}
