//! Sets of rows and of documents, and making them of numbers that come in runs.

use blendscope_engine::Row;
use roaring::RoaringBitmap;
use std::collections::BTreeMap;
use std::ops::{BitAndAssign, BitOrAssign, SubAssign};

/// A set of rows: of each generation the ordinals. What it does not know of is not in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RowSet(BTreeMap<u32, RoaringBitmap>);

impl RowSet {
    /// The set of these ordinals of some generations.
    pub(crate) fn new(generations: impl IntoIterator<Item = (u32, RoaringBitmap)>) -> Self {
        Self(generations.into_iter().collect())
    }

    /// Whether a row is in it.
    pub(crate) fn contains(&self, row: Row) -> bool {
        self.of(row.generation()).is_some_and(|ordinals| ordinals.contains(row.ordinal()))
    }

    /// The ordinals of a generation.
    pub(crate) fn of(&self, generation: u32) -> Option<&RoaringBitmap> {
        self.0.get(&generation)
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> u64 {
        self.0.values().map(RoaringBitmap::len).sum()
    }

    /// What it takes of memory, in bytes.
    pub(crate) fn size(&self) -> usize {
        self.0.values().map(RoaringBitmap::serialized_size).sum()
    }

    /// Keeps those that are also in `other`.
    pub(crate) fn intersect(&mut self, other: &Self) {
        self.0.retain(|generation, own| match other.of(*generation) {
            Some(other) => {
                own.bitand_assign(other);
                true
            }
            None => false,
        });
    }

    /// Takes out those that are in `other`.
    pub(crate) fn subtract(&mut self, other: &Self) {
        for (generation, own) in &mut self.0 {
            if let Some(other) = other.of(*generation) {
                own.sub_assign(other);
            }
        }
    }

    /// Adds those of `other`.
    pub(crate) fn unite(&mut self, other: &Self) {
        for (generation, other) in &other.0 {
            self.0.entry(*generation).or_default().bitor_assign(other);
        }
    }
}

/// Numbers that are held as a list; more are bits, which take a few kilobytes for a segment.
const LISTED: usize = 1 << 12;

/// Gathers numbers that ascend for a while and then begin anew, as the postings of one word after the other do.
#[derive(Default)]
pub(crate) struct Gathered {
    /// The latest, in any order.
    listed: Vec<u32>,
    /// Bit `n % 64` of word `n / 64` for each `n` of those before.
    bits: Vec<u64>,
}

impl Gathered {
    /// Adds a number.
    pub(crate) fn push(&mut self, number: u32) {
        if self.bits.is_empty() {
            self.listed.push(number);
            if self.listed.len() > LISTED {
                self.list_to_bits();
            }
        } else {
            self.set_bit(number);
        }
    }

    /// All of them.
    pub(crate) fn into_bitmap(mut self) -> RoaringBitmap {
        if self.bits.is_empty() {
            self.listed.sort_unstable();
            self.listed.dedup();
            return RoaringBitmap::from_sorted_iter(self.listed).expect("they are sorted");
        }
        let bytes: Vec<u8> = self.bits.iter().flat_map(|word| word.to_le_bytes()).collect();
        RoaringBitmap::from_lsb0_bytes(0, &bytes)
    }

    fn list_to_bits(&mut self) {
        for number in std::mem::take(&mut self.listed) {
            self.set_bit(number);
        }
    }

    fn set_bit(&mut self, number: u32) {
        let word = (number / u64::BITS) as usize;
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        self.bits[word] |= 1 << (number % u64::BITS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::btree_set;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    const END: u32 = 100;

    fn set(rows: &BTreeSet<(u32, u32)>) -> RowSet {
        let of = |generation| {
            let own = rows.iter().filter(|row| row.0 == generation).map(|row| row.1);
            own.collect::<RoaringBitmap>()
        };
        let generations: BTreeSet<u32> = rows.iter().map(|row| row.0).collect();
        RowSet::new(generations.into_iter().map(|generation| (generation, of(generation))))
    }

    fn back(set: &RowSet) -> BTreeSet<(u32, u32)> {
        let all = (0..4).flat_map(|generation| (0..END).map(move |ordinal| (generation, ordinal)));
        let rows: BTreeSet<_> =
            all.filter(|(generation, ordinal)| set.contains(Row::new(*generation, *ordinal))).collect();
        assert_eq!(rows.len() as u64, set.len());
        rows
    }

    proptest! {
        #[test]
        fn they_behave_like_sets(
            a in btree_set((0_u32..4, 0..END), 0..60),
            b in btree_set((0_u32..4, 0..END), 0..60),
        ) {
            let after = |change: &dyn Fn(&mut RowSet)| {
                let mut rows = set(&a);
                change(&mut rows);
                back(&rows)
            };
            prop_assert_eq!(after(&|rows| rows.intersect(&set(&b))), &a & &b);
            prop_assert_eq!(after(&|rows| rows.subtract(&set(&b))), &a - &b);
            prop_assert_eq!(after(&|rows| rows.unite(&set(&b))), &a | &b);
        }

        #[test]
        fn what_is_gathered_is_a_set(
            runs in prop::collection::vec(prop::collection::btree_set(0_u32..200_000, 0..3000), 0..4),
        ) {
            let mut gathered = Gathered::default();
            runs.iter().flatten().for_each(|number| gathered.push(*number));
            let expected: BTreeSet<u32> = runs.into_iter().flatten().collect();
            prop_assert_eq!(gathered.into_bitmap().iter().collect::<Vec<_>>(), Vec::from_iter(expected));
        }
    }
}
