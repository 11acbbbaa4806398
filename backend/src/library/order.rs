//! The order of results, and the places in it where pages begin.

mod far;

pub(super) use far::{Begin, Visits};

use super::snapshot::{OpenFile, OpenGeneration};
use crate::budget::{Budget, Spent};
use crate::columns::{Column, Row};
use crate::index::Hit;
use blendscope_shared::search::ParamError;
use roaring::RoaringBitmap;
use std::collections::BinaryHeap;

/// Samples whose values are in memory at once.
const BATCH: usize = 1 << 13;

/// An order by a fact of the sample; smaller keys come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Dataset by dataset, as in the files.
    File,
    /// By a number, the smallest first.
    Up(Column),
    /// By a number, the largest first.
    Down(Column),
    /// Shuffled: the same seed gives the same order of the same samples, whatever the index.
    Random(u64),
}

/// A sample in such an order. Ties are broken by the position in file order, so the order is total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ranked {
    /// By what it is ordered.
    pub(super) key: u64,
    /// Position over all datasets in file order.
    pub(super) position: u64,
    /// The sample.
    pub(super) row: Row,
}

impl Order {
    /// Where a sample of a file stands.
    pub(super) fn rank(self, file: &OpenFile, ordinal: u32) -> Ranked {
        let position = file.first_position + u64::from(ordinal);
        let value = self.column().map_or(0, |column| file.value(column, ordinal));
        Ranked { key: self.key(position, value), position, row: file.row(ordinal) }
    }

    /// Calls `visit` with where samples of a generation stand: some of them, or all that are shown.
    pub(super) fn for_each_rank(
        self,
        of: &OpenGeneration,
        ordinals: Option<&RoaringBitmap>,
        budget: &Budget,
        mut visit: impl FnMut(Ranked),
    ) -> Result<(), Spent> {
        let ordinals = ordinals.unwrap_or(of.live());
        let (mut some, mut values) = (Vec::new(), Vec::new());
        for block in of.blocks() {
            let mut rest = ordinals.range(block.first_row..block.first_row + block.rows);
            loop {
                some.clear();
                some.extend(rest.by_ref().take(BATCH));
                if some.is_empty() {
                    break;
                }
                budget.check()?;
                values.clear();
                match self.column() {
                    Some(column) => of.columns().column(column).values_at(&some, &mut values),
                    None => values.resize(some.len(), 0),
                }
                for (ordinal, value) in some.iter().zip(&values) {
                    let position = block.first_position + u64::from(ordinal - block.first_row);
                    visit(Ranked { key: self.key(position, *value), position, row: of.row(*ordinal) });
                }
            }
        }
        Ok(())
    }

    /// The column by which it orders; none for the order of the files.
    fn column(self) -> Option<Column> {
        match self {
            Self::File => None,
            Self::Up(column) | Self::Down(column) => Some(column),
            Self::Random(_) => Some(Column::Key),
        }
    }

    fn key(self, position: u64, value: u64) -> u64 {
        match self {
            Self::File => position,
            Self::Up(_) => value,
            Self::Down(_) => u64::MAX - value,
            Self::Random(seed) => shuffle(value, seed),
        }
    }
}

impl Order {
    /// How a cursor of this order begins.
    fn tag(self) -> String {
        match self {
            Self::File => "f".to_owned(),
            Self::Up(column) => format!("u{:x}-", column as usize),
            Self::Down(column) => format!("d{:x}-", column as usize),
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

/// Keeps the first few of many.
pub(super) struct Smallest {
    kept: BinaryHeap<Ranked>,
    count: usize,
    after: Option<(u64, u64)>,
}

impl Smallest {
    /// Keeps the first `count` after a place, given as key and position.
    pub(super) fn new(count: usize, after: Option<(u64, u64)>) -> Self {
        Self { kept: BinaryHeap::new(), count, after }
    }

    /// Looks at one more.
    pub(super) fn offer(&mut self, ranked: Ranked) {
        if self.after.is_some_and(|after| (ranked.key, ranked.position) <= after) {
            return;
        }
        if self.kept.len() < self.count {
            self.kept.push(ranked);
        } else if self.kept.peek().is_some_and(|worst| ranked < *worst) {
            self.kept.pop();
            self.kept.push(ranked);
        }
    }

    /// Those kept, first ones first.
    pub(super) fn into_sorted(self) -> Vec<Ranked> {
        self.kept.into_sorted_vec()
    }
}

/// The place after which a page begins; its text is the API's cursor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cursor {
    /// In order of relevance.
    AfterHit(Hit),
    /// In another order: key and position.
    AfterRank(Order, u64, u64),
}

impl Cursor {
    /// The text that callers pass back.
    pub(super) fn to_text(self) -> String {
        match self {
            Self::AfterHit(hit) => format!("p{:08x}{:016x}", hit.score.to_bits(), hit.position),
            Self::AfterRank(order, key, position) => format!("{}{key:016x}{position:016x}", order.tag()),
        }
    }

    /// Reads a cursor for an order; `None` stands for relevance.
    pub(super) fn parse(text: &str, order: Option<Order>) -> Result<Self, ParamError> {
        let parsed = match order {
            None => text.strip_prefix('p').and_then(|rest| parse_hex(rest, 8)).map(|(score, position)| {
                Self::AfterHit(Hit { score: f32::from_bits(score as u32), position })
            }),
            Some(order) => text
                .strip_prefix(&order.tag())
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
        fn pages_follow_each_other_without_gap_or_overlap(keys in prop::collection::vec(0u64..5, 0..60), page in 1usize..7) {
            let all: Vec<_> = keys.iter().zip(0u64..).map(|(key, at)| Ranked { key: *key, position: at, row: Row(at) }).collect();
            let mut paged = Vec::new();
            let mut after = None;
            loop {
                let mut smallest = Smallest::new(page, after);
                for ranked in &all {
                    smallest.offer(*ranked);
                }
                let found = smallest.into_sorted();
                let Some(last) = found.last() else { break };
                after = Some((last.key, last.position));
                paged.extend(found);
            }
            let mut sorted = all;
            sorted.sort_unstable();
            prop_assert_eq!(paged, sorted);
        }

        #[test]
        fn cursors_round_trip(key: u64, position: u64, seed: u64, score in 0f32..1e9) {
            for order in [Order::File, Order::Down(Column::Words), Order::Up(Column::Turns), Order::Random(seed)] {
                let rank = Cursor::AfterRank(order, key, position);
                prop_assert_eq!(Cursor::parse(&rank.to_text(), Some(order)).unwrap(), rank);
                prop_assert!(Cursor::parse(&rank.to_text(), Some(Order::Random(!seed))).is_err());
                prop_assert!(Cursor::parse(&rank.to_text(), None).is_err());
            }
            let hit = Cursor::AfterHit(Hit { score, position });
            prop_assert_eq!(Cursor::parse(&hit.to_text(), None).unwrap(), hit);
            prop_assert!(Cursor::parse(&hit.to_text(), Some(Order::File)).is_err());
        }

        #[test]
        fn any_text_is_a_cursor_or_an_error(text in ".*") {
            let _ = Cursor::parse(&text, None);
            let _ = Cursor::parse(&text, Some(Order::Random(7)));
        }
    }
}
