//! Sets of rows of any generations.

use blendscope_engine::Row;
use roaring::RoaringBitmap;
use std::collections::BTreeMap;
use std::ops::{BitAndAssign, BitOrAssign, SubAssign};

/// A set of rows: of each generation the ordinals. What it does not know of is not in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RowSet(BTreeMap<u32, RoaringBitmap>);

impl RowSet {
    /// The set of these ordinals of some generations.
    pub fn new(generations: impl IntoIterator<Item = (u32, RoaringBitmap)>) -> Self {
        Self(generations.into_iter().collect())
    }

    /// Whether a row is in it.
    pub fn contains(&self, row: Row) -> bool {
        self.of(row.generation()).is_some_and(|ordinals| ordinals.contains(row.ordinal()))
    }

    /// The ordinals of a generation.
    pub fn of(&self, generation: u32) -> Option<&RoaringBitmap> {
        self.0.get(&generation)
    }

    /// How many rows there are.
    pub fn len(&self) -> u64 {
        self.0.values().map(RoaringBitmap::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it takes of memory, in bytes.
    pub fn size(&self) -> usize {
        self.0.values().map(RoaringBitmap::serialized_size).sum()
    }

    /// Keeps those that are also in `other`.
    pub fn intersect(&mut self, other: &Self) {
        self.0.retain(|generation, own| match other.of(*generation) {
            Some(other) => {
                own.bitand_assign(other);
                true
            }
            None => false,
        });
    }

    /// Takes out those that are in `other`.
    pub fn subtract(&mut self, other: &Self) {
        for (generation, own) in &mut self.0 {
            if let Some(other) = other.of(*generation) {
                own.sub_assign(other);
            }
        }
    }

    /// Adds those of `other`.
    pub fn unite(&mut self, other: &Self) {
        for (generation, other) in &other.0 {
            self.0.entry(*generation).or_default().bitor_assign(other);
        }
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
    }
}
