//! What is taken of one source whose number of samples is known: steps over a range of ordinals.

use std::ops::Range;

/// Samples of one source: its steps one after the other, over what of the range is not left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick {
    /// The ordinals that are looked at.
    pub within: Range<u64>,
    /// Those of them that are not, ascending.
    pub left_out: Vec<u64>,
    /// What is done with the others; steps that take nothing are no steps.
    pub steps: Vec<Step>,
}

/// One step of a pick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// All, in order, so many times.
    Passes(u64),
    /// The first so many, in order.
    Head(u64),
    /// So many in random order, each at most once.
    Distinct(u64),
    /// So many at random, each as often as it comes.
    Again(u64),
}

impl Pick {
    /// Steps over a range.
    pub fn of(within: Range<u64>, steps: Vec<Step>) -> Self {
        let takes = |step: &Step| !matches!(step, Step::Passes(0) | Step::Distinct(0) | Step::Again(0));
        Self { within, left_out: Vec::new(), steps: steps.into_iter().filter(takes).collect() }
    }

    /// Leaves ordinals out; those that are not there change nothing.
    pub fn leave_out(&mut self, ordinals: &[i128]) {
        let there = ordinals.iter().filter_map(|&ordinal| u64::try_from(ordinal).ok());
        self.left_out = there.filter(|ordinal| self.within.contains(ordinal)).collect();
        self.left_out.sort_unstable();
        self.left_out.dedup();
    }

    /// Different samples that it takes from.
    pub fn base(&self) -> u64 {
        self.within.end - self.within.start - self.left_out.len() as u64
    }

    /// Samples that it takes; `None` when there are more than can be counted.
    pub fn samples(&self) -> Option<u64> {
        let base = self.base();
        self.steps.iter().try_fold(0_u64, |sum, step| sum.checked_add(step.samples(base)?))
    }

    /// Whether any of it is drawn.
    pub fn is_drawn(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Distinct(_) | Step::Again(_)))
    }

    /// Takes no more than so many: the first ones that it would take.
    pub fn cap(&mut self, cap: u64) {
        let (base, mut left) = (self.base(), cap);
        let mut steps = Vec::new();
        for step in &self.steps {
            match *step {
                Step::Passes(times) if base > 0 => {
                    let whole = times.min(left / base);
                    steps.push(Step::Passes(whole));
                    left -= whole * base;
                    if whole < times {
                        steps.push(Step::Head(left));
                        left = 0;
                    }
                }
                Step::Passes(_) => {}
                Step::Head(count) => steps.push(Step::Head(count.min(left))),
                Step::Distinct(count) => steps.push(Step::Distinct(count.min(left))),
                Step::Again(count) => steps.push(Step::Again(count.min(left))),
            }
            left = match *step {
                Step::Passes(_) => left,
                Step::Head(count) | Step::Distinct(count) | Step::Again(count) => left.saturating_sub(count),
            };
        }
        let takes = |step: &Step| {
            !matches!(step, Step::Passes(0) | Step::Head(0) | Step::Distinct(0) | Step::Again(0))
        };
        self.steps = steps.into_iter().filter(takes).collect();
    }

    /// The ordinals of one pass, in order.
    pub fn ordinals(&self) -> impl Iterator<Item = u64> + '_ {
        let mut left_out = self.left_out.iter().copied().peekable();
        self.within.clone().filter(move |ordinal| left_out.next_if_eq(ordinal).is_none())
    }

    /// The ordinal of the `place`-th sample of a pass.
    pub fn ordinal(&self, place: u64) -> u64 {
        // As many are left out before it as lie at or below where it comes to stand.
        let (mut low, mut high) = (0, self.left_out.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            let kept_before = self.left_out[middle] - self.within.start - middle as u64;
            if kept_before <= place { low = middle + 1 } else { high = middle }
        }
        self.within.start + place + low as u64
    }
}

impl Step {
    /// Samples that it takes of so many.
    pub fn samples(self, base: u64) -> Option<u64> {
        match self {
            Self::Passes(times) => base.checked_mul(times),
            Self::Head(count) | Self::Distinct(count) => Some(count.min(base)),
            Self::Again(count) => Some(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_nth_of_a_pass_is_found_without_walking(
            start in 0_u64..5, length in 0_u64..40, out in prop::collection::vec(-5_i128..60, 0..30)
        ) {
            let mut pick = Pick::of(start..start + length, vec![Step::Passes(1)]);
            pick.leave_out(&out);
            let walked: Vec<u64> = pick.ordinals().collect();
            prop_assert_eq!(walked.len() as u64, pick.base());
            prop_assert!(walked.iter().all(|&ordinal| !out.contains(&i128::from(ordinal))));
            let found: Vec<u64> = (0..pick.base()).map(|place| pick.ordinal(place)).collect();
            prop_assert_eq!(walked, found);
        }

        #[test]
        fn a_cap_is_kept(times in 0_u64..4, distinct in 0_u64..10, again in 0_u64..9, cap in 0_u64..60) {
            let mut pick = Pick::of(0..10, vec![Step::Passes(times), Step::Distinct(distinct), Step::Again(again)]);
            let before = pick.samples().unwrap();
            pick.cap(cap);
            prop_assert_eq!(pick.samples().unwrap(), before.min(cap));
        }
    }
}
