//! Pages far behind the first one, found without holding the samples before them.
//!
//! The samples are counted by the first sixteen bits of what they are ordered by; in the group that the page begins in
//! they are counted by the next sixteen, until few enough are left. Each of these steps visits all samples once more.

use super::ranking::Ranked;

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
    use crate::ask::ranking::Smallest;
    use blendscope_engine::Row;
    use blendscope_engine::Spent;

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
