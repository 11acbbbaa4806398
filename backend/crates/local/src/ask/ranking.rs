//! Samples in an order by a number of theirs, and the first few of many.

use crate::generation::{BATCH, GenerationColumns};
use blendscope_engine::{Budget, Order, OrderedBy, Row, Spent};
use roaring::RoaringBitmap;
use std::collections::BinaryHeap;

/// A sample in such an order. Ties are broken by the position in file order, so the order is total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ranked {
    /// By what it is ordered.
    pub key: u64,
    /// Position over all datasets in file order.
    pub position: u64,
    /// The sample.
    pub row: Row,
}

/// Calls `visit` with where samples of a generation stand in an order that is not by relevance: some of them, or all that
/// are shown.
pub(crate) fn for_each_rank(
    order: Order,
    of: &GenerationColumns,
    ordinals: Option<&RoaringBitmap>,
    budget: &Budget,
    mut visit: impl FnMut(Ranked),
) -> Result<(), Spent> {
    let ordinals = ordinals.unwrap_or(of.live.shown());
    let (mut some, mut values) = (Vec::new(), Vec::new());
    for block in of.live.blocks() {
        let mut rest = ordinals.range(block.first_row..block.first_row + block.rows);
        loop {
            some.clear();
            some.extend(rest.by_ref().take(BATCH));
            if some.is_empty() {
                break;
            }
            budget.check()?;
            values.clear();
            match order.by() {
                Some(OrderedBy::Number(field)) => of.append(field, &some, &mut values),
                Some(OrderedBy::Position) | None => {}
            }
            for (at, ordinal) in some.iter().enumerate() {
                let position = block.first_position + u64::from(ordinal - block.first_row);
                let value = values.get(at).copied().unwrap_or(position);
                visit(Ranked { key: order.key(value), position, row: of.live.row(*ordinal) });
            }
        }
    }
    Ok(())
}

/// Where a sample of a generation stands in an order that is not by relevance.
pub(crate) fn rank(order: Order, of: &GenerationColumns, row: Row, position: u64) -> Ranked {
    let value = match order.by() {
        Some(OrderedBy::Number(field)) => of.number(field, row.ordinal()),
        Some(OrderedBy::Position) | None => position,
    };
    Ranked { key: order.key(value), position, row }
}

/// Keeps the first few of many.
pub(crate) struct Smallest {
    kept: BinaryHeap<Ranked>,
    count: usize,
    after: Option<(u64, u64)>,
}

impl Smallest {
    /// Keeps the first `count` after a place, given as key and position.
    pub(crate) fn new(count: usize, after: Option<(u64, u64)>) -> Self {
        Self { kept: BinaryHeap::new(), count, after }
    }

    /// Looks at one more.
    pub(crate) fn offer(&mut self, ranked: Ranked) {
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
    pub(crate) fn into_sorted(self) -> Vec<Ranked> {
        self.kept.into_sorted_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pages_follow_each_other_without_gap_or_overlap(keys in proptest::collection::vec(0u64..5, 0..60), page in 1usize..7) {
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
    }
}
