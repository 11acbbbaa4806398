//! A sorted list of different values in the making, whose memory follows the values and not their repetitions.

/// Fewest values that room is made for.
const LEAST_ROOM: usize = 1 << 10;

/// Values are sorted and repetitions dropped whenever the room is used up.
pub(super) struct Sorted<T> {
    values: Vec<T>,
    limit: usize,
}

impl<T: Ord> Sorted<T> {
    /// An empty list that takes `limit` different values.
    pub(super) fn new(limit: usize) -> Self {
        Self { values: Vec::new(), limit }
    }

    /// Adds a value; false when there are too many different ones.
    pub(super) fn push(&mut self, value: T) -> bool {
        if self.values.len() == self.values.capacity() {
            self.tidy();
            if self.values.len() > self.limit {
                return false;
            }
            // Half of the room is free after this, so that sorting comes seldom enough.
            if self.values.len() >= self.values.capacity() / 2 {
                self.values.reserve_exact(self.values.len().max(LEAST_ROOM));
            }
        }
        self.values.push(value);
        true
    }

    /// The values, sorted, each once, and whether some were too many.
    pub(super) fn finish(mut self) -> (Vec<T>, bool) {
        self.tidy();
        let is_cut = self.values.len() > self.limit;
        self.values.truncate(self.limit);
        self.values.shrink_to_fit();
        (self.values, is_cut)
    }

    fn tidy(&mut self) {
        self.values.sort_unstable();
        self.values.dedup();
    }
}
