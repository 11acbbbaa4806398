//! Making a set of numbers that come in runs.

use roaring::RoaringBitmap;

/// Numbers that are held as a list; more are bits, which take a few kilobytes for a segment.
const LISTED: usize = 1 << 12;

/// Gathers numbers that ascend for a while and then begin anew, as the postings of one word after the other do.
#[derive(Default)]
pub struct Gathered {
    /// The latest, in any order.
    listed: Vec<u32>,
    /// Bit `n % 64` of word `n / 64` for each `n` of those before.
    bits: Vec<u64>,
}

impl Gathered {
    /// Adds a number.
    pub fn push(&mut self, number: u32) {
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
    pub fn into_bitmap(mut self) -> RoaringBitmap {
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
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
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
