//! Sets of small numbers: ordinals of a file, documents of a segment.

/// Bits of a block.
const BLOCK: u32 = u64::BITS;

/// A set of numbers below a fixed one, a bit for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    /// No number below `end`.
    pub(crate) fn empty(end: u32) -> Self {
        Self(vec![0; end.div_ceil(BLOCK) as usize])
    }

    /// Every number below `end`.
    pub(crate) fn full(end: u32) -> Self {
        let mut blocks = vec![u64::MAX; end.div_ceil(BLOCK) as usize];
        let rest = end % BLOCK;
        if let Some(last) = blocks.last_mut().filter(|_| rest > 0) {
            *last = (1 << rest) - 1;
        }
        Self(blocks)
    }

    /// These numbers, all below `end`.
    pub(crate) fn of(numbers: &[u32], end: u32) -> Self {
        let mut bits = Self::empty(end);
        bits.insert_all(numbers);
        bits
    }

    /// Adds numbers below the end.
    pub(crate) fn insert_all(&mut self, numbers: &[u32]) {
        for number in numbers {
            self.insert(*number);
        }
    }

    /// Adds a number below the end.
    pub(crate) fn insert(&mut self, number: u32) {
        self.0[(number / BLOCK) as usize] |= 1 << (number % BLOCK);
    }

    /// Takes a number out.
    pub(crate) fn remove(&mut self, number: u32) {
        self.0[(number / BLOCK) as usize] &= !(1 << (number % BLOCK));
    }

    /// Whether a number is one of them.
    pub(crate) fn contains(&self, number: u32) -> bool {
        self.0.get((number / BLOCK) as usize).is_some_and(|block| block >> (number % BLOCK) & 1 == 1)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(|block| block.count_ones() as usize).sum()
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|block| *block == 0)
    }

    /// Calls `visit` with each, ascending.
    pub(crate) fn for_each(&self, visit: &mut impl FnMut(u32)) {
        for (index, block) in self.0.iter().enumerate() {
            let mut rest = *block;
            while rest != 0 {
                visit(index as u32 * BLOCK + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
    }

    /// Keeps those that pass a test.
    pub(crate) fn retain(&mut self, mut test: impl FnMut(u32) -> bool) {
        for (index, block) in self.0.iter_mut().enumerate() {
            let mut rest = *block;
            while rest != 0 {
                let lowest = rest & rest.wrapping_neg();
                if !test(index as u32 * BLOCK + lowest.trailing_zeros()) {
                    *block ^= lowest;
                }
                rest ^= lowest;
            }
        }
    }

    /// Keeps those that are also in `other`.
    pub(crate) fn intersect(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own &= other);
    }

    /// Takes out those that are in `other`.
    pub(crate) fn subtract(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own &= !other);
    }

    /// Adds those of `other`.
    pub(crate) fn unite(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own |= other);
    }

    /// What it takes of memory, in bytes.
    pub(crate) fn size(&self) -> usize {
        size_of_val(self.0.as_slice())
    }
}
