//! Random choices that are the same on every machine.
//!
//! Every picture and every record has a generator of its own, seeded by what it is and where it stands, so that
//! any of them can be made again without making those before it.

/// `SplitMix64` by Guy Steele, Doug Lea and Christine Flood (2014): small, and good enough for choosing words.
#[derive(Clone, Debug)]
pub(super) struct Rng {
    state: u64,
}

impl Rng {
    /// A generator for item `number` of the named stream.
    pub(super) fn new(seed: u64, stream: &str, number: u64) -> Self {
        let mut rng = Self { state: seed };
        for byte in stream.bytes() {
            rng.state = rng.next().wrapping_add(u64::from(byte));
        }
        rng.state = rng.next().wrapping_add(number);
        rng.state = rng.next();
        rng
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A number from 0 to `bound` - 1; 0 when `bound` is 0.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// A number from 0 up to 1, with 24 bits.
    pub(super) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / 16_777_216.0
    }

    /// A number from `low` up to `high`.
    pub(super) fn span(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// True `percent` times out of a hundred.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items, which must not be empty.
    pub(super) fn one<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// Puts the items into a random order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_and_numbers_give_other_values_and_the_same_ones_again() {
        let first = |stream, number| Rng::new(1, stream, number).next();
        assert_eq!(first("coco", 7), first("coco", 7));
        assert_ne!(first("coco", 7), first("coco", 8));
        assert_ne!(first("coco", 7), first("gqa", 7));
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        let mut rng = Rng::new(2, "bounds", 0);
        for _ in 0..1000 {
            assert!((3..=5).contains(&rng.between(3, 5)));
            assert!((0.0..1.0).contains(&rng.unit()));
        }
    }
}
