//! Making a set of numbers that come in runs.

use roaring::RoaringBitmap;

/// Numbers that are gathered before they are added to the set.
const BUFFER: usize = 1 << 12;

/// Runs in which at least one in so many numbers stands are added as sets, sparser ones number by number.
const DENSE: usize = 64;

/// Gathers numbers that ascend for a while and then begin anew, as the postings of one word after the other do.
#[derive(Default)]
pub(crate) struct Gathered {
    found: RoaringBitmap,
    buffer: Vec<u32>,
}

impl Gathered {
    /// Adds a number.
    pub(crate) fn push(&mut self, number: u32) {
        if self.buffer.len() >= BUFFER || self.buffer.last().is_some_and(|last| *last >= number) {
            self.flush();
        }
        self.buffer.push(number);
    }

    /// All of them.
    pub(crate) fn into_bitmap(mut self) -> RoaringBitmap {
        self.flush();
        self.found
    }

    fn flush(&mut self) {
        let ends = self.buffer.first().copied().zip(self.buffer.last().copied());
        let Some((first, last)) = ends else { return };
        let is_dense = ((last - first) as usize) < self.buffer.len() * DENSE;
        let run = self.buffer.drain(..);
        if self.found.max().is_none_or(|most| most < first) {
            self.found.append(run).expect("a run ascends");
        } else if is_dense {
            self.found |= RoaringBitmap::from_sorted_iter(run).expect("a run ascends");
        } else {
            self.found.extend(run);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn what_is_gathered_is_a_set(runs in prop::collection::vec(prop::collection::btree_set(0_u32..9000, 0..300), 0..6)) {
            let mut gathered = Gathered::default();
            runs.iter().flatten().for_each(|number| gathered.push(*number));
            let expected: BTreeSet<u32> = runs.into_iter().flatten().collect();
            prop_assert_eq!(gathered.into_bitmap().iter().collect::<Vec<_>>(), Vec::from_iter(expected));
        }
    }
}
