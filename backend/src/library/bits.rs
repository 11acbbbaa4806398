//! A set of samples: a bit for each, in file order.

use std::iter;
use std::ops::Range;

/// A set of positions below a fixed number.
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// The empty set of positions below `end`.
    pub(super) fn below(end: u64) -> Self {
        Self(vec![0; end.div_ceil(64) as usize])
    }

    /// Adds a position.
    pub(super) fn insert(&mut self, position: u64) {
        self.0[(position / 64) as usize] |= 1 << (position % 64);
    }

    /// Number of positions in it.
    pub(super) fn len(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// The positions within a range, ascending.
    pub(super) fn within(&self, range: Range<u64>) -> impl Iterator<Item = u64> + '_ {
        let words = range.start / 64..range.end.div_ceil(64);
        let of_word = move |number: u64| {
            let mut word = self.0[number as usize];
            iter::from_fn(move || {
                let bit = (word != 0).then(|| u64::from(word.trailing_zeros()))?;
                word &= word - 1;
                Some(number * 64 + bit)
            })
        };
        let Range { start, end } = range;
        words.flat_map(of_word).skip_while(move |at| *at < start).take_while(move |at| *at < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn it_is_a_set(
            (end, positions, range) in (1u64..400).prop_flat_map(|end| {
                (Just(end), prop::collection::btree_set(0..end, 0..60), (0..=end, 0..=end))
            }),
        ) {
            let mut bits = Bits::below(end);
            for position in &positions {
                bits.insert(*position);
            }
            prop_assert_eq!(bits.len(), positions.len() as u64);
            let range = range.0.min(range.1)..range.0.max(range.1);
            let expected: BTreeSet<u64> = positions.into_iter().filter(|at| range.contains(at)).collect();
            prop_assert_eq!(bits.within(range).collect::<Vec<_>>(), Vec::from_iter(expected));
        }
    }
}
