//! Random numbers and draws: the same seed gives the same samples, on every machine and in every version.
//!
//! The generator is PCG64 seeded by `SeedSequence`, which is what `numpy.random.default_rng(seed)` is; so what a trainer
//! draws by a seeded generator of `NumPy` comes out as it does there.
//! Sources: M. O'Neill, *PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms* (2014), XSL-RR
//! 128/64; `NumPy`'s documentation of `SeedSequence`.

use crate::pick::{Pick, Step};

const MULTIPLIER: u128 = 0x2360_ED05_1FC6_5DA4_4385_DF64_9FCC_F645;

/// A generator of random numbers.
#[derive(Clone, Debug)]
pub struct Generator {
    state: u128,
    increment: u128,
}

impl Generator {
    /// `default_rng(seed)`; of several numbers `default_rng([a, b])`.
    pub fn new(seeds: &[u64]) -> Self {
        let words = generate_state(&seeds.iter().flat_map(|&seed| words_of(seed)).collect::<Vec<_>>());
        let wide = |at: usize| u128::from(words[at]) << 64 | u128::from(words[at + 1]);
        let mut generator = Self { state: 0, increment: wide(2) << 1 | 1 };
        generator.step();
        generator.state = generator.state.wrapping_add(wide(0));
        generator.step();
        generator
    }

    fn step(&mut self) {
        self.state = self.state.wrapping_mul(MULTIPLIER).wrapping_add(self.increment);
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.step();
        ((self.state >> 64) as u64 ^ self.state as u64).rotate_right((self.state >> 122) as u32)
    }

    /// A number from 0 to below 1.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number from 0 to below `end`, which is not 0. No number is likelier than another (Lemire's method).
    pub fn below(&mut self, end: u64) -> u64 {
        let threshold = end.wrapping_neg() % end;
        loop {
            let product = u128::from(self.bits()) * u128::from(end);
            if product as u64 >= threshold {
                return (product >> 64) as u64;
            }
        }
    }
}

/// A seed as 32-bit words, the lowest first.
fn words_of(seed: u64) -> Vec<u32> {
    let (low, high) = (seed as u32, (seed >> 32) as u32);
    if high == 0 { vec![low] } else { vec![low, high] }
}

/// `SeedSequence(entropy).generate_state(4, uint64)`.
fn generate_state(entropy: &[u32]) -> [u64; 4] {
    let mut constant = 0x43B0_D7E5_u32;
    let mut hash = |value: u32| {
        let value = value ^ constant;
        constant = constant.wrapping_mul(0x931E_8875);
        let value = value.wrapping_mul(constant);
        value ^ value >> 16
    };
    let mix = |left: u32, right: u32| {
        let mixed = left.wrapping_mul(0xCA01_F9DD).wrapping_sub(right.wrapping_mul(0x4973_F715));
        mixed ^ mixed >> 16
    };
    let mut pool: [u32; 4] = std::array::from_fn(|at| hash(entropy.get(at).copied().unwrap_or(0)));
    for from in 0..4 {
        for to in (0..4).filter(|&to| to != from) {
            pool[to] = mix(pool[to], hash(pool[from]));
        }
    }
    for &word in entropy.iter().skip(4) {
        for to in &mut pool {
            *to = mix(*to, hash(word));
        }
    }
    let mut constant = 0x8B51_F9DD_u32;
    let words: [u32; 8] = std::array::from_fn(|at| {
        let value = pool[at % 4] ^ constant;
        constant = constant.wrapping_mul(0x58F3_8DED);
        let value = value.wrapping_mul(constant);
        value ^ value >> 16
    });
    std::array::from_fn(|at| u64::from(words[2 * at]) | u64::from(words[2 * at + 1]) << 32)
}

/// The ordinals of a pick, step by step. `part` is the part's number in its mixture: each draws for itself.
pub fn ordinals(pick: &Pick, seed: u64, part: u64) -> impl Iterator<Item = u64> + '_ {
    let mut generator = Generator::new(&[seed, part]);
    pick.steps.iter().flat_map(move |step| step_ordinals(pick, *step, &mut generator))
}

/// The ordinals of one step of a pick; what is drawn comes from the generator.
pub fn step_ordinals<'p>(
    pick: &'p Pick,
    step: Step,
    generator: &mut Generator,
) -> Box<dyn Iterator<Item = u64> + 'p> {
    let base = pick.base();
    match step {
        Step::Passes(times) => Box::new((0..times).flat_map(|_| pick.ordinals())),
        Step::Head(count) => Box::new(pick.ordinals().take(usize::try_from(count).unwrap_or(usize::MAX))),
        Step::Distinct(count) => {
            let places = distinct(base, count.min(base), generator);
            Box::new(places.into_iter().map(|place| pick.ordinal(place)))
        }
        Step::Again(count) => {
            let places: Vec<u64> = (0..count).map(|_| generator.below(base)).collect();
            Box::new(places.into_iter().map(|place| pick.ordinal(place)))
        }
    }
}

/// The first `count` of a random order of `0..base` (Fisher and Yates).
fn distinct(base: u64, count: u64, generator: &mut Generator) -> Vec<u64> {
    let mut places: Vec<u64> = (0..base).collect();
    for at in 0..count {
        let other = at + generator.below(base - at);
        places.swap(at as usize, other as usize);
    }
    places.truncate(count as usize);
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn numbers_are_those_of_numpy() {
        let mut generator = Generator::new(&[42]);
        let units: Vec<f64> = (0..3).map(|_| generator.unit()).collect();
        assert_eq!(units, [0.773_956_048_555_963_3, 0.438_878_439_752_052_3, 0.858_597_919_911_382_5]);
        let mut generator = Generator::new(&[7, 1, 1 << 40, 3, 4, 5]);
        assert_eq!(
            [generator.bits(), generator.bits()],
            [4_198_053_254_792_138_415, 4_382_492_396_100_337_826]
        );
    }

    #[test]
    fn each_is_drawn_at_most_once() {
        let mut generator = Generator::new(&[7, 1]);
        let places = distinct(1000, 400, &mut generator);
        assert_eq!(places.iter().collect::<BTreeSet<_>>().len(), 400);
        assert!(places.iter().all(|&place| place < 1000));
        assert_eq!(distinct(5, 5, &mut generator).into_iter().collect::<BTreeSet<_>>(), (0..5).collect());
    }

    #[test]
    fn a_seed_gives_the_same_and_another_seed_others() {
        let pick = Pick::of(10..60, vec![Step::Passes(1), Step::Distinct(20), Step::Again(9)]);
        let drawn = |seed, part| ordinals(&pick, seed, part).collect::<Vec<_>>();
        assert_eq!(drawn(7, 0).len(), 79);
        assert_eq!(drawn(7, 0)[..50], (10..60).collect::<Vec<_>>());
        assert_eq!(drawn(7, 0), drawn(7, 0));
        assert_ne!(drawn(7, 0), drawn(8, 0));
        assert_ne!(drawn(7, 0), drawn(7, 1));
    }
}
