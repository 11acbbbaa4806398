//! Samples in an order by a number of theirs, and the first few of many.

use blendscope_columns::{BATCH, GenerationColumns};
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
    heap: BinaryHeap<Ranked>,
    count: usize,
    after: Option<(u64, u64)>,
}

impl Smallest {
    /// Keeps the first `count` after a place, given as key and position.
    pub(crate) fn new(count: usize, after: Option<(u64, u64)>) -> Self {
        Self { heap: BinaryHeap::new(), count, after }
    }

    /// Looks at one more.
    pub(crate) fn offer(&mut self, ranked: Ranked) {
        if self.after.is_some_and(|after| (ranked.key, ranked.position) <= after) {
            return;
        }
        if self.heap.len() < self.count {
            self.heap.push(ranked);
        } else if self.heap.peek().is_some_and(|worst| ranked < *worst) {
            self.heap.pop();
            self.heap.push(ranked);
        }
    }

    /// Those that were the smallest, in order.
    pub(crate) fn into_sorted(self) -> Vec<Ranked> {
        self.heap.into_sorted_vec()
    }
}

/// Samples that may be held to find a page.
const HELD: u64 = 100_000;

/// Bits that samples are counted by in one step.
const DIGIT: u32 = 16;

/// Bits of a whole rank: key and position.
const BITS: u32 = u128::BITS;

/// Where a page begins: behind a key and a position, and then behind so many samples more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Begin {
    /// Key and position; none for the beginning.
    pub after: Option<(u64, u64)>,
    /// Samples to pass over.
    pub skip: usize,
}

/// Visits every sample of a result, unless it may cost no more.
pub(crate) type Visits<'a, E> = dyn FnMut(&mut dyn FnMut(Ranked)) -> Result<(), E> + 'a;

impl Begin {
    /// Where the page behind the first `offset` samples begins; `None` where there are no more than that.
    pub(crate) fn behind<E>(offset: u64, visits: &mut Visits<'_, E>) -> Result<Option<Self>, E> {
        let (mut prefix, mut known, mut skip) = (0_u128, 0, offset);
        while skip > HELD && known < BITS {
            let mut counts = vec![0_u64; 1 << DIGIT];
            visits(&mut |ranked| {
                let rank = u128::from(ranked.key) << 64 | u128::from(ranked.position);
                if known == 0 || rank >> (BITS - known) == prefix {
                    counts[(rank >> (BITS - known - DIGIT)) as usize & ((1 << DIGIT) - 1)] += 1;
                }
            })?;
            let group = counts.iter().position(|count| {
                let is_before = *count <= skip;
                skip -= if is_before { *count } else { 0 };
                !is_before
            });
            let Some(group) = group else { return Ok(None) };
            prefix = prefix << DIGIT | group as u128;
            known += DIGIT;
        }
        let first = if known == 0 { 0 } else { prefix << (BITS - known) };
        let after = first.checked_sub(1).map(|last| ((last >> 64) as u64, last as u64));
        Ok(Some(Self { after, skip: skip as usize }))
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

    /// 300,000 samples: many of them equal, and all of them different.
    fn samples() -> [Vec<Ranked>; 2] {
        let ranked = |key: fn(u64) -> u64| {
            (0..300_000).map(move |at| Ranked { key: key(at), position: at, row: Row(at) })
        };
        let equal = ranked(|at| u64::MAX - at % 3).collect();
        [equal, ranked(|at| at.wrapping_mul(0x9E37_79B9_7F4A_7C15)).collect()]
    }

    fn visits_of(all: &[Ranked]) -> impl FnMut(&mut dyn FnMut(Ranked)) -> Result<(), Spent> {
        move |visit| {
            for ranked in all {
                visit(*ranked);
            }
            Ok(())
        }
    }

    #[test]
    fn a_far_page_is_the_one_that_sorting_gives() {
        for all in samples() {
            let mut sorted = all.clone();
            sorted.sort_unstable();
            for offset in [0, 1, 99_999, 100_000, 100_001, 123_456, 250_000, 299_998] {
                let mut visits = visits_of(&all);
                let begin = Begin::behind(offset, &mut visits).unwrap().unwrap();
                assert!(begin.skip as u64 <= HELD);
                let mut smallest = Smallest::new(begin.skip + 2, begin.after);
                for ranked in &all {
                    smallest.offer(*ranked);
                }
                let found = smallest.into_sorted().split_off(begin.skip);
                assert_eq!(found, sorted[offset as usize..][..2], "offset {offset}");
            }
        }
    }

    #[test]
    fn behind_the_last_one_there_is_nothing() {
        for all in samples() {
            let mut visits = visits_of(&all);
            for offset in [300_000, 4_000_000_000, u64::MAX] {
                assert_eq!(Begin::behind(offset, &mut visits), Ok(None));
            }
        }
    }
}
